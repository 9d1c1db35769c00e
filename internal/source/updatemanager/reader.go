// Package updatemanager reads what Azure Update Manager found on machines in
// Azure and machines connected by Azure Arc: the rows of the Resource Graph
// table patchassessmentresources. A row for an update says that it is open; a
// row for a machine says how many are, and that none is.
package updatemanager

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
)

// Tool and Patches are what the evidence stands under.
const (
	Tool    = "update-manager"
	Patches = "patches"
)

// The ends of the types of the rows, behind that of the machine.
const (
	results   = "/patchassessmentresults"
	updates   = results + "/softwarepatches"
	installed = "/patchinstallationresults"
)

// Table are the assessments in an answer of Resource Graph. The rows of machines
// on which something is open are left to those of the updates.
var Table = armrow.Table{
	Types: types(),
	New:   func(sink source.Sink, file *demarc.File) armrow.Rows { return newDecoder(sink, file, nil) },
}

func types() []string {
	var all []string
	for _, machine := range [...]string{"microsoft.compute/virtualmachines", "microsoft.hybridcompute/machines"} {
		all = append(all, machine+results, machine+updates, machine+installed, machine+installed+"/softwarepatches")
	}
	return all
}

// New makes the format of assessments. Rows of a file that are none are left to
// the other tables, and are resources where those do not know them.
func New(others ...armrow.Table) source.Format {
	return source.Format{
		Name:   "update-manager",
		Title:  "Azure Update Manager: patchassessmentresources (Resource Graph JSON, CSV)",
		Detect: detect,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			s := newSums()
			err := armrow.ReadTable(ctx, in, sink, func(fork source.Sink) armrow.Rows { return newDecoder(fork, in.File, s) }, others)
			s.give(sink)
			return err
		},
	}
}

func detect(h source.Head) bool {
	typ, id := armrow.FirstRow(h)
	if typ = demarc.Fold(typ); typ != "" {
		return isOwn(typ)
	}
	return strings.Contains(demarc.Fold(id), results+"/") && strings.HasPrefix(id, "/")
}

func isOwn(folded string) bool {
	folded = strings.TrimSuffix(folded, "/softwarepatches")
	return strings.HasSuffix(folded, results) || strings.HasSuffix(folded, installed)
}
