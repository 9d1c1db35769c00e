package assess_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// mixed is an estate with something of everything, conflicts included.
func mixed() estate {
	vm, aks := in("Microsoft.Compute/virtualMachines/vm"), in("Microsoft.ContainerService/managedClusters/aks")
	account := in("Microsoft.CognitiveServices/accounts/oai")
	mc := sub + "/resourceGroups/mc_aks"
	other := "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg"
	return estate{
		records: []record{
			full(vm, `{"location":"westeurope","plan":{"publisher":"Palo Alto"},"tags":{"team":"net"}}`),
			full(strings.ToUpper(vm), `{"location":"westeurope"}`), blind(vm),
			full(in("Microsoft.Compute/disks/d"), `{"managedBy":"`+vm+`"}`), blind(in("Microsoft.Compute/disks/e")),
			full(aks, `{"properties":{"nodeResourceGroup":"mc_aks"}}`), {id: strings.ToLower(aks), row: `{"properties":{}}`, seen: demarc.SeenFull},
			full(mc+"/providers/Microsoft.Compute/virtualMachineScaleSets/n", "{}"), full(mc+"/providers/Microsoft.Network/loadBalancers/l", "{}"),
			full(account, `{"kind":"OpenAI"}`),
			full(account+"/deployments/a", `{"properties":{"model":{"format":"OpenAI","name":"gpt"}}}`),
			full(account+"/deployments/b", `{"properties":{"model":{"format":"Mistral AI","name":"large"}}}`),
			full(in("Microsoft.Web/sites/s"), `{"kind":"app,linux"}`), full(in("Microsoft.Web/sites/S"), `{"kind":"app,linux,container"}`),
			full(in("Microsoft.Network/networkSecurityGroups/n"), "{}"), blind(in("Fabrikam.Widgets/widgets/w")),
			full(vm+"/novelties/n", "{}"), full(vm+"/extensions/agent", "{}"),
			full(other+"/providers/Microsoft.Storage/storageAccounts/s", `{"location":"chinaeast2"}`),
			full(other+"/providers/Microsoft.Sql/servers/s/databases/d", "{}"),
			full(other+"-2/providers/Microsoft.Storage/storageAccounts/t", `{"location":"usgovvirginia"}`), // in two clouds at once
			{id: "onprem/server/1", typ: "onprem/server", site: "Berlin", row: "{}", seen: demarc.SeenFull},
			{id: "onprem/server/2", typ: "onprem/server", site: "berlin", row: "{}", seen: demarc.SeenFull},
		},
		places: []place{{sub, "Production", ""}, {strings.ToUpper(sub), "Prod", ""}, {other, "", vm}, {other, "", aks}},
		options: assess.Options{Overrides: []demarc.Override{
			own(1, demarc.Match{Tag: "team=net"}, func(o *demarc.Override) { o.Provider = "msp" }), own(2, demarc.Match{ID: "nobody"}, model(demarc.SaaS)),
		}},
	}
}

