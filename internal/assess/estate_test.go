package assess_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
)

// knowledge is the catalogue of the data folder.
var knowledge = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) })

func load(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const (
	sub   = "/subscriptions/11111111-1111-1111-1111-111111111111"
	group = sub + "/resourceGroups/rg-prod"
)

// in gives the id of a resource in the group rg-prod.
func in(rest string) string { return group + "/providers/" + rest }

// record is one resource as an input shows it.
type record struct {
	id   string
	typ  string // read from the id if empty
	row  string // its properties as a JSON object, seen in full; "" when only id and type were seen
	seen demarc.Seen
	site string // scope of a resource whose id does not tell
	line int    // of the organisation's file; 0 for no place

	standing demarc.Standing
}

// full is a resource that was seen in full.
func full(id, row string) record { return record{id: id, row: row, seen: demarc.SeenFull} }

// blind is a resource of which only id and type were seen.
func blind(id string) record { return record{id: id} }

// place is a scope with a record of its own.
type place struct{ id, name, managedBy string }

// estate is what a test assesses.
type estate struct {
	catalog *catalog.Catalog // that of the data folder if nil
	options assess.Options
	records []record
	places  []place
	shards  int  // 0 means one
	newLine bool // one that has judged nothing before
	// What tools and people say: evidence, and exceptions, assurances and the like.
	evidence   []demarc.Evidence
	statements []any
	owners     map[string]string // by scope, the value of its tag "owner"
	after      bool              // evidence is read after all resources, and knows them
}

// plainLine is the line of estates without wishes of their own and without
// evidence: a line remembers what tools said.
var plainLine = sync.OnceValues(func() (*assess.Line, error) {
	c, err := knowledge()
	if err != nil {
		return nil, err
	}
	return assess.New(c, assess.Options{AsOf: today})
})

// line is compiled for the estate, unless it is a plain one.
func (e estate) line(t testing.TB) *assess.Line {
	t.Helper()
	compile := plainLine
	if e.newLine || e.evidence != nil || e.catalog != nil || !reflect.ValueOf(e.options).IsZero() {
		if e.catalog == nil {
			e.catalog = load(t)
		}
		e.options.AsOf = today
		compile = func() (*assess.Line, error) { return assess.New(e.catalog, e.options) }
	}
	line, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func (e estate) assess(t testing.TB) *assess.Settled {
	t.Helper()
	line := e.line(t)
	shards := make([]*assess.Shard, max(e.shards, 1))
	for i := range shards {
		shards[i] = line.NewShard()
	}
	for i, p := range e.places {
		shards[i%len(shards)].Scope(p.id, p.name, p.managedBy, nil)
	}
	values := slots.NewValues()
	for i, r := range e.records {
		observe(t, line, shards[i%len(shards)], r, values)
	}
	return line.Settle(e.witness(line, shards), nil)
}

// witness gives the shards what tools and people say.
func (e estate) witness(line *assess.Line, shards []*assess.Shard) []*assess.Shard {
	tell := shards
	if e.after {
		known := assess.Know(shards)
		tell = make([]*assess.Shard, len(shards))
		for i := range tell {
			tell[i] = line.NewShard().Knowing(known)
		}
		shards = append(slices.Clip(shards), tell...)
	}
	for i := range e.evidence {
		tell[i%len(tell)].Witness(&e.evidence[i])
	}
	for i, said := range e.statements {
		tell[i%len(tell)].Say(said)
	}
	for id, owner := range e.owners {
		tell[0].Scope(id, "", "", map[string]string{"owner": owner})
	}
	return shards
}

func observe(t testing.TB, line *assess.Line, shard *assess.Shard, r record, values *slots.Values) {
	t.Helper()
	resource, values := shown(t, line, r, values)
	shard.Observe(&resource, r.site, values)
}

// shown is what a reader makes of a record; values are nil when none were seen.
func shown(t testing.TB, line *assess.Line, r record, values *slots.Values) (demarc.Resource, *slots.Values) {
	t.Helper()
	id := scope.Parse(r.id)
	resource := demarc.Resource{ID: r.id, Name: id.Name, Type: r.typ, Seen: r.seen, Standing: r.standing}
	if r.typ == "" {
		resource.Type = id.Type()
	}
	if r.line > 0 {
		resource.Place = demarc.Place{File: ownFile, Line: r.line}
	}
	if r.row == "" {
		return resource, nil
	}
	values.Reset(line.Layout().For(resource.Type))
	columns := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(r.row), &columns); err != nil {
		t.Fatalf("%s: %v", r.row, err)
	}
	for name, text := range columns {
		decode := values.DecodeColumn
		if r.seen == demarc.SeenDeclared {
			decode = values.DecodeDeclared
		}
		if err := decode(demarc.Fold(name), text); err != nil {
			t.Fatal(err)
		}
	}
	if r.seen == demarc.SeenFull {
		values.CloseAll()
	}
	return resource, values
}

// one assesses a single resource.
func one(t testing.TB, r record) *demarc.Assessed {
	t.Helper()
	return find(t, estate{records: []record{r}}.assess(t), r.id)
}

func find(t testing.TB, a *assess.Settled, id string) *demarc.Assessed {
	t.Helper()
	for _, r := range a.Resources {
		if demarc.EqualFold(r.ID, id) {
			return r
		}
	}
	t.Fatalf("%s is not in the assessment", id)
	return nil
}

// cell finds the cell of a facet and an area; the facet may be left out when
// there is one only.
func cell(t testing.TB, r *demarc.Assessed, facet, area string) *demarc.Cell {
	t.Helper()
	if r.Answer.Division == nil {
		t.Fatalf("%s (%v) has no division", r.ID, r.Answer.Role)
	}
	for i := range r.Answer.Division.Cells {
		c := &r.Answer.Division.Cells[i]
		if c.AreaID == area && (c.Facet == facet || facet == "") {
			return c
		}
	}
	t.Fatalf("%s has no cell %s/%s", r.ID, facet, area)
	return nil
}

// whose is the parties of a cell in words.
func whose(c *demarc.Cell) string {
	if c.NotApplicable {
		return "-"
	}
	return strings.Join(c.Parties, "+")
}

func facets(r *demarc.Assessed) string {
	var ids []string
	for _, f := range r.Answer.Facets {
		ids = append(ids, f.ID+":"+f.Model.String())
	}
	return strings.Join(ids, " ")
}

// says checks the parties of cells, given as "facet/area": "parties".
func says(t *testing.T, r *demarc.Assessed, want map[string]string) {
	t.Helper()
	for at, parties := range want {
		facet, area, _ := strings.Cut(at, "/")
		c := cell(t, r, facet, area)
		if got := whose(c); got != parties {
			t.Errorf("%s of %s = %s, want %s (%s)", at, r.ID, got, parties, c.Reason)
		}
	}
}

func noteKinds(a *assess.Settled) string {
	var kinds []string
	for _, n := range a.Notes {
		kinds = append(kinds, string(n.Kind)+": "+n.Message)
	}
	slices.Sort(kinds)
	return strings.Join(kinds, "; ")
}
