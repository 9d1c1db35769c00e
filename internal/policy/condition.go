package policy

import (
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// condition is a piece of a rule: allOf, anyOf, notOf, or *leaf.
type condition interface{ isCondition() }

type (
	allOf []condition
	anyOf []condition
	notOf struct{ of condition }
)

func (allOf) isCondition() {}
func (anyOf) isCondition() {}
func (notOf) isCondition() {}
func (*leaf) isCondition() {}

// leaf compares one thing with an operator. One of field, value and count is set.
type leaf struct {
	field   *operand // the name of a field
	value   *operand
	count   *counting
	op      operator
	right   *operand
	pointer string
}

// counting counts the elements of an array that satisfy a condition.
type counting struct {
	field *operand // an array alias
	value *operand
	name  string // by which current() finds the element of a value, "" for none
	where condition
}

// details is what stands behind the effect, as far as it decides anything.
type details struct {
	related   *operand // the type of the related resource, nil for none
	name      *operand
	group     *operand // the resource group to look in
	scope     *operand // existenceScope
	existence condition
	modifies  []modification
}

// modification is a field that modify or append sets.
type modification struct {
	field   *operand
	pointer string
}

// parsing counts what a definition holds, so that none can grow without bounds.
type parsing struct {
	leaves   int
	readsDay bool // an expression asks what day it is
}

// Bounds of one rule. The largest built-in rule has 75 conditions.
const (
	maxLeaves  = 5000
	maxNesting = 100
)

func (p *parsing) condition(v armexpr.Value, at string) (condition, error) { return p.nested(v, at, 0) }

// nested parses a condition. Its keys are matched without case.
func (p *parsing) nested(v armexpr.Value, at string, depth int) (condition, error) {
	if depth > maxNesting {
		return nil, &Error{at, fmt.Sprintf("conditions nest more than %d levels deep", maxNesting)}
	}
	if v.Kind() != armexpr.KindObject {
		return nil, &Error{at, "a condition is an object, not " + v.Kind().String()}
	}
	for _, word := range [...]string{"allOf", "anyOf", "not"} {
		inner, below, ok := child(v, at, word)
		if !ok {
			continue
		}
		if v.Len() > 1 {
			return nil, &Error{at, word + " stands beside other keys"}
		}
		if word == "not" {
			of, err := p.nested(inner, below, depth+1)
			return notOf{of}, err
		}
		return p.list(word, inner, below, depth)
	}
	return p.leaf(v, at, depth)
}

func (p *parsing) list(word string, v armexpr.Value, at string, depth int) (condition, error) {
	if v.Kind() != armexpr.KindArray {
		return nil, &Error{at, word + " is an array of conditions, not " + v.Kind().String()}
	}
	list := make([]condition, 0, v.Len())
	for i, e := range v.Elements() {
		c, err := p.nested(e, fmt.Sprintf("%s/%d", at, i), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	if word == "allOf" {
		return allOf(list), nil
	}
	return anyOf(list), nil
}

func (p *parsing) leaf(v armexpr.Value, at string, depth int) (condition, error) {
	if p.leaves++; p.leaves > maxLeaves {
		return nil, &Error{at, fmt.Sprintf("more than %d conditions", maxLeaves)}
	}
	l := &leaf{pointer: at}
	var err error
	v.Members(func(name string, inner armexpr.Value) {
		if err == nil {
			err = p.member(l, name, inner, at, depth)
		}
	})
	switch {
	case err != nil:
		return nil, err
	case l.field == nil && l.value == nil && l.count == nil:
		return nil, &Error{at, "a condition needs field, value or count"}
	case l.op == noOperator:
		return nil, &Error{at, "a condition needs an operator"}
	}
	return l, nil
}

// member takes one key of a leaf.
func (p *parsing) member(l *leaf, name string, v armexpr.Value, at string, depth int) error {
	at += "/" + pointerName(name)
	var err error
	switch demarc.Fold(name) {
	case "field", "value", "count":
		if l.field != nil || l.value != nil || l.count != nil {
			return &Error{at, "a condition has one of field, value and count"}
		}
	}
	switch demarc.Fold(name) {
	case "field":
		l.field, err = p.fieldName(v, at)
	case "value":
		l.value, err = p.operand(v, at)
	case "count":
		l.count, err = p.counting(v, at, depth)
	default:
		op, ok := operators[demarc.Fold(name)]
		if !ok {
			return &Error{at, fmt.Sprintf("%q is no key of a condition and no operator", name)}
		}
		if l.op != noOperator {
			return &Error{at, "a condition has one operator"}
		}
		l.op = op
		if l.right, err = p.operand(v, at); err == nil {
			err = op.check(l.right, at)
		}
	}
	return err
}

// fieldName parses the name of a field, which may be an expression.
func (p *parsing) fieldName(v armexpr.Value, at string) (*operand, error) {
	if v.Kind() != armexpr.KindText {
		return nil, &Error{at, "a field is a text, not " + v.Kind().String()}
	}
	return p.operand(v, at)
}

func (p *parsing) counting(v armexpr.Value, at string, depth int) (*counting, error) {
	if v.Kind() != armexpr.KindObject {
		return nil, &Error{at, "count is an object, not " + v.Kind().String()}
	}
	c := &counting{}
	var err error
	v.Members(func(name string, inner armexpr.Value) {
		if err != nil {
			return
		}
		here := at + "/" + pointerName(name)
		switch demarc.Fold(name) {
		case "field":
			c.field, err = p.fieldName(inner, here)
		case "value":
			c.value, err = p.operand(inner, here)
		case "name":
			if c.name = inner.Text(); c.name == "" {
				err = &Error{here, "the name of a count is a text"}
			}
		case "where":
			c.where, err = p.nested(inner, here, depth+1)
		default:
			err = &Error{here, fmt.Sprintf("%q is no key of count", name)}
		}
	})
	switch {
	case err != nil:
		return nil, err
	case (c.field == nil) == (c.value == nil):
		return nil, &Error{at, "count needs one of field and value"}
	case c.name != "" && c.value == nil:
		return nil, &Error{at, "only a count of a value has a name"}
	}
	if c.field != nil {
		if name, ok := c.field.constant(); ok && !strings.Contains(name.Text(), "[*]") {
			return nil, &Error{c.field.pointer, "count needs an array alias: one with [*]"}
		}
	}
	return c, nil
}

// details parses what stands behind the effect. A part that decides nothing,
// such as the template to deploy, is left alone.
func (p *parsing) details(v armexpr.Value, at string) (*details, error) {
	d := &details{}
	if v.Kind() == armexpr.KindArray { // append
		return d, p.modifications(d, v, at)
	}
	if v.Kind() != armexpr.KindObject {
		return d, nil
	}
	for _, one := range [...]struct {
		name string
		to   **operand
	}{{"type", &d.related}, {"name", &d.name}, {"resourceGroupName", &d.group}, {"existenceScope", &d.scope}} {
		inner, below, ok := child(v, at, one.name)
		if !ok || inner.Kind() != armexpr.KindText {
			continue
		}
		var err error
		if *one.to, err = p.operand(inner, below); err != nil {
			return nil, err
		}
	}
	if inner, below, ok := child(v, at, "operations"); ok && inner.Kind() == armexpr.KindArray {
		if err := p.modifications(d, inner, below); err != nil {
			return nil, err
		}
	}
	inner, below, ok := child(v, at, "existenceCondition")
	if !ok {
		return d, nil
	}
	var err error
	d.existence, err = p.condition(inner, below)
	return d, err
}

func (p *parsing) modifications(d *details, v armexpr.Value, at string) error {
	for i, e := range v.Elements() {
		field, here, ok := child(e, fmt.Sprintf("%s/%d", at, i), "field")
		if !ok || field.Kind() != armexpr.KindText {
			continue
		}
		name, err := p.operand(field, here)
		if err != nil {
			return err
		}
		d.modifies = append(d.modifies, modification{name, here})
	}
	return nil
}
