package parquet

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a folder of tables that a program writes to. What it writes lies
// aside until it is whole.
type Folder struct {
	path   string
	staged string // where partitions lie until they are published
	sizes  sizes
}

// Open makes the folder if it is absent. The error says that nothing can be
// written to it.
func Open(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("open the folder of tables: %w", err)
	}
	// Engines leave out what begins with a full stop.
	staged, err := os.MkdirTemp(path, ".demarc-*")
	if err != nil {
		return nil, fmt.Errorf("open the folder of tables: %w", err)
	}
	return &Folder{path: path, staged: staged, sizes: usual}, nil
}

// Close removes what was not published.
func (f *Folder) Close() error { return os.RemoveAll(f.staged) }

// writing is an export on its way.
type writing struct {
	Export
	staged string
	sizes  sizes
	day    string
}

// PartitionError says that a partition is there already.
type PartitionError struct{ path string }

// Error names the partition.
func (e *PartitionError) Error() string { return e.path + " is there already" }

// Hint says what to do.
func (e *PartitionError) Hint() string { return "--replace puts the new export in its place" }

// partition is where a table of the workspace and the day lies.
func (f *Folder) partition(w *writing, table string) string {
	return filepath.Join(f.path, table, "workspace="+w.Workspace, "as_of="+w.day)
}

// free fails where a partition is in the way.
func (f *Folder) free(w *writing) error {
	for _, t := range tables {
		_, err := os.Lstat(f.partition(w, t.name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fmt.Errorf("look for earlier tables: %w", err)
		case !w.Replace:
			return &PartitionError{f.partition(w, t.name)}
		}
	}
	return nil
}

// publish moves the partitions to their places. Where one cannot be moved, all
// of them are as before.
func (f *Folder) publish(w *writing) error {
	for n, t := range tables {
		if err := f.swap(w, t.name); err != nil {
			for _, done := range tables[:n] {
				err = errors.Join(err, f.swapBack(w, done.name))
			}
			return fmt.Errorf("publish the tables: %w", err)
		}
	}
	return nil
}

// swap puts a new partition in the place of an old one, which is kept aside.
func (f *Folder) swap(w *writing, table string) error {
	place := f.partition(w, table)
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	if err := f.takeAway(w, table); err != nil {
		return err
	}
	if err := os.Rename(w.new(table), place); err != nil {
		return errors.Join(err, f.putBack(w, table))
	}
	return nil
}

// swapBack undoes a swap.
func (f *Folder) swapBack(w *writing, table string) error {
	if err := os.Rename(f.partition(w, table), w.new(table)); err != nil {
		return err
	}
	return f.putBack(w, table)
}

// takeAway moves an old partition aside, if there is one and it may be replaced.
func (f *Folder) takeAway(w *writing, table string) error {
	if !w.Replace {
		return nil
	}
	return ifThere(os.Rename(f.partition(w, table), w.old(table)))
}

// putBack moves an old partition back, if there was one.
func (f *Folder) putBack(w *writing, table string) error {
	return ifThere(os.Rename(w.old(table), f.partition(w, table)))
}

// ifThere forgives that nothing is there.
func ifThere(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (w *writing) new(table string) string { return filepath.Join(w.staged, table) }
func (w *writing) old(table string) string { return filepath.Join(w.staged, table+".old") }
