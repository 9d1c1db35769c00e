package assess

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/join"
	"github.com/demarc-dev/demarc/internal/scope"
)

// joined is the evidence of all shards, joined to what it is about and put in
// order.
type joined struct {
	*settler
	shards     []*Shard
	byResource []*sighting // in order of the resources
	starts     []uint32    // of each resource's in byResource, and the end; nil without any
	ruled      []uint32    // how many results of checks the resources in front of each have, and all; nil without any
	ofScopes   []ofScope   // results about scopes that are numbered behind
	others     []located   // in order, what was computed here behind what was read
	imported   int         // of others
	loose      map[looseKey]*demarc.Unattached
	hosts      hostNames
	nested     []map[uint32]uint32 // by shard: the place, from 1, among the children of a subject
	children   []child             // that evidence names and that only another resource holds
	names      map[string][]int
	tenant     *demarc.Scope
}

// located is a piece of evidence that is not about a resource.
type located struct {
	*sighting
	target join.Target
	// number and about tell the subject from the target: a person of the
	// tenant, a setting in the subscription. 0 when it is the target itself.
	number uint32
	about  string
}

// child is what evidence names inside of a resource that the estate has, where
// the estate lacks the thing itself.
type child struct {
	number uint32 // tells it from the others
	name   string
}

type looseKey struct{ subject, tool, reason string }

// joinEvidence joins the evidence of all shards to the estate.
func (s *settler) joinEvidence(shards []*Shard) *joined {
	j := &joined{settler: s, shards: shards, loose: map[looseKey]*demarc.Unattached{}, tenant: s.onlyTenant()}
	targets := make([][]int32, len(shards))
	total := 0
	for i, shard := range shards {
		targets[i] = j.targets(shard)
		for _, c := range shard.sightings {
			total += len(c)
		}
	}
	for _, shard := range shards {
		shard.subjects, shard.findings = nil, nil
	}
	if total > 0 {
		j.sort(shards, targets)
	}
	for _, shard := range shards {
		shard.strangers, shard.hashes = nil, nil
	}
	j.countRuled()
	return j
}

// Places in the list of a shard's targets that are no resources.
const notYet = int32(-1) // a stranger, found one by one

// targets finds the resource of each subject of a shard that is one, by the
// hash of its id.
func (j *joined) targets(shard *Shard) []int32 {
	list := make([]int32, len(shard.hashes))
	for i := range list {
		list[i] = notYet
	}
	if len(list) == 0 {
		return list
	}
	inParallel(len(j.all), len(j.all), func(from, to int) {
		for i := from; i < to; i++ {
			if n, ok := shard.subjects[idHash(j.all[i].ID)]; ok {
				list[n] = int32(i)
			}
		}
	})
	return list
}

// sort puts the evidence about resources in their order, and hands on the rest
// one by one.
func (j *joined) sort(shards []*Shard, targets [][]int32) {
	j.starts = make([]uint32, len(j.all)+1)
	for i, shard := range shards {
		j.nested = append(j.nested, j.findStrangers(shard, targets[i]))
		each(shard, func(s *sighting) {
			if t := targets[i][s.subject]; t >= 0 && j.dated(s) {
				j.starts[t+1]++
			}
		})
	}
	for i := range j.all {
		j.starts[i+1] += j.starts[i]
	}
	next := slices.Clone(j.starts)
	j.byResource = make([]*sighting, j.starts[len(j.all)])
	for i, shard := range shards {
		nested := j.nested[i]
		each(shard, func(s *sighting) {
			switch t := targets[i][s.subject]; {
			case !j.dated(s):
				j.notes = append(j.notes, futureNote(s))
			case t >= 0:
				j.byResource[next[t]] = s
				next[t]++
				s.subject = nested[s.subject] // from now on the child
			default:
				j.elsewhere(shard, s)
			}
		})
	}
	inParallel(len(j.all), len(j.byResource), func(from, to int) {
		for i := from; i < to; i++ {
			slices.SortFunc(j.byResource[j.starts[i]:j.starts[i+1]], j.compareAt)
		}
	})
	slices.SortFunc(j.others, compareLocated)
	j.imported = len(j.others)
	if n := slices.IndexFunc(j.others, func(l located) bool { return l.finding.computed }); n >= 0 {
		j.imported = n
	}
}

