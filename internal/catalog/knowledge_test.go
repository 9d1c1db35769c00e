package catalog_test

import (
	"bytes"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// knowledge is the catalogue of the data folder, read from its YAML files.
var knowledge = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Load(os.DirFS("../../data")) })

func load(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompactFormEqualsTheFiles(t *testing.T) {
	c := load(t)
	text, err := c.Compact()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, data.Compact) {
		t.Fatal("data/compact.json differs from the YAML files beside it: run make generate")
	}
	parsed, err := catalog.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(parsed.Families) != len(c.Families) {
		t.Fatalf("%d families, want %d", len(parsed.Families), len(c.Families))
	}
	again, err := parsed.Compact()
	if err != nil || !bytes.Equal(text, again) {
		t.Error("the compact form changes when it is read and written again")
	}
	for entry := range types(c) {
		folded := demarc.Fold(entry.Type.Type)
		got, ok := parsed.Type(folded)
		if !ok || got.RuleID() != entry.RuleID() || !sameType(got.Type, entry.Type) || got.Family.Folder != entry.Family.Folder {
			t.Errorf("%s differs in the compact form", folded)
		}
		for _, name := range append(entry.Type.Aliases, entry.Type.Name) {
			a, _ := c.ByName(name)
			b, ok := parsed.ByName(name)
			if !ok || a.Type.Type != b.Type.Type {
				t.Errorf("name %q means another type in the compact form", name)
			}
		}
	}
	for _, m := range c.Models {
		if got := parsed.Model(m.ID); got == nil || !reflect.DeepEqual(got.Areas, m.Areas) {
			t.Errorf("model %s differs in the compact form", m.ID)
		}
	}
}

func sameType(a, b *catalog.Type) bool {
	return a.Model == b.Model && a.Role == b.Role && a.Why == b.Why && a.Source == b.Source && a.Shape == b.Shape &&
		slices.Equal(a.Lacks, b.Lacks) && len(a.Rules) == len(b.Rules) && reflect.DeepEqual(a.Facets, b.Facets) && reflect.DeepEqual(a.PartOf, b.PartOf)
}

// types walks all types of the catalogue.
func types(c *catalog.Catalog) func(yield func(catalog.Entry) bool) {
	return func(yield func(catalog.Entry) bool) {
		for i := range c.Families {
			for j := range c.Families[i].Types {
				if !yield(catalog.Entry{Type: &c.Families[i].Types[j], Family: &c.Families[i]}) {
					return
				}
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "[]", `{"families":[`, `{"famlies":[]}`} {
		if _, err := catalog.Parse([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "read compact catalogue: ") {
			t.Errorf("Parse(%q): error = %v", text, err)
		}
	}
}

// The stations keep the truths of a type's conditions in 64 bits.
func TestConditionsFitTheirBits(t *testing.T) {
	const most = 64
	c := load(t)
	published := map[string]int{}
	for _, m := range c.Models {
		for _, cell := range m.Cells {
			published[demarc.Fold(cell.Type)]++
		}
	}
	for e := range types(c) {
		if n := len(e.Type.Rules) + len(e.Type.Facets); n > most {
			t.Errorf("%s has %d rules and facets, more than %d", e.Type.Type, n, most)
		}
		cells := len(e.Type.Cells) + published[demarc.Fold(e.Type.Type)]
		for _, use := range e.Type.Facets {
			cells += len(c.Facet(use.ID).Cells)
		}
		if cells > most {
			t.Errorf("%s has %d deviations, more than %d", e.Type.Type, cells, most)
		}
	}
}

// A rule or facet that can never come to bear is a slip of the pen.
func TestEveryCellIsReachable(t *testing.T) {
	c := load(t)
	for e := range types(c) {
		decided := map[string]string{}
		for _, cell := range e.Type.Cells {
			at := cell.Facet + "/" + cell.Area
			if before, ok := decided[at]; ok {
				t.Errorf("%s: cell %s comes after %s, which always holds", e.Type.Type, cell.ID, before)
			}
			if cell.When == nil {
				decided[at] = cell.ID
			}
		}
	}
	for _, m := range c.Models {
		decided := map[string]string{}
		for _, cell := range m.Cells {
			at := cell.Type + "/" + cell.Facet + "/" + cell.Area
			if before, ok := decided[at]; ok {
				t.Errorf("%s: cell %s comes after %s, which always holds", m.ID, cell.ID, before)
			}
			if cell.When == nil {
				decided[at] = cell.ID
			}
		}
	}
}

// A published cell comes before a type's own one, which is then dead weight.
func TestNoCellIsPublishedAndOwn(t *testing.T) {
	c := load(t)
	published := map[string]bool{}
	for _, m := range c.Models {
		for _, cell := range m.Cells {
			if cell.When == nil {
				published[demarc.Fold(cell.Type)+"/"+cell.Facet+"/"+cell.Area] = true
			}
		}
	}
	for e := range types(c) {
		for _, cell := range e.Type.Cells {
			facet := cell.Facet
			if facet == "" {
				facet = e.Type.MainFacet()
			}
			if published[demarc.Fold(e.Type.Type)+"/"+facet+"/"+cell.Area] {
				t.Errorf("%s: cell %s is never used, a published matrix names the same facet and area", e.Type.Type, cell.ID)
			}
		}
	}
}

func TestEnoughAzureTypesAreReviewed(t *testing.T) {
	n := 0
	for e := range types(load(t)) {
		if e.Family.Folder == "azure" {
			n++
		}
	}
	if n < 250 {
		t.Errorf("%d Azure types are reviewed, want at least 250", n)
	}
}

func TestLookUps(t *testing.T) {
	c := load(t)
	for location, want := range map[string]string{
		"chinanorth2": "azure-china", "China East": "azure-china", "usgovvirginia": "azure-government", "US DoD Central": "azure-government",
		"westeurope": "", "global": "", "": "",
	} {
		got := ""
		if p := c.CloudOf(location); p != nil {
			got = p.ID
		}
		if got != want {
			t.Errorf("cloud of %q = %q, want %q", location, got, want)
		}
	}
	if f, ok := c.FamilyOf("microsoft.compute/never/heard"); !ok || f.Provider != "Microsoft.Compute" {
		t.Errorf("family = %+v, %v", f, ok)
	}
	if _, ok := c.FamilyOf("fabrikam.widgets/widgets"); ok {
		t.Error("a namespace that nobody described has a family")
	}
	if p := c.Party("21vianet"); p.Name != "21Vianet" || p.Short != "21V" {
		t.Errorf("party = %+v", p)
	}
	if p := c.Party("größenwahn ag"); p.Name != "größenwahn ag" || p.Short != "GRÖßENWA" {
		t.Errorf("party = %+v, want whole letters in its short name", p)
	}
	lacks := c.Lacks("network", []string{"identities"})
	if !lacks["operating-system"] || !lacks["identities"] || lacks["network-controls"] {
		t.Errorf("lacks = %v", lacks)
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := catalog.Parse(data.Compact); err != nil {
			b.Fatal(err)
		}
	}
}