// dump writes everything that an assessment says.
func dump(t *testing.T, a *assess.Settled) string {
	t.Helper()
	text, err := json.MarshalIndent(a.Assessment, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Neither the order in which resources are observed nor the way they are
// spread over shards makes a difference.
func TestOrderDoesNotMatter(t *testing.T) {
	want := dump(t, mixed().assess(t))
	r := rand.New(rand.NewPCG(7, 7))
	n := 60
	if testing.Short() {
		n = 20
	}
	for i := range n {
		e := mixed()
		e.newLine = i%2 == 0 // what a line remembers does not matter either
		e.shards = 1 + i%5
		r.Shuffle(len(e.records), func(i, j int) { e.records[i], e.records[j] = e.records[j], e.records[i] })
		r.Shuffle(len(e.places), func(i, j int) { e.places[i], e.places[j] = e.places[j], e.places[i] })
		if got := dump(t, e.assess(t)); got != want {
			t.Fatalf("another order, another assessment: %s", firstDifference(got, want))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d: got %s, want %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// checkSums checks that every cell of every matrix adds up.
func checkSums(t *testing.T, a *assess.Settled) {
	t.Helper()
	for _, m := range a.Matrices {
		if len(m.Cells) != len(m.Areas)*len(m.Models) {
			t.Errorf("%s has %d cells, want %d x %d", m.Model, len(m.Cells), len(m.Areas), len(m.Models))
		}
		for _, c := range m.Cells {
			sum := c.NotApplicable
			for _, n := range c.Parties {
				sum += n
			}
			if sum != c.Workloads {
				t.Errorf("%s %s %v: %v and %d not applicable are not %d workloads", m.Model, c.Area.ID, c.Model, c.Parties, c.NotApplicable, c.Workloads)
			}
		}
	}
	e := a.Estate
	unclassified := 0
	for _, u := range a.Unclassified {
		unclassified += u.Count
	}
	if sum := e.Workloads + e.Parts + e.Configurations + e.ControlPlane + e.ProviderManaged + unclassified; sum != len(a.Resources) {
		t.Errorf("%+v and %d unclassified are not %d resources", e, unclassified, len(a.Resources))
	}
}

func TestMatrixAddsUp(t *testing.T) { checkSums(t, mixed().assess(t)) }

// everyType is an estate of one resource of each reviewed type.
func everyType(c *catalog.Catalog, row string) estate {
	e := estate{catalog: c}
	for i := range c.Families {
		for j := range c.Families[i].Types {
			typ := c.Families[i].Types[j].Type
			e.records = append(e.records, record{id: fmt.Sprintf("%s/of-type/%d-%d", sub, i, j), typ: typ, row: row, seen: demarc.SeenFull})
		}
	}
	return e
}

// In every cell of every type each party has a half and somebody accountable,
// and the cell says why and where that is published.
func TestEveryCellExplainsItself(t *testing.T) {
	a := everyType(load(t), "{}").assess(t)
	checkSums(t, a)
	byID := map[string]*demarc.Division{}
	for _, d := range a.Divisions {
		byID[d.ID] = d
		for i := range d.Cells {
			c := &d.Cells[i]
			at := d.ID + " " + c.Facet + "/" + c.AreaID
			if c.Reason == "" || !strings.HasPrefix(c.Source, "https://") {
				t.Errorf("%s: reason %q, source %q", at, c.Reason, c.Source)
			}
			if c.NotApplicable != (len(c.Parties) == 0) && !strings.HasPrefix(c.Reason, "unknown: ") {
				t.Errorf("%s: parties %v, not applicable %v (%s)", at, c.Parties, c.NotApplicable, c.Reason)
			}
			if !slices.IsSorted(c.Parties) || len(c.Halves) != len(c.Parties) || len(c.Accountable) != len(c.Parties) {
				t.Errorf("%s: parties %v, halves %v, accountable %v", at, c.Parties, c.Halves, c.Accountable)
			}
			for _, p := range c.Parties {
				if c.Halves[p] == "" || c.Accountable[p] == "" {
					t.Errorf("%s: %s has no half or nobody accountable", at, p)
				}
			}
		}
	}
	if len(byID) != len(a.Divisions) {
		t.Error("two divisions have one id")
	}
	content := map[string]string{}
	for _, d := range a.Divisions {
		text := fmt.Sprintf("%+v", d.Cells)
		if other, ok := content[text]; ok {
			t.Errorf("divisions %s and %s say the same", d.ID, other)
		}
		content[text] = d.ID
	}
	again := everyType(load(t), "{}").assess(t)
	for i, d := range again.Divisions {
		if d.ID != a.Divisions[i].ID {
			t.Fatal("equal content has another id the next time")
		}
	}
}

// rows are properties that bring rules, facets and deviations of a type to
// bear: each value that a condition names, alone, and nothing at all.
func rows(t *catalog.Type, cells []catalog.Cell) []string {
	list := []string{"{}"}
	add := func(q *catalog.Condition) {
		leaves(q, func(q *catalog.Condition) {
			for _, v := range examples(q) {
				list = append(list, nested(q.Path, v))
			}
		})
	}
	for i := range t.Rules {
		add(t.Rules[i].When)
	}
	for i := range t.Facets {
		add(t.Facets[i].When)
	}
	for i := range cells {
		add(cells[i].When)
	}
	if t.PartOf != nil {
		for _, p := range t.PartOf.Paths {
			list = append(list, nested(p, `"`+in("Microsoft.Compute/virtualMachines/x")+`"`))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func leaves(q *catalog.Condition, do func(*catalog.Condition)) {
	if q == nil {
		return
	}
	if q.Path != "" {
		do(q)
	}
	for i := range q.All {
		leaves(&q.All[i], do)
	}
	for i := range q.Any {
		leaves(&q.Any[i], do)
	}
	leaves(q.Not, do)
}

func examples(q *catalog.Condition) []string {
	for _, p := range []*string{q.Equals, q.Contains, q.StartsWith, q.EndsWith} {
		if p != nil {
			return []string{quoted(*p)}
		}
	}
	if len(q.In) > 0 {
		return []string{quoted(q.In[0]), quoted(q.In[len(q.In)-1])}
	}
	return []string{`"something"`}
}

func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// nested writes a value at a path.
func nested(path, value string) string {
	names := strings.Split(path, ".")
	for _, name := range slices.Backward(names) {
		plain, list := strings.CutSuffix(name, "[*]")
		if list {
			value = "[" + value + "]"
		}
		value = "{" + quoted(plain) + ":" + value + "}"
	}
	return value
}

// No false certainty: what is said without a doubt of a resource that was not
// seen is what would be said had it been seen, whatever it holds.
func TestUnseenIsNeverCertain(t *testing.T) {
	c := load(t)
	published := map[string][]catalog.Cell{}
	for _, m := range c.Models {
		for _, cell := range m.Cells {
			published[demarc.Fold(cell.Type)] = append(published[demarc.Fold(cell.Type)], cell)
		}
	}
	e := estate{catalog: c}
	names := map[string]string{} // id of a resource that was seen -> its type and properties
	for i := range c.Families {
		for j := range c.Families[i].Types {
			typ := &c.Families[i].Types[j]
			cells := append(slices.Clone(typ.Cells), published[demarc.Fold(typ.Type)]...)
			for _, use := range typ.Facets {
				cells = append(cells, c.Facet(use.ID).Cells...)
			}
			variants := rows(typ, cells)
			if len(variants) == 1 {
				continue
			}
			id := fmt.Sprintf("%s/of-type/%d-%d", sub, i, j)
			e.records = append(e.records, record{id: id, typ: typ.Type})
			for k, row := range variants {
				seen := fmt.Sprintf("%s-%d", id, k)
				e.records = append(e.records, record{id: seen, typ: typ.Type, row: row, seen: demarc.SeenFull})
				names[seen] = typ.Type + " " + row
			}
		}
	}
	var blind *demarc.Answer // the one that was not seen comes before those that were
	for _, r := range e.assess(t).Resources {
		if name, seen := names[r.ID]; seen {
			compareCertainty(t, name, blind, r.Answer)
		} else {
			blind = r.Answer
		}
	}
	if len(names) < 100 {
		t.Errorf("only %d resources were compared", len(names))
	}
}

func compareCertainty(t *testing.T, at string, blind, seen *demarc.Answer) {
	t.Helper()
	if blind.Likely {
		return
	}
	if blind.Model != seen.Model || blind.Role != seen.Role || !reflect.DeepEqual(blind.Facets, seen.Facets) {
		t.Errorf("%s: %v %v %v without a doubt though unseen; seen: %v %v %v", at, blind.Model, blind.Role, blind.Facets, seen.Model, seen.Role, seen.Facets)
		return
	}
	if blind.Division == nil || seen.Division == nil {
		return
	}
	for i := range blind.Division.Cells {
		b, s := &blind.Division.Cells[i], &seen.Division.Cells[i]
		doubt := strings.Contains(b.Reason, "not seen") || strings.Contains(b.Reason, "none was seen")
		if !doubt && (whose(b) != whose(s) || !reflect.DeepEqual(b.Halves, s.Halves)) {
			t.Errorf("%s: %s/%s = %s without a doubt though unseen (%s); seen: %s", at, b.Facet, b.AreaID, whose(b), b.Reason, whose(s))
		}
	}
}

// changed is the catalogue with one text of its compact form replaced.
func changed(t *testing.T, from, to string) *catalog.Catalog {
	t.Helper()
	text, err := load(t).Compact()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), from); n != 1 {
		t.Fatalf("the knowledge holds %q %d times, want once", from, n)
	}
	c, err := catalog.Parse([]byte(strings.Replace(string(text), from, to, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// An answer is built from the knowledge that it cites: when that changes, so
// do the answer and its explanation.
func TestChangedKnowledgeChangesAnswerAndExplanation(t *testing.T) {
	entry, _ := load(t).Type("microsoft.compute/disks")
	why := entry.Type.Why
	head, err := json.Marshal(entry.Type.Aliases)
	if err != nil {
		t.Fatal(err)
	}
	typ := `"aliases":` + string(head) + `,"model":"iaas"`
	loose := full(in("Microsoft.Compute/disks/d"), "{}")
	aks := full(in("Microsoft.ContainerService/managedClusters/c"), `{"properties":{"autoUpgradeProfile":{"nodeOSUpgradeChannel":"None"}}}`)
	noneWhy := "The channel None switches automatic patching off"
	noneHalf := "Publish patched node images and announce them."
	tests := []struct {
		name, from, to string
		record         record
		says           func(r *demarc.Assessed) string
	}{
		{"model of a type", typ, strings.Replace(typ, "iaas", "paas", 1), loose, func(r *demarc.Assessed) string { return r.Answer.Model.String() }},
		{"why of a type", why, "Because we say so.", loose, func(r *demarc.Assessed) string { return r.Answer.Why }},
		{"reason of a published cell", noneWhy, "Channel None means nobody patches", aks, func(r *demarc.Assessed) string { return cell(t, r, "node", "operating-system").Reason }},
		{"half of a published cell", noneHalf, "Do it all.", aks, func(r *demarc.Assessed) string { return cell(t, r, "node", "operating-system").Halves["microsoft"] }},
		{"title of the matrix", `"microsoft-cloud","title":"Shared responsibility in the cloud"`, `"microsoft-cloud","title":"Another title"`, loose, func(r *demarc.Assessed) string { return cell(t, r, "", "physical-hosts").Reason }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := find(t, estate{records: []record{tt.record}}.assess(t), tt.record.id)
			after := find(t, estate{catalog: changed(t, tt.from, tt.to), records: []record{tt.record}}.assess(t), tt.record.id)
			if a, b := tt.says(before), tt.says(after); a == b {
				t.Errorf("still %q", a)
			}
			if before.Answer.Division.ID == after.Answer.Division.ID && tt.name != "why of a type" {
				t.Error("another content has the same id")
			}
		})
	}
	before := find(t, estate{records: []record{loose}}.assess(t), loose.id)
	after := find(t, estate{catalog: changed(t, typ, strings.Replace(typ, "iaas", "paas", 1)), records: []record{loose}}.assess(t), loose.id)
	b, a := cell(t, before, "", "network-controls"), cell(t, after, "", "network-controls")
	if whose(b) == whose(a) || b.Reason == a.Reason || !strings.Contains(a.Reason, "PaaS column") {
		t.Errorf("another service model gives %s (%s), before %s (%s)", whose(a), a.Reason, whose(b), b.Reason)
	}
}
