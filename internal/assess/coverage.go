package assess

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/scope"
)

// class is what a scope decides about checks: which assignments do not reach
// it, and which types were collected in it. Scopes that decide the same share
// one.
type class struct {
	absent []bool // by bound definition, nil when all are in force
	whole  map[string]bool
	denied map[string]demarc.Reason // why a type that was not collected was not
}

// out reports whether a bound definition is not in force.
func (c *class) out(bound int) bool { return c.absent != nil && c.absent[bound] }

// classify prepares for the classes of scopes, where there is anything to tell
// scopes apart.
func (c *checker) classify() {
	c.plain = &class{}
	c.classes = map[*demarc.Scope]*class{}
	c.entries = map[string]map[string]*demarc.Collected{}
	for i := range c.policies.Collected {
		c.enter(&c.policies.Collected[i])
	}
	named := map[string]bool{}
	for id := range c.entries {
		named[id] = true
	}
	for _, check := range c.policies.Checks {
		if a := check.Assignment; a != nil {
			c.assigned = true
			for _, id := range append([]string{a.Scope}, a.NotScopes...) {
				named[demarc.Fold(strings.TrimRight(id, "/"))] = true
			}
		}
	}
	c.types = c.soughtTypes()
	c.plain = c.newClass(nil)
	for _, sc := range c.scopes {
		c.settleClass(sc, named)
	}
	c.singled = map[string]bool{}
	for id := range named {
		if _, whole := scope.Parse(id).IsScope(); !whole && id != "" {
			c.singled[id] = true
		}
	}
}

// enter keeps an entry of the manifest; of several about one scope and type the
// one that says least counts.
func (c *checker) enter(e *demarc.Collected) {
	scope, typ := demarc.Fold(strings.TrimRight(e.Scope, "/")), demarc.Fold(e.Type)
	if c.entries[scope] == nil {
		c.entries[scope] = map[string]*demarc.Collected{}
	}
	if have := c.entries[scope][typ]; have == nil || lessCollected(e.How, have.How) {
		c.entries[scope][typ] = e
	}
}

// settleClass gives a scope its class: that of the scope above, unless something
// names the scope itself.
func (c *checker) settleClass(sc *demarc.Scope, named map[string]bool) *class {
	if made, ok := c.classes[sc]; ok {
		return made
	}
	above := c.plain
	if sc.Parent != nil {
		above = c.settleClass(sc.Parent, named)
	}
	if named[demarc.Fold(sc.ID)] || c.assigned && sc.Kind == demarc.ManagementGroupScope {
		above = c.newClass(sc)
	}
	c.classes[sc] = above
	return above
}

// classOf is the class of a scope, or of the home of a resource.
func (c *checker) classOf(sc *demarc.Scope) *class {
	if sc == nil {
		return c.plain
	}
	if one, ok := c.classes[sc]; ok {
		return one
	}
	return c.newClass(sc)
}

// homeOf is where a resource lies as far as checks care: in its scope, or, where
// the manifest or an assignment names it or what it is nested in, in a scope of
// its own.
func (c *checker) homeOf(o *observed) *demarc.Scope {
	if len(c.singled) == 0 {
		return o.Scope
	}
	for id := o.ID; id != ""; id = parentOf(id) {
		if c.singled[demarc.Fold(strings.TrimRight(id, "/"))] {
			return nest(o.ID, o.Scope)
		}
	}
	return o.Scope
}

// nest is a scope of a resource alone, in those of what it is nested in.
func nest(id string, in *demarc.Scope) *demarc.Scope {
	if id == "" {
		return in
	}
	return &demarc.Scope{ID: demarc.Fold(strings.TrimRight(id, "/")), Parent: nest(parentOf(id), in)}
}

