package policyfiles

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/demarc-dev/demarc"
)

// lay lays files out in a folder.
func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// found lists what is found: "definition ID#pointer RAW", without the folder.
func found(t *testing.T, path string) (list, notes []string) {
	t.Helper()
	found, err := Find(path, func(f File) error {
		kind := "definition"
		switch {
		case f.Assignment:
			kind = "assignment"
		case f.Set:
			kind = "set"
		}
		if f.Gov {
			kind = "gov " + kind
		}
		inside := strings.TrimPrefix(strings.TrimPrefix(f.Path, filepath.ToSlash(path)), "/")
		id := strings.TrimPrefix(strings.TrimPrefix(f.ID, definitionPrefix), setPrefix)
		list = append(list, fmt.Sprintf("%s %s at %s#%s: %s", kind, id, inside, f.Pointer, f.Raw))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range found {
		notes = append(notes, strings.TrimPrefix(strings.TrimPrefix(n.Place.String(), filepath.ToSlash(path)), "/")+": "+n.Message)
	}
	return list, notes
}

const rule = `{"if":{"field":"type","equals":"a/b"},"then":{"effect":"[parameters('effect')]"}}`

func wide(text string, mark bool) string {
	var b bytes.Buffer
	if mark {
		b.WriteString("\xff\xfe")
	}
	_ = binary.Write(&b, binary.LittleEndian, utf16.Encode([]rune(text)))
	return b.String()
}

type findTest struct {
	name  string
	files map[string]string
	want  []string
	notes []string // starts
}

var findTests = []findTest{
	{
		"one definition a file, with properties and bare", map[string]string{
			"a.json": `{"id":"/providers/Microsoft.Authorization/policyDefinitions/g","properties":{"policyRule":` + rule + `}}`,
			"b.json": `{"name":"b","mode":"All","policyRule":` + rule + `}`,
		},
		[]string{
			`definition g at a.json#: {"id":"/providers/Microsoft.Authorization/policyDefinitions/g","properties":{"policyRule":` + rule + `}}`,
			`definition b at b.json#: {"name":"b","mode":"All","policyRule":` + rule + `}`,
		}, nil,
	},
	{
		"lists and envelopes", map[string]string{
			"list.json":  `[{"name":"a","policyRule":1},{"name":"b","policyRule":2}]`,
			"value.json": `{"value":[{"name":"c","Properties":{"PolicyRule":3}},{"name":"s","properties":{"policyDefinitions":[]}}]}`,
		},
		[]string{
			`definition a at list.json#/0: {"name":"a","policyRule":1}`, `definition b at list.json#/1: {"name":"b","policyRule":2}`,
			`definition c at value.json#/value/0: {"name":"c","Properties":{"PolicyRule":3}}`, `set s at value.json#/value/1: {"name":"s","properties":{"policyDefinitions":[]}}`,
		}, nil,
	},
	{
		"comments, a byte order mark, UTF-16", map[string]string{
			"a.jsonc": "\ufeff// why\n{/* a */\"name\":\"a\",\n\"policyRule\":{\"n\":[1,2.50,],},}", "b.json": wide(`{"name":"ü","policyRule":1}`, true),
			"c.json": wide(`{"name":"c","policyRule":1}`, false),
		},
		[]string{`definition a at a.jsonc#: {"name":"a","policyRule":{"n":[1,2.50]}}`, `definition ü at b.json#: {"name":"ü","policyRule":1}`, `definition c at c.json#: {"name":"c","policyRule":1}`}, nil,
	},
	{
		"Azure Government, hidden folders and other files", map[string]string{
			"policyDefinitions/Azure Government/Storage/a.json": `{"name":"a","policyRule":1}`, ".git/b.json": `{"name":"b","policyRule":1}`,
			"package.json": `{"name":"c","version":"1.0.0"}`, "empty.json": "", "read.md": "{", "states.json": `[{"properties":{"policyDefinitionId":"x","policyAssignmentId":"y"}}]`,
		},
		[]string{`gov definition a at policyDefinitions/Azure Government/Storage/a.json#: {"name":"a","policyRule":1}`}, nil,
	},
	{
		"of Microsoft's repository what is built in", map[string]string{
			"built-in-policies/policyDefinitions/X/a.json": `{"name":"a","policyRule":1}`, "built-in-policies/policySetDefinitions/X/b.json": `{"name":"b","properties":{"policyDefinitions":[]}}`,
			"samples/c/azurepolicy.json": `{"name":"c","policyRule":1}`,
		},
		[]string{`definition a at built-in-policies/policyDefinitions/X/a.json#: {"name":"a","policyRule":1}`, `set b at built-in-policies/policySetDefinitions/X/b.json#: {"name":"b","properties":{"policyDefinitions":[]}}`}, nil,
	},
	{
		"names of what has none", map[string]string{
			"tags/azurepolicy.json": `{"properties":{"policyRule":1}}`, "Deny-X.alz_policy_definition.json": `{"properties":{"policyRule":1}}`,
		},
		[]string{`definition Deny-X at Deny-X.alz_policy_definition.json#: {"properties":{"policyRule":1}}`, `definition tags at tags/azurepolicy.json#: {"properties":{"policyRule":1}}`}, nil,
	},
	{
		"rule and parameters in files of their own", map[string]string{
			"x/azurepolicy.rules.json": `{"if":1,"then":{"effect":"audit"}}`, "x/azurepolicy.parameters.json": `{"p":{"type":"String"}}`,
			"y/azurepolicy.rules.json": `{"if":1,"then":{"effect":"audit"}}`, "y/azurepolicy.json": `{"properties":{"policyRule":2}}`,
		},
		[]string{
			`definition x at x/azurepolicy.rules.json#: {"name":"x","properties":{"parameters":{"p":{"type":"String"}},"policyRule":{"if":1,"then":{"effect":"audit"}}}}`,
			`definition y at y/azurepolicy.json#: {"properties":{"policyRule":2}}`,
		}, nil,
	},
	{
		"a broken file", map[string]string{"a.json": `{"policyRule":`, "b.json": `{"name":"b","policyRule":1}`},
		[]string{`definition b at b.json#: {"name":"b","policyRule":1}`}, []string{"a.json: broken JSON in line 1: the document ends"},
	},
}

func TestFind(t *testing.T) {
	for _, tests := range [][]findTest{findTests, layoutTests, templateTests, terraformTests} {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				list, notes := found(t, lay(t, tt.files))
				compareLists(t, list, tt.want, func(got, want string) bool { return got == want })
				compareLists(t, notes, tt.notes, strings.HasPrefix)
			})
		}
	}
}

