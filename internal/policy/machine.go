package policy

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Subject is the resource that is asked, beside its values.
type Subject struct {
	ID       string
	Name     string // the last part, or the whole name where there is no id
	FullName string // with the names of what it lies in, "" to take it from the id
}

// Around is what surrounds a resource.
type Around struct {
	Now string // the moment that utcNow() gives, RFC 3339
	// Subscription and Group are what subscription() and resourceGroup() give,
	// nil to take them from the id of the resource.
	Subscription, Group func(id string) armexpr.Value
	// Request and Policy are what requestContext() and policy() give beside
	// what is known anyway, unknown for nothing.
	Request, Policy armexpr.Value
}

// Machine evaluates the programs of a rulebook for one resource after the
// other. It is used by one goroutine.
type Machine struct {
	around  *Around
	program *Program
	subject Subject
	values  *slots.Values
	slots   []int // of the values, by wish
	memo    []outcome
	back    *Machine // of the resource that is asked, where this one is related to it

	elements []demarc.Value // that counts of fields are at, by frame
	currents []current
	most     limits
	work     int             // that may still be done
	steps    int             // that expressions may still take
	budget   *armexpr.Budget // of the condition at hand, nil before any expression
	code     *code           // the leaf at hand
	// traced, where it is set, evaluates the condition of a count instead.
	traced func(*counter) outcome
	near   near
	args   []armexpr.Value // of a look-up
	plan   *slots.Plan
}

// current is an element that a count is at: of a value, or of a field.
type current struct {
	name  string // of a count of a value, folded
	value armexpr.Value
	field *field
	seen  demarc.Value
}

// element is the value of an element. That of a field is put together only
// when somebody asks.
func (c *current) element() armexpr.Value {
	if c.field != nil {
		return valueOf(c.seen, c.field.name)
	}
	return c.value
}

const notYet = outcome(0xFFFF)

// maxWork bounds the conditions that are evaluated for one resource: a rule
// that counts inside of counts could ask for any number.
const maxWork = 2_000_000

// limits are what one resource may cost: conditions, and steps of expressions.
type limits struct{ work, steps int }

// NewMachine makes a machine.
func NewMachine(around *Around) *Machine {
	return &Machine{around: around, most: limits{maxWork, resourceSteps}}
}

// Take takes the next resource. Values that are nil leave everything but the
// id unknown.
func (m *Machine) Take(p *Program, s Subject, values *slots.Values) {
	if values != nil && (p != m.program || values.Plan() != m.plan) {
		m.plan = values.Plan()
		m.slots = p.slotsOf(m.plan)
	}
	m.program, m.subject, m.values, m.back = p, s, values, nil
	if cap(m.memo) < len(p.nodes) {
		m.memo = make([]outcome, len(p.nodes))
	}
	m.memo = m.memo[:len(p.nodes)]
	for i := range m.memo {
		m.memo[i] = notYet
	}
	m.work, m.steps, m.budget = m.most.work, m.most.steps, nil
	m.elements, m.currents = m.elements[:0], m.currents[:0]
}

// Behind says that the resource at hand is looked at as related to another one,
// which the functions of its conditions read.
func (m *Machine) Behind(asked *Machine) { m.back = asked }

// slot is the value of a wish.
func (m *Machine) slot(wish int) demarc.Value {
	if m.values == nil || wish < 0 || wish >= len(m.slots) {
		return demarc.Value{}
	}
	return m.values.At(m.slots[wish])
}

// node evaluates a node, once for each resource.
func (m *Machine) node(at int) outcome {
	n := &m.program.nodes[at]
	if n.kind == constNode {
		return n.value
	}
	if !n.local {
		if o := m.memo[at]; o != notYet {
			return o
		}
	}
	if m.work--; m.work < 0 {
		return failedOutcome
	}
	o := m.run(n)
	if !n.local {
		m.memo[at] = o
	}
	return o
}