// soughtTypes are the folded types that any rule looks for.
func (c *checker) soughtTypes() []string {
	var types []string
	for _, seek := range c.policies.Book.Seeks() {
		types = append(types, seek.Type)
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// newClass works out what a scope decides; nil is what lies in no scope.
func (c *checker) newClass(sc *demarc.Scope) *class {
	one := &class{whole: map[string]bool{}, denied: map[string]demarc.Reason{}}
	if c.assigned {
		one.absent = make([]bool, len(c.policies.Checks))
		for i, check := range c.policies.Checks {
			one.absent[i] = check.Assignment != nil && !inForce(check.Assignment, sc)
		}
		c.replace(one.absent)
	}
	for _, typ := range c.types {
		switch entry := c.collection(typ, sc); {
		case entry == nil:
		case entry.How == demarc.CollectedAll:
			one.whole[typ] = true
		case entry.How == demarc.CollectionDenied:
			one.denied[typ] = demarc.NotPermitted
		}
	}
	return one
}

// replace takes definitions out of force that an assignment puts in force with
// its own parameters.
func (c *checker) replace(absent []bool) {
	assigned := map[string]bool{}
	for i, check := range c.policies.Checks {
		if check.Assignment != nil && !absent[i] {
			assigned[check.Definition] = true
		}
	}
	for i, check := range c.policies.Checks {
		absent[i] = absent[i] || check.Assignment == nil && check.Definition != "" && assigned[check.Definition]
	}
}

// collection is what the manifest says of a folded type in a scope: that of the
// nearest scope counts; nil when it says nothing.
func (c *checker) collection(typ string, sc *demarc.Scope) *demarc.Collected {
	for at := sc; ; at = at.Parent {
		told := c.entries[demarc.Fold(scopeID(at))]
		entry := told[typ]
		if every := told["*"]; every != nil && (entry == nil || lessCollected(every.How, entry.How)) {
			entry = every
		}
		if entry != nil || at == nil {
			return entry
		}
	}
}

// lessCollected reports whether a says less than b.
func lessCollected(a, b demarc.Collection) bool {
	order := func(x demarc.Collection) int {
		return slices.Index([]demarc.Collection{demarc.NotAsked, demarc.CollectionDenied, demarc.CollectedPartly, demarc.CollectedAll}, x)
	}
	return order(a) < order(b)
}

// inForce reports whether an assignment reaches a scope. A management group of
// which nobody knows what lies below it may reach all.
func inForce(a *demarc.PolicyAssignment, sc *demarc.Scope) bool {
	if slices.ContainsFunc(a.NotScopes, func(id string) bool { return lies(sc, id) }) {
		return false
	}
	if lies(sc, a.Scope) {
		return true
	}
	return strings.Contains(demarc.Fold(a.Scope), "/managementgroups/") && !knowsGroups(sc)
}

// lies reports whether a scope is one, or lies below it.
func lies(sc *demarc.Scope, id string) bool {
	id = strings.TrimRight(id, "/")
	for ; sc != nil; sc = sc.Parent {
		if demarc.EqualFold(sc.ID, id) {
			return true
		}
	}
	return false
}

// knowsGroups reports whether a management group above a scope is known.
func knowsGroups(sc *demarc.Scope) bool {
	for ; sc != nil; sc = sc.Parent {
		if sc.Kind == demarc.ManagementGroupScope {
			return true
		}
	}
	return false
}

// scopeTypes are the types by which policies name scopes.
var scopeTypes = map[demarc.ScopeKind]string{
	demarc.SubscriptionScope:  "microsoft.resources/subscriptions",
	demarc.ResourceGroupScope: "microsoft.resources/subscriptions/resourcegroups",
}

// scopeCheck is what the rules said of a subscription or a group.
type scopeCheck struct {
	scope *demarc.Scope
	set   *checkSet
}

// ofScopes asks the policies about subscriptions and resource groups.
func (c *checker) ofScopes() []scopeCheck {
	var list []scopeCheck
	w := c.newSeeker()
	for _, sc := range c.orderedScopes() {
		typ, ok := scopeTypes[sc.Kind]
		if !ok {
			continue
		}
		program := c.policies.Book.Program(typ)
		if len(program.Rules) == 0 {
			continue
		}
		w.turn++
		w.asked.Take(program, policy.Subject{ID: sc.ID, Name: lastSegment(sc.ID)}, nil)
		results := w.asked.Evaluate(nil)
		b := make([]byte, len(results))
		for i, r := range results {
			b[i] = byte(r)
		}
		set := &checkSet{program: program, results: string(b)}
		list = append(list, scopeCheck{sc, w.finished(program, w.decide(set, c.classOf(sc), sc.ID))})
	}
	return list
}
