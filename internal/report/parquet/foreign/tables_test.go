// Package foreign reads the tables of `demarc export` with Apache Arrow, a
// reader that shares nothing with their writer, and compares every value with
// what `demarc assess --format json` says of the same estate. It is a module of
// its own, so that the program does not depend on Arrow.
package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// row is a row of a table, or an object of the JSON contract.
type row = map[string]any

// estates are estates of the repository with something of every kind.
var estates = []string{"examples/contoso", "examples/plan/plan.json", "examples/tenant"}

func TestTables(t *testing.T) {
	for _, estate := range estates {
		t.Run(filepath.Base(estate), func(t *testing.T) {
			folder := t.TempDir()
			export(t, estate, folder)
			lake := read(t, folder)
			document := row{}
			decode(t, run(t, "assess", estate, "--format", "json", "--as-of", "2026-11-22"), &document)
			c := &comparison{T: t, lake: lake, json: document}
			c.scopes()
			t.Run("resources", func(t *testing.T) { c.on(t).resources() })
			t.Run("cells", func(t *testing.T) { c.on(t).cells() })
			t.Run("responsibilities", func(t *testing.T) { c.on(t).same("responsibilities", c.list("responsibilities")) })
			t.Run("evidence", func(t *testing.T) { c.on(t).same("evidence", c.scoped("evidence")) })
			t.Run("checks", func(t *testing.T) { c.on(t).same("checks", c.scoped("checks")) })
			t.Run("verdicts", func(t *testing.T) { c.on(t).verdicts() })
			t.Run("sums", func(t *testing.T) { c.on(t).sums() })
			t.Run("estate", func(t *testing.T) { c.on(t).estate() })
		})
	}
}

// program is the program, built as everybody builds it.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "foreign-*")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(folder)
		program = filepath.Join(folder, "demarc")
		cmd := exec.Command("go", "build", "-o", program, "./cmd/demarc")
		cmd.Dir = top
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// top is the top of the repository.
const top = "../../../.."

