package arch_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/demarc-dev/demarc/internal/arch"
)

type check = func(*arch.Tree) []arch.Problem

// ruleTest is a small tree and what a rule says about it: the start of each
// problem, and a word of it behind a space.
type ruleTest struct {
	name  string
	check check
	files map[string]string
	want  []string // "place: words that the problem holds", in order
}

func TestRules(t *testing.T) {
	for _, group := range [][]ruleTest{importTests, codeTests, textTests} {
		for _, tt := range group {
			t.Run(tt.name, func(t *testing.T) { tt.run(t) })
		}
	}
}

func (tt ruleTest) run(t *testing.T) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, source := range tt.files {
		fsys[name] = &fstest.MapFile{Data: []byte(source)}
	}
	tree, err := arch.Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	got := tt.check(tree)
	if len(got) != len(tt.want) {
		t.Fatalf("got %d problems %q, want %d %q", len(got), got, len(tt.want), tt.want)
	}
	for i, want := range tt.want {
		place, words, _ := strings.Cut(want, ": ")
		if s := got[i].String(); !strings.HasPrefix(s, place+": ") || !strings.Contains(s, words) {
			t.Errorf("got %q, want it at %s with %q", s, place, words)
		}
	}
}

// imports is a Go file that imports the given packages and nothing else.
func imports(pkg string, names ...string) string {
	source := "// Package " + pkg + " is here to try a rule.\npackage " + pkg + "\n"
	for _, name := range names {
		source += `import _ "` + name + "\"\n"
	}
	return source
}

const own = arch.Module + "/internal/"

var importTests = []ruleTest{
	{"down is allowed", arch.Imports, map[string]string{
		"internal/classify/a.go":             imports("classify", arch.Module, own+"catalog", own+"slots", "strings"),
		"internal/assess/a.go":               imports("assess", own+"classify", own+"divide"),
		"internal/app/a.go":                  imports("app", own+"assess", own+"report/table", own+"source"),
		"internal/cli/a.go":                  imports("cli", own+"app", "github.com/spf13/cobra"),
		"cmd/demarc/main.go":                 imports("main", own+"cli", "os"),
		"internal/source/resourcegraph/a.go": imports("resourcegraph", own+"source", own+"source/jsonrows"),
		"internal/report/jsonl/a.go":         imports("jsonl", own+"report", own+"json"),
		"internal/compare/a.go":              imports("compare", own+"assess"),
	}, nil},
	{"a station may not import a station", arch.Imports, map[string]string{
		"internal/classify/a.go": imports("classify", own+"divide"),
	}, []string{`internal/classify/a.go:3: may not import "internal/divide"`}},
	{"up is not allowed", arch.Imports, map[string]string{
		"internal/source/a.go": imports("source", own+"app"),
		"doc.go":               imports("demarc", own+"slots"),
	}, []string{"doc.go:3: internal/slots", "internal/source/a.go:3: internal/app"}},
	{"adapters do not know stations or each other", arch.Imports, map[string]string{
		"internal/report/html/a.go":          imports("html", own+"report/table", own+"classify"),
		"internal/source/resourcegraph/a.go": imports("resourcegraph", own+"source/azcsv", own+"report"),
	}, []string{
		"internal/report/html/a.go:3: report/table", "internal/report/html/a.go:4: classify",
		"internal/source/resourcegraph/a.go:3: azcsv", "internal/source/resourcegraph/a.go:4: report",
	}},
	{"tests obey the arrows too", arch.Imports, map[string]string{
		"internal/divide/a_test.go": imports("divide_test", own+"divide", own+"sample", own+"judge", "testing"),
	}, []string{"internal/divide/a_test.go:5: judge"}},
	{"nobody imports a program", arch.Imports, map[string]string{
		"internal/app/a.go": imports("app", own+"bench"),
	}, []string{"internal/app/a.go:3: internal/bench"}},
	{"a folder without a row", arch.Imports, map[string]string{
		"internal/newcomer/a.go": imports("newcomer"),
	}, []string{"internal/newcomer: does not know"}},
	{"one door to a library", arch.Imports, map[string]string{
		"internal/report/a.go": imports("report", "github.com/go-json-experiment/json/jsontext"),
		"internal/json/a.go":   imports("json", "github.com/go-json-experiment/json/jsontext"),
		"internal/store/a.go":  imports("store", "example.com/orm"),
		"words.go":             imports("demarc", "github.com/spf13/cobra"),
	}, []string{
		"internal/report/a.go:3: another door", "internal/store/a.go:3: no door", "words.go:3: standard library only",
	}},
	{"a library for tests", arch.Imports, map[string]string{
		"internal/report/json/a_test.go": imports("json", "github.com/santhosh-tekuri/jsonschema/v6"),
		"internal/report/json/a.go":      imports("json", "github.com/santhosh-tekuri/jsonschema/v6"),
	}, []string{"internal/report/json/a.go:3: another door"}},
	{"what decides is pure", arch.Imports, map[string]string{
		"internal/judge/a.go":  imports("judge", "net/http"),
		"internal/sample/a.go": imports("sample", "testing"),
		"internal/store/a.go":  imports("store", "testing", "encoding/json", "os"),
	}, []string{
		"internal/judge/a.go:3: pure", "internal/store/a.go:3: testing", "internal/store/a.go:4: internal/json",
	}},
}

