package app

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/report"
)

func contoso(hidden bool) Request {
	return Request{Paths: []string{"../../examples/contoso"}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Redact: Redaction{On: hidden}}
}

// namesOf are the names of an estate: whatever would tell whose it is.
func namesOf(t *testing.T, s *assess.Settled) []string {
	t.Helper()
	var list []string
	add := func(names ...string) {
		for _, n := range names {
			for piece := range strings.SplitSeq(n, "/") {
				list = append(list, piece)
			}
		}
	}
	add(s.Named()...)
	add(s.Estate.Name)
	for _, f := range s.Estate.Files {
		add(strings.TrimPrefix(f.Path, "../../examples"))
	}
	for _, sc := range s.Scopes {
		add(sc.Name, sc.ID)
	}
	types := map[string]bool{}
	for _, r := range s.Resources {
		add(r.Name, r.ID, r.PartOf)
		for piece := range strings.SplitSeq(r.Type, "/") {
			types[demarc.Fold(piece)] = true
		}
	}
	for i := range s.Evidence.Len() {
		e := s.Evidence.At(i)
		add(e.Subject.Name, e.Detail, e.By)
	}
	s.Verdicts.Above(func(v *demarc.Verdict) bool {
		add(v.Instance.Workload)
		if v.Owner.Named() {
			add(v.Owner.Name)
		}
		return true
	})
	list = slices.DeleteFunc(list, func(n string) bool {
		return len(n) < 5 || strings.Trim(n, "0123456789-") == "" || types[demarc.Fold(n)] || publicName[demarc.Fold(n)]
	})
	slices.Sort(list)
	return slices.Compact(list)
}

// publicName are words that name things of this estate and of any other.
var publicName = map[string]bool{
	"subscriptions": true, "resourcegroups": true, "providers": true, "tenants": true, "sites": true, "managementgroups": true, "demarc.yaml": true,
	"microsoft.management": true,
	// Names of teams, folders, persons and services that sentences use as well.
	"legal": true, "security": true, "shall": true, "never": true, "assistant": true, "azure": true, "evidence": true, "assurance": true, "kubernetes": true, "statements": true,
}

// leaks are the names that occur in an output.
func leaks(out string, names []string) []string {
	folded := strings.ToLower(out)
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.Contains(folded, strings.ToLower(n)) })
}

// TestRedact: no name of the estate is in any output of any command.
func TestRedact(t *testing.T) {
	c, settled, err := contoso(false).run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	names := namesOf(t, settled)
	for _, p := range c.Parties { // providers may be named
		names = slices.DeleteFunc(names, func(n string) bool { return demarc.EqualFold(n, p.ID) || demarc.EqualFold(n, p.Name) })
	}
	names = slices.DeleteFunc(names, func(n string) bool { _, ok := c.ByName(n); return ok })
	if len(names) < 120 {
		t.Fatalf("only %d names", len(names))
	}
	for name, out := range outputs(t, contoso(true), demarc.ByWorkload, demarc.BySubscription, demarc.ByOwner, demarc.ByAISystem) {
		if found := leaks(out, names); len(found) > 0 {
			t.Errorf("%s tells %q", name, found)
		}
	}
	for name, out := range outputs(t, contoso(false), demarc.ByWorkload) {
		if len(leaks(out, names)) == 0 {
			t.Errorf("%s has no names to hide: the test proves nothing", name)
		}
	}
}

// outputs are what commands print, of matrices for each of the groupings.
func outputs(t *testing.T, q Request, groupings ...demarc.Grouping) map[string]string {
	t.Helper()
	ctx, all := context.Background(), map[string]string{}
	keep := func(name string, write func(w io.Writer) error, err error) {
		t.Helper()
		var b bytes.Buffer
		if err == nil {
			err = write(&b)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = b.String()
	}
	paths := q.Paths
	if q.Redact.On {
		paths = []string{"ESTATE"}
	}
	for _, by := range groupings {
		q.GroupBy = by
		a, err := Assess(ctx, q)
		for _, f := range ReportNames() {
			keep("assess --by "+by.String()+" --format "+f, func(w io.Writer) error { return WriteReport(w, f, a, report.Options{AllNotes: true, Paths: paths}) }, err)
		}
		if by == demarc.ByWorkload {
			keep("resources", func(w io.Writer) error {
				return report.PrintResources(w, "csv", report.Resources(a, nil), report.Options{})
			}, err)
		}
	}
	gaps, err := Gaps(ctx, q)
	keep("gaps", func(w io.Writer) error { return report.PrintList(w, "json", gaps, report.Options{}) }, err)
	posture, err := Posture(ctx, q)
	keep("posture", func(w io.Writer) error { return report.PrintList(w, "json", posture, report.Options{}) }, err)
	assurances, err := Assurances(ctx, q)
	keep("assurance list", func(w io.Writer) error { return report.PrintList(w, "json", assurances, report.Options{}) }, err)
	for _, x := range []string{"vm-shop-web-01", "aks-platform", "FW-PLANT-01", "Warehouse control", "app-shop-api", "vaultscan", "osdisk-fw-01"} {
		e, err := Explain(ctx, q, x, "")
		keep("explain "+x, func(w io.Writer) error { return report.Print(w, "json", e, report.Options{}) }, err)
	}
	for about, id := range map[string]string{"vm-shop-web-01": "os.patch", "FW-PLANT-01": "physical-network.device-patch", "tenant": "identity.mfa-admins", "shop": "data.recovery"} {
		e, err := ExplainVerdict(ctx, q, about, id)
		keep("explain "+about+" "+id, func(w io.Writer) error { return report.Print(w, "json", e, report.Options{}) }, err)
	}
	return all
}
