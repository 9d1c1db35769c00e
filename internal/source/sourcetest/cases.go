package sourcetest

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

var update = flag.Bool("update", false, "write what readers give into the cases")

// separator stands between the input of a case and what is wanted of it.
const separator = "\n---- want\n"

// wishes are the values that cases show.
var wishes = []string{
	"kind", "location", "managedBy", "sku", "sku.name", "sku.tier", "plan.publisher", "identity.type", "zones", "etag", "tags['env']", "tags['owner']",
	"properties.provisioningState", "properties.storageProfile.osDisk.osType", "properties.ipConfigurations[*].name", "properties.enabled",
	"properties.os", "properties.lastPatch", "properties.lastRestoreTest", "properties.owner", "properties.site",
}

// NewCaseSink makes a sink whose plans hold the values that cases show.
func NewCaseSink(t testing.TB) *Sink {
	t.Helper()
	var all []slots.Wish
	for _, path := range wishes {
		all = append(all, slots.Wish{Path: path})
	}
	return NewSink(t, all...)
}

// Cases runs the paired cases in testdata: in each file an input, a line
// "---- want", and what the reader gives. An input must be recognised and give
// the same whatever encoding and line ends it comes in.
func Cases(t *testing.T, f source.Format) {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) { runCase(t, f, path) })
	}
}

func runCase(t *testing.T, f source.Format, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	input, want, ok := strings.Cut(string(text), separator)
	if !ok && !*update {
		t.Fatalf("%s: no line %q", path, strings.TrimSpace(separator))
	}
	input += "\n"
	if *update {
		want = Read(t, f, []byte(input))
		if err := os.WriteFile(path, []byte(strings.TrimSuffix(input, "\n")+separator+want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, encoded := range encodings(input) {
		if got := Read(t, f, encoded); got != want {
			t.Errorf("%s as %s gives\n%s\nwant\n%s", path, name, got, want)
		}
	}
}

// encodings are the ways in which one text comes from different tools.
func encodings(text string) map[string][]byte {
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	return map[string][]byte{
		"UTF-8":                                []byte(text),
		"UTF-8 with byte order mark":           []byte("\ufeff" + text),
		"UTF-8 with CRLF":                      []byte(crlf),
		"UTF-16LE with byte order mark, CRLF":  UTF16(binary.LittleEndian, "\ufeff"+crlf),
		"UTF-16LE without byte order mark":     UTF16(binary.LittleEndian, text),
		"UTF-16BE with byte order mark":        UTF16(binary.BigEndian, "\ufeff"+text),
		"UTF-16BE without byte order mark, CR": UTF16(binary.BigEndian, crlf),
	}
}

// UTF16 writes a text as UTF-16.
func UTF16(order binary.AppendByteOrder, text string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

// Read reads bytes with a format, which must recognise them, and writes down
// what it gave.
func Read(t testing.TB, f source.Format, text []byte) string {
	t.Helper()
	in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if !f.Detect(in.Head) {
		return "not recognised\n"
	}
	sink := NewCaseSink(t)
	err = f.Read(context.Background(), in, sink)
	var out strings.Builder
	sink.write(&out)
	if err != nil {
		fmt.Fprintln(&out, "error:", err)
	}
	return out.String()
}

// write writes down what was recorded, record by record.
func (s *Sink) write(w io.Writer) {
	for _, r := range s.Resources {
		fmt.Fprintf(w, "resource %s\n", r.ID)
		fmt.Fprintf(w, "  name=%s type=%s%s line=%d seen=%v", r.Name, r.Type, note(" display=", r.DisplayType), r.Place.Line, r.Seen)
		fmt.Fprintf(w, "%s", note(" scope=", r.ScopeID))
		if r.Standing != demarc.There {
			fmt.Fprintf(w, " %v", r.Standing)
		}
		if r.MadeUp {
			fmt.Fprint(w, " made-up")
		}
		fmt.Fprintln(w)
		for _, path := range sortedKeys(r.Values) {
			fmt.Fprintf(w, "  %s: %s\n", path, shown(r.Values[path]))
		}
	}
	for _, sc := range s.Scopes {
		fmt.Fprintf(w, "scope %s name=%s%s line=%d\n", sc.ID, sc.Name, note(" managedBy=", sc.ManagedBy), sc.Place.Line)
	}
	for _, ref := range s.References {
		fmt.Fprintf(w, "reference %s%s%s line=%d\n", ref.ID, note(" type=", ref.Type), note(" from=", ref.From), ref.Place.Line)
	}
	for _, st := range s.Statements {
		fmt.Fprintf(w, "statement %s %s line=%d\n", st.Kind, st.ID, st.Place.Line)
		if st.Content != nil {
			fmt.Fprintf(w, "  %s\n", content(st.Content))
		}
	}
	for i := range s.Evidences {
		writeEvidence(w, &s.Evidences[i])
	}
	for _, n := range s.Notes {
		fmt.Fprintf(w, "note %s line=%d: %s\n", n.Kind, n.Place.Line, n.Message)
	}
	for _, i := range s.Missing {
		fmt.Fprintf(w, "incomplete read=%d total=%d possibly=%v: %s\n", i.Read, i.Total, i.Possibly, i.Message)
		fmt.Fprintf(w, "  %s\n", i.Command)
	}
}

func note(label, text string) string {
	if text == "" {
		return ""
	}
	return label + text
}

// shown tells a text from a value of another kind.
func shown(v demarc.Value) string {
	if v.Kind() == demarc.KindText {
		return fmt.Sprintf("%q", v.Text())
	}
	return v.String()
}

func sortedKeys(m map[string]demarc.Value) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Fuzz feeds a reader with anything: it must never panic, and must lose
// nothing. The inputs of the cases are the seeds.
func Fuzz(f *testing.F, format source.Format) {
	paths, _ := filepath.Glob("testdata/*.txt")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		input, _, _ := bytes.Cut(text, []byte(separator))
		f.Add(input)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		sink := NewCaseSink(t)
		recognised := format.Detect(in.Head)
		err = format.Read(context.Background(), in, sink)
		given := len(sink.Resources) + len(sink.Scopes) + len(sink.References) + len(sink.Statements) + len(sink.Evidences) + len(sink.Notes) + len(sink.Missing)
		if recognised && err == nil && given == 0 && len(bytes.TrimSpace(text)) > 0 && !mayBeEmpty(in.Head) {
			t.Errorf("%q was read and nothing came of it", text)
		}
		for _, r := range sink.Resources {
			if r.ID == "" {
				t.Errorf("%q gives a resource without an id", text)
			}
		}
	})
}

// mayBeEmpty reports whether a file of a known format holds no record: a list
// without elements, a header without rows, a document without entries.
func mayBeEmpty(h source.Head) bool {
	return h.JSON().Kind == 0 || len(h.JSON().Row) == 0 || h.JSON().Envelope()
}
