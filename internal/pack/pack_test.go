package pack

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

func definition(n int, body string) []byte {
	return fmt.Appendf(nil, `{"id":"/providers/Microsoft.Authorization/policyDefinitions/d%d","name":"d%d","properties":%s}`, n, n, body)
}

func id(n int) string {
	return fmt.Sprintf("/providers/Microsoft.Authorization/policyDefinitions/d%d", n)
}

// samples are definitions about two types, one and any, one for Azure
// Government, and enough others that there are several blocks.
func samples() (defs, sets []Entry) {
	defs = []Entry{
		{ID: id(1), Raw: definition(1, `{"policyRule":1}`), Types: []string{"Microsoft.A/b", "microsoft.c/D"}},
		{ID: id(2), Raw: definition(2, `{"policyRule":2}`)},
		{ID: id(1), Raw: definition(1, `{"policyRule":3}`), Types: []string{"Microsoft.A/b"}, Gov: true},
		{ID: id(3), Raw: definition(3, `{"policyRule":4}`), Types: []string{}},
	}
	long := strings.Repeat("x", 1000)
	for n := 10; n < 400; n++ {
		defs = append(defs, Entry{ID: id(n), Raw: definition(n, fmt.Sprintf(`{"description":%q}`, long+fmt.Sprint(n))), Types: []string{"microsoft.many/e"}})
	}
	return defs, []Entry{{ID: "/s", Raw: []byte(`{"name":"s","properties":{"policyDefinitions":[]}}`)}}
}

func written(t testing.TB, h Header, defs, sets []Entry) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, h, defs, sets); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func saved(t testing.TB, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pack")
	if err := Save(path, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		t.Fatal(err)
	}
	return path
}

