package jsonrows

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// gathered are the rows that decoders were given, in any order.
type gathered struct {
	mu   sync.Mutex
	rows []string
	keep bool
	n    int
}

type gatherer struct{ to *gathered }

func (g gatherer) Decode(r Row) {
	g.to.mu.Lock()
	defer g.to.mu.Unlock()
	g.to.n++
	if !g.to.keep {
		return
	}
	text := fmt.Sprintf("%d:%s", r.Line, r.Raw)
	if r.Columns != nil {
		text += fmt.Sprint(r.Columns)
	}
	g.to.rows = append(g.to.rows, text)
}

// split reads a text through buffers of the given size.
func split(t testing.TB, r io.Reader, size int, to *gathered) ([]Page, *sourcetest.Sink, error) {
	t.Helper()
	return splitWithin(t, r, size, MaxRow, to)
}

// splitWithin is split for rows of at most so many bytes.
func splitWithin(t testing.TB, r io.Reader, size, most int, to *gathered) ([]Page, *sourcetest.Sink, error) {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "in"}, r)
	if err != nil {
		t.Fatal(err)
	}
	sink := sourcetest.NewSink(t)
	newDecoder := func(source.Sink) Decoder { return gatherer{to} }
	p := &pool{sink: sink, newDecoder: newDecoder, most: 1, own: newDecoder(sink)}
	if size > batchSize {
		p.most = 4
	}
	s := newSplitter(context.Background(), in, p, size)
	s.most = most
	s.note = func(line int, message string) {
		sink.Note(demarc.Note{Place: demarc.Place{Line: line}, Message: message, Count: 1})
	}
	s.documents()
	p.finish()
	return s.pages, sink, s.err
}

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		rows       []string
		pages      []Page
		notes      []string
	}{
		{name: "list", text: "[\n {\"a\":1},\n {\"a\":[2,{}]}\n]\n", rows: []string{`2:{"a":1}`, `3:{"a":[2,{}]}`}, pages: []Page{{Line: 1, Rows: 2}}},
		{name: "empty list", text: "[]", pages: []Page{{Line: 1}}},
		{name: "nothing", text: " \n"},
		{name: "envelope", text: `{"count":1,"data":[{"a":1}],"skip_token":"t","total_records":9}`, rows: []string{`1:{"a":1}`},
			pages: []Page{{Line: 1, Rows: 1, Total: 9, Token: "t"}}},
		{name: "Resource Graph page", text: `{"totalRecords":2,"count":1,"data":[{"a":1}],"facets":[],"resultTruncated":"true","$skipToken":"x"}`,
			rows: []string{`1:{"a":1}`}, pages: []Page{{Line: 1, Rows: 1, Total: 2, Token: "x", Truncated: true}}},
		{name: "next link", text: `{"value":[{"a":1}],"nextLink":"https://x"}`, rows: []string{`1:{"a":1}`}, pages: []Page{{Line: 1, Rows: 1, Link: "https://x"}}},
		{name: "null token", text: `{"value":[],"nextLink":null,"@odata.nextLink":""}`, pages: []Page{{Line: 1}}},
		{name: "two pages", text: "{\"data\":[{\"a\":1}],\"skip_token\":\"t\"}\n{\"data\":[{\"a\":2}]}", rows: []string{`1:{"a":1}`, `2:{"a":2}`},
			pages: []Page{{Line: 1, Rows: 1, Token: "t"}, {Line: 2, Rows: 1}}},
		{name: "list of pages", text: `[{"data":[{"a":1}],"skip_token":"t"},{"data":[{"a":2}]}]`, rows: []string{`1:{"a":1}`, `1:{"a":2}`},
			pages: []Page{{Line: 1, Rows: 1, Token: "t"}, {Line: 1, Rows: 1}, {Line: 1}}},
		{name: "lists in a list", text: `[[{"a":1}],[{"a":2}]]`, rows: []string{`1:{"a":1}`, `1:{"a":2}`}, pages: []Page{{Line: 1, Rows: 2}}},
		{name: "one object", text: "{\"id\":\"x\",\n\"properties\":{\"value\":[1]}}", rows: []string{"1:{\"id\":\"x\",\n\"properties\":{\"value\":[1]}}"},
			pages: []Page{{Line: 1, Rows: 1}}},
		{name: "lines of JSON", text: "{\"a\":1}\n{\"a\":2}\n", rows: []string{`1:{"a":1}`, `2:{"a":2}`}, pages: []Page{{Line: 1, Rows: 2}}},
		{name: "table", text: `{"data":{"columns":[{"name":"id","type":"string"},{"name":"b"}],"rows":[["x",1],["y",2]]},"totalRecords":2}`,
			rows: []string{`1:["x",1][id b]`, `1:["y",2][id b]`}, pages: []Page{{Line: 1, Rows: 2, Total: 2}}},
		{name: "comments and trailing commas", text: "// export\n[ /* one */ {\"a\":1}, // two\n {\"a\":2,},\n]", rows: []string{`2:{"a":1}`, `3:{"a":2,}`},
			pages: []Page{{Line: 2, Rows: 2}}},
		{name: "not objects", text: `[1,"a",{"a":1},null]`, rows: []string{`1:{"a":1}`}, pages: []Page{{Line: 1, Rows: 4}},
			notes: []string{"1 not an object", "1 not an object", "1 not an object"}},
		{name: "cut in a row", text: "[{\"a\":1},\n{\"a\":", rows: []string{`1:{"a":1}`}, pages: []Page{{Line: 1, Rows: 2, Cut: true}}, notes: []string{"2 " + cutOff}},
		{name: "cut between rows", text: `{"data":[{"a":1},`, rows: []string{`1:{"a":1}`}, pages: []Page{{Line: 1, Rows: 1, Cut: true}}},
		{name: "cut in one object", text: `{"id":"x","properties":{`, pages: []Page{{Line: 1, Rows: 1, Cut: true}}, notes: []string{"1 " + cutOff}},
		{name: "broken line among lines", text: "{\"a\":1}\n{\"a\" 2}\n{\"a\":3}\n", rows: []string{`1:{"a":1}`, `3:{"a":3}`},
			pages: []Page{{Line: 1, Rows: 3}}, notes: []string{"2 broken JSON"}},
		{name: "text in front", text: "WARNING: preview\n[{\"a\":1}]", rows: []string{`2:{"a":1}`}, pages: []Page{{Line: 1, Rows: 1}, {Line: 2, Rows: 1}},
			notes: []string{"1 text that is no JSON"}},
		{name: "wrong bracket", text: `[{"a":1}}`, rows: []string{`1:{"a":1}`}, pages: []Page{{Line: 1, Rows: 1}, {Line: 1, Rows: 1}},
			notes: []string{"1 a bracket that closes nothing"}},
		{name: "stray slash", text: `[/,{"a":1}]`, rows: []string{`1:{"a":1}`}, pages: []Page{{Line: 1, Rows: 2}}, notes: []string{"1 not an object"}},
		{name: "10,000 levels", text: `[{"a":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `},{"a":1}]`, rows: []string{`1:{"a":1}`},
			pages: []Page{{Line: 1, Rows: 2}}, notes: []string{"1 " + tooDeep}},
		{name: "10,000 lists", text: strings.Repeat("[", 10_010), pages: []Page{{Line: 1, Rows: 1, Cut: true}}, notes: []string{"1 " + cutOff}},
	}
	for _, tt := range tests {
		for _, size := range []int{16, 61, batchSize, batchSize + 1} {
			t.Run(fmt.Sprint(tt.name, " in ", size), func(t *testing.T) {
				to := &gathered{keep: true}
				pages, sink, err := split(t, strings.NewReader(tt.text), size, to)
				if err != nil || !slices.Equal(pages, tt.pages) {
					t.Errorf("pages %+v, %v; want %+v", pages, err, tt.pages)
				}
				if !slices.Equal(to.rows, tt.rows) {
					t.Errorf("rows %q; want %q", to.rows, tt.rows)
				}
				var notes []string
				for _, n := range sink.Notes {
					notes = append(notes, fmt.Sprint(n.Place.Line, " ", n.Message))
				}
				if !slices.Equal(notes, tt.notes) {
					t.Errorf("notes %q; want %q", notes, tt.notes)
				}
			})
		}
	}
}

// endless gives out a text, a filling of some length, and another text.
func endless(before string, fill byte, length int64, after string) io.Reader {
	return io.MultiReader(strings.NewReader(before), io.LimitReader(filler(fill), length), strings.NewReader(after))
}

type filler byte

func (f filler) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(f)
	}
	return len(p), nil
}

func TestHugeRows(t *testing.T) {
	const most = 1 << 20
	const huge = most + most/2
	tests := []struct {
		name string
		in   io.Reader
		note string
	}{
		{"text", endless(`[{"a":1},{"b":"`, 'x', huge, `"},{"a":2}]`), "1 " + tooLarge},
		{"backslashes", endless(`[{"a":1},{"b":"`, '\\', huge, `"},{"a":2}]`), "1 " + tooLarge},
		{"number", endless(`[{"a":1},`, '7', huge, `,{"a":2}]`), "1 " + tooLarge},
		{"one object", io.MultiReader(endless("{\"a\":1}\n{\"b\":\"", 'x', huge, "\"}\n"), strings.NewReader(`{"a":2}`)), "2 " + tooLarge},
		{"white space", endless(`[{"a":1},`, ' ', huge, `{"a":2}]`), ""},
		{"comment", endless(`[{"a":1}, /* `, 'x', huge, `*/ {"a":2}]`), ""},
		{"list in front of the rows", endless(`{"facets":"`, 'x', huge, `","data":[{"a":1},{"a":2}]}`), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			to := &gathered{}
			_, sink, err := splitWithin(t, tt.in, batchSize, most, to)
			if err != nil || to.n != 2 {
				t.Errorf("%d rows, %v; want the 2 small ones", to.n, err)
			}
			var got string
			for _, n := range sink.Notes {
				got += fmt.Sprint(n.Place.Line, " ", n.Message)
			}
			if got != tt.note {
				t.Errorf("notes %q, want %q", got, tt.note)
			}
		})
	}
}

// TestLargestRow holds that rows up to the bound are read and others are not.
func TestLargestRow(t *testing.T) {
	for size, want := range map[int64]int{MaxRow - 1<<20: 2, MaxRow + 1<<20: 1} {
		to := &gathered{}
		if _, _, err := split(t, endless(`[{"b":"`, 'x', size, `"},{"a":2}]`), batchSize, to); err != nil || to.n != want {
			t.Errorf("a row of %d MB: %d rows, %v; want %d", size>>20, to.n, err, want)
		}
	}
}

// TestLongLineTakesNoMemory reads 80 MB of rows without one line break.
func TestLongLineTakesNoMemory(t *testing.T) {
	row := `{"id":"` + strings.Repeat("x", 800) + `"},`
	const rows = 100_000
	r := io.MultiReader(strings.NewReader("["), &repeated{text: row, left: rows}, strings.NewReader(`{}]`))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	to := &gathered{}
	if _, _, err := split(t, r, batchSize+1, to); err != nil || to.n != rows+1 {
		t.Fatalf("%d rows, %v", to.n, err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.Sys - min(after.Sys, before.Sys); grown > 32<<20 {
		t.Errorf("took %d MB", grown>>20)
	}
}

type repeated struct {
	text string
	left int
	rest string
}

func (r *repeated) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if r.rest == "" {
			if r.left == 0 {
				return n, io.EOF
			}
			r.rest = r.text
			r.left--
		}
		k := copy(p[n:], r.rest)
		r.rest = r.rest[k:]
		n += k
	}
	return n, nil
}

func TestReadErrors(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(`[{"a":1},`+strings.Repeat(" ", 100_000)), errReader{})
	to := &gathered{keep: true}
	_, _, err := split(t, broken, batchSize, to)
	if !errors.Is(err, os.ErrDeadlineExceeded) || len(to.rows) != 1 {
		t.Errorf("rows %q, %v; want the first row and the error of the disk", to.rows, err)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

func TestReadStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	in, err := source.NewInput(&demarc.File{}, strings.NewReader(`[{"a":1}]`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Read(ctx, in, sourcetest.NewSink(t), func(source.Sink) Decoder { return gatherer{&gathered{}} })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was canceled", err)
	}
}

// FuzzSplit holds the splitter against encoding/json: every list of objects
// comes out as it went in, whatever the size of the buffer, and nothing else
// is lost without a note.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{`[{"a":1},{"b":"]}"}]`, `{"data":[{"a":1}],"skip_token":"x"}`, "{}\n{}", `[[{}],{}]`, `{"data":{"columns":[{"name":"a"}],"rows":[[1]]}}`, `//`, `{"a":/**/1`} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		if len(b) > 1<<12 {
			return
		}
		to := &gathered{keep: true}
		pages, sink, err := split(t, bytes.NewReader(b), 1+(size&63), to)
		if err != nil {
			t.Fatal(err)
		}
		records := 0
		for _, p := range pages {
			records += p.Rows
		}
		if records != len(to.rows)+len(sink.Notes) {
			t.Errorf("%q: %d records, but %d rows and %d notes", b, records, len(to.rows), len(sink.Notes))
		}
		var want []map[string]any
		if bytes.HasPrefix(b, []byte("\ufeff")) || json.Unmarshal(b, &want) != nil || slices.ContainsFunc(want, func(m map[string]any) bool { return m == nil || hasRows(m) }) {
			return
		}
		if want != nil && len(want) != len(to.rows) {
			t.Errorf("%q: %d rows, want %d", b, len(to.rows), len(want))
		}
	})
}

func hasRows(m map[string]any) bool {
	for name := range m {
		if n := strings.ToLower(name); n == "data" || n == "value" {
			return true
		}
	}
	return false
}

func BenchmarkSplit(b *testing.B) {
	row := `{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm",` +
		`"name":"vm","type":"microsoft.compute/virtualmachines","tenantId":"22222222-2222-2222-2222-222222222222","kind":"","location":"westeurope",` +
		`"resourceGroup":"rg","managedBy":"","sku":null,"plan":null,"tags":{"env":"prod","owner":"team"},` +
		`"properties":{"hardwareProfile":{"vmSize":"Standard_D4s_v5"},"storageProfile":{"osDisk":{"osType":"Linux","diskSizeGB":64}},"vmId":"x"}},` + "\n"
	text := "[" + strings.Repeat(row, 50_000) + "{}]"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := split(b, strings.NewReader(text), batchSize, &gathered{}); err != nil {
			b.Fatal(err)
		}
	}
}
