package foreign

import (
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// TestSchema: files say what they hold, columns have real types, and statistics
// say what a reader may leave out.
func TestSchema(t *testing.T) {
	folder := t.TempDir()
	export(t, "examples/contoso", folder)
	types := map[string]string{}
	for _, name := range files(t, folder) {
		f, err := file.OpenParquetFile(name, false)
		if err != nil {
			t.Fatal(err)
		}
		about := f.MetaData().KeyValueMetadata()
		for key, want := range map[string]string{"demarc.schema": "1.0", "demarc.workspace": "tables", "demarc.as_of": "2026-11-22"} {
			if got := about.FindValue(key); got == nil || *got != want {
				t.Errorf("%s: %s is not %s", name, key, want)
			}
		}
		for _, key := range []string{"demarc.program", "demarc.catalog"} {
			if got := about.FindValue(key); got == nil || *got == "" {
				t.Errorf("%s: no %s", name, key)
			}
		}
		table := *about.FindValue("demarc.table")
		for i := range f.MetaData().Schema.NumColumns() {
			column := f.MetaData().Schema.Column(i)
			types[table+"."+column.Path()] = column.LogicalType().String()
		}
		checkGroups(t, table, f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for column, want := range map[string]string{
		"resources.id": "String", "resources.rule.checked": "Date", "verdicts.exception.expires": "Date", "verdicts.evidence.list.element": "String",
		"evidence.observed": "Timestamp(isAdjustedToUTC=true, timeUnit=microseconds, is_from_converted_type=false, force_set_converted_type=false)", "checks.observed": "Date",
	} {
		if types[column] != want {
			t.Errorf("%s is %s, want %s", column, types[column], want)
		}
	}
}

func checkGroups(t *testing.T, table string, f *file.Reader) {
	t.Helper()
	for i := range f.NumRowGroups() {
		group := f.MetaData().RowGroup(i)
		for n := range group.NumColumns() {
			chunk, err := group.ColumnChunk(n)
			if err != nil {
				t.Fatal(err)
			}
			name := table + "." + chunk.PathInSchema().String()
			if chunk.Compression() != compress.Codecs.Zstd {
				t.Errorf("%s is compressed by %v", name, chunk.Compression())
			}
			checkStatistics(t, name, chunk)
		}
	}
}

func checkStatistics(t *testing.T, name string, chunk *metadata.ColumnChunkMetaData) {
	t.Helper()
	stats, err := chunk.Statistics()
	if err != nil || stats == nil || !stats.HasNullCount() {
		t.Errorf("%s has no statistics: %v", name, err)
		return
	}
	if some := chunk.NumValues() > stats.NullCount(); some != stats.HasMinMax() {
		t.Errorf("%s: bounds %v, and %d values of which %d are null", name, stats.HasMinMax(), chunk.NumValues(), stats.NullCount())
	}
	repeated := []string{"resources.type", "verdicts.status", "verdicts.resource", "verdicts.why", "cells.reason"}
	if slices.Contains(repeated, name) && (!chunk.HasDictionaryPage() || !slices.Contains(chunk.Encodings(), parquet.Encodings.RLEDict)) {
		t.Errorf("%s has no dictionary", name)
	}
}