// rules are the rules of definitions, in order.
func rules(list []Definition) string {
	var parts []string
	for _, d := range list {
		_, rule, _ := strings.Cut(string(d.Raw), `"policyRule":`)
		gov := ""
		if d.Gov {
			gov = " gov"
		}
		parts = append(parts, strings.Trim(rule, "}")+gov)
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func TestPack(t *testing.T) {
	defs, sets := samples()
	header := Header{Name: "x", Source: "a.zip", Commit: "c0ffee", SHA256: "00", Licence: Licence{"MIT", "MIT License\n\nin full"}, Created: "2026-11-22"}
	path := saved(t, written(t, header, defs, sets))
	p, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	header.Format, header.Kind, header.Definitions, header.Government, header.Sets = Format, Policies, 393, 1, 1
	if got := p.Header(); got != header {
		t.Errorf("header %+v, want %+v", got, header)
	}
	if got, err := ReadHeader(path); err != nil || got != header {
		t.Errorf("header alone %+v, %v", got, err)
	}
	if got := p.Types(); !slices.Equal(got, []string{"microsoft.a/b", "microsoft.c/d", "microsoft.many/e"}) {
		t.Errorf("types %q", got)
	}
	if len(p.blocks) < 3 {
		t.Errorf("%d blocks", len(p.blocks))
	}
	some := func(list []Definition, err error) string {
		if err != nil {
			t.Error(err)
		}
		return rules(list)
	}
	if got := some(p.For("MICROSOFT.a/B")); got != "1, 3 gov" {
		t.Errorf("for a/b %q", got)
	}
	if got := some(p.For("microsoft.C/d")); got != "1" {
		t.Errorf("for c/d %q", got)
	}
	if got := some(p.For("microsoft.none/x")); got != "" {
		t.Errorf("for none %q", got)
	}
	if got := some(p.Untyped()); got != "2" {
		t.Errorf("untyped %q", got)
	}
	all, err := p.All()
	if err != nil || len(all) != 394 {
		t.Errorf("all %d, %v", len(all), err)
	}
	if list, err := p.Sets(); err != nil || len(list) != 1 || string(list[0].Raw) != `{"id":"/s","name":"s","properties":{"policyDefinitions":[]}}` {
		t.Errorf("sets %v, %v", list, err)
	}
	for key, want := range map[string]string{strings.ToUpper(id(1)): "1", "D3": "4", "d2": "2", "none": ""} {
		d, ok, err := p.Definition(key)
		if err != nil || ok != (want != "") || ok && rules([]Definition{d}) != want {
			t.Errorf("%s: %v %v %s", key, ok, err, d.Raw)
		}
	}
}

// TestPackIsGzip: any program for gzip shows what is in a pack.
func TestPackIsGzip(t *testing.T) {
	defs, sets := samples()
	z, err := gzip.NewReader(bytes.NewReader(written(t, Header{Name: "x"}, defs, sets)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil || bytes.Count(text, []byte("\n")) != 2+len(defs)+len(sets) {
		t.Errorf("%d lines, %v", bytes.Count(text, []byte("\n")), err)
	}
}

func TestPackSameBytes(t *testing.T) {
	defs, sets := samples()
	one := written(t, Header{Name: "x"}, defs, sets)
	slices.Reverse(defs)
	if !bytes.Equal(one, written(t, Header{Name: "x"}, defs, sets)) {
		t.Error("another order gives other bytes")
	}
}

func TestPackConcurrent(t *testing.T) {
	defs, sets := samples()
	p, err := Open(saved(t, written(t, Header{}, defs, sets)))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if list, err := p.All(); err != nil || len(list) != len(defs) {
				t.Error(len(list), err)
			}
		})
	}
	wg.Wait()
}

func TestSlim(t *testing.T) {
	for raw, want := range map[string]string{
		`{"name":"n","type":"t","properties":{"displayName":"d","versions":["1"],"metadata":{"version":"1","category":"c","deprecated":true,"createdBy":"x"},
			"Parameters":{"p":{"type":"String","metadata":{"displayName":"P"},"defaultValue":{"metadata":1}}},
			"policyRule":{"if":{"field":"deployment"},"then":{"effect":"e","details":{"type":"t","Deployment":{"a":1},"existenceCondition":{"deployment":1}}}}}}`: `{"id":"i","name":"n","properties":{"displayName":"d","metadata":{"version":"1","category":"c","deprecated":true},` +
			`"Parameters":{"p":{"type":"String","defaultValue":{"metadata":1}}},"policyRule":{"if":{"field":"deployment"},"then":{"effect":"e","details":{"type":"t","existenceCondition":{"deployment":1}}}}}}`,
		`{"id":"j","name":"n","mode":"All","policyRule":{"then":{"details":[{"deployment":1}]}}}`: `{"id":"i","name":"n","properties":{"mode":"All","policyRule":{"then":{"details":[{"deployment":1}]}}}}`,
		`{"policyRule":"x","properties":null}`:                                                    `{"id":"i","properties":{"policyRule":"x"}}`,
	} {
		if got, err := Slim("i", []byte(raw)); err != nil || string(got) != want {
			t.Errorf("got %s, %v\nwant %s", got, err, want)
		}
	}
	if err := Write(io.Discard, Header{}, []Entry{{ID: "x", Raw: []byte("[")}}, nil); err == nil || !strings.HasPrefix(err.Error(), "x: ") {
		t.Errorf("broken: %v", err)
	}
}

// TestPackDamaged: whatever is cut off or changed, there is an error that says
// what to do, and never another answer.
func TestPackDamaged(t *testing.T) {
	defs, sets := samples()
	whole := written(t, Header{Name: "x"}, defs, sets)
	for n := 0; n < len(whole); n += 97 {
		_, err := everything(saved(t, whole[:n]))
		if err == nil || !strings.Contains(err.Error(), "demarc catalog add") {
			t.Fatalf("cut off at %d: %v", n, err)
		}
	}
	want, err := everything(saved(t, whole))
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole); n += 61 {
		changed := bytes.Clone(whole)
		changed[n] ^= 0x55
		if got, err := everything(saved(t, changed)); err == nil && got != want {
			t.Fatalf("changed at %d: another answer", n)
		}
	}
	if _, err := everything(saved(t, append(bytes.Clone(whole), 0))); err == nil || !strings.Contains(err.Error(), "more behind the end") {
		t.Errorf("longer: %v", err)
	}
	if _, err := everything(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
}

func everything(path string) (string, error) {
	p, err := Open(path)
	if err != nil {
		return "", err
	}
	all, err := p.All()
	sets, err2 := p.Sets()
	_, _, err3 := p.Definition("d1")
	return fmt.Sprint(p.Header(), all, sets), errors.Join(err, err2, err3)
}

// TestPackOfAnotherFormat: what a later program wrote is refused by its number.
func TestPackOfAnotherFormat(t *testing.T) {
	var b bytes.Buffer
	if err := writeMember(&b, []byte(`{"format":2,"shape":"new"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadHeader(saved(t, b.Bytes())); err == nil || !strings.Contains(err.Error(), "another format") {
		t.Error(err)
	}
}

func TestAliases(t *testing.T) {
	list := []Alias{
		{Name: "Microsoft.B/x/y", Type: "Microsoft.B/x", Path: "properties.y", Modifiable: true, Versions: []AliasPath{{"properties.old", []string{"2020-01-01", "2021-01-01"}}, {"y", nil}}},
		{Name: "Microsoft.A/x/y", Path: "properties.y"},
		{Name: "Microsoft.A/x/y", Path: "properties.y"},
	}
	path := filepath.Join(t.TempDir(), "deep", "aliases.pack")
	if err := Save(path, func(w io.Writer) error { return WriteAliases(w, Header{Name: "aliases"}, list) }); err != nil {
		t.Fatal(err)
	}
	h, got, err := OpenAliases(path)
	want := []Alias{list[1], list[0]}
	want[1].Versions[1].APIVersions = []string{}
	if err != nil || h.Aliases != 2 || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %+v %v", h, got, err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "it holds aliases, not policies") {
		t.Error(err)
	}
	if err := WriteAliases(io.Discard, Header{}, []Alias{{Name: "a\tb"}}); err == nil {
		t.Error("a tab in a name")
	}
	whole, _ := os.ReadFile(path)
	for n := 0; n < len(whole); n++ {
		if _, _, err := OpenAliases(saved(t, whole[:n])); err == nil {
			t.Fatalf("cut off at %d", n)
		}
	}
}

// TestSaveKeeps: what was there stays where the new file cannot be written.
func TestSaveKeeps(t *testing.T) {
	path := saved(t, []byte("old"))
	if err := Save(path, func(w io.Writer) error { _, _ = w.Write([]byte("new")); return io.ErrClosedPipe }); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
	text, err := os.ReadFile(path)
	files, _ := os.ReadDir(filepath.Dir(path))
	if err != nil || string(text) != "old" || len(files) != 1 {
		t.Errorf("%s %v %v", text, files, err)
	}
}

func FuzzOpen(f *testing.F) {
	defs, sets := samples()
	f.Add(written(f, Header{Name: "x"}, defs[:6], sets))
	for _, ix := range []string{
		`{"blocks":[{"packed":-1,"raw":0}],"definitions":[],"sets":[],"types":{},"untyped":[]}`,
		`{"blocks":[],"definitions":[{"id":"x","block":0,"start":0,"length":1}],"sets":[],"types":{"a":[7]},"untyped":[-1]}`,
		`{"blocks":[{"packed":0,"raw":9}],"definitions":[{"id":"x","block":0,"start":9,"length":9223372036854775807}]}`,
	} {
		var b bytes.Buffer
		_ = writeJSON(&b, Header{Format: Format, Kind: Policies})
		_ = writeMember(&b, []byte(ix))
		f.Add(b.Bytes())
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(dir, "fuzz.pack")
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		_, _ = everything(path)
		_, _, _ = OpenAliases(path)
	})
}

func BenchmarkOpen(b *testing.B) {
	defs, sets := samples()
	path := saved(b, written(b, Header{}, defs, sets))
	for b.Loop() {
		if _, err := Open(path); err != nil {
			b.Fatal(err)
		}
	}
}
