package policy

import (
	"fmt"

	"github.com/demarc-dev/demarc/internal/armexpr"
)

// operand is a JSON value of a rule whose texts may be expressions.
type operand struct {
	literal armexpr.Value // of what holds no expression
	expr    *armexpr.Expr // of a text that is one
	text    string        // as written
	list    []*operand    // of an array that holds expressions
	names   []string      // of an object that does, beside list
	pointer string
	reach   *armexpr.Reach // of an expression that only looks something up, else nil
}

// constant is the value of an operand without expressions.
func (o *operand) constant() (armexpr.Value, bool) {
	if o.expr != nil || o.list != nil {
		return armexpr.Value{}, false
	}
	return o.literal, true
}

func (p *parsing) operand(v armexpr.Value, at string) (*operand, error) {
	o := &operand{literal: v, pointer: at}
	switch v.Kind() {
	case armexpr.KindText:
		o.text = v.Text()
		expr, err := armexpr.Parse(o.text)
		if err != nil {
			return nil, &Error{at, "expression: " + err.Error()}
		}
		if armexpr.IsExpression(o.text) {
			if err := checkCalls(expr); err != nil {
				return nil, &Error{at, "expression: " + err.Error()}
			}
			o.expr = expr
			p.readsDay = p.readsDay || len(expr.Arguments("utcnow")) > 0
			if r, ok := expr.Reach(); ok && looksUp[r.Function] {
				o.reach = &r
			}
		} else {
			o.literal = armexpr.Text(armexpr.Literal(o.text))
		}
	case armexpr.KindArray:
		return p.pieces(o, at, nil, v.Elements())
	case armexpr.KindObject:
		names := make([]string, 0, v.Len()) // never nil: that would be an array
		list := make([]armexpr.Value, 0, v.Len())
		v.Members(func(name string, inner armexpr.Value) { names, list = append(names, name), append(list, inner) })
		return p.pieces(o, at, names, list)
	case armexpr.KindUnknown:
		return nil, &Error{at, v.Reason()}
	case armexpr.KindNull, armexpr.KindBool, armexpr.KindInt, armexpr.KindFloat:
	}
	return o, nil
}

// pieces parses what an array or object holds. One without any expression
// stays a literal.
func (p *parsing) pieces(o *operand, at string, names []string, list []armexpr.Value) (*operand, error) {
	pieces := make([]*operand, len(list))
	fixed := make([]armexpr.Value, len(list))
	constant := true
	for i, v := range list {
		step := fmt.Sprint(i)
		if names != nil {
			step = pointerName(names[i])
		}
		one, err := p.operand(v, at+"/"+step)
		if err != nil {
			return nil, err
		}
		pieces[i] = one
		value, ok := one.constant()
		fixed[i], constant = value, constant && ok
	}
	if constant {
		o.literal = together(names, fixed)
		return o, nil
	}
	o.list, o.names = pieces, names
	return o, nil
}

// together makes an array, or an object where there are names.
func together(names []string, list []armexpr.Value) armexpr.Value {
	if names == nil {
		return armexpr.Array(list)
	}
	members := make([]armexpr.Member, len(list))
	for i, v := range list {
		members[i] = armexpr.Member{Name: names[i], Value: v}
	}
	return armexpr.Object(members)
}

// eval gives the value of an operand. A piece that cannot be told makes only
// itself unknown.
func (o *operand) eval(host armexpr.Host, budget *armexpr.Budget) armexpr.Value {
	switch {
	case o.expr != nil:
		return o.expr.Eval(host, budget)
	case o.list == nil:
		return o.literal
	}
	list := make([]armexpr.Value, len(o.list))
	for i, piece := range o.list {
		list[i] = piece.eval(host, budget)
	}
	return together(o.names, list)
}
