package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// subject is what a person named: a resource, a scope, a workload, or the
// whole organisation. Exactly one member is set.
type subject struct {
	resource     int // place in the assessment's list, -1 when it is none
	scope        *demarc.Scope
	workload     string
	organisation bool
	tenant       bool // the one that nobody named
}

// organisationWords name everything there is.
var organisationWords = []string{"organisation", "organization", "estate"}

// subjects finds what a word means: an id, else everything of that name, so
// that the caller can choose by what is asked of it.
func subjects(s *assess.Settled, word string) []subject {
	word = strings.TrimSpace(word)
	if slices.ContainsFunc(organisationWords, func(w string) bool { return demarc.EqualFold(w, word) }) {
		return []subject{{resource: -1, organisation: true}}
	}
	if found, ok := byID(s, word); ok {
		return []subject{found}
	}
	list := append(workloadsNamed(s, word), append(scopesNamed(s, word), resourcesNamed(s, word)...)...)
	if len(list) == 0 && demarc.EqualFold(word, "tenant") {
		return []subject{{resource: -1, tenant: true}}
	}
	return list
}

// byID finds a resource or scope by id. The bare GUID of a subscription or
// tenant will do.
func byID(s *assess.Settled, id string) (subject, bool) {
	folded := demarc.Fold(strings.TrimRight(id, "/"))
	at, ok := slices.BinarySearchFunc(s.Resources, folded, func(r *demarc.Assessed, id string) int { return demarc.CompareFold(r.ID, id) })
	if ok {
		return subject{resource: at}, true
	}
	for _, sc := range s.Scopes {
		if sc.ID != "" && (sc.ID == folded || strings.HasSuffix(sc.ID, "/"+folded) && len(folded) == len("00000000-0000-0000-0000-000000000000")) {
			return subject{resource: -1, scope: sc}, true
		}
	}
	return subject{}, false
}

func workloadsNamed(s *assess.Settled, name string) []subject {
	var list []subject
	s.Verdicts.Above(func(v *demarc.Verdict) bool {
		if demarc.EqualFold(v.Instance.Workload, name) && name != "" {
			list = append(list, subject{resource: -1, workload: v.Instance.Workload})
		}
		return len(list) == 0
	})
	return list
}

func scopesNamed(s *assess.Settled, name string) []subject {
	var list []subject
	for _, sc := range s.Scopes {
		last := sc.ID[strings.LastIndexByte(sc.ID, '/')+1:]
		kind := sc.Kind == demarc.TenantScope && demarc.EqualFold(name, "tenant")
		if sc.ID != "" && (demarc.EqualFold(sc.Name, name) || demarc.EqualFold(last, name) || kind) {
			list = append(list, subject{resource: -1, scope: sc})
		}
	}
	return list
}

func resourcesNamed(s *assess.Settled, name string) []subject {
	var list []subject
	var named []*demarc.Assessed
	for i, r := range s.Resources {
		if demarc.EqualFold(r.Name, name) {
			list, named = append(list, subject{resource: i}), append(named, r)
		}
	}
	if whole := wholeOf(named); whole != nil {
		return []subject{list[slices.Index(named, whole)]}
	}
	return list
}

// verdicts are those of one responsibility that concern a subject: its own,
// else that of what governs it which asks most of a person, or the one that
// exists once above it.
func (x subject) verdicts(s *assess.Settled, id string) []demarc.Verdict {
	var list []demarc.Verdict
	if x.resource >= 0 {
		for _, v := range s.Verdicts.Of(x.resource) {
			if !demarc.EqualFold(v.Responsibility.ID, id) {
				continue
			}
			if r := v.Instance.Resource; r == nil || r == s.Resources[x.resource] {
				return []demarc.Verdict{v}
			}
			if len(list) == 0 || v.Status.Worse(list[0].Status) {
				list = []demarc.Verdict{v}
			}
		}
		return list
	}
	var nearest demarc.Verdict
	height := -1
	s.Verdicts.Above(func(v *demarc.Verdict) bool {
		if !demarc.EqualFold(v.Responsibility.ID, id) {
			return true
		}
		if n := x.below(&v.Instance); n >= 0 && (height < 0 || n < height) {
			nearest, height = *v, n
		}
		return true
	})
	if height >= 0 {
		list = append(list, nearest)
	}
	return list
}

