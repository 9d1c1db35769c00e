package policy

import (
	"github.com/demarc-dev/demarc"
)

// Result is what one rule of the program says of the resource at hand.
func (m *Machine) Result(r *Rule) Result { return m.rule(r) }

// Truth is whether related resources fulfil what is sought.
func (f Fulfilment) Truth() demarc.Truth { return f.truth() }

// ParameterValue is the value that a parameter has in a binding.
type ParameterValue struct {
	Name, Value string // Value is "" for one that is not set
	Default     bool   // nobody gave another one
}

// Values are the parameters of a binding, in the order of the definition.
// Values that are long are cut.
func (b *Bound) Values() []ParameterValue {
	var list []ParameterValue
	for _, p := range b.Definition.Parameters {
		one := ParameterValue{Name: p.Name}
		if v, ok := b.values[demarc.Fold(p.Name)]; ok {
			one.Value = plain(v)
			one.Default = p.Set && same(v, p.Default) == trueOutcome
		}
		list = append(list, one)
	}
	return list
}