func (m *Machine) run(n *node) outcome {
	switch n.kind {
	case allNode:
		all := trueOutcome
		for _, one := range n.list {
			if all = all.and(m.node(one)); all == falseOutcome {
				break
			}
		}
		return all
	case anyNode:
		anyOne := falseOutcome
		for _, one := range n.list {
			if anyOne = anyOne.or(m.node(one)); anyOne == trueOutcome {
				break
			}
		}
		return anyOne
	case notNode:
		return m.node(n.list[0]).not()
	case leafNode:
		if n.local {
			return m.leaf(n.leaf)
		}
		return m.metered(n.leaf)
	case constNode:
	}
	return n.value
}

// metered evaluates a comparison with a budget of its own.
func (m *Machine) metered(k *code) outcome {
	m.budget = nil
	o := m.leaf(k)
	if m.budget != nil {
		m.steps -= maxSteps - m.budget.Left()
		m.budget = nil
	}
	return o
}

// leaf evaluates a comparison.
func (m *Machine) leaf(k *code) outcome {
	before := m.code
	m.code = k
	o := m.compareLeaf(k)
	m.code = before
	return o
}

func (m *Machine) compareLeaf(k *code) outcome {
	right := m.rightOf(k)
	m.work -= right.Len() / 8 // which may be looked at one by one
	switch {
	case k.field != nil:
		return m.compareField(k, k.field, right)
	case k.value != nil:
		return k.compareValue(m.eval(k.value), right)
	}
	return m.compareCount(k, right)
}

// rightOf is what the leaf at hand compares with.
func (m *Machine) rightOf(k *code) armexpr.Value {
	right := k.right
	if k.dynamic != nil {
		right = m.eval(k.dynamic)
		if k.plainly {
			right = plainLocation(right)
		}
	}
	return right
}

// compareValue compares the value of an expression. Null is also the empty
// text there: a tag that a resource group lacks is neither.
func (k *code) compareValue(left, right armexpr.Value) outcome {
	if k.op&^negated == equals && (left.IsNull() && isEmptyText(right) || right.IsNull() && isEmptyText(left)) {
		return outcomeOf(k.op == equals)
	}
	return k.op.compare(left, right)
}

func isEmptyText(v armexpr.Value) bool { return v.Kind() == armexpr.KindText && v.Text() == "" }

// compareField compares a field: all of its values where it selects several.
func (m *Machine) compareField(k *code, f *field, right armexpr.Value) outcome {
	if f.source == fromDynamic {
		name := m.eval(f.dynamic)
		if name.IsUnknown() {
			return unknownOf(name)
		}
		f = m.resolve(k, name.Text())
	}
	if f.source != fromSlot {
		if f.source == fromNowhere && f.many {
			return trueOutcome
		}
		return k.op.compare(m.plain(f), right)
	}
	if o := m.elsewhere(f); o != trueOutcome {
		if o == falseOutcome { // of another subtype
			if f.many {
				return trueOutcome // an empty collection
			}
			return k.op.compare(armexpr.Null(), right)
		}
		return o
	}
	start := m.start(f)
	if f.lost(start) {
		return because(demarc.AliasUnresolved)
	}
	if len(f.steps) == 0 {
		return m.compareOne(k, f, start, right)
	}
	all := trueOutcome
	walk(start, f.steps, func(v demarc.Value, _ bool) {
		if all != falseOutcome {
			all = all.and(m.compareOne(k, f, v, right))
		}
	})
	return all
}

// lost reports whether nobody knows where the property of an alias lies: the
// convention led to nothing, or to no place at all.
func (f *field) lost(start demarc.Value) bool {
	return f.place.doubtful && (start.Kind() == demarc.KindMissing || len(f.full) == 0)
}

func (m *Machine) compareOne(k *code, f *field, v demarc.Value, right armexpr.Value) outcome {
	if f.place.doubtful && v.Kind() == demarc.KindMissing {
		return because(demarc.AliasUnresolved)
	}
	if v.Open() || v.Kind() == demarc.KindObject && !v.Whole() {
		return k.compareOpen(v, right)
	}
	m.work -= weight(v)
	left := valueOf(v, f.name)
	if k.plainly {
		left = plainLocation(left)
	}
	return k.op.compare(left, right)
}