// below is how many steps a subject lies below an instance, negative when it
// does not.
func (x subject) below(at *demarc.Instance) int {
	switch {
	case at.Level == demarc.OrganisationLevel:
		return 100
	case x.organisation:
		return -1
	case x.workload != "":
		if demarc.EqualFold(at.Workload, x.workload) {
			return 0
		}
		return -1
	case at.Workload != "":
		return -1
	}
	named := false
	for n, sc := 0, x.scope; sc != nil; n, sc = n+1, sc.Parent {
		if sc == at.Scope {
			return n
		}
		named = named || sc.Kind == demarc.TenantScope
	}
	if at.Level == demarc.TenantLevel && at.Scope == nil && !named {
		return 50
	}
	return -1
}

// in finds the same subject in another assessment of the same estate.
func (x subject) in(from, to *assess.Settled) subject {
	if x.resource < 0 && x.scope == nil {
		return x
	}
	same, _ := byID(to, x.id(from))
	return same
}

// id is how statements write the subject, "" for the whole estate.
func (x subject) id(s *assess.Settled) string {
	switch {
	case x.resource >= 0:
		return s.Resources[x.resource].ID
	case x.scope != nil:
		return x.scope.ID
	}
	return x.workload
}

// name is what a person calls it.
func (x subject) name(s *assess.Settled) string {
	switch {
	case x.tenant:
		return "the tenant"
	case x.resource >= 0:
		at := demarc.Instance{Resource: s.Resources[x.resource]}
		return at.Name()
	case x.workload != "" || x.scope != nil:
		at := demarc.Instance{Scope: x.scope, Workload: x.workload}
		return at.Name()
	}
	return "the organisation"
}

// covers reports whether a resource belongs to the subject.
func (x subject) covers(s *assess.Settled, resource int) bool {
	r := s.Resources[resource]
	switch {
	case x.organisation || x.tenant:
		return true
	case x.resource >= 0:
		return x.resource == resource
	case x.scope != nil:
		for sc := r.Scope; sc != nil; sc = sc.Parent {
			if sc == x.scope {
				return true
			}
		}
		return false
	}
	return demarc.EqualFold(s.WorkloadOf(resource), x.workload)
}

// the finds the one subject that a word means. Where several have the name,
// those count that wanted keeps.
func the(s *assess.Settled, word string, wanted func(subject) bool) (subject, error) {
	found := subjects(s, word)
	if len(found) == 0 {
		return subject{}, hinted(fmt.Errorf("nothing in the estate is called %q", word),
			"name a resource, a workload, a resource group, a subscription, the tenant or \"organisation\"; demarc resources lists the resources")
	}
	if len(found) > 1 {
		kept := slices.DeleteFunc(slices.Clone(found), func(x subject) bool { return !wanted(x) })
		if len(kept) > 0 {
			found = kept
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var ids []string
	for _, x := range found[:min(len(found), 5)] {
		ids = append(ids, x.id(s))
	}
	return subject{}, hinted(fmt.Errorf("%d things are called %q:\n%s", len(found), word, strings.Join(ids, "\n")), "give one of the ids")
}

// task finds a responsibility by id. The error names those that are spelled
// alike.
func task(c *catalog.Catalog, id string) (*catalog.Task, error) {
	var known []string
	for i := range c.Responsibilities {
		for j := range c.Responsibilities[i].List {
			t := &c.Responsibilities[i].List[j]
			if demarc.EqualFold(t.ID, strings.TrimSpace(id)) {
				return t, nil
			}
			known = append(known, t.ID)
		}
	}
	return nil, hinted(fmt.Errorf("no responsibility %q", id), "near: "+strings.Join(nearest(known, id), ", "))
}

// nearest are the five words that are spelled most like one, the nearest
// first. A word that contains it, or shares what stands in front of the dot,
// is nearer than others.
func nearest(words []string, to string) []string {
	const most = 5
	to = demarc.Fold(strings.TrimSpace(to))
	subject, rest, _ := strings.Cut(to, ".")
	far := map[string]int{}
	for _, w := range words {
		far[w] = 2 * distance(demarc.Fold(w), to)
		s, r, _ := strings.Cut(w, ".")
		if s == subject {
			far[w] -= len(subject)
		}
		if rest != "" && (strings.Contains(r, rest) || strings.Contains(rest, r)) {
			far[w] -= len(rest)
		}
	}
	list := slices.Clone(words)
	slices.SortStableFunc(list, func(a, b string) int {
		if d := far[a] - far[b]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return list[:min(len(list), most)]
}

// distance is how many letters must be put in, taken out or changed to turn
// one word into another.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
