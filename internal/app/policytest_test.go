package app

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/policycase"
)

func TestCaseReader(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"lines", "{\"a\":1}\n\n{\"b\":\"}\\\"{\"}\r\n{\"c\":[{}]}", `1 {"a":1}; 3 {"b":"}\"{"}; 4 {"c":[{}]}`},
		{"a list", "[{\"a\":1},\n {\"b\":2} ,\n]", `1 {"a":1}; 2 {"b":2}`},
		{"lines of a list", "[\n{\"a\":\n{}},\n{\"b\":2}\n]\n{\"c\":3}", "2 {\"a\":\n{}}; 4 {\"b\":2}; 6 {\"c\":3}"},
		{"over several lines", "{\n  \"a\": {\n  }\n}\n{\n}", "1 {\n  \"a\": {\n  }\n}; 5 {\n}"},
		{"comments", "// {\n# [\n/* {\n */ {\"a\": /* } */ \"// no\" // yes\n}{\"b\":\"/*\"}", "4 {\"a\":  \"// no\" \n}; 5 {\"b\":\"/*\"}"},
		{"one cut off", "{\"a\": {\n{\"b\":1}", "1 {\"a\": {\n; 2 {\"b\":1}"},
		{"a text cut off", "{\"a\": \"x\n{\"b\":1}", "1 {\"a\": \"x\n; 2 {\"b\":1}"},
		{"no objects", "x y\n7,\"{\"\n[8]\n", `1 x y` + "\n" + `; 2 7; 2 "{"` + "\n; 3 8"},
		{"too many brackets", "{\"a\":1}}\n{\"b\":1}", "1 {\"a\":1}; 1 }\n; 2 {\"b\":1}"},
		{"the end inside", "[{\"a\":1},{\"b\":", `1 {"a":1}; 1 {"b":`},
		{"a lone slash", "{\"a\":/1}/", `1 {"a":/1}; 1 /`},
		{"nothing", " \n/* ", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			err := newCaseReader(strings.NewReader(tt.text)).read(func(line int, raw []byte, err error) {
				got = append(got, fmt.Sprintf("%d %s", line, raw))
			})
			if all := strings.Join(got, "; "); err != nil || all != tt.want {
				t.Errorf("got  %q, %v\nwant %q", all, err, tt.want)
			}
		})
	}
}

// TestLongCase: a case without an end costs no more memory than one.
func TestLongCase(t *testing.T) {
	text := `{"a":"` + strings.Repeat("x", maxCase) + "\"}\n{}"
	var got []error
	var kept int
	err := newCaseReader(strings.NewReader(text)).read(func(_ int, raw []byte, err error) {
		got = append(got, err)
		kept = max(kept, len(raw))
	})
	if err != nil || len(got) != 2 || !errors.Is(got[0], errLongCase) || got[1] != nil || kept > maxCase {
		t.Errorf("got %v, %v, %d bytes kept", got, err, kept)
	}
}

// FuzzCaseReader looks at anything: it must not panic, and what is handed on
// is what was there.
func FuzzCaseReader(f *testing.F) {
	f.Add([]byte("[{\"a\":/**/\"\\\"\"},\n{}]//x\n{\n{"))
	f.Fuzz(func(t *testing.T, text []byte) {
		handed := 0
		if err := newCaseReader(bytes.NewReader(text)).read(func(line int, raw []byte, _ error) {
			handed += len(raw)
			if line < 1 || line > 1+bytes.Count(text, []byte("\n")) || len(raw) == 0 {
				t.Errorf("%q in line %d of %q", raw, line, text)
			}
		}); err != nil || handed > len(text) {
			t.Errorf("%d bytes of %q, %v", handed, text, err)
		}
	})
}

const (
	boxRule = `{"if":{"field":"type","equals":"Contoso.Box/boxes"},"then":{"effect":"audit"}}`
	box     = `{"type":"Contoso.Box/boxes","name":"b","properties":{"size":{"deep":7}}}`
)

