package policy

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// fold is the spelling by which texts are compared: without case, by the full
// folding of Unicode.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return cases.Fold().String(s)
		}
	}
	return demarc.Fold(s)
}

// equalFold compares two texts without case and mostly without folding them.
func equalFold(a, b string) bool {
	for i := range len(a) {
		if a[i] >= utf8.RuneSelf {
			return fold(a) == fold(b)
		}
	}
	for i := range len(b) {
		if b[i] >= utf8.RuneSelf {
			return fold(a) == fold(b)
		}
	}
	return demarc.EqualFold(a, b)
}

// same reports whether two values are equal. Texts are equal to the truths and
// numbers that they spell, because rules are written that way.
func same(a, b armexpr.Value) outcome {
	if a.IsUnknown() {
		return unknownOf(a)
	}
	if b.IsUnknown() {
		return unknownOf(b)
	}
	switch {
	case a.Kind() == armexpr.KindText && b.Kind() == armexpr.KindText:
		return outcomeOf(equalFold(a.Text(), b.Text()))
	case a.Kind() == armexpr.KindArray && b.Kind() == armexpr.KindArray:
		return sameArrays(a.Elements(), b.Elements())
	case a.Kind() == armexpr.KindObject && b.Kind() == armexpr.KindObject:
		return sameObjects(a, b)
	case isNumber(a) && isNumber(b):
		return outcomeOf(a.Float() == b.Float())
	case a.Kind() == b.Kind(): // truths and nulls
		return outcomeOf(a.IsTrue() == b.IsTrue())
	}
	return outcomeOf(spells(a, b) || spells(b, a))
}

// spells reports whether a text spells a truth or a number.
func spells(text, v armexpr.Value) bool {
	if text.Kind() != armexpr.KindText {
		return false
	}
	if v.Kind() == armexpr.KindBool {
		truth, ok := truthOf(text)
		return ok && truth == v.IsTrue()
	}
	if !isNumber(v) || !mayBeNumber(text.Text()) {
		return false
	}
	n, err := strconv.ParseFloat(text.Text(), 64)
	return err == nil && n == v.Float()
}

// mayBeNumber spares the attempt to read a text that is no number.
func mayBeNumber(s string) bool {
	return s != "" && (s[0] >= '0' && s[0] <= '9' || s[0] == '-' || s[0] == '+' || s[0] == '.')
}

func isNumber(v armexpr.Value) bool {
	return v.Kind() == armexpr.KindInt || v.Kind() == armexpr.KindFloat
}

func sameArrays(a, b []armexpr.Value) outcome {
	if len(a) != len(b) {
		return falseOutcome
	}
	all := trueOutcome
	for i := range a {
		all = all.and(same(a[i], b[i]))
	}
	return all
}

func sameObjects(a, b armexpr.Value) outcome {
	if a.Len() != b.Len() {
		return falseOutcome
	}
	all := trueOutcome
	a.Members(func(name string, v armexpr.Value) {
		other, ok := b.Member(name)
		if !ok {
			all = falseOutcome
			return
		}
		all = all.and(same(v, other))
	})
	return all
}

// order compares two numbers or two texts. Other pairs have no order.
func order(a, b armexpr.Value) (int, bool) {
	switch {
	case isNumber(a) && isNumber(b):
		return cmp.Compare(a.Float(), b.Float()), true
	case a.Kind() == armexpr.KindText && b.Kind() == armexpr.KindText:
		return strings.Compare(fold(a.Text()), fold(b.Text())), true
	}
	return 0, false
}

// isScalar reports whether a value is a text, a number or a truth.
func isScalar(v armexpr.Value) bool {
	switch v.Kind() {
	case armexpr.KindText, armexpr.KindBool, armexpr.KindInt, armexpr.KindFloat:
		return true
	case armexpr.KindUnknown, armexpr.KindNull, armexpr.KindArray, armexpr.KindObject:
	}
	return false
}

// textOf is a scalar as a text.
func textOf(v armexpr.Value) string {
	if v.Kind() == armexpr.KindText {
		return v.Text()
	}
	return v.String()
}