func compareLocated(a, b located) int {
	return cmp.Or(
		compareBool(a.finding.computed, b.finding.computed),
		strings.Compare(scopeID(a.target.Scope), scopeID(b.target.Scope)),
		strings.Compare(a.target.Workload, b.target.Workload),
		strings.Compare(a.about, b.about),
		compareSightings(a.sighting, b.sighting),
	)
}

// compareBool puts what is not so first.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func each(shard *Shard, visit func(*sighting)) {
	for _, c := range shard.sightings {
		for i := range c {
			visit(&c[i])
		}
	}
}

// dated reports whether a piece of evidence was observed by the end of the day
// that the assessment stands for.
func (j *joined) dated(s *sighting) bool { return s.observed <= endOfDay(j.line.options.AsOf) }

func futureNote(s *sighting) demarc.Note {
	return demarc.Note{Kind: demarc.NoteIgnored, Place: demarc.Place{File: s.finding.file, Line: int(s.line)}, Count: 1,
		Message: "evidence with a date in the future, seen from the day of the assessment: it decides nothing"}
}

// compareSightings orders evidence about one subject by check, time and place.
func compareSightings(a, b *sighting) int {
	return cmp.Or(
		strings.Compare(a.finding.check, b.finding.check),
		cmp.Compare(a.observed, b.observed),
		cmp.Compare(a.finding.outcome, b.finding.outcome),
		strings.Compare(a.finding.title, b.finding.title),
		strings.Compare(a.finding.detail, b.finding.detail),
		strings.Compare(a.finding.by, b.finding.by),
		cmp.Compare(a.since, b.since),
		cmp.Compare(a.amount, b.amount),
		strings.Compare(pathOf(demarc.Place{File: a.finding.file}), pathOf(demarc.Place{File: b.finding.file})),
		cmp.Compare(a.line, b.line),
		strings.Compare(string(a.finding.reason), string(b.finding.reason)),
		cmp.Compare(a.finding.severity, b.finding.severity),
		cmp.Compare(a.finding.strength, b.finding.strength),
		cmp.Compare(a.finding.expires, b.finding.expires),
	)
}

// findStrangers looks for the subjects that are no id of a resource, such as
// machines by name, and for those of resources that another one holds: these
// it gives a number among the children.
func (j *joined) findStrangers(shard *Shard, targets []int32) (nested map[uint32]uint32) {
	nested = map[uint32]uint32{}
	for n, subject := range shard.strangers {
		if targets[n] != notYet {
			continue
		}
		t := join.Find(&subject, j)
		if t.Resource < 0 {
			continue
		}
		targets[n] = int32(t.Resource)
		if t.Nested != "" {
			j.children = append(j.children, child{uint32(shard.hashes[n])&^memberBit | 1, t.Nested})
			nested[n] = uint32(len(j.children))
		}
	}
	return nested
}

// compareAt is the same for evidence about one resource and what is nested in
// it.
func (j *joined) compareAt(a, b *sighting) int {
	return cmp.Or(compareSightings(a, b), strings.Compare(j.childOf(a), j.childOf(b)))
}

// childOf names what is nested in the resource that a piece of evidence is
// about, "" when it is about the resource itself.
func (j *joined) childOf(s *sighting) string {
	if s.subject == 0 {
		return ""
	}
	return j.children[s.subject-1].name
}

// resourceAt is the resource that a piece of evidence was joined to.
func (j *joined) resourceAt(n int) int {
	i, _ := slices.BinarySearchFunc(j.starts[1:], uint32(n), func(end, n uint32) int {
		if end <= n {
			return -1
		}
		return 1
	})
	return i
}

// elsewhere keeps a piece of evidence that is not about a resource.
func (j *joined) elsewhere(shard *Shard, s *sighting) {
	subject := shard.strangers[s.subject]
	t := join.Find(&subject, j)
	if t.Missing != "" {
		j.unattached(&subject, s, t.Missing)
		return
	}
	l := located{sighting: s, target: t}
	if name := cmp.Or(subject.Name, subject.Identity); name != "" && subject.ID == "" {
		l.number, l.about = uint32(shard.hashes[s.subject])&^memberBit|1, name
	}
	j.others = append(j.others, l)
}

