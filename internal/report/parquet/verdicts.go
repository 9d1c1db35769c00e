package parquet

import (
	"iter"

	"github.com/demarc-dev/demarc"
)

// verdict is a row of the table of verdicts.
type verdict struct {
	Level          string     `parquet:"level,dict"`                            // what kind of subject it is about: resource, workload, resource-group, subscription, tenant, site or organisation
	Resource       string     `parquet:"resource,optional,dict"`                // resources.id of the resource that it is about; null above the level of resources
	Scope          string     `parquet:"scope,optional,dict"`                   // id of the scope that it is about; null for others, and for a tenant that nobody named
	Workload       string     `parquet:"workload,optional,dict"`                // name of the workload that it is about; null for others
	Subscription   string     `parquet:"subscription,optional,dict"`            // subscription that the subject is or lies in; null where there is none
	Standing       string     `parquet:"standing,dict"`                         // of the resource: there, conditional or leaving; only what is there is counted
	Members        int32      `parquet:"members"`                               // resources that refer to it
	Responsibility string     `parquet:"responsibility,dict"`                   // responsibilities.id
	Party          string     `parquet:"party,dict"`                            // who bears it
	Owner          owner      `parquet:"owner"`                                 // who answers for it, and how that was found
	Status         string     `parquet:"status,dict"`                           // met, unmet, unknown or not-applicable; unknown is neither met nor unmet
	Reason         string     `parquet:"reason,optional,dict"`                  // why it is unknown; null for all others
	Why            string     `parquet:"why,optional,dict"`                     // what decided, in words
	Evidence       []string   `parquet:"evidence,list" parquet-element:",dict"` // evidence.id of what decided
	Checks         []string   `parquet:"checks,list" parquet-element:",dict"`   // checks.id of what decided
	Exception      *exception `parquet:"exception,optional"`                    // that covers an unmet one, in force or not; null for none
	Accepted       bool       `parquet:"accepted"`                              // it is unmet, and an exception in force covers it
	AgeDays        *int32     `parquet:"ageDays,optional"`                      // how long an unmet one has been open; null when nobody knows, and for all others
}

// exception is a dated, reasoned, approved acceptance.
type exception struct {
	ID             string `parquet:"id,optional,dict"`             // as its author named it
	Responsibility string `parquet:"responsibility,optional,dict"` // what it accepts; null when it names a check
	Tool           string `parquet:"tool,optional,dict"`           // tool of the check that it accepts
	Check          string `parquet:"check,optional,dict"`          // check that it accepts
	Scope          string `parquet:"scope,optional,dict"`          // resource or scope that it covers with all below; null for everything
	Reason         string `parquet:"reason,optional,dict"`         // why it was accepted
	Approver       string `parquet:"approver,optional,dict"`       // who accepted it
	Owner          string `parquet:"owner,optional,dict"`          // who bears the risk meanwhile
	From           int32  `parquet:"from,optional,date"`           // first day on which it holds
	Expires        int32  `parquet:"expires,optional,date"`        // last day on which it holds; null when it does not say
	Place          string `parquet:"place,optional,dict"`          // file and line
}

// verdicts are first those about what exists once above resources, the largest
// level first, then those about each resource in order of the folded ids, by
// responsibility.
func verdicts(a *demarc.Assessment) iter.Seq[*verdict] {
	return func(yield func(*verdict) bool) {
		if a.Verdicts == nil {
			return
		}
		w := &verdictWriter{a: a}
		more := true
		visit := func(v *demarc.Verdict) bool {
			w.fill(v)
			more = yield(&w.row)
			return more
		}
		if a.Verdicts.Above(visit); more {
			eachOfResources(a, visit)
		}
	}
}

// eachOfResources visits every verdict about a resource itself, in order of
// resource and responsibility, until visit returns false.
func eachOfResources(a *demarc.Assessment, visit func(*demarc.Verdict) bool) {
	// A list may know a shorter way.
	if list, ok := a.Verdicts.(interface {
		OfResources(visit func(*demarc.Verdict) bool)
	}); ok {
		list.OfResources(visit)
		return
	}
	for i, r := range a.Resources {
		for _, v := range a.Verdicts.Of(i) {
			if v.Instance.Resource != r {
				continue
			}
			if r.Standing != demarc.There {
				v = withoutEvidence(&v, a.Verdicts.SetOf(i))
			}
			if !visit(&v) {
				return
			}
		}
	}
}

// withoutEvidence is a verdict as its set has it: evidence about what is not
// there counts for nothing.
func withoutEvidence(v *demarc.Verdict, set *demarc.VerdictSet) demarc.Verdict {
	bare := demarc.Verdict{Responsibility: v.Responsibility, Instance: v.Instance, Party: v.Party, Owner: v.Owner}
	for i := range set.Verdicts {
		if said := &set.Verdicts[i]; said.Responsibility == v.Responsibility {
			bare.Judgement, bare.Accepted = said.Judgement, said.Accepted
		}
	}
	return bare
}

// verdictWriter writes one row after the other.
type verdictWriter struct {
	a   *demarc.Assessment
	row verdict
	at  surroundings
}

func (w *verdictWriter) fill(v *demarc.Verdict) {
	w.row = verdict{
		Level: v.Instance.Level.String(), Scope: scopeID(v.Instance.Scope), Workload: text(v.Instance.Workload), Standing: demarc.There.String(),
		Members: int32(v.Instance.Members), Responsibility: v.Responsibility.ID, Party: text(v.Party), Owner: ownerOf(&v.Owner),
		Status: v.Status.String(), Reason: string(v.Reason), Why: text(v.Why), Exception: exceptionOf(v.Exception), Accepted: v.Accepted, AgeDays: wholeDays(v.Age),
		Evidence: ids(w.a.Evidence, v.Evidence), Checks: ids(w.a.Checks, v.Checks),
	}
	w.at.move(v.Instance.Scope)
	if r := v.Instance.Resource; r != nil {
		w.at.move(r.Scope)
		w.row.Resource, w.row.Standing = text(r.ID), r.Standing.String()
	}
	w.row.Subscription = w.at.kinds[demarc.SubscriptionScope]
}

// ids are the ids of pieces of a list, equal ones once.
func ids(of demarc.EvidenceList, places []int) []string {
	var list []string
	for _, n := range places {
		if id := of.At(n).ID; len(list) == 0 || list[len(list)-1] != id {
			list = append(list, id)
		}
	}
	return list
}

func exceptionOf(e *demarc.Exception) *exception {
	if e == nil {
		return nil
	}
	return &exception{ID: text(e.ID), Responsibility: text(e.Responsibility), Tool: text(e.Tool), Check: text(e.Check), Scope: text(e.Scope), Reason: text(e.Reason),
		Approver: text(e.Approver), Owner: text(e.Owner), From: day(e.From), Expires: day(e.Expires), Place: text(e.Place.String())}
}
