package assess

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// instanceKey says where tasks above the level of resources exist once.
type instanceKey struct {
	level    demarc.Level
	scope    *demarc.Scope // nil for a workload, the organisation and a tenant that nobody named
	workload string
}

// instance is a scope, a workload or the organisation with the tasks that
// exist there once.
type instance struct {
	instanceKey
	class int32        // instances with the same verdicts about the same tasks share it
	tasks []atInstance // in order of task
}

// atInstance is one task at an instance.
type atInstance struct {
	task    *responsibility.Task
	party   string
	members int32 // resources that refer to it
	said    code
	seen    *seen // nil where nothing was seen
}

// seen is what was seen of a task at an instance, and what follows.
type seen struct {
	items     []judge.Item // about scopes
	lifted    []lifted     // about resources
	judgement demarc.Judgement
	deciding  []int
	exception *demarc.Exception
}

// witness is where what was seen of a task is kept.
func (at *atInstance) witness() *seen {
	if at.seen == nil {
		at.seen = &seen{}
	}
	return at.seen
}

// instances finds or makes instances.
type instances struct {
	byKey map[instanceKey]*instance
	all   []*instance // in order, once they are complete
}

func (x *instances) at(key instanceKey) *instance {
	made, ok := x.byKey[key]
	if !ok {
		made = &instance{instanceKey: key}
		x.byKey[key] = made
	}
	return made
}

// task finds or makes a task at an instance. What it returns may be written
// to until the next one is made.
func (i *instance) task(d responsibility.Duty) *atInstance {
	at, found := slices.BinarySearchFunc(i.tasks, d.Task.Index, func(t atInstance, index int) int { return t.task.Index - index })
	if !found {
		i.tasks = slices.Insert(i.tasks, at, atInstance{task: d.Task, party: d.Party})
	}
	i.tasks[at].party = bearers(i.tasks[at].party, d.Party)
	return &i.tasks[at]
}

// bearers is who bears a task that resources of two parties refer to: the
// customer as long as it bears any of it, else the first by name.
func bearers(a, b string) string {
	if a == demarc.Customer || b == demarc.Customer {
		return demarc.Customer
	}
	return min(a, b)
}

// find finds a task at an instance, nil when it does not exist there.
func (i *instance) find(t *responsibility.Task) *atInstance {
	// Others may write what was seen of a task meanwhile: only its index is read.
	at := sort.Search(len(i.tasks), func(n int) bool { return i.tasks[n].task.Index >= t.Index })
	if at == len(i.tasks) || i.tasks[at].task.Index != t.Index {
		return nil
	}
	return &i.tasks[at]
}

func (x *instances) order() {
	for key, i := range x.byKey {
		if len(i.tasks) == 0 {
			delete(x.byKey, key) // nothing is asked there
			continue
		}
		i.tasks = slices.Clone(i.tasks)
		x.all = append(x.all, i)
	}
	slices.SortFunc(x.all, func(a, b *instance) int {
		return cmp.Or(-cmp.Compare(a.level, b.level), strings.Compare(scopeID(a.scope), scopeID(b.scope)), strings.Compare(a.workload, b.workload))
	})
}

// keyAt is the instance of a level that a standpoint belongs to, false when it
// hangs in none.
func (d *docket) keyAt(level demarc.Level, at standpoint) (instanceKey, bool) {
	switch level {
	case demarc.OrganisationLevel:
		return instanceKey{level: level}, true
	case demarc.WorkloadLevel:
		if at.workload != "" {
			return instanceKey{level: level, workload: at.workload}, true
		}
		if sc := above(at.scope, demarc.ResourceGroupScope, demarc.SiteScope); sc != nil {
			return instanceKey{level: level, scope: sc}, true
		}
		return instanceKey{level: level, scope: at.scope}, true
	case demarc.TenantLevel:
		if sc := above(at.scope, demarc.TenantScope); sc != nil {
			return instanceKey{level: level, scope: sc}, true
		}
		return instanceKey{level: level, scope: d.joined.tenant}, true
	case demarc.ResourceGroupLevel:
		return orNone(level, above(at.scope, demarc.ResourceGroupScope))
	case demarc.SubscriptionLevel:
		return orNone(level, above(at.scope, demarc.SubscriptionScope))
	case demarc.SiteLevel:
		return orNone(level, above(at.scope, demarc.SiteScope))
	case demarc.ResourceLevel:
	}
	return instanceKey{}, false
}

func orNone(level demarc.Level, sc *demarc.Scope) (instanceKey, bool) {
	return instanceKey{level: level, scope: sc}, sc != nil
}

// above is the nearest scope of one of the kinds, the scope itself included.
func above(sc *demarc.Scope, kinds ...demarc.ScopeKind) *demarc.Scope {
	for ; sc != nil; sc = sc.Parent {
		if slices.Contains(kinds, sc.Kind) {
			return sc
		}
	}
	return nil
}
