package parquet

import (
	"iter"
	"slices"

	"github.com/demarc-dev/demarc"
)

// estate is the only row of the table of estates.
type estate struct {
	Name              string         `parquet:"name"`                   // of the estate
	Resources         int32          `parquet:"resources"`              // that are there, whatever their role
	Workloads         int32          `parquet:"workloads"`              // resources with a division of their own
	Parts             int32          `parquet:"parts"`                  // pieces of other resources
	Configurations    int32          `parquet:"configurations"`         // settings of something else
	ControlPlane      int32          `parquet:"controlPlane"`           // the management surface itself
	ProviderManaged   int32          `parquet:"providerManaged"`        // what a provider put there
	Conditional       int32          `parquet:"conditional"`            // deployed only under a condition that cannot be known
	Leaving           int32          `parquet:"leaving"`                // deleted by a plan
	Incomplete        bool           `parquet:"incomplete"`             // an input says that it shows only a part: absent rows then mean nothing
	IncompleteReasons []incompletion `parquet:"incompleteReasons,list"` // what is missing, and how to get it
	Met               int32          `parquet:"met"`                    // the customer's responsibilities, each once where it exists
	Unmet             int32          `parquet:"unmet"`                  // accepted ones among them
	Unknown           int32          `parquet:"unknown"`                // neither met nor unmet
	NotApplicable     int32          `parquet:"notApplicable"`          // do not concern their subject
	Accepted          int32          `parquet:"accepted"`               // unmet, and covered by an exception in force
	Coverage          float64        `parquet:"coverage"`               // (met + unmet) / (met + unmet + unknown), 0 when there is nothing
}

// incompletion says that an input shows only a part of what there is.
type incompletion struct {
	File     string `parquet:"file,optional"`    // input that is meant
	Read     int32  `parquet:"read"`             // rows read
	Total    int32  `parquet:"total,optional"`   // rows there are; null when the input does not say
	Possibly bool   `parquet:"possibly"`         // suspected, not said by the input
	Message  string `parquet:"message"`          // for a person
	Command  string `parquet:"command,optional"` // what to run to get the rest; null when nobody knows
}

// estates is the one estate of an assessment.
func estates(a *demarc.Assessment) iter.Seq[*estate] {
	return func(yield func(*estate) bool) { yield(estateOf(a)) }
}

func estateOf(a *demarc.Assessment) *estate {
	e, s := &a.Estate, a.Summary
	row := &estate{
		Name: text(e.Name), Resources: int32(e.Resources), Workloads: int32(e.Workloads), Parts: int32(e.Parts), Configurations: int32(e.Configurations),
		ControlPlane: int32(e.ControlPlane), ProviderManaged: int32(e.ProviderManaged), Conditional: int32(e.Conditional), Leaving: int32(e.Leaving),
		Incomplete: slices.ContainsFunc(e.Incomplete, func(i demarc.Incomplete) bool { return !i.Possibly }),
		Met:        int32(s.Met), Unmet: int32(s.Unmet), Unknown: int32(s.Unknown), NotApplicable: int32(s.NotApplicable), Accepted: int32(s.Accepted), Coverage: s.Coverage(),
	}
	for _, i := range e.Incomplete {
		row.IncompleteReasons = append(row.IncompleteReasons, incompletion{File: file(i.Place), Read: int32(i.Read), Total: int32(i.Total),
			Possibly: i.Possibly, Message: text(i.Message), Command: text(i.Command)})
	}
	return row
}