func (j *joined) unattached(of *demarc.Subject, s *sighting, why string) {
	name := cmp.Or(of.ID, of.Host, of.Name, of.Identity, of.Scope)
	key := looseKey{demarc.Fold(name), s.finding.tool, why}
	place := demarc.Place{File: s.finding.file, Line: int(s.line)}
	u, ok := j.loose[key]
	if !ok {
		u = &demarc.Unattached{Subject: name, Tool: s.finding.tool, Reason: why, First: place}
		j.loose[key] = u
	}
	if c := cmp.Or(strings.Compare(pathOf(place), pathOf(u.First)), cmp.Compare(place.Line, u.First.Line)); c < 0 {
		u.First, u.Subject = place, name
	}
	u.Count++
}

// Resource finds a resource by id.
func (j *joined) Resource(id string) (int, bool) {
	o := j.find(strings.TrimRight(id, "/"))
	if o == nil {
		return -1, false
	}
	return j.indexOf(o)
}

func (j *joined) indexOf(o *observed) (int, bool) {
	return sort.Find(len(j.all), func(i int) int { return demarc.CompareFold(o.ID, j.all[i].ID) })
}

// Scope finds a scope by id.
func (j *joined) Scope(id string) *demarc.Scope {
	if id == "" {
		return nil
	}
	folded := demarc.Fold(strings.TrimRight(id, "/"))
	if sc := j.scopes[folded]; sc != nil {
		return sc
	}
	if scope.IsGUID(folded) {
		return j.scopes["/subscriptions/"+folded]
	}
	return nil
}

// Named are the resources of a name or of an id that ends in an address.
func (j *joined) Named(name, typ string) []int {
	if j.names == nil {
		j.names = map[string][]int{}
		for i, o := range j.all {
			folded := demarc.Fold(o.Name)
			j.names[folded] = append(j.names[folded], i)
			if id := demarc.Fold(o.ID); id != folded && !strings.HasPrefix(id, "/") {
				j.names[id] = append(j.names[id], i)
			}
		}
	}
	found := j.names[demarc.Fold(name)]
	if i, ok := j.declared(name); ok {
		found = []int{i}
	}
	if typ == "" {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(i int) bool { return !demarc.EqualFold(j.all[i].Type, typ) })
}

// declared finds a resource by the address under which it is declared: a plan
// of several may name it.
func (j *joined) declared(address string) (int, bool) {
	hash, id := foldedHash(demarc.Fold(address)), ""
	for _, s := range j.shards {
		if named, ok := s.aliases[hash]; ok && (id == "" || named < id) {
			id = named
		}
	}
	if id == "" {
		return -1, false
	}
	return j.Resource(id)
}

// OnlyTenant is the tenant of the estate when it has exactly one, and whether
// it has several.
func (j *joined) OnlyTenant() (*demarc.Scope, bool) {
	return j.tenant, j.tenant == nil && j.anyTenant()
}

func (s *settler) anyTenant() bool {
	for _, sc := range s.scopes {
		if sc.Kind == demarc.TenantScope {
			return true
		}
	}
	return false
}

func (s *settler) onlyTenant() *demarc.Scope {
	var only *demarc.Scope
	for _, sc := range s.scopes {
		if sc.Kind != demarc.TenantScope {
			continue
		}
		if only != nil {
			return nil
		}
		only = sc
	}
	return only
}

// Service is the resource of a type that a tenant has once.
func (j *joined) Service(tenant *demarc.Scope, typ string) (int, bool) {
	guid := tenant.ID[strings.LastIndexByte(tenant.ID, '/')+1:]
	return j.Resource("tenants/" + guid + "/" + typ)
}

// Workload reports whether a workload of that name is declared.
func (j *joined) Workload(name string) bool {
	return slices.ContainsFunc(j.line.options.Workloads, func(w Workload) bool { return demarc.EqualFold(w.Name, name) })
}
