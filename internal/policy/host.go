package policy

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// eval evaluates an operand of the leaf at hand.
func (m *Machine) eval(o *operand) armexpr.Value { return m.evalIn(m.code, m.code.bound, o) }

// evalFor evaluates an operand of a definition that stands outside of a condition.
func (m *Machine) evalFor(b *Bound, o *operand) armexpr.Value {
	m.budget = nil
	defer func() { m.budget = nil }()
	return m.evalIn(&code{bound: b}, b, o)
}

func (m *Machine) evalIn(k *code, b *Bound, o *operand) armexpr.Value {
	if v, ok := o.constant(); ok {
		return v
	}
	if o.reach != nil && m.steps > 0 {
		m.steps--
		return m.reach(k, b, o.reach)
	}
	if m.budget == nil {
		m.budget = armexpr.NewBudget(min(maxSteps, m.steps))
	}
	return o.eval(&host{Machine: m, code: k, bound: b}, m.budget)
}

// reach looks up what an expression asks for without evaluating it.
func (m *Machine) reach(k *code, b *Bound, r *armexpr.Reach) armexpr.Value {
	h := host{Machine: m, code: k, bound: b}
	var args []armexpr.Value
	if r.Args == 1 {
		args = append(m.args[:0], armexpr.Text(r.Argument))
		m.args = args
	}
	v, ok := h.Call(r.Function, args)
	if !ok {
		return armexpr.Unknown(string(demarc.PropertyNotSeen), r.Function)
	}
	for _, name := range r.Members {
		v = armexpr.MemberOf(v, name)
	}
	return v
}

// host answers what the expressions of a rule ask about a resource.
type host struct {
	*Machine
	code  *code
	bound *Bound
}

// Parameter is the value of a parameter.
func (h *host) Parameter(name string) armexpr.Value { return h.bound.parameter(name) }

// Variable fails: policies have none.
func (h *host) Variable(string) armexpr.Value { return armexpr.Failed("policies have no variables") }

// Scope is the id of the resource group.
func (h *host) Scope() armexpr.Value {
	id := h.asked().subject.ID
	if at := strings.Index(demarc.Fold(id), "/providers/"); at >= 0 {
		return armexpr.Text(id[:at])
	}
	return armexpr.Unknown(string(demarc.PropertyNotSeen), "scope")
}

// Lenient says that a property that is not there is null.
func (h *host) Lenient() bool { return true }

// asked is the machine of the resource that is asked: in the conditions of a
// related resource the functions read the one that looks for it.
func (h *host) asked() *Machine {
	if h.back != nil {
		return h.back
	}
	return h.Machine
}

// Call answers the functions that policies add to the language.
func (h *host) Call(name string, args []armexpr.Value) (armexpr.Value, bool) {
	switch name {
	case "field":
		if len(args) != 1 {
			return armexpr.Failed("field takes one name"), true
		}
		return h.fieldFunction(args[0]), true
	case "current":
		return h.current(args), true
	case "requestcontext":
		return h.request(), true
	case "policy":
		return h.policy(), true
	case "subscription":
		return h.asked().subscription(), true
	case "resourcegroup":
		return h.asked().group(), true
	case "utcnow":
		return h.now(args)
	case "claims": // what an outside service says of a request
		return armexpr.Unknown(string(demarc.RequestTime), "claims()"), true
	}
	return armexpr.Value{}, false
}

// aloof is a host that knows the rule and no resource, and remembers whether one
// was asked for.
type aloof struct {
	*host
	asked bool
}

// Scope is that of a resource.
func (h *aloof) Scope() armexpr.Value {
	h.asked = true
	return armexpr.Unknown(string(demarc.PropertyNotSeen), "scope")
}

// Call answers what the rule alone decides.
func (h *aloof) Call(name string, args []armexpr.Value) (armexpr.Value, bool) {
	if name == "policy" {
		return h.host.Call(name, args)
	}
	hosted := surroundings(name)
	h.asked = h.asked || hosted
	return armexpr.Unknown(string(demarc.PropertyNotSeen), name), hosted
}

func (h *host) now(args []armexpr.Value) (armexpr.Value, bool) {
	if h.around == nil || h.around.Now == "" || len(args) > 0 {
		return armexpr.Value{}, false // the language says why
	}
	return armexpr.Text(h.around.Now), true
}

// fieldFunction is the function field(): the value as it is, an empty text for
// a property that is missing, an array for a collection.
func (h *host) fieldFunction(name armexpr.Value) armexpr.Value {
	if name.IsUnknown() {
		return name
	}
	if h.back != nil {
		back := *h
		back.Machine, back.code = h.back, &code{bound: h.bound}
		return back.fieldFunction(name)
	}
	f, ok := h.code.fields[name.Text()]
	if !ok {
		f = h.resolve(h.code, name.Text())
	}
	v := h.value(f)
	if v.IsNull() && !f.many {
		return armexpr.Text("")
	}
	return v
}

// value is the value of a field, null for what is missing.
func (m *Machine) value(f *field) armexpr.Value {
	if f.source != fromSlot {
		if f.many {
			return armexpr.Array(nil)
		}
		return m.plain(f)
	}
	switch o := m.elsewhere(f); {
	case o == falseOutcome && f.many:
		return armexpr.Array(nil)
	case o == falseOutcome:
		return armexpr.Null()
	case o != trueOutcome:
		return armexpr.Unknown(string(o.reason()), f.name)
	}
	start := m.start(f)
	if f.lost(start) {
		return armexpr.Unknown(string(demarc.AliasUnresolved), f.name)
	}
	if !f.many {
		var only armexpr.Value
		walk(start, f.steps, func(v demarc.Value, _ bool) { only = m.seen(f, v) })
		return only
	}
	var list []armexpr.Value
	var unclear armexpr.Value
	whole := true
	walk(start, f.steps, func(v demarc.Value, one bool) {
		if !one || f.place.doubtful && v.Kind() == demarc.KindMissing { // nobody knows how many there are
			unclear, whole = m.seen(f, v), false
		}
		if v.Kind() != demarc.KindMissing {
			list = append(list, m.seen(f, v))
		}
	})
	if !whole {
		return unclear
	}
	return armexpr.Array(list)
}

