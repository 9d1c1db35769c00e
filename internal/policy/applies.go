package policy

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// aspect is what a condition asks about, as far as applicability cares.
type aspect uint8

const (
	asksType aspect = 1 << iota
	asksName
	asksKind
	asksOther
)

// applicability is the condition that says whether a definition without
// existence check concerns a resource: only type, name and kind count, all else
// is taken for true, also below a not
// (https://learn.microsoft.com/azure/governance/policy/concepts/policy-applicability).
func applicability(d *Definition) condition {
	asked := aspects(d.condition)
	counts := asksType | asksName | asksKind
	switch asked {
	case asksName, asksKind:
		return allOf{} // it concerns everything
	case asksType | asksName, asksType | asksKind:
		counts = asksType
	}
	return restrict(d.condition, counts, false)
}

// aspects are all that a condition asks about.
func aspects(c condition) aspect {
	var asked aspect
	switch c := c.(type) {
	case allOf:
		for _, one := range c {
			asked |= aspects(one)
		}
	case anyOf:
		for _, one := range c {
			asked |= aspects(one)
		}
	case notOf:
		asked = aspects(c.of)
	case *leaf:
		asked = c.aspect()
	}
	return asked
}

func (l *leaf) aspect() aspect {
	if l.field != nil {
		name, _ := l.field.constant()
		switch demarc.Fold(name.Text()) {
		case "type":
			return asksType
		case "name":
			return asksName
		case "kind":
			return asksKind
		}
	}
	return asksOther
}

// restrict replaces what does not count by what makes the whole true.
func restrict(c condition, counts aspect, negated bool) condition {
	switch c := c.(type) {
	case allOf:
		list := make(allOf, len(c))
		for i, one := range c {
			list[i] = restrict(one, counts, negated)
		}
		return list
	case anyOf:
		list := make(anyOf, len(c))
		for i, one := range c {
			list[i] = restrict(one, counts, negated)
		}
		return list
	case notOf:
		return notOf{restrict(c.of, counts, !negated)}
	case *leaf:
		if c.aspect()&counts == 0 {
			if negated {
				return anyOf{} // false
			}
			return allOf{} // true
		}
	}
	return c
}

// locates reports whether a condition asks for the location.
func (c *compiler) locates(cond condition) bool {
	switch cond := cond.(type) {
	case allOf:
		for _, one := range cond {
			if c.locates(one) {
				return true
			}
		}
	case anyOf:
		for _, one := range cond {
			if c.locates(one) {
				return true
			}
		}
	case notOf:
		return c.locates(cond.of)
	case *leaf:
		return cond.field != nil && demarc.EqualFold(cond.field.text, "location") || cond.value != nil && strings.Contains(demarc.Fold(cond.value.text), "'location'")
	}
	return false
}