var codeTests = []ruleTest{
	{"a package without a comment", arch.Code, map[string]string{
		"internal/scope/a.go":      "package scope\n",
		"internal/scope/a_test.go": "// Package scope has a comment in the wrong file.\npackage scope_test\n",
	}, nil}, // a comment anywhere in the folder counts
	{"no comment anywhere", arch.Code, map[string]string{
		"internal/scope/a.go": "package scope\n",
	}, []string{"internal/scope/a.go: what the package is for"}},
	{"a name that says nothing", arch.Code, map[string]string{
		"internal/util/a.go": imports("util"),
	}, []string{"internal/util/a.go: says nothing"}},
	{"exits", arch.Code, map[string]string{
		"internal/app/a.go": imports("app", "os", "log") + `
func init() {}
func f() {
	os.Exit(1)
	log.Fatalf("x")
	panic("x")
}
`,
		"cmd/demarc/main.go": imports("main", "os") + "func main() { os.Exit(0) }\n",
	}, []string{
		"internal/app/a.go:6: init", "internal/app/a.go:8: os.Exit", "internal/app/a.go:9: log.Fatalf", "internal/app/a.go:10: panic",
	}},
	{"the clock", arch.Code, map[string]string{
		"internal/judge/a.go":      imports("judge", "time") + "var t = time.Now()\n",
		"internal/report/csv/a.go": imports("csv", "time") + "var t = time.Now()\n",
		"internal/app/a.go":        imports("app", "time") + "var t = time.Now()\n",
	}, []string{"internal/judge/a.go:4: time.Now", "internal/report/csv/a.go:4: time.Now"}},
	{"a skipped test", arch.Code, map[string]string{
		"internal/judge/a_test.go": imports("judge", "testing") + "func TestA(t *testing.T) { t.Skip() }\n",
	}, []string{"internal/judge/a_test.go:4: no test is skipped"}},
	{"exported names", arch.Code, map[string]string{
		"internal/scope/a.go": imports("scope") + `
func F() {}

// G has one.
func G() {}

type T struct{}

func (T) M() {}

type t struct{}

func (t) M() {}

// The group has one.
const (
	A = 1
	B = 2
)

var V = 1

// I has one.
type I interface {
	M()
	// N does something.
	N()
	sealed()
}
`,
	}, []string{
		"internal/scope/a.go:4: F has no comment", "internal/scope/a.go:9: T has no comment", "internal/scope/a.go:11: M has no comment",
		"internal/scope/a.go:23: V has no comment", "internal/scope/a.go:27: I.M does not state",
	}},
	{"sizes", arch.Sizes, map[string]string{
		"internal/scope/long.go":  "package scope\n" + strings.Repeat("\n", 601),
		"internal/scope/func.go":  "package scope\nfunc f() {\n" + strings.Repeat("\n", 99) + "}\n",
		"internal/scope/param.go": "package scope\nfunc f(a, b, c int, d, e, f string) {}\nfunc g(a, b, c, d, e int) {}\n",
		"internal/scope/gen.go":   "// Code generated by a test. DO NOT EDIT.\npackage scope\n" + strings.Repeat("\n", 601),
	}, []string{"internal/scope/func.go:2: 101 lines", "internal/scope/long.go: 602 lines", "internal/scope/param.go:2: 6 parameters"}},
}

// Words that may not stand in this file are put together here.
var (
	later = "TO" + "DO"
	here  = "/" + "home/somebody"
)

var textTests = []ruleTest{
	{"words", arch.Words, map[string]string{
		"README.md":           "fine\nsee " + here + "/x\n",
		"internal/scope/a.go": "package scope // " + later + ": later\n",
		"data/a.yaml":         "text: todo lists and https://example.com" + here + " are fine\n",
		"scripts/run":         "cd " + here + "\n",
		"testdata/a.md":       later + "\n",
	}, []string{"README.md:2: " + here, "internal/scope/a.go:1: " + later, "scripts/run:1: one machine"}},
	{"links", arch.Links, map[string]string{
		"README.md": strings.Join([]string{
			"[a](docs/a.md) [b](docs/a.md#the-second-part) [c](docs/) [d](https://example.com/x)",
			"[e](docs/none.md)", "[f](docs/a.md#none)", "[g](#here)", "## Here",
			"```", "[h](none.md)", "```", "![i](none.png)",
		}, "\n"),
		"docs/a.md": "# A\n## The second part\n[up](../README.md) [off](README.md)\n",
	}, []string{
		"README.md:2: there is no docs/none.md", "README.md:3: no such heading", "README.md:9: none.png", "docs/a.md:3: docs/README.md",
	}},
	{"dependencies", arch.Dependencies, map[string]string{
		"go.mod":                 "module m\n\ngo 1.26\n\nrequire example.com/a v1.0.0\n\nrequire (\n\texample.com/b/v2 v2.0.0\n\texample.com/c v1.0.0 // indirect\n)\n",
		"docs/decisions/0001.md": "example.com/a is small.\n",
	}, []string{"go.mod: example.com/b/v2"}},
}

func TestReadBrokenTree(t *testing.T) {
	_, err := arch.Read(fstest.MapFS{"a.go": &fstest.MapFile{Data: []byte("pack age")}})
	if err == nil || !strings.Contains(err.Error(), "a.go:1") {
		t.Errorf("got %v, want an error that names the file and the line", err)
	}
}
