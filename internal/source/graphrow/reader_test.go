package graphrow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// names makes a visitor that says the name of each row as a statement, and
// notes rows without one.
func names(r *Reader) func() {
	return func() {
		name := r.Row.Text("displayname")
		if name == "" {
			r.Note(demarc.NoteSkipped, "no name")
			return
		}
		r.Sink.Statement(source.Statement{ID: name, Place: r.Place()})
	}
}

func input(t *testing.T, text string) *source.Input {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "in"}, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// told is what a sink was told, each with its line.
func told(sink *sourcetest.Sink) (all []string) {
	for _, s := range sink.Statements {
		all = append(all, fmt.Sprint(s.Place.Line, " ", s.ID))
	}
	for _, n := range sink.Notes {
		all = append(all, fmt.Sprint(n.Place.Line, " ", n.Kind, ": ", n.Message))
	}
	for _, i := range sink.Missing {
		all = append(all, "incomplete: "+i.Message)
	}
	return all
}

func TestRead(t *testing.T) {
	const round = 1000 // a number of rows at which exports are cut
	rows := func(first int) (all []string) {
		for i := range round {
			all = append(all, fmt.Sprint(first+i, " a"))
		}
		return all
	}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a page of Graph", "{\"value\":[{\"displayName\":\"a\"},\n{\"displayName\":\"b\"}]}", []string{"1 a", "2 b"}},
		{"a page with a next one", `{"value":[{"displayName":"a"}],"@odata.nextLink":"https://x"}`, []string{"1 a", "incomplete: 1 rows are there, and a next page is not"}},
		{"what PowerShell writes", "{\"value\":[{\"DisplayName\":\"a\"}],\"Count\":1}", []string{"1 a"}},
		{"a list", "[\n{\"displayName\":\"a\"}]", []string{"2 a"}},
		{"one object", `{"displayName":"a"}`, []string{"1 a"}},
		{"a table in JSON", `{"data":{"columns":[{"name":"Display Name"}],"rows":[["a"]]}}`, []string{"1 a"}},
		{"a list that breaks off", `[{"displayName":"a"},`, []string{"1 a", "incomplete: the file breaks off near row 1"}},
		{"a row that is broken", "[{\"displayName\":\"a\"},\n{\"displayName\" \"b\"}]", []string{"1 a", "2 skipped: broken JSON"}},
		{"a row that is not UTF-8", "[{\"displayName\":\"a\"},\n{\"displayName\":\"b\",\"more\":\"\xff\"}]", []string{"1 a", "2 b", "2 malformed: bytes that are not UTF-8"}},
		{"a row that the visitor refuses", "[\n{\"id\":\"1\"}]", []string{"2 skipped: no name"}},
		{"separated values", "Display Name,id\na,1\n\nb,2\n", []string{"2 a", "4 b"}},
		{"a line that the visitor refuses", "Display Name,id\n,1\n", []string{"2 skipped: no name"}},
		{"a line after another", "Display Name,id\na,1\n\"\",2\n", []string{"2 a", "3 skipped: no name"}},
		{"a round number of rows", "[" + strings.Repeat("{\"displayName\":\"a\"},\n", round) + "]", append(rows(1), "incomplete: exactly 1,000 rows, where exports are cut")},
		{"a round number of lines", "displayName\n" + strings.Repeat("a\n", round), rows(2)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := sourcetest.NewSink(t)
			if err := Read(context.Background(), input(t, tt.text), sink, names); err != nil {
				t.Fatal(err)
			}
			if got := told(sink); !slices.Equal(got, tt.want) {
				t.Errorf("told %q, want %q", got, tt.want)
			}
		})
	}
}

// TestTable holds that lines are counted whatever became of them.
func TestTable(t *testing.T) {
	sink := sourcetest.NewSink(t)
	n, err := Table(context.Background(), input(t, "displayName,id\na,1\n,2\n\"never closed,3\n"), sink, names)
	if err != nil || n != 3 {
		t.Errorf("%d lines, %v; want 3", n, err)
	}
	want := []string{"2 a", "3 skipped: no name", "4 skipped: a quote that is never closed"}
	if got := told(sink); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestLargeFile holds that each goroutine has a sink of its own and that
// no row is lost between them.
func TestLargeFile(t *testing.T) {
	const rows = 20_000
	text := strings.Repeat(`{"displayName":"a","description":"`+strings.Repeat("x", 60)+`"}`+"\n", rows)
	sink, readers := sourcetest.NewSink(t), map[source.Sink]int{}
	err := JSON(context.Background(), input(t, text), sink, func(r *Reader) func() {
		readers[r.Sink]++
		return names(r)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(sink.Statements) != rows || len(sink.Notes) > 0 {
		t.Errorf("%d rows, notes %v", len(sink.Statements), sink.Notes)
	}
	for _, n := range readers {
		if n > 1 {
			t.Errorf("%d readers give to one sink", n)
		}
	}
}

func TestReadStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, text := range []string{`[{"displayName":"a"}]`, "displayName\na\n"} {
		if err := Read(ctx, input(t, text), sourcetest.NewSink(t), names); !errors.Is(err, context.Canceled) {
			t.Errorf("%q: got %v, want that it was canceled", text, err)
		}
	}
}
