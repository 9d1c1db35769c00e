package policy

import (
	"encoding/binary"

	"github.com/demarc-dev/demarc"
)

// Result is what one rule says of one resource, in a byte.
type Result uint8

const (
	verdictMask Result = 3
	pending     Result = 1 << 2
	reasonShift        = 3
)

// Absent says that the rule does not look at the resource.
const Absent Result = 0xFF

func resultOf(v demarc.CheckVerdict) Result { return Result(v) }

func unknownResult(o outcome) Result {
	r := o.reason()
	for i, one := range reasons {
		if one == r {
			return Result(i+1) << reasonShift
		}
	}
	return 0
}

// Verdict is the verdict of a result that is not pending.
func (r Result) Verdict() demarc.CheckVerdict { return demarc.CheckVerdict(r & verdictMask) }

// Pending reports whether a related resource decides.
func (r Result) Pending() bool { return r != Absent && r&pending != 0 }

// Blind is the result for a resource that was shown without its properties:
// nothing is held against it, whatever a related resource decides.
func (r Result) Blind() Result {
	switch {
	case r == Absent:
	case r.Pending():
		return r | Result(demarc.Compliant)
	case r.Verdict() == demarc.NonCompliant:
		return Because(demarc.PropertyNotSeen)
	}
	return r
}

// Settled is the result of a pending one, by what was found.
func (r Result) Settled(f Fulfilment, whole bool) Result {
	settled := f.Settle(whole)
	if r.Verdict() == demarc.Compliant {
		return settled.Blind()
	}
	return settled
}

// Reason says why the verdict is unknown.
func (r Result) Reason() demarc.Reason {
	at := int(r>>reasonShift) - 1
	if at < 0 || at >= len(reasons) {
		return demarc.NoReason
	}
	return reasons[at]
}

// Because is the result that cannot be told for a reason.
func Because(r demarc.Reason) Result { return unknownResult(because(r)) }

// Evaluate appends what the rules of the program say of the resource at hand,
// in their order.
func (m *Machine) Evaluate(to []Result) []Result {
	for i := range m.program.Rules {
		to = append(to, m.rule(&m.program.Rules[i]))
	}
	return to
}

func (m *Machine) rule(r *Rule) Result {
	bound := m.program.book.bound[r.Bound]
	if r.located && m.slot(m.program.slots["location"]).Kind() == demarc.KindMissing {
		return Absent
	}
	applies := m.node(r.applies)
	switch {
	case applies == falseOutcome:
		return resultOf(demarc.CheckNotApplicable)
	case r.plane:
		return Because(demarc.DataPlane)
	case applies != trueOutcome:
		return unknownResult(applies)
	case r.manual:
		return Because(demarc.NoEvidence)
	}
	return m.decide(r, bound)
}

// decide judges a resource that the rule concerns.
func (m *Machine) decide(r *Rule, bound *Bound) Result {
	fires := m.node(r.fires)
	switch {
	case bound.effect.seeks() && fires == trueOutcome && r.Seek == nil:
		return Because(demarc.ParameterNotSet) // what is sought depends on a parameter
	case bound.effect.seeks() && fires == trueOutcome:
		return pending
	case fires == falseOutcome:
		if r.unset {
			return Because(demarc.ParameterNotSet)
		}
		return resultOf(demarc.Compliant)
	case fires != trueOutcome:
		return unknownResult(fires)
	case r.request:
		return Because(demarc.RequestTime)
	case r.unset:
		return Because(demarc.ParameterNotSet)
	}
	return resultOf(demarc.NonCompliant)
}

// Fulfilment is whether related resources fulfil what is sought: true, false,
// or unknown with reasons.
type Fulfilment struct{ outcome }

// NoneFound is the fulfilment without any related resource.
var NoneFound = Fulfilment{falseOutcome}

// Or joins the fulfilment of two related resources: one is enough.
func (f Fulfilment) Or(g Fulfilment) Fulfilment { return Fulfilment{f.or(g.outcome)} }

// UnknownFulfilment is one that cannot be told for a reason.
func UnknownFulfilment(r demarc.Reason) Fulfilment { return Fulfilment{because(r)} }

// Fulfils reports whether the resource at hand is what is sought.
func (m *Machine) Fulfils(s *Sought) Fulfilment { return Fulfilment{m.node(s.node)} }

// Settle is the result of a pending rule. Whole says that all related
// resources there are were seen.
func (f Fulfilment) Settle(whole bool) Result {
	switch {
	case f.outcome == trueOutcome:
		return resultOf(demarc.Compliant)
	case f.outcome != falseOutcome:
		return unknownResult(f.outcome)
	case !whole:
		return Because(demarc.NotCollected)
	}
	return resultOf(demarc.NonCompliant)
}

// Fires says whether the condition of a rule holds for the resource at hand,
// and why that cannot be told.
func (m *Machine) Fires(r *Rule) (demarc.Truth, demarc.Reason) {
	o := m.node(r.fires)
	return o.truth(), o.reason()
}

// CheckModifiable refuses a definition that modifies a field which Azure does
// not let policies set, as far as the table tells
// (https://learn.microsoft.com/azure/governance/policy/concepts/effect-modify).
func (b *Bound) CheckModifiable(aliases *Aliases) error {
	if b.details == nil || b.effect != Modify {
		return nil
	}
	for _, one := range b.details.modifies {
		name, ok := b.fixed(one.field)
		if ok && !name.IsUnknown() && !aliases.canModify(name.Text()) {
			return &Error{one.pointer, name.Text() + " is no modifiable alias"}
		}
	}
	return nil
}

// AppendFulfilments appends for each condition of the program, two bytes each,
// whether the resource at hand is what is sought.
func (m *Machine) AppendFulfilments(to []byte) []byte {
	for _, node := range m.program.fulfils {
		to = binary.LittleEndian.AppendUint16(to, uint16(m.node(node)))
	}
	return to
}

// Fits reports whether results and fulfilments can be what [Machine.Evaluate]
// and [Machine.AppendFulfilments] give of the program: they are as many, and
// only rules that seek something wait for it.
func (p *Program) Fits(results, fulfilled []byte) bool {
	if len(results) != len(p.Rules) || len(fulfilled) != fulfilmentSize*len(p.fulfils) {
		return false
	}
	for i, b := range results {
		r := Result(b)
		if r != Absent && int(r>>reasonShift) > len(reasons) || r.Pending() && p.Rules[i].Seek == nil {
			return false
		}
	}
	return true
}

// fulfilmentSize is how many bytes a fulfilment takes.
const fulfilmentSize = 2

// FulfilmentAt reads one of what [Machine.AppendFulfilments] wrote, by the
// place of what is sought.
func FulfilmentAt(written string, i int) Fulfilment {
	return Fulfilment{outcome(written[fulfilmentSize*i]) | outcome(written[fulfilmentSize*i+1])<<8}
}
