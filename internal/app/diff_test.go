package app

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/report"
)

// later writes Contoso as it is six weeks later: a machine went, a storage
// account came, an app became a container, a delegation and an override ended,
// an owner changed, something was mended, something broke, and much is stale.
func later(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/contoso")); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, "azure", "resources.json"), func(raw []byte) []byte {
		var export map[string]any
		if err := json.Unmarshal(raw, &export); err != nil {
			t.Fatal(err)
		}
		export["data"] = laterRows(export["data"].([]any))
		export["count"], export["totalRecords"] = len(export["data"].([]any)), len(export["data"].([]any))
		out, err := json.Marshal(export)
		if err != nil {
			t.Fatal(err)
		}
		return out
	})
	edit(t, filepath.Join(dir, "demarc.yaml"), func(raw []byte) []byte {
		head, rest, _ := strings.Cut(string(raw), "overrides:")
		_, tail, _ := strings.Cut(rest, "workloads:")
		return []byte(strings.Replace(head, "asOf: 2026-10-31", "asOf: 2026-12-15", 1) + "workloads:" + tail)
	})
	return dir
}

func laterRows(rows []any) []any {
	var list []any
	for _, row := range rows {
		r := row.(map[string]any)
		properties, _ := r["properties"].(map[string]any)
		switch r["name"] {
		case "osdisk-dev-01", "nic-dev-01":
			continue
		case "app-shop-api":
			r["kind"] = "app,linux,container"
			properties["siteConfig"] = map[string]any{"linuxFxVersion": "DOCKER|contoso/api:1"}
		case "vm-erp-app-01":
			r["tags"] = map[string]any{"app": "erp", "owner": "team-erp@contoso.com"}
		case "stshopprodweu":
			other := map[string]any{}
			for k, v := range r {
				other[k] = v
			}
			other["name"], other["id"] = "stshopnew", strings.Replace(r["id"].(string), "stshopprodweu", "stshopnew", 1)
			list = append(list, other)
			properties["allowBlobPublicAccess"] = true
		}
		list = append(list, r)
	}
	return list
}

