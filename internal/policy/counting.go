package policy

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// counted is what a count found: how many elements count for certain, how many
// may, and why those cannot be told.
type counted struct {
	sure, open int
	endless    bool // there may be any number besides
	why        outcome
}

// mostOpen is how many open elements are weighed; more make a count unknown.
// Where there may be any number, so many count for them: no rule asks for more.
const mostOpen = 1000

// compareCount counts and compares. A count that is not certain is compared
// for every number that it may be.
func (m *Machine) compareCount(k *code, right armexpr.Value) outcome {
	n, unclear := m.count(k)
	if unclear != trueOutcome {
		return unclear
	}
	first := k.op.compare(armexpr.Int(int64(n.sure)), right)
	if n.open == 0 && !n.endless {
		return first
	}
	if n.open > mostOpen {
		return n.why
	}
	most := n.open
	if n.endless {
		most += mostOpen
	}
	m.work -= most
	for more := 1; more <= most; more++ {
		if k.op.compare(armexpr.Int(int64(n.sure+more)), right) != first {
			return n.why
		}
	}
	return first
}

// count counts; unclear is not true when it cannot be told how many elements
// there are.
func (m *Machine) count(k *code) (counted, outcome) {
	if k.count.field != nil {
		return m.countField(k)
	}
	v := k.count.fixed
	if !k.count.known {
		v = m.eval(k.count.value)
	}
	if v.IsUnknown() {
		return counted{}, unknownOf(v)
	}
	if v.Kind() != armexpr.KindArray && !v.IsNull() {
		return counted{}, failedOutcome
	}
	n := counted{}
	m.elements = append(m.elements, demarc.Value{})
	for _, e := range v.Elements() {
		m.currents = append(m.currents, current{name: k.count.name, value: e})
		n.add(m.where(k.count))
		m.currents = m.currents[:len(m.currents)-1]
	}
	m.elements = m.elements[:len(m.elements)-1]
	return n, trueOutcome
}

// add counts one element.
func (n *counted) add(o outcome) {
	switch o {
	case trueOutcome:
		n.sure++
	case falseOutcome:
	default:
		n.open++
		n.why |= o
	}
}

func (m *Machine) where(c *counter) outcome {
	switch {
	case m.traced != nil:
		return m.traced(c)
	case c.where < 0:
		return trueOutcome
	}
	return m.node(c.where)
}

func (m *Machine) countField(k *code) (counted, outcome) {
	f := k.count.field
	if f.source == fromDynamic {
		name := m.eval(f.dynamic)
		if name.IsUnknown() {
			return counted{}, unknownOf(name)
		}
		f = m.resolve(k, name.Text())
	}
	if f.source == fromNowhere {
		return counted{}, trueOutcome
	}
	if o := m.elsewhere(f); o != trueOutcome {
		if o == falseOutcome {
			return counted{}, trueOutcome
		}
		return counted{}, o
	}
	w := countWalk{Machine: m, counter: k.count, field: f}
	start := m.start(f)
	if f.lost(start) {
		return counted{}, because(demarc.AliasUnresolved)
	}
	w.walk(start, f.steps)
	return w.counted, w.unclear()
}

// countWalk walks the arrays of a count, with a frame for each.
type countWalk struct {
	*Machine
	counted
	counter *counter
	field   *field
	blocked outcome // why an array could not be walked
}

func (w *countWalk) unclear() outcome {
	if w.blocked != 0 {
		return w.blocked
	}
	return trueOutcome
}

func (w *countWalk) walk(v demarc.Value, steps []step) {
	if v.IsUnknown() && len(steps) > 0 {
		w.blocked |= unknownOf(valueOf(v, w.field.name))
		return
	}
	switch {
	case len(steps) == 0:
		w.currents = append(w.currents, current{field: w.field, seen: v})
		w.add(w.where(w.counter))
		w.currents = w.currents[:len(w.currents)-1]
	case steps[0].each:
		for _, e := range v.Elements() {
			w.elements = append(w.elements, e)
			w.walk(e, steps[1:])
			w.elements = w.elements[:len(w.elements)-1]
		}
		if v.Kind() == demarc.KindList && v.Open() {
			w.endless, w.why = true, w.why|unknownOf(valueOf(v.Rest(), w.field.name))
		}
	default:
		next, ok := v.Member(steps[0].name)
		if ok || next.IsUnknown() {
			w.walk(next, steps[1:])
		}
	}
}
