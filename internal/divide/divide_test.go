package divide_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/slots"
)

var knowledge = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) })

func divider(t testing.TB) (*divide.Divider, *slots.Layout, *catalog.Catalog) {
	t.Helper()
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	layout, err := slots.NewLayout(divide.Wishes(c))
	if err != nil {
		t.Fatal(err)
	}
	return divide.New(c, layout), layout, c
}

// plain is a case without anything special.
func plain(m demarc.ServiceModel) divide.Case {
	return divide.Case{Provider: "microsoft", Model: m, MainFacet: "service", Why: "It is an example."}
}

// The published matrix, restated by hand: c customer, p provider, b both.
func TestPublishedMatrix(t *testing.T) {
	d, _, c := divider(t)
	published := map[string]string{
		"Customer data": "cccc", "Configurations and settings": "cccc", "Identities and users": "cccc", "Client devices": "cccb",
		"Applications": "ccbb", "Network controls": "ccbp", "Operating system": "ccpp", "Physical hosts": "cppp",
		"Physical network": "cppp", "Physical datacenter": "cppp",
	}
	words := map[byte]string{'c': "customer", 'p': "microsoft", 'b': "customer+microsoft"}
	for column, m := range demarc.ServiceModels {
		division := d.Divide(plain(m))
		if len(division.Cells) != len(published) {
			t.Fatalf("%d cells, want %d", len(division.Cells), len(published))
		}
		for _, cell := range division.Cells {
			want := words[published[cell.Area][column]]
			if got := strings.Join(cell.Parties, "+"); got != want {
				t.Errorf("%s in %s = %s, want %s", cell.Area, m.Label(), got, want)
			}
			if cell.Shared() != (want == "customer+microsoft") || cell.FacetModel != m || cell.Model != divide.CloudModel {
				t.Errorf("cell = %+v", cell)
			}
		}
	}
	m := c.Model(divide.CloudModel)
	if areas := divide.Areas(m); len(areas) != 10 || areas[0].Label != "Customer data" || areas[9].ID != "physical-datacenter" {
		t.Errorf("areas = %+v", areas)
	}
	if columns := divide.Columns(m); !slices.Equal(columns, demarc.ServiceModels[:]) {
		t.Errorf("columns = %v", columns)
	}
	if columns := divide.Columns(c.Model(divide.AIModel)); !slices.Equal(columns, []demarc.ServiceModel{demarc.IaaS, demarc.PaaS, demarc.SaaS}) {
		t.Errorf("columns of the AI matrix = %v", columns)
	}
}

// The id of a division is a hash of what it says.
func TestIDIsContent(t *testing.T) {
	d, _, _ := divider(t)
	base := plain(demarc.PaaS)
	if a, b := d.Divide(base), d.Divide(base); a.ID != b.ID || len(a.ID) != 16 {
		t.Errorf("ids %s and %s of the same content", a.ID, b.ID)
	}
	changes := map[string]func(*divide.Case){
		"provider": func(c *divide.Case) { c.Provider = "21vianet" },
		"model":    func(c *divide.Case) { c.Model = demarc.SaaS },
		"facet":    func(c *divide.Case) { c.MainFacet = "guest" },
		"lacks":    func(c *divide.Case) { c.Lacks = map[string]bool{"operating-system": true} },
		"type":     func(c *divide.Case) { c.Type = "Microsoft.ContainerRegistry/registries" },
		"ai":       func(c *divide.Case) { c.AI = "saas" },
		"override": func(c *divide.Case) {
			c.Overrides = []*demarc.Override{{Cells: []demarc.OverrideCell{{Area: "identities", Parties: []string{"customer"}}}}}
		},
	}
	ids := map[string]string{d.Divide(base).ID: "nothing"}
	for what, change := range changes {
		c := base
		change(&c)
		d, _, _ := divider(t)
		variant := d.Observe(c.Type, nil)
		c.Variant = variant
		id := d.Divide(c).ID
		if other, taken := ids[id]; taken {
			t.Errorf("changing %s gives the id of changing %s", what, other)
		}
		ids[id] = what
	}
}

func TestMissingAreasAreNobodys(t *testing.T) {
	d, _, _ := divider(t)
	c := plain(demarc.IaaS)
	c.Lacks = map[string]bool{"operating-system": true, "applications": true}
	for _, cell := range d.Divide(c).Cells {
		if cell.NotApplicable != c.Lacks[cell.AreaID] || cell.NotApplicable && (len(cell.Parties) > 0 || !strings.HasPrefix(cell.Reason, "this kind of resource has no ")) {
			t.Errorf("%s: parties %v, not applicable %v (%s)", cell.AreaID, cell.Parties, cell.NotApplicable, cell.Reason)
		}
	}
}