func (m *Machine) seen(f *field, v demarc.Value) armexpr.Value {
	if f.place.doubtful && v.Kind() == demarc.KindMissing {
		return armexpr.Unknown(string(demarc.AliasUnresolved), f.name)
	}
	if demarc.EqualFold(f.name, "location") {
		return plainLocation(valueOf(v, f.name))
	}
	return valueOf(v, f.name)
}

// current is the function current(): the element that a count is at, by the
// name of the count, or of the array, or the innermost.
func (h *host) current(args []armexpr.Value) armexpr.Value {
	if len(h.currents) == 0 {
		return armexpr.Failed("current() outside of a count")
	}
	if len(args) == 0 {
		return h.currents[len(h.currents)-1].element()
	}
	if args[0].IsUnknown() {
		return args[0]
	}
	name := demarc.Fold(args[0].Text())
	for i := len(h.currents) - 1; i >= 0; i-- {
		if h.currents[i].name == name && name != "" {
			return h.currents[i].element()
		}
	}
	f, ok := h.code.fields[args[0].Text()]
	if !ok {
		f = h.resolve(h.code, args[0].Text())
	}
	if f.frame < 0 {
		return armexpr.Failed("current(" + args[0].Text() + "): no such count")
	}
	inside := *f
	inside.many = collects(f.steps) // the element is one; what lies in it may be many
	return h.value(&inside)
}

// request is requestContext(): of a resource that is there, the latest version
// of the API and nobody's identity.
func (h *host) request() armexpr.Value {
	members := []armexpr.Member{{Name: "identity", Value: armexpr.Unknown(string(demarc.RequestTime), "requestContext().identity")},
		{Name: "apiVersion", Value: h.version()}}
	if h.around != nil {
		h.around.Request.Members(func(name string, v armexpr.Value) { members = append(members, armexpr.Member{Name: name, Value: v}) })
	}
	return armexpr.Object(members)
}

func (h *host) policy() armexpr.Value {
	if h.around != nil && h.around.Policy.Kind() == armexpr.KindObject {
		return h.around.Policy
	}
	none := func(text string) armexpr.Value {
		if text == "" {
			return armexpr.Null()
		}
		return armexpr.Text(text)
	}
	return armexpr.Object([]armexpr.Member{{Name: "assignmentId", Value: none(h.bound.Assignment)}, {Name: "definitionId", Value: none(h.bound.ID)},
		{Name: "setDefinitionId", Value: armexpr.Null()}, {Name: "definitionReferenceId", Value: armexpr.Null()}})
}

// near is what surrounded the last resource that asked. Resources of a group
// mostly follow each other.
type near struct {
	subscriptionID, groupID string
	subscription, group     armexpr.Value
}

// subscription is subscription(), of which an id tells the id alone.
func (m *Machine) subscription() armexpr.Value {
	id := m.subject.ID
	if m.around != nil && m.around.Subscription != nil {
		return m.around.Subscription(id)
	}
	const prefix = "/subscriptions/"
	end := segmentsEnd(id, 2)
	if end < len(prefix) || !demarc.EqualFold(id[:len(prefix)], prefix) {
		return armexpr.Unknown(string(demarc.PropertyNotSeen), "subscription()")
	}
	if own := id[:end]; m.near.subscriptionID != own {
		m.near.subscriptionID = own
		m.near.subscription = armexpr.Object(append([]armexpr.Member{{Name: "id", Value: armexpr.Text(own)},
			{Name: "subscriptionId", Value: armexpr.Text(own[len(prefix):])}}, unseen("subscription()", "displayName", "tenantId", "tags")...))
	}
	return m.near.subscription
}

// group is resourceGroup(), of which an id tells the name.
func (m *Machine) group() armexpr.Value {
	id := m.subject.ID
	if m.around != nil && m.around.Group != nil {
		return m.around.Group(id)
	}
	const prefix = "/resourceGroups/"
	above, end := segmentsEnd(id, 2), segmentsEnd(id, 4)
	if end < 0 || end-above < len(prefix) || !demarc.EqualFold(id[above:above+len(prefix)], prefix) {
		return armexpr.Unknown(string(demarc.PropertyNotSeen), "resourceGroup()")
	}
	if own := id[:end]; m.near.groupID != own {
		m.near.groupID = own
		m.near.group = armexpr.Object(append([]armexpr.Member{{Name: "id", Value: armexpr.Text(own)},
			{Name: "name", Value: armexpr.Text(own[above+len(prefix):])}}, unseen("resourceGroup()", "location", "managedBy", "tags")...))
	}
	return m.near.group
}

// segmentsEnd is where the n-th segment of an id ends, -1 when it has fewer.
func segmentsEnd(id string, n int) int {
	end := 0
	for range n {
		if end >= len(id) || id[end] != '/' {
			return -1
		}
		next := strings.IndexByte(id[end+1:], '/')
		if next < 0 {
			end = len(id)
			continue
		}
		end += 1 + next
	}
	return end
}

// unseen are members that exports do not show.
func unseen(of string, names ...string) []armexpr.Member {
	list := make([]armexpr.Member, len(names))
	for i, name := range names {
		list[i] = armexpr.Member{Name: name, Value: armexpr.Unknown(string(demarc.PropertyNotSeen), of+"."+name)}
	}
	return list
}
