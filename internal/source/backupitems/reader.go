// Package backupitems reads what Azure Backup knows of its copies: the rows of
// the Resource Graph table recoveryservicesresources (protected items, backup
// instances, jobs), lists of the Azure CLI, and the portal's CSV. An item says
// that something is protected and when its newest recovery point was made; a
// finished restore says that a copy could be read; a vault says who can destroy
// its copies.
//
// How old a copy is depends on the day of the export, which none of these tell:
// it is said by `evidence` in demarc.yaml.
package backupitems

import (
	"context"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/armrow"
)

// Tool is the word under which the evidence stands.
const Tool = "backup"

// The checks.
const (
	Protected     = "protected"
	Isolated      = "isolated"
	RestoreTested = "restore-tested"
)

// The types of the rows, folded.
const (
	items     = "microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems"
	instances = "microsoft.dataprotection/backupvaults/backupinstances"
	itemJobs  = "microsoft.recoveryservices/vaults/backupjobs"
	jobs      = "microsoft.dataprotection/backupvaults/backupjobs"
	vaults    = "microsoft.recoveryservices/vaults"
	newVaults = "microsoft.dataprotection/backupvaults"
)

// Table are the items and jobs in an answer of Resource Graph.
var Table = armrow.Table{
	Types: []string{items, instances, itemJobs, jobs},
	New:   func(sink source.Sink, file *demarc.File) armrow.Rows { return newDecoder(sink, file) },
}

// New makes the format of backups. Rows of a file that are none are left to the
// other tables, and are resources where those do not know them.
func New(others ...armrow.Table) source.Format {
	return source.Format{
		Name:   "backup-items",
		Title:  "Azure Backup: recoveryservicesresources, az backup item list, az backup vault list, portal (JSON, CSV)",
		Detect: detect,
		Read: func(ctx context.Context, in *source.Input, sink source.Sink) error {
			listed := in.Head.JSON().Kind == 0 && isList(in.Head)
			return armrow.ReadTable(ctx, in, sink, func(fork source.Sink) armrow.Rows {
				d := newDecoder(fork, in.File)
				d.vaults, d.listed = true, listed
				return d
			}, others)
		},
	}
}

// detect wants the type of a row of Azure Backup, a vault with its security, or
// the columns of the portal's list.
func detect(h source.Head) bool {
	typ, id := armrow.FirstRow(h)
	switch typ = demarc.Fold(typ); {
	case slices.Contains(Table.Types, typ):
		return true
	case typ == vaults || typ == newVaults:
		return h.Mentions(`"securitysettings"`)
	}
	return typ == "" && strings.Contains(demarc.Fold(id), "/protecteditems/") || isList(h)
}

// isList wants the newest recovery point of something that has a name.
func isList(h source.Head) bool {
	c := h.CSV()
	has := func(names []string) bool { return slices.ContainsFunc(names, func(n string) bool { return c.Has(n) }) }
	return has(pointColumns) && has(nameColumns) && !c.IsAzure()
}

// The headers of the portal's lists, folded.
var (
	pointColumns = []string{"latestrestorepoint", "latestrecoverypoint", "lastrecoverypoint", "newestrecoverypoint"}
	nameColumns  = []string{"backupinstance", "backupitem", "protecteditem", "datasource", "datasourcename", "machinename", "name"}
)
