package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/store"
)

// opened calls f with the store of a place, and closes it.
func (p Place) opened(ctx context.Context, o store.Options, f func(db *store.DB) error) (err error) {
	db, err := p.open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return f(db)
}

// workspaces are the one that was named, else all there are.
func (p Place) workspaces(ctx context.Context, db *store.DB) ([]string, error) {
	if p.Workspace != "" {
		name, err := store.WorkspaceName(p.Workspace)
		return []string{name}, err
	}
	return db.Workspaces(ctx)
}

// ListSnapshots lists what a database holds.
func ListSnapshots(ctx context.Context, in Place) (*report.SnapshotList, error) {
	list := &report.SnapshotList{Database: in.shown(), Snapshots: []report.SnapshotLine{}}
	err := in.opened(ctx, store.Options{ReadOnly: true}, func(db *store.DB) (err error) {
		if list.Bytes, err = db.Size(ctx); err != nil {
			return err
		}
		names, err := in.workspaces(ctx, db)
		for i := 0; i < len(names) && err == nil; i++ {
			var found []store.Snapshot
			found, err = db.Snapshots(ctx, names[i])
			for j := range found {
				list.Snapshots = append(list.Snapshots, snapshotLine(&found[j]))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

func snapshotLine(s *store.Snapshot) report.SnapshotLine {
	return report.SnapshotLine{Workspace: s.Workspace, Number: s.Number, AsOf: date(s.AsOf), Taken: moment(s.Taken), Estate: s.Estate, Resources: s.Resources,
		Met: s.Summary.Met, Unmet: s.Summary.Unmet, Unknown: s.Summary.Unknown, NotApplicable: s.Summary.NotApplicable, Accepted: s.Summary.Accepted,
		Program: s.Program, Catalog: s.Catalog, Content: hex.EncodeToString(s.Content)}
}

// CheckStore reads a whole database and says what is not as it was written.
func CheckStore(ctx context.Context, in Place) (*report.StoreCheck, error) {
	out := &report.StoreCheck{Database: in.shown(), Faults: []report.StoreFault{}}
	err := in.opened(ctx, store.Options{ReadOnly: true}, func(db *store.DB) (err error) {
		if out.Bytes, err = db.Size(ctx); err != nil {
			return err
		}
		if out.Version, err = db.Version(ctx); err != nil {
			return err
		}
		k, err := db.Check(ctx)
		if err != nil {
			return err
		}
		out.Workspaces, out.Snapshots, out.Layers, out.Staged = k.Workspaces, k.Snapshots, k.Layers, k.Staged
		out.Chunks, out.Parts, out.RollUps, out.Entries = k.Chunks, k.Parts, k.RollUps, k.Entries
		for _, f := range k.Faults {
			out.Faults = append(out.Faults, report.StoreFault(f))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// VerifyLedgers computes the ledgers of a database again, of one workspace or
// of all.
func VerifyLedgers(ctx context.Context, in Place) (*report.LedgerCheck, error) {
	out := &report.LedgerCheck{Database: in.shown(), Ledgers: []report.LedgerLine{}}
	err := in.opened(ctx, store.Options{ReadOnly: true}, func(db *store.DB) error {
		names, err := in.workspaces(ctx, db)
		for i := 0; i < len(names) && err == nil; i++ {
			var v *store.Verified
			if v, err = db.Verify(ctx, names[i]); err == nil {
				out.Ledgers = append(out.Ledgers, ledgerLine(v))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func ledgerLine(v *store.Verified) report.LedgerLine {
	l := report.LedgerLine{Workspace: v.Workspace, Holds: v.Broken == nil, Entries: v.Entries, First: moment(v.First), Last: moment(v.Last),
		Head: hex.EncodeToString(v.Head), Snapshots: v.Marks, Remarks: []report.LedgerRemark{}}
	if v.Broken != nil {
		broken := report.BrokenEntry(*v.Broken)
		l.Broken = &broken
	}
	for _, r := range v.Remarks {
		l.Remarks = append(l.Remarks, report.LedgerRemark(r))
	}
	return l
}

// BackupStore writes a copy of a database to a new file.
func BackupStore(ctx context.Context, in Place, path string) (*report.StoreBackup, error) {
	out := &report.StoreBackup{Database: in.shown(), Backup: store.Shown(path)}
	err := in.opened(ctx, store.Options{ReadOnly: true}, func(db *store.DB) error { return db.Backup(ctx, path) })
	if err != nil {
		return nil, err
	}
	copied := Place{Database: path}
	err = copied.opened(ctx, store.Options{ReadOnly: true}, func(db *store.DB) (err error) {
		out.Bytes, err = db.Size(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at %s, which was written: %w", filepath.Base(path), err)
	}
	return out, nil
}

// Retention says which snapshots stay when a database is compacted.
type Retention struct {
	Keep  int    // the newest so many of a workspace, 0 for all
	Since string // YYYY-MM-DD: those as of this day and later, "" for all
}

// read reads the words of the command line.
func (r Retention) read() (store.Retention, error) {
	since, err := day("since", r.Since)
	if err == nil && r.Keep < 0 {
		err = &UsageError{fmt.Errorf("--keep %d: write how many snapshots stay", r.Keep)}
	}
	return store.Retention{Keep: r.Keep, Since: since}, err
}

// CompactStore drops the snapshots that need not stay and what nothing needs
// any more, and gives the space back. Of several workspaces one must be named
// before any of its snapshots are dropped.
func CompactStore(ctx context.Context, in Place, keep Retention) (*report.StoreCompacted, error) {
	stay, err := keep.read()
	if err != nil {
		return nil, err
	}
	if _, err := ListSnapshots(ctx, in); err != nil { // makes no database
		return nil, err
	}
	out := &report.StoreCompacted{Database: in.shown(), Workspaces: []report.CompactedWorkspace{}}
	err = in.opened(ctx, store.Options{}, func(db *store.DB) error {
		names, err := in.workspaces(ctx, db)
		if err == nil && len(names) > 1 && stay != (store.Retention{}) {
			err = &UsageError{errors.New("there are several workspaces: say with --workspace whose snapshots are to be dropped")}
		}
		for i := 0; i < len(names) && err == nil; i++ {
			var done *store.Compacted
			if done, err = db.Compact(ctx, names[i], stay); err == nil {
				addCompacted(out, names[i], done)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func addCompacted(out *report.StoreCompacted, workspace string, done *store.Compacted) {
	if len(out.Workspaces) == 0 {
		out.Before = done.Before
	}
	out.After = done.After
	out.Layers, out.Merged, out.Abandoned = out.Layers+done.Layers, out.Merged+done.Merged, out.Abandoned+done.Abandoned
	dropped := append([]int64{}, done.Dropped...)
	out.Workspaces = append(out.Workspaces, report.CompactedWorkspace{Workspace: workspace, Dropped: dropped})
}