func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(raw), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// both are the assessments of Contoso and of Contoso later.
func both(t *testing.T) (before, after *demarc.Assessment) {
	t.Helper()
	for _, one := range []struct {
		a    **demarc.Assessment
		path string
	}{{&before, "../../examples/contoso"}, {&after, later(t)}} {
		q := contoso(false)
		q.Paths = []string{one.path}
		a, err := Assess(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		*one.a = a
	}
	return before, after
}

func TestDiffWithItself(t *testing.T) {
	before, after := both(t)
	for _, a := range []*demarc.Assessment{before, after} {
		if d := compare.Diff(a, a, compare.DiffOptions{}); !d.Empty() || d.Before != d.After {
			t.Errorf("%d rows, %+v", len(d.Responsibilities)+len(d.Cells)+len(d.Changed), d.Before)
		}
	}
	if d := compare.Diff(before, after, compare.DiffOptions{}); d.Empty() {
		t.Error("nothing is different")
	}
}

// TestDiffOfOneCatalogue: where the catalogue says the same of what was there
// before, everything has its cause in the estate.
func TestDiffOfOneCatalogue(t *testing.T) {
	before, after := both(t)
	plain, split := compare.Diff(before, after, compare.DiffOptions{}), compare.Diff(before, after, compare.DiffOptions{Replayed: before})
	if len(split.Catalog) > 0 || !slices.Equal(rowsOf(plain, false), rowsOf(split, false)) {
		t.Errorf("%d rows, %d without what was replayed; catalogue %+v", len(rowsOf(split, false)), len(rowsOf(plain, false)), split.Catalog)
	}
	for i := range split.Responsibilities {
		if split.Responsibilities[i].Cause != compare.ByEstate {
			t.Errorf("%+v", split.Responsibilities[i])
		}
	}
}

// rowsOf writes every row for every place, seen from before or from after.
func rowsOf(d *compare.Difference, mirrored bool) []string {
	var list []string
	add := func(kind, place string, was, is any) {
		if mirrored {
			was, is = is, was
		}
		list = append(list, fmt.Sprintf("%s %s %v -> %v", kind, place, was, is))
	}
	for _, r := range d.Added {
		add("resource", r.ID, "absent", "there")
	}
	for _, r := range d.Removed {
		add("resource", r.ID, "there", "absent")
	}
	for i := range d.Changed {
		for _, c := range d.Changed[i].Changes {
			add(string(c.Aspect), d.Changed[i].After.ID, c.Before, c.After)
		}
	}
	for i := range d.Cells {
		c := &d.Cells[i]
		for _, r := range c.Resources {
			add("cell "+c.Model+" "+c.Area.ID, r.ID, c.Before, c.After)
		}
	}
	for i := range d.Responsibilities {
		c := &d.Responsibilities[i]
		for n := range c.Places {
			add("task "+c.Responsibility.ID, c.Places[n].Name(), c.Before, c.After)
		}
	}
	for i := range d.Owners {
		for n := range d.Owners[i].Places {
			add("owner", d.Owners[i].Places[n].Name(), d.Owners[i].Before.Name, d.Owners[i].After.Name)
		}
	}
	slices.Sort(list)
	return list
}

// TestDiffMirrors: what was gained in one direction is lost in the other.
func TestDiffMirrors(t *testing.T) {
	before, after := both(t)
	there, back := rowsOf(compare.Diff(before, after, compare.DiffOptions{}), false), rowsOf(compare.Diff(after, before, compare.DiffOptions{}), true)
	if len(there) < 50 {
		t.Fatalf("only %d rows", len(there))
	}
	for _, row := range there {
		if !slices.Contains(back, row) {
			t.Errorf("not in the mirror: %s", row)
		}
	}
	if len(there) != len(back) {
		t.Errorf("%d rows, %d in the mirror", len(there), len(back))
	}
}

// TestDiffAccounts: the rows explain every change of the totals.
func TestDiffAccounts(t *testing.T) {
	before, after := both(t)
	d := compare.Diff(before, after, compare.DiffOptions{})
	got := d.Before.Summary
	moves := map[compare.Move]int{}
	for i := range d.Responsibilities {
		c := &d.Responsibilities[i]
		moves[c.Move] += len(c.Places)
		if c.Responsibility.Party == demarc.Customer {
			tally(&got, &c.Before, -len(c.Places))
			tally(&got, &c.After, len(c.Places))
		}
	}
	if got != d.After.Summary {
		t.Errorf("the rows lead to %+v, and it is %+v", got, d.After.Summary)
	}
	if resources := d.Before.Resources + len(d.Added) - len(d.Removed); resources != d.After.Resources {
		t.Errorf("the rows lead to %d resources of %d", resources, d.After.Resources)
	}
	for _, m := range []compare.Move{compare.NewlyUnmet, compare.GoneStale, compare.NewlyUnknown, compare.PassedOn, compare.Begun} {
		if moves[m] == 0 {
			t.Errorf("nothing is %s", m)
		}
	}
}

func tally(s *demarc.Summary, at *compare.Stand, n int) {
	if !at.Exists {
		return
	}
	switch at.Status {
	case demarc.Met:
		s.Met += n
	case demarc.Unmet:
		s.Unmet += n
	case demarc.NotApplicable:
		s.NotApplicable += n
	case demarc.UnknownStatus:
		s.Unknown += n
	}
	if at.Accepted {
		s.Accepted += n
	}
}

// TestDiffReasons: each row of what is known to be different has the reason
// that we know it to have.
func TestDiffReasons(t *testing.T) {
	d := diffOf(t, later(t), false)
	said := map[string]string{} // "move responsibility" and "cell area" to reason
	for i := range d.Responsibilities {
		r := &d.Responsibilities[i]
		for _, at := range r.Places {
			said[r.Move+" "+r.Responsibility+" "+at.Name] = r.Reason
		}
	}
	for i := range d.Cells {
		for _, at := range d.Cells[i].Resources {
			said["cell "+d.Cells[i].Area+" "+at.Name] = d.Cells[i].Reason
		}
	}
	for row, want := range map[string]string{
		"new-unmet data.public-access stshopprodweu": `failed (2026-12-15)`,
		"gone-stale os.edr vm-erp-app-01":            "passed (2026-10-30)",
		"new data.regions stshopnew":                 "the resource is new",
		"passed os.ssh-keys vm-erp-app-01":           `no more: delegated: "Contract 2025-17, annex B"`,
		"cell operating-system vm-erp-app-01":        "the operating system passes from Fabrikam Managed Services to you",
		"cell network-controls agw-shop":             `no more: your override: "Contract 2026-04`,
		"cell applications app-shop-api":             "the applications of its container image pass from you and Microsoft to you alone",
		"new app.running-images app-shop-api":        "container image",
	} {
		if got, ok := said[row]; !ok || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", row, got, want)
		}
	}
	if len(d.Owners) == 0 || d.Owners[0].Count == 0 {
		t.Errorf("owners: %+v", d.Owners)
	}
}

func diffOf(t *testing.T, after string, hidden bool) *report.Diff {
	t.Helper()
	d, err := Diff(context.Background(), DiffRequest{Request: contoso(hidden), Before: "../../examples/contoso", After: after})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDiffContract: the JSON is what the published schema describes, the same
// each time, and without a name where names are hidden.
func TestDiffContract(t *testing.T) {
	raw, err := os.ReadFile("../../docs/schema/diff.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	closed(doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("diff.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("diff.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := later(t)
	for _, hidden := range []bool{false, true} {
		out := written(t, diffOf(t, dir, hidden), "json")
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("hidden %v: %v", hidden, err)
		}
		if again := written(t, diffOf(t, dir, hidden), "json"); again != out {
			t.Error("not the same twice")
		}
	}
}

func written(t *testing.T, d *report.Diff, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Print(&b, format, d, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestDiffRedacted: no name of either side is in any format.
func TestDiffRedacted(t *testing.T) {
	dir := later(t)
	var names []string
	for _, path := range []string{"../../examples/contoso", dir} {
		q := contoso(false)
		q.Paths = []string{path}
		c, settled, err := q.run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, slices.DeleteFunc(namesOf(t, settled), func(n string) bool { _, public := c.ByName(n); return public })...)
	}
	names = append(names, "Contract 2026-04", "firewall as a service") // that only a reason tells
	d := diffOf(t, dir, true)
	known := map[string]bool{}
	for _, p := range d.Parties {
		known[p.Party] = true
	}
	for _, f := range d.Flows {
		for _, p := range slices.Concat(f.BeforeParties, f.AfterParties) {
			if !known[p] {
				t.Errorf("%s has another pseudonym where parties are named", p)
			}
		}
	}
	for _, format := range report.DiffFormats {
		if found := leaks(written(t, d, format), names); len(found) > 0 {
			t.Errorf("%s holds %q", format, found)
		}
	}
}