// compareOpen compares an object or a list that may have more than was seen:
// that it exists is known, and the members that it has.
func (k *code) compareOpen(v demarc.Value, right armexpr.Value) outcome {
	switch k.op &^ negated {
	case exists:
		return k.op.compare(armexpr.Object(nil), right)
	case containsKey:
		if _, ok := v.Member(textOf(right)); ok && !right.IsUnknown() {
			return outcomeOf(k.op == containsKey)
		}
	}
	return because(demarc.PropertyNotSeen)
}

// weight is how much work a value makes that is looked at as a whole.
func weight(v demarc.Value) int {
	const line = 1024
	n := len(v.Text()) / line
	for _, e := range v.Elements() {
		n += 1 + weight(e)
	}
	v.Members(func(_ string, one demarc.Value) { n += 1 + weight(one) })
	return n
}

// elsewhere says whether the field is there for the subtype of the resource.
func (m *Machine) elsewhere(f *field) outcome {
	if f.when == nil {
		return trueOutcome
	}
	v := valueOf(m.slot(f.when.slot), f.when.name)
	return same(v, armexpr.Text(f.place.is))
}

// start is the value that the steps of a field begin at.
func (m *Machine) start(f *field) demarc.Value {
	if f.frame >= 0 && f.frame < len(m.elements) {
		return m.elements[f.frame]
	}
	return m.slot(f.slot)
}

// plain is the value of a field that comes with every resource.
func (m *Machine) plain(f *field) armexpr.Value {
	switch f.source {
	case fromID:
		return known(m.subject.ID, f.name)
	case fromType:
		return armexpr.Text(m.program.Type)
	case fromName:
		return known(m.subject.Name, f.name)
	case fromFullName:
		return known(m.subject.Full(), f.name)
	case fromVersion:
		return m.version()
	case fromNowhere:
		return armexpr.Null()
	case fromSlot, fromDynamic:
	}
	return armexpr.Unknown(string(demarc.PropertyNotSeen), f.name)
}

func known(text, label string) armexpr.Value {
	if text == "" {
		return armexpr.Unknown(string(demarc.PropertyNotSeen), label)
	}
	return armexpr.Text(text)
}

// Full joins the names of a resource and of what it lies in.
func (s *Subject) Full() string {
	if s.FullName != "" {
		return s.FullName
	}
	at := strings.LastIndex(demarc.Fold(s.ID), "/providers/")
	if at < 0 {
		return s.Name
	}
	parts := strings.Split(s.ID[at+len("/providers/"):], "/")
	var names []string
	for i := 2; i < len(parts); i += 2 {
		names = append(names, parts[i])
	}
	return strings.Join(names, "/")
}

// latestVersion is later than any version of an API: resources that are there
// are scanned with the latest.
const latestVersion = "9999-12-31"

func (m *Machine) version() armexpr.Value {
	if v := m.program.book.version; v != "" {
		return armexpr.Text(v)
	}
	return armexpr.Text(latestVersion)
}

// resolve finds a field whose name was worked out. What it needs of the
// resource was wished for as a whole.
func (m *Machine) resolve(k *code, name string) *field {
	f := m.program.locate(name, k.around, k.bound.Trusted)
	m.settle(f)
	if f.when != nil {
		m.settle(f.when)
	}
	return f
}

// settle lets the steps of a field begin at a value that was wished for.
func (m *Machine) settle(f *field) {
	if f.source != fromSlot || f.frame >= 0 {
		return
	}
	f.slot, f.steps = -1, nil
	path, rest := wishable(f.full)
	if at, ok := m.program.slots[path]; ok {
		f.slot, f.steps = at, rest
	} else if at, ok := m.program.slots[f.full[0].name]; ok {
		f.slot, f.steps = at, f.full[1:]
	}
}