func TestTestPolicies(t *testing.T) {
	write := func(t *testing.T, files map[string]string) string {
		t.Helper()
		dir := t.TempDir()
		for name, text := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	const aliases = `[{"namespace":"Contoso.Box","resourceTypes":[{"resourceType":"boxes","aliases":[{"name":"Contoso.Box/boxes/depth","defaultPath":"properties.size.deep","paths":[]}]}]}]`
	deep := `{"note":"n","rule":{"if":{"field":"Contoso.Box/boxes/depth","equals":7},"then":{"effect":"audit"}},"resource":` + box + `,"aliases":"a.json","expect":"effect","effect":"Audit"}`
	tests := []struct {
		name  string
		files map[string]string
		q     PolicyTestRequest
		want  string // "passed failed", then what is written
		fault string
	}{
		{"both kinds", map[string]string{"c.ndjson": "\ufeff" + `{"rule":` + boxRule + `,"resource":` + box + `,"expect":"effect","effect":"Audit"}` + "\n" + `{"function":"azure.policy.fn.to_lower","args":["A"],"expect":"value","value":"a"}`},
			PolicyTestRequest{Paths: []string{"c.ndjson"}}, "2 0 ", ""},
		{"another verdict", map[string]string{"c.json": `[{"note":"why\u001b","rule":` + boxRule + `,"resource":` + box + `,"expect":"none"}]`},
			PolicyTestRequest{Paths: []string{"c.json"}}, "0 1 c.json:1: why\u241b\n  want  none\n  got   effect audit\n", ""},
		{"the definition beside it", map[string]string{"x.cases.ndjson": `{"resource":` + box + `,"expect":"effect","effect":"audit"}`, "x.json": "\ufeff" + `{"properties":{"policyRule":` + boxRule + `}}`},
			PolicyTestRequest{Paths: []string{"x.cases.ndjson"}}, "1 0 ", ""},
		{"no definition", map[string]string{"x.ndjson": `{"resource":{},"expect":"none"}` + "\n" + `{"resource":{},"expect":"none"}`, "y.json": `{"resource":{},"expect":"none"}`},
			PolicyTestRequest{Paths: []string{"x.ndjson", "y.json"}}, "0 3 " +
				"x.ndjson:1: without a note\n  want  none\n  got   broken: there is no rule, no definition and no file x.json\n" +
				"x.ndjson:2: without a note\n  want  none\n  got   broken: there is no rule, no definition and no file x.json\n" +
				"y.json:1: without a note\n  want  none\n  got   broken: there is no rule and no definition\n", ""},
		{"broken lines", map[string]string{"c.ndjson": "{\"note\":\n" + `{"note":"a","note":"b"}` + "\n" + `{"note":"a","expct":"none"}` + "\n" + `{"note":"a","expect":"no","resource":{}}` + "\n" + `{"note":"a","expect":"effect","resource":{}}` + "\n" + `{"note":"a","expect":"none"}` + "\n" + `{"note":7}` + "\nx"},
			PolicyTestRequest{Paths: []string{"c.ndjson"}}, "0 8 " + strings.Join([]string{
				"c.ndjson:1: without a note\n  want  a case\n  got   broken: the object does not end",
				"c.ndjson:2: without a note\n  want  a case\n  got   broken: /note: duplicate object member name",
				"c.ndjson:3: without a note\n  want  a case\n  got   broken: /expct: unknown object member name",
				"c.ndjson:4: a\n  want  no\n  got   broken: expect \"no\" is not effect, none or error",
				"c.ndjson:5: a\n  want  effect \n  got   broken: the effect that is expected is absent",
				"c.ndjson:6: a\n  want  none\n  got   broken: there is no resource",
				"c.ndjson:7: without a note\n  want  a case\n  got   broken: /note cannot be a number",
				"c.ndjson:8: without a note\n  want  a case\n  got   broken: a case is an object\n"}, "\n"), ""},
		{"aliases beside the cases, by folder", map[string]string{"d/x.cases.ndjson": deep + "\n" + deep, "d/a.json": aliases, "d/other.ndjson": "x"}, PolicyTestRequest{Paths: []string{"d"}}, "2 0 ", ""},
		{"aliases elsewhere", map[string]string{"x.ndjson": deep, "d/a.json": aliases}, PolicyTestRequest{Paths: []string{"x.ndjson"}, Aliases: "d"}, "1 0 ", ""},
		{"aliases that lie outside", map[string]string{"x.ndjson": strings.Replace(deep, "a.json", "../a.json", 1)}, PolicyTestRequest{Paths: []string{"x.ndjson"}},
			"0 1 x.ndjson:1: n\n  want  effect Audit\n  got   broken: aliases \"../a.json\" is no name of a file beside the cases\n", ""},
		{"aliases that nobody wrote", map[string]string{"x.ndjson": deep}, PolicyTestRequest{Paths: []string{"x.ndjson"}},
			"0 1 x.ndjson:1: n\n  want  effect Audit\n  got   broken: open a.json: no such file or directory\n", "open a.json: no such file or directory"},
		{"a file that is none", map[string]string{"c.ndjson": `{"function":"azure.policy.fn.to_lower","args":["A"],"expect":"value","value":"a"}`, "p.ndjson": "\x89PNG"},
			PolicyTestRequest{Paths: []string{"none.ndjson", "p.ndjson", "c.ndjson"}}, "1 0 ", "no such file or directory\np.ndjson: a picture, not a file of cases"},
		{"no cases", map[string]string{"c.ndjson": "[]"}, PolicyTestRequest{Paths: []string{"c.ndjson"}}, "0 0 ", "no cases there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(write(t, tt.files))
			var out bytes.Buffer
			passed, failed, err := TestPolicies(tt.q, &out)
			if got := fmt.Sprintf("%d %d %s", passed, failed, &out); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if (err == nil) != (tt.fault == "") || err != nil && !strings.Contains(err.Error(), tt.fault) {
				t.Errorf("error %v, want %q", err, tt.fault)
			}
		})
	}
}

