package bench

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// How the rows of a group are shared out: the first so many stand for
// themselves, the others belong to one of those each, where rules search
// something beside its type.
const (
	groupRows   = 20
	groupOwners = 14
)

// The sizes between which a row gets members that no rule asks for.
const (
	rowFrom = 1_800
	rowTo   = 3_000
)

// WritePolicies writes an export as Write does, of resources at and near the
// values that rules compare them with: at every path a literal of a rule, the
// same in other case, another value of its kind, null or nothing, and arrays of
// up to three such elements. Some are what rules search beside others.
func WritePolicies(w io.Writer, rules *Rules, e Export) error {
	if rules.sum == 0 {
		return errors.New("write the export: the rules name no types")
	}
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintf(b, `{"totalRecords":%d,"count":%d,"resultTruncated":"false","facets":[],"data":[`, e.Rows, e.Rows)
	var row []byte
	for i, k := range rand.New(rand.NewPCG(e.Seed, uint64(e.Rows))).Perm(e.Rows) {
		if i > 0 {
			b.WriteByte(',')
		}
		row = rules.appendRow(row[:0], e.Seed, k)
		b.WriteByte('\n')
		b.Write(row)
	}
	b.WriteString("\n]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}

// resource is what a row is about.
type resource struct {
	shape *shape
	set   set
	id    string
}

// appendRow appends the row with a number.
func (rules *Rules) appendRow(dst []byte, seed uint64, k int) []byte {
	r := rand.New(rand.NewPCG(seed, ^uint64(k)))
	x := rules.resource(seed, k)
	if at := k % groupRows; at >= groupOwners {
		if related, ok := rules.relatedTo(seed, k, at-groupOwners, r); ok {
			x = related
		}
	}
	return rules.append(dst, x, r)
}

// resource is the resource that a row would be about alone. Its type and id
// come of the number, so that related rows find it.
func (rules *Rules) resource(seed uint64, k int) resource {
	r := rand.New(rand.NewPCG(seed, uint64(k)|1<<50))
	pick := r.IntN(rules.sum)
	var s *shape
	for _, s = range rules.shapes {
		if pick -= s.weight; pick < 0 {
			break
		}
	}
	x := resource{shape: s, set: set{seed, uint64(k / groupRows)}}
	names := strings.Split(s.typ, "/")
	id := x.set.fill(nil, cut("/subscriptions/$sub/resourceGroups/$rg/providers/"+names[0]), r)
	for i, name := range names[1:] {
		id = fmt.Appendf(id, "/%s/%s-%d%06d", name, strings.ToLower(name), i+1, k)
	}
	x.id = string(id)
	return x
}

// relatedTo makes a resource that rules search beside one of the group. No two
// rows of a group belong to one resource, so that fixed names do not meet.
func (rules *Rules) relatedTo(seed uint64, k, number int, r *rand.Rand) (resource, bool) {
	of := rules.resource(seed, k-k%groupRows+2*number+r.IntN(2))
	if len(of.shape.related) == 0 {
		return resource{}, false
	}
	x := of.shape.related[r.IntN(len(of.shape.related))]
	if x.hangs == besideIt && number > 0 {
		return resource{}, false
	}
	name := x.name
	if name == "" {
		name = fmt.Sprintf("related-%06d", k)
	}
	provider, types, _ := strings.Cut(x.shape.typ, "/")
	id := of.id
	switch x.hangs {
	case onIt:
		id += "/providers/" + provider
	case belowIt:
		types = x.shape.typ[len(of.shape.typ)+1:]
	case besideIt:
		id = id[:strings.Index(id, "/providers/")] + "/providers/" + provider
	}
	names := strings.Split(types, "/")
	for _, typ := range names[:len(names)-1] {
		id += "/" + typ + "/default"
	}
	return resource{x.shape, of.set, id + "/" + names[len(names)-1] + "/" + name}, true
}

// append appends a row with all columns that Resource Graph gives.
func (rules *Rules) append(dst []byte, x resource, r *rand.Rand) []byte {
	root := &x.shape.root
	dst = append(json.AppendQuote(append(dst, `{"id":`...), x.id), `,"name":`...)
	dst = append(json.AppendQuote(dst, x.id[strings.LastIndexByte(x.id, '/')+1:]), `,"type":`...)
	dst = json.AppendQuote(dst, strings.ToLower(x.shape.typ))
	dst = x.set.fill(dst, tenantAndKind, r)
	if kind := root.find("kind"); kind != nil {
		dst = kind.append(dst, x.set, r)
	} else {
		dst = append(dst, `""`...)
	}
	dst = x.set.fill(dst, placeColumns, r)
	for _, name := range [...]string{"sku", "plan", "identity", "zones", "extendedLocation"} {
		dst = append(append(append(dst, `,"`...), name...), `":`...)
		if n := root.find(name); n != nil && r.IntN(absent) > 0 {
			dst = n.append(dst, x.set, r)
		} else {
			dst = append(dst, "null"...)
		}
	}
	dst = rules.appendTags(append(dst, `,"tags":`...), x.set, r)
	dst = x.shape.appendProperties(append(dst, `,"properties":`...), x.set, r)
	return append(dst, '}')
}

var (
	tenantAndKind = cut(`,"tenantId":"$tenant","kind":`)
	placeColumns  = cut(`,"location":"$loc","resourceGroup":"$rg","subscriptionId":"$sub","managedBy":""`)
)

// appendTags appends tags of which some are those that rules ask for.
func (rules *Rules) appendTags(dst []byte, s set, r *rand.Rand) []byte {
	if r.IntN(absent) == 0 {
		return append(dst, "null"...)
	}
	dst = s.fill(dst, cut(`{"env":"$env","owner":"$owner"`), r)
	if len(rules.tags) > 0 && r.IntN(2) == 0 {
		dst = append(json.AppendQuote(append(dst, ','), rules.tags[r.IntN(len(rules.tags))]), `:"true"`...)
	}
	return append(dst, '}')
}

// appendProperties appends what rules look at, and then what none does until
// the row has a usual size.
func (s *shape) appendProperties(dst []byte, in set, r *rand.Rand) []byte {
	size := rowFrom + r.IntN(rowTo-rowFrom)
	dst = append(dst, '{')
	begin := len(dst)
	if n := s.root.find("properties"); n != nil {
		dst = n.appendKids(dst, in, r)
	}
	for _, f := range s.filler {
		if len(dst) >= size {
			break
		}
		if len(dst) > begin {
			dst = append(dst, ',')
		}
		dst = in.fill(dst, f, r)
	}
	return append(dst, '}')
}

// fillerOf lists the filler that no path of the type begins with.
func (rules *Rules) fillerOf(s *shape) []template {
	properties := s.root.find("properties")
	var list []template
	for _, text := range rules.habits.Filler {
		name, _, _ := strings.Cut(text[1:], `"`)
		if properties == nil || properties.find(name) == nil {
			list = append(list, cut(text))
		}
	}
	return list
}

// WriteManifest writes what was collected beside an export of WritePolicies:
// for three of four subscriptions all types that rules search.
func WriteManifest(w io.Writer, rules *Rules, e Export) error {
	type collected struct {
		Type  string `json:"type"`
		State string `json:"state"`
	}
	type scope struct {
		Scope string      `json:"scope"`
		Types []collected `json:"types"`
	}
	var types []collected
	for _, name := range rules.searched() {
		types = append(types, collected{name, "collected"})
	}
	manifest := struct {
		Schema    string  `json:"schema"`
		Collector string  `json:"collector"`
		At        string  `json:"at"`
		Scopes    []scope `json:"scopes"`
	}{"https://demarc.dev/schema/manifest/1", "bench", "2026-01-12T06:00:00Z", nil}
	groups := (e.Rows + groupRows - 1) / groupRows
	for n := range (groups + setsPerSubscription - 1) / setsPerSubscription {
		if n%4 != 3 {
			id := "/subscriptions/" + string(set{e.Seed, 0}.guid(nil, uint64(n)))
			manifest.Scopes = append(manifest.Scopes, scope{id, types})
		}
	}
	text, err := json.Marshal(manifest)
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	if _, err := w.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}

// searched lists the types that rules search beside others, folded.
func (rules *Rules) searched() []string {
	var list []string
	for _, s := range rules.shapes {
		for _, x := range s.related {
			list = append(list, demarc.Fold(x.shape.typ))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
