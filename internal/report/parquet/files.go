package parquet

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	parquetlib "github.com/parquet-go/parquet-go"
)

// sizes say how rows are put together. A group is what a writer keeps in memory
// and an engine skips as a whole; a file has whole batches.
type sizes struct{ batch, group, file int64 }

var usual = sizes{batch: 1 << 10, group: 1 << 18, file: 1 << 22}

// longestBound is how many bytes of a text the index of pages keeps: ids begin
// alike for longer than its usual 16.
const longestBound = 256

// files are the files of one table, of which the last is open.
type files[T any] struct {
	*writing
	made     Table
	sortedBy []string
	rows     int64 // in the open file
	file     *os.File
	to       *parquetlib.GenericWriter[T]
}

// writeTable writes rows to as many files as they take, at least one.
func writeTable[T any](ctx context.Context, f *files[T], rows iter.Seq[*T]) (Table, error) {
	err := f.start()
	batch := make([]T, 0, f.sizes.batch)
	for row := range rows {
		batch = append(batch, *row)
		if len(batch) < cap(batch) {
			continue
		}
		if err = errors.Join(err, ctx.Err()); err == nil {
			err = f.write(batch)
		}
		if err != nil {
			break
		}
		batch = batch[:0]
	}
	if err == nil {
		err = f.write(batch)
	}
	if err = errors.Join(err, f.end()); err != nil {
		return f.made, fmt.Errorf("write the table of %s: %w", f.made.Name, err)
	}
	return f.made, nil
}

// start begins the next file.
func (f *files[T]) start() (err error) {
	folder := f.new(f.made.Name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	f.file, err = os.Create(filepath.Join(folder, fmt.Sprintf("part-%05d.parquet", f.made.Files)))
	if err != nil {
		return err
	}
	f.made.Files++
	f.to = parquetlib.NewGenericWriter[T](f.file, f.options()...)
	return nil
}

// write writes rows, to the next file when the open one is full.
func (f *files[T]) write(rows []T) error {
	if f.rows >= f.sizes.file {
		if err := f.end(); err != nil {
			return err
		}
		if err := f.start(); err != nil {
			return err
		}
	}
	n, err := f.to.Write(rows)
	f.rows += int64(n)
	f.made.Rows += int64(n)
	return err
}

// end closes the open file, so that it outlives a power cut.
func (f *files[T]) end() error {
	if f.to == nil {
		return nil
	}
	err := f.to.Close()
	if err == nil {
		err = f.file.Sync()
	}
	if info, told := f.file.Stat(); told == nil {
		f.made.Bytes += info.Size()
	}
	err = errors.Join(err, f.file.Close())
	f.to, f.rows = nil, 0
	return err
}

func (f *files[T]) options() []parquetlib.WriterOption {
	var sorting []parquetlib.SortingColumn
	for _, name := range f.sortedBy {
		sorting = append(sorting, parquetlib.Ascending(name))
	}
	options := []parquetlib.WriterOption{
		parquetlib.Compression(&parquetlib.Zstd),
		parquetlib.DataPageVersion(1), // which every engine reads
		parquetlib.MaxRowsPerRowGroup(f.sizes.group),
		parquetlib.ColumnIndexSizeLimit(func([]string) int { return longestBound }),
		parquetlib.SortingWriterConfig(parquetlib.SortingColumns(sorting...)),
	}
	for _, about := range [...][2]string{
		{"demarc.schema", SchemaVersion}, {"demarc.program", f.Program}, {"demarc.catalog", f.Catalog},
		{"demarc.workspace", f.Workspace}, {"demarc.as_of", f.day}, {"demarc.table", f.made.Name},
	} {
		options = append(options, parquetlib.KeyValueMetadata(about[0], about[1]))
	}
	return options
}
