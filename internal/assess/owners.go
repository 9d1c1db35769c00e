package assess

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/owner"
	"github.com/demarc-dev/demarc/internal/responsibility"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
)

// matchedTags lists, as letters, which of the organisation's owner rules and
// delegations name a tag that a resource has. The others can be asked for at
// any time.
func (l *Line) matchedTags(r *demarc.Resource, values *slots.Values) string {
	var found []rune
	for i, m := range l.tagMatches {
		tag := func(key string) demarc.Value { return values.At(values.Plan().Slot(scope.TagPath(key))) }
		if m.Tag != "" && values != nil && scope.Covers(m, r, tag) == demarc.True {
			found = append(found, rune(i))
		}
	}
	return string(found)
}

// tagMatches are the matches of owner rules, then those of delegations.
func (o *Options) tagMatches() []demarc.Match {
	var list []demarc.Match
	for i := range o.OwnerRules {
		list = append(list, o.OwnerRules[i].Match)
	}
	for i := range o.Delegations {
		list = append(list, o.Delegations[i].Match)
	}
	if !slices.ContainsFunc(list, func(m demarc.Match) bool { return m.Tag != "" }) {
		return nil
	}
	return list
}

// matches reports whether the n-th of the matches covers a resource.
func (d *docket) matches(n int, m demarc.Match, o *observed) bool {
	switch {
	case m == demarc.Match{}:
		return true
	case m.Tag != "":
		return strings.ContainsRune(d.above(o, func(b *belonging) string { return b.matched }), rune(n))
	}
	return scope.Covers(m, &o.Resource, nil) == demarc.True
}

// matchesScope reports whether a match covers a whole scope.
func matchesScope(m demarc.Match, sc *demarc.Scope) bool {
	if m == (demarc.Match{}) {
		return true
	}
	return covered(m.Scope+m.ID, sc, "", "") && m.Scope+m.ID != ""
}

// ownerOf finds the owner of a task at a resource.
func (d *docket) ownerOfTask(t *responsibility.Task, party string, o *observed) demarc.Owner {
	c := owner.Case{Responsibility: &t.Responsibility, Party: party}
	for i := range d.line.options.OwnerRules {
		if r := &d.line.options.OwnerRules[i]; d.matches(i, r.Match, o) {
			c.Rules = append(c.Rules, r)
		}
	}
	c.Tag = d.above(o, func(b *belonging) string { return b.owner })
	c.TagName = d.above(o, func(b *belonging) string { return b.ownerTag })
	c.ScopeTag, c.ScopeTagName = d.scopeOwner(o.Scope)
	c.Delegated = d.delegated(t, func(n int, m demarc.Match) bool { return d.matches(len(d.line.options.OwnerRules)+n, m, o) })
	return d.choose(&c)
}

// ownerAt finds the owner of a task above the level of resources.
func (d *docket) ownerAt(i *instance, at *atInstance) demarc.Owner {
	c := owner.Case{Responsibility: &at.task.Responsibility, Party: at.party}
	for n := range d.line.options.OwnerRules {
		r := &d.line.options.OwnerRules[n]
		if d.matchesInstance(r.Match, i) {
			c.Rules = append(c.Rules, r)
		}
	}
	c.ScopeTag, c.ScopeTagName = d.scopeOwner(i.scope)
	c.Delegated = d.delegated(at.task, func(_ int, m demarc.Match) bool { return d.matchesInstance(m, i) })
	return d.choose(&c)
}

// matchesInstance reports whether a match covers a whole instance: its scope,
// or what a declared workload is.
func (d *docket) matchesInstance(m demarc.Match, i *instance) bool {
	return matchesScope(m, i.scope) || i.workload != "" &&
		slices.ContainsFunc(d.line.options.Workloads, func(w Workload) bool { return w.Name == i.workload && w.Match == m })
}

func (d *docket) choose(c *owner.Case) demarc.Owner {
	found, tie := owner.Of(c)
	if tie != nil {
		d.tied(tie)
	}
	return found
}

// findTies looks for rules that contradict each other anywhere, whether or not
// somebody asks who the owner is.
func (d *docket) findTies() {
	type covering struct {
		rules string
		tasks *duties
	}
	met := map[covering]bool{}
	for _, o := range d.all {
		of := covering{d.ruledBy(o), d.duties[o.Answer]}
		if of.rules == "" || met[of] {
			continue
		}
		met[of] = true
		for _, duty := range of.tasks.own {
			d.ownerOfTask(duty.Task, duty.Party, o)
		}
	}
	if len(d.line.options.OwnerRules) < 2 {
		return
	}
	for _, i := range d.instances.all {
		for n := range i.tasks {
			d.ownerAt(i, &i.tasks[n])
		}
	}
}

// ruledBy lists, as letters, the owner rules that cover a resource, "" for
// fewer than two.
func (d *docket) ruledBy(o *observed) string {
	if len(d.line.options.OwnerRules) < 2 || len(d.duties[o.Answer].own) == 0 {
		return ""
	}
	var found []rune
	for i := range d.line.options.OwnerRules {
		if d.matches(i, d.line.options.OwnerRules[i].Match, o) {
			found = append(found, rune(i))
		}
	}
	if len(found) < 2 {
		return ""
	}
	return string(found)
}

// tied notes rules that contradict each other, once.
func (d *docket) tied(t *owner.Tie) {
	d.ties.Store([2]string{t.First.Place.String(), t.Second.Place.String()}, t)
}

// delegated is the delegation in force that took a task, nil for none.
func (d *docket) delegated(t *responsibility.Task, covers func(n int, m demarc.Match) bool) *demarc.Delegation {
	if t.Party != demarc.Customer {
		return nil
	}
	for n := range d.line.options.Delegations {
		x := &d.line.options.Delegations[n]
		if x.In(d.day) && covers(n, x.Match) && owner.About(x.Areas, x.Responsibilities, &t.Responsibility) {
			return x
		}
	}
	return nil
}

// taken lists, as letters, which delegations in force cover a resource.
func (d *docket) taken(o *observed) string {
	var found []rune
	for n := range d.line.options.Delegations {
		if x := &d.line.options.Delegations[n]; x.In(d.day) && d.matches(len(d.line.options.OwnerRules)+n, x.Match, o) {
			found = append(found, rune(n))
		}
	}
	return string(found)
}

// scopeOwner is the owner that a tag of the scope, or of the nearest one above
// it, names.
func (s *settler) scopeOwner(sc *demarc.Scope) (name, tag string) {
	for ; sc != nil; sc = sc.Parent {
		if of, ok := s.scopeTags[sc]; ok {
			return of.owner, of.tag
		}
	}
	return "", ""
}

// scopeTag is the owner that a scope's own record names.
type scopeTag struct{ owner, tag string }
