// Package parquet hands an assessment over to data platforms: a folder of
// Parquet files that DuckDB, Spark, Trino, ClickHouse or Fabric read in place,
// a table a folder, and in it one partition for each workspace and day.
//
// Columns have the names of the JSON contract, and one that may be null is null
// where that has null. Every table is a struct; the comment beside a field is
// what docs/export.md says of its column. Rows are streamed from the assessment
// and come in an order of their own, so that the same assessment gives the same
// bytes.
package parquet

import (
	"context"
	"iter"
	"time"

	"github.com/demarc-dev/demarc"
)

// SchemaVersion is the version of the columns. A minor version adds some, a
// major version may change or remove them.
const SchemaVersion = "1.0"

// Export is what to write.
type Export struct {
	Assessment *demarc.Assessment
	Workspace  string // whose assessment it is, as the name of a partition
	Program    string // version of the program
	Catalog    string // hash of what the program knows
	Replace    bool   // a partition that is there gives way; else it is an error
}

// Table says what was written of one table.
type Table struct {
	Name  string
	Rows  int64
	Files int
	Bytes int64
}

// table is one table: its name, and how its rows are written.
type table struct {
	name  string
	row   any // an empty row
	write func(context.Context, *writing) (Table, error)
}

// tables are all tables, in the order in which they are published: who finds
// the estate finds all others.
var tables = []table{
	tableOf("scopes", scopes),
	tableOf("resources", resources, "foldedId"),
	tableOf("cells", cells),
	tableOf("responsibilities", responsibilities, "id"),
	tableOf("verdicts", verdicts),
	tableOf("evidence", evidence),
	tableOf("checks", checks),
	tableOf("estate", estates),
}

// tableOf describes a table by its rows, and by the columns that they are
// sorted by from the first to the last file. A row holds only until the next
// one is asked for.
func tableOf[T any](name string, rows func(*demarc.Assessment) iter.Seq[*T], sortedBy ...string) table {
	return table{name: name, row: new(T), write: func(ctx context.Context, w *writing) (Table, error) {
		return writeTable(ctx, &files[T]{writing: w, made: Table{Name: name}, sortedBy: sortedBy}, rows(w.Assessment))
	}}
}

// Write writes all tables and publishes them together. Nothing is published
// when it fails.
func (f *Folder) Write(ctx context.Context, x Export) ([]Table, error) {
	w := &writing{Export: x, staged: f.staged, sizes: f.sizes, day: x.Assessment.AsOf.UTC().Format(time.DateOnly)}
	if err := f.free(w); err != nil {
		return nil, err
	}
	var made []Table
	for _, t := range tables {
		one, err := t.write(ctx, w)
		if err != nil {
			return nil, err
		}
		made = append(made, one)
	}
	return made, f.publish(w)
}