// The organisation's own word comes before a published cell of the service,
// that before a deviation, that before the column.
func TestPrecedence(t *testing.T) {
	d, layout, _ := divider(t)
	const aks = "Microsoft.ContainerService/managedClusters"
	v := slots.NewValues()
	v.Reset(layout.For(aks))
	v.CloseAll()
	c := plain(demarc.PaaS)
	c.Type, c.Variant = aks, d.Observe(aks, v)
	os := func(division *demarc.Division) *demarc.Cell {
		i := slices.IndexFunc(division.Cells, func(c demarc.Cell) bool { return c.AreaID == "operating-system" })
		return &division.Cells[i]
	}
	if cell := os(d.Divide(c)); cell.DecidedBy != "azure-kubernetes-service" || cell.Model != divide.CloudModel {
		t.Errorf("decided by %s in a row of %s, want the matrix that names the service", cell.DecidedBy, cell.Model)
	}
	general := &demarc.Override{Reason: "for all", Cells: []demarc.OverrideCell{{Area: "operating-system", Parties: []string{"msp"}}}}
	special := &demarc.Override{Reason: "for this one", Cells: []demarc.OverrideCell{{Area: "operating-system", Facet: "service", Parties: []string{"customer", "msp"}}}}
	c.Overrides = []*demarc.Override{general, special}
	if cell := os(d.Divide(c)); strings.Join(cell.Parties, "+") != "customer+msp" || !strings.Contains(cell.Reason, "for this one") {
		t.Errorf("%v (%s), want the last override", cell.Parties, cell.Reason)
	}
	c.Overrides = []*demarc.Override{general}
	if cell := os(d.Divide(c)); strings.Join(cell.Parties, "+") != "msp" {
		t.Errorf("%v, want the override", cell.Parties)
	}
}

func TestPartyID(t *testing.T) {
	for name, want := range map[string]string{"": "", "AWS": "aws", "Mistral AI": "mistral-ai", "a+b C": "a-b-c"} {
		if got := divide.PartyID(name); got != want {
			t.Errorf("PartyID(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestVariantTellsApart(t *testing.T) {
	d, layout, _ := divider(t)
	const vm = "Microsoft.Compute/virtualMachines"
	observe := func(publisher demarc.Value) divide.Variant {
		v := slots.NewValues()
		v.Reset(layout.For(vm))
		v.Set("plan.publisher", publisher)
		v.CloseAll()
		return d.Observe(vm, v)
	}
	none, acme, again, unseen := observe(demarc.Missing()), observe(demarc.Text("Acme")), observe(demarc.Text("ACME")), d.Observe(vm, nil)
	if none == acme || acme != again || unseen == none || unseen == acme {
		t.Errorf("variants %v, %v, %v, %v", none, acme, again, unseen)
	}
	if none.String() == unseen.String() || acme.String() != again.String() {
		t.Error("texts of variants do not tell them apart")
	}
}

// The comparison names the known disagreements of the documents with the
// sources of both sides.
func TestDisagreements(t *testing.T) {
	_, _, c := divider(t)
	var all []*catalog.Model
	for i := range c.Models {
		all = append(all, &c.Models[i])
	}
	list := divide.Disagreements(c, all)
	has := func(what string, holds func(divide.Disagreement) bool) {
		t.Helper()
		i := slices.IndexFunc(list, holds)
		if i < 0 {
			t.Errorf("no disagreement about %s", what)
			return
		}
		sources := map[string]bool{}
		for _, s := range list[i].Sides {
			if s.Source == "" || s.Says == "" {
				t.Errorf("%s: a side without source or position: %+v", what, s)
			}
			sources[s.Says] = true
		}
		if len(sources) < 2 {
			t.Errorf("%s: all sides say the same", what)
		}
	}
	has("applications in SaaS", func(d divide.Disagreement) bool {
		return d.Area == "Applications" && d.Column == "saas" && d.Type == ""
	})
	has("identities", func(d divide.Disagreement) bool { return d.Area == "Identities and users" })
	has("the ninety days", func(d divide.Disagreement) bool { return d.Topic == "inactive-account-deletion" })
	has("the nodes of AKS", func(d divide.Disagreement) bool {
		return d.Type == "Microsoft.ContainerService/managedClusters" && d.Area == "Operating system"
	})
	for range 10 {
		again := divide.Disagreements(c, all)
		for i := range again {
			if again[i].Area != list[i].Area || again[i].Topic != list[i].Topic || again[i].Column != list[i].Column || len(again[i].Sides) != len(list[i].Sides) {
				t.Fatal("the order of disagreements changes from run to run")
			}
			for j := range again[i].Sides {
				if again[i].Sides[j] != list[i].Sides[j] {
					t.Fatal("the order of sides changes from run to run")
				}
			}
		}
	}
}