func run(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = top, append(os.Environ(), "DEMARC_PACKS="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("demarc %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

// export writes the tables of an estate.
func export(t *testing.T, estate, folder string) {
	t.Helper()
	run(t, "export", estate, "--out", folder, "--workspace", "Tables", "--as-of", "2026-11-22")
}

func decode(t *testing.T, b []byte, to any) {
	t.Helper()
	if err := json.Unmarshal(b, to); err != nil {
		t.Fatal(err)
	}
}

// read reads all tables of a folder.
func read(t *testing.T, folder string) map[string][]row {
	t.Helper()
	lake := map[string][]row{}
	for _, name := range files(t, folder) {
		f, err := file.OpenParquetFile(name, false)
		if err != nil {
			t.Fatal(err)
		}
		table := f.MetaData().KeyValueMetadata().FindValue("demarc.table")
		if table == nil || !strings.HasSuffix(filepath.ToSlash(filepath.Dir(name)), "/"+*table+"/workspace=tables/as_of=2026-11-22") {
			t.Fatalf("%s lies in the wrong place", name)
		}
		lake[*table] = append(lake[*table], rows(t, f)...)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return lake
}

func files(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*", "*", "*", "*.parquet"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	return names
}

func rows(t *testing.T, f *file.Reader) []row {
	t.Helper()
	reader, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	table, err := reader.ReadTable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	var all []row
	records := array.NewTableReader(table, 0)
	defer records.Release()
	for records.Next() {
		b, err := records.Record().MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var some []row
		decode(t, b, &some)
		all = append(all, some...)
	}
	if n := f.NumRows(); n != int64(len(all)) {
		t.Fatalf("%d of %d rows", len(all), n)
	}
	return all
}

// comparison holds the tables beside the JSON contract.
type comparison struct {
	*testing.T
	lake     map[string][]row
	json     row
	scopeIDs map[any]any // of the tables, by those of the contract
	parents  map[any]any // by ids of the tables
	kinds    map[any]any
}

func (c *comparison) on(t *testing.T) *comparison {
	one := *c
	one.T = t
	return &one
}

// list is a copy of a list of the contract.
func (c *comparison) list(name string) []row {
	var list []row
	for _, x := range c.json[name].([]any) {
		list = append(list, maps.Clone(x.(row)))
	}
	return list
}

// scopes come in the same order, so that their ids can be told apart from then on.
func (c *comparison) scopes() {
	list := c.list("scopes")
	if len(list) != len(c.lake["scopes"]) || len(list) == 0 {
		c.Fatalf("%d scopes, want %d", len(c.lake["scopes"]), len(list))
	}
	c.scopeIDs, c.parents, c.kinds = map[any]any{nil: nil}, map[any]any{}, map[any]any{}
	for i, s := range c.lake["scopes"] {
		c.scopeIDs[list[i]["id"]] = s["id"]
		c.parents[s["id"]], c.kinds[s["id"]] = s["parent"], s["kind"]
	}
	for i, s := range c.lake["scopes"] {
		want := list[i]
		want["id"], want["parent"] = c.scopeIDs[want["id"]], c.scopeIDs[want["parent"]]
		c.equal(fmt.Sprint("scope ", i), s, want)
	}
}

// around is the nearest scope of a kind.
func (c *comparison) around(scope any, kind string) any {
	for ; scope != nil; scope = c.parents[scope] {
		if c.kinds[scope] == kind {
			return scope
		}
	}
	return nil
}

// scoped is a list whose elements name a scope.
func (c *comparison) scoped(name string) []row {
	list := c.list(name)
	for _, x := range list {
		x["scope"] = c.scopeIDs[x["scope"]]
	}
	return list
}

// same compares a table with a list, in order.
func (c *comparison) same(table string, want []row) {
	got := c.lake[table]
	if len(got) != len(want) {
		c.Fatalf("%d rows of %s, want %d", len(got), table, len(want))
	}
	for i := range want {
		c.equal(fmt.Sprintf("%s %d", table, i), got[i], want[i])
	}
}

// equal compares what the contract says with what a row says.
func (c *comparison) equal(what string, got, want row) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		value, there := got[key]
		if value = plain(value); !there || !reflect.DeepEqual(value, want[key]) {
			c.Errorf("%s: %s is %v, want %v", what, key, value, want[key])
		}
	}
}

// plain writes a value of Arrow as the contract has it: a map as an object, a
// moment with a T in the middle.
func plain(value any) any {
	switch v := value.(type) {
	case string:
		if at, err := time.Parse("2006-01-02 15:04:05Z07:00", v); err == nil {
			return at.UTC().Format(time.RFC3339)
		}
	case []any:
		if len(v) > 0 && isEntry(v[0]) {
			object := row{}
			for _, entry := range v {
				object[entry.(row)["key"].(string)] = entry.(row)["value"]
			}
			return object
		}
	}
	return value
}

// isEntry reports whether a value is an entry of a map.
func isEntry(value any) bool {
	entry, ok := value.(row)
	_, key := entry["key"]
	return ok && key && len(entry) == 2
}

func (c *comparison) resources() {
	rules := map[any]row{}
	for _, r := range c.list("rules") {
		rules[r["id"]] = row{"name": r["name"], "source": r["source"], "checked": r["checked"], "reviewed": r["reviewed"]}
	}
	want := c.scoped("resources")
	for _, r := range want {
		delete(r, "verdictSet")
		if r["rule"] == nil {
			r["rule"] = row{"name": nil, "source": nil, "checked": nil, "reviewed": false}
		} else {
			r["rule"] = rules[r["rule"]]
		}
		for column, kind := range map[string]string{"tenant": "tenant", "managementGroup": "management-group", "subscription": "subscription", "resourceGroup": "resource-group", "site": "site"} {
			r[column] = c.around(r["scope"], kind)
		}
	}
	c.same("resources", want)
	sorted := slices.IsSortedFunc(c.lake["resources"], func(a, b row) int { return strings.Compare(a["foldedId"].(string), b["foldedId"].(string)) })
	if !sorted {
		c.Error("resources are not sorted by foldedId")
	}
}

func (c *comparison) cells() {
	var want []row
	for _, d := range c.list("divisions") {
		for _, cell := range d["cells"].([]any) {
			want = append(want, cell.(row))
			want[len(want)-1]["division"] = d["id"]
		}
	}
	for _, one := range c.lake["cells"] {
		for _, key := range []string{"halves", "accountable"} {
			if entries, ok := one[key].([]any); ok && len(entries) == 0 {
				one[key] = row{}
			}
		}
	}
	c.same("cells", want)
}

// sums compares what an analyst would count with what the program counted.
func (c *comparison) sums() {
	half := map[any]any{}
	for _, r := range c.lake["responsibilities"] {
		half[r["id"]] = r["party"]
	}
	counts := map[any]float64{}
	for _, v := range c.lake["verdicts"] {
		if v["standing"] == "there" && half[v["responsibility"]] == "customer" {
			counts[v["status"]]++
			if v["accepted"] == true {
				counts["accepted"]++
			}
		}
	}
	for status, key := range map[string]string{"met": "met", "unmet": "unmet", "unknown": "unknown", "not-applicable": "notApplicable", "accepted": "accepted"} {
		if want := c.json["summary"].(row)[key]; counts[status] != want {
			c.Errorf("%v are %s, want %v", counts[status], status, want)
		}
	}
	there := 0.0
	for _, r := range c.lake["resources"] {
		if r["standing"] == "there" {
			there++
		}
	}
	if n := c.lake["estate"][0]["resources"]; n != there {
		c.Errorf("%v resources, and %v rows", n, there)
	}
}

func (c *comparison) estate() {
	want := maps.Clone(c.json["estate"].(row))
	delete(want, "files")
	for _, key := range []string{"met", "unmet", "unknown", "notApplicable", "accepted", "coverage"} {
		want[key] = c.json["summary"].(row)[key]
	}
	c.same("estate", []row{want})
}