func compareLists(t *testing.T, got, want []string, same func(got, want string) bool) {
	t.Helper()
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func tarball(t *testing.T, files [][2]string, comment string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	if comment != "" {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": comment}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f[0], Mode: 0o644, Size: int64(len(f[1]))}); err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(f[1]))
	}
	_, _ = w.Close(), z.Close()
	return saved(t, "a.tar.gz", b.Bytes())
}

func zipped(t *testing.T, files [][2]string, comment string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		part, err := w.Create(f[0])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(f[1]))
	}
	_ = w.SetComment(comment)
	_ = w.Close()
	return saved(t, "a.zip", b.Bytes())
}

func saved(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArchives(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	files := [][2]string{
		{"azure-policy-" + commit + "/LICENSE", "    MIT License\n\n    Copyright (c) Somebody.\n"},
		{"azure-policy-" + commit + "/built-in-policies/policyDefinitions/X/a.json", `{"name":"a","policyRule":1}`},
		{"azure-policy-" + commit + "/../../built-in-policies/b.json", `{"name":"b","policyRule":1}`},
	}
	for _, path := range []string{tarball(t, files, ""), zipped(t, files, ""), tarball(t, files[:2], commit), zipped(t, files[:2], commit)} {
		tree, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		if _, err := tree.Find(func(f File) error { list = append(list, f.ID); return nil }); err != nil {
			t.Fatal(err)
		}
		o, err := tree.Origin()
		tree.Close()
		if err != nil || o.Commit != commit || len(o.SHA256) != 64 || o.Licence.Name != "MIT" || !strings.Contains(o.Licence.Text, "Copyright (c) Somebody.") {
			t.Errorf("%s: %+v %v", path, o, err)
		}
		if want := []string{definitionPrefix + "a"}; !slices.Equal(list, want) {
			t.Errorf("%s: %q", path, list)
		}
	}
}

func TestArchivesRefused(t *testing.T) {
	huge := "[" + strings.Repeat(" ", maxFile) + "]"
	whole, err := os.ReadFile(tarball(t, [][2]string{{"a.json", `{"name":"a","policyRule":1}`}}, ""))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		tarball(t, [][2]string{{"a.json", huge}}, ""): "larger than 16 MB",
		saved(t, "cut.tgz", whole[:len(whole)-20]):    "unexpected EOF",
		saved(t, "none.zip", []byte("PK")):            "not a valid zip",
		saved(t, "none.tar.gz", []byte("x")):          "EOF",
		filepath.Join(t.TempDir(), "absent"):          "no such file",
	} {
		if _, err := Find(path, func(File) error { return nil }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	_, notes := found(t, zipped(t, [][2]string{{"a.json", huge}}, ""))
	if len(notes) != 1 || !strings.Contains(notes[0], "larger than 16 MB") {
		t.Errorf("notes %q", notes)
	}
}

func TestOriginOfClone(t *testing.T) {
	const commit = "89abcdef0123456789abcdef0123456789abcdef"
	for name, git := range map[string]map[string]string{
		"loose":    {".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": commit + "\n"},
		"packed":   {".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": "# pack-refs with: peeled\n" + commit + " refs/heads/main\n"},
		"detached": {".git/HEAD": commit + "\n"},
		"escaping": {".git/HEAD": "ref: ../../x\n", "x": commit},
	} {
		git["a.json"] = `{"name":"a","policyRule":1}`
		tree, err := Open(lay(t, git))
		if err != nil {
			t.Fatal(err)
		}
		o, err := tree.Origin()
		want := commit
		if name == "escaping" {
			want = ""
		}
		if err != nil || o.Commit != want {
			t.Errorf("%s: commit %q, %v", name, o.Commit, err)
		}
	}
}

// TestOriginSum: a folder's fingerprint is that of its content, not of its place.
func TestOriginSum(t *testing.T) {
	sum := func(files map[string]string) string {
		tree, err := Open(lay(t, files))
		if err != nil {
			t.Fatal(err)
		}
		o, err := tree.Origin()
		if err != nil {
			t.Fatal(err)
		}
		return o.SHA256
	}
	one, again, other := sum(map[string]string{"a.json": "1"}), sum(map[string]string{"a.json": "1"}), sum(map[string]string{"b.json": "1"})
	if one != again || one == other {
		t.Errorf("%s %s %s", one, again, other)
	}
}

func TestStops(t *testing.T) {
	folder := lay(t, map[string]string{"a.json": `[{"policyRule":1},{"policyRule":2}]`})
	n := 0
	_, err := Find(folder, func(File) error { n++; return os.ErrClosed })
	if err != os.ErrClosed || n != 1 {
		t.Errorf("%v after %d", err, n)
	}
}

func FuzzJSON(f *testing.F) {
	for _, tests := range [][]findTest{findTests, layoutTests, templateTests} {
		for _, tt := range tests {
			for _, text := range tt.files {
				f.Add(text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		fd := &finder{tree: memory(map[string]string{"x.rules.json": text}), taken: map[string]bool{}, each: valid(t)}
		if err := fd.json("x.rules.json"); err != nil {
			t.Error(err)
		}
	})
}

func FuzzTerraform(f *testing.F) {
	for _, tt := range terraformTests {
		for _, text := range tt.files {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		fd := &finder{tree: memory(map[string]string{"x.tf": "# policy_definition\n" + text}), taken: map[string]bool{}, each: valid(t)}
		if err := fd.terraform(); err != nil {
			t.Error(err)
		}
	})
}

func memory(files map[string]string) *Tree {
	tree := &Tree{root: ".", lower: map[string]string{}}
	for name := range files {
		tree.names = append(tree.names, name)
		tree.lower[name] = name
	}
	tree.read = func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, os.ErrNotExist
	}
	return tree
}

// valid refuses what is found where it is no JSON.
func valid(t *testing.T) func(File) error {
	return func(f File) error {
		if !isJSON(f.Raw) {
			return fmt.Errorf("no JSON: %s", f.Raw)
		}
		if f.ID == "" || f.Place() == (demarc.Place{}) {
			return fmt.Errorf("no id or place: %s", f.Raw)
		}
		return nil
	}
}