// TestOwnPolicies: our definitions do what their cases say, and the cases of
// each show one resource that fails and one that passes.
func TestOwnPolicies(t *testing.T) {
	var out bytes.Buffer
	passed, failed, err := TestPolicies(PolicyTestRequest{Paths: []string{"../../data/policies"}}, &out)
	if err != nil || failed > 0 || passed == 0 {
		t.Errorf("%d passed, %d failed, %v\n%s", passed, failed, err, &out)
	}
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	list, err := ownDefinitions(c)
	if err != nil || len(list) != len(c.Policies) {
		t.Fatalf("%d definitions of %d, %v", len(list), len(c.Policies), err)
	}
	for i, d := range list {
		p := &c.Policies[i]
		if d.Name != p.Name || d.DisplayName == "" {
			t.Errorf("%s is read as %s %q", p.File, d.Name, d.DisplayName)
		}
		seen := expectations(t, filepath.Join("../../data", strings.TrimSuffix(filepath.FromSlash(p.File), ".json")+".cases.ndjson"))
		if !slices.Contains(seen, "effect") || !slices.Contains(seen, "none") {
			t.Errorf("%s has the cases %s, want one with an effect and one with none", p.File, seen)
		}
	}
}

func expectations(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
	}
	var seen []string
	for line := range bytes.Lines(text) {
		c := policycase.PolicyCase{}
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		seen = append(seen, c.Expect)
	}
	return seen
}

// TestOwnAliases: the table of the program has every part of the file.
func TestOwnAliases(t *testing.T) {
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	a := ownAliases(c)
	for field, want := range map[string]string{
		"Microsoft.Compute/imagePublisher":                                           "effect audit", // by type
		"Microsoft.MachineLearningServices/workspaces/computes/subnet.id":            "none",         // of another type
		"Microsoft.Compute/virtualMachines/storageProfile.imageReference.publisher":  "effect audit", // by convention
		"Microsoft.Compute/virtualMachines/imagePublisher":                           "effect audit", // by name
		"Microsoft.Compute/virtualMachines/storageProfile.imageReference.noSuchName": "none",
	} {
		one := policycase.PolicyCase{Expect: strings.Fields(want)[0], Effect: "audit",
			Rule:     json.Value(`{"if":{"field":"` + field + `","equals":"me"},"then":{"effect":"audit"}}`),
			Resource: json.Value(`{"type":"Microsoft.Compute/virtualMachines","properties":{"storageProfile":{"imageReference":{"publisher":"me"}}}}`)}
		if got, ok := one.Run(a); !ok {
			t.Errorf("%s gives %s, want %s", field, got, want)
		}
	}
}
