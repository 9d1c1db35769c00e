package policy

import (
	"strings"
	"unicode"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// operator compares a value with what stands on the right.
type operator uint8

const (
	noOperator operator = iota
	equals
	like
	match
	matchInsensitively
	contains
	in
	containsKey
	less
	lessOrEquals
	greater
	greaterOrEquals
	exists

	negated operator = 0x80 // beside one of the above
)

// operators are the 19 of the language
// (https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#conditions).
var operators = map[string]operator{
	"equals": equals, "notequals": equals | negated,
	"like": like, "notlike": like | negated,
	"match": match, "notmatch": match | negated,
	"matchinsensitively": matchInsensitively, "notmatchinsensitively": matchInsensitively | negated,
	"contains": contains, "notcontains": contains | negated,
	"in": in, "notin": in | negated,
	"containskey": containsKey, "notcontainskey": containsKey | negated,
	"less": less, "lessorequals": lessOrEquals, "greater": greater, "greaterorequals": greaterOrEquals,
	"exists": exists,
}

var operatorWords = [...]string{"", "equals", "like", "match", "matchInsensitively", "contains", "in", "containsKey", "less", "lessOrEquals",
	"greater", "greaterOrEquals", "exists"}

// String is the word of the language.
func (o operator) String() string {
	word := operatorWords[o&^negated]
	if o&negated == 0 {
		return word
	}
	return "not" + strings.ToUpper(word[:1]) + word[1:]
}

// check refuses a right side that stands there and can never be compared.
func (o operator) check(right *operand, at string) error {
	v, ok := right.constant()
	if !ok {
		return nil
	}
	switch o &^ negated {
	case in:
		if v.Kind() != armexpr.KindArray && right.list == nil {
			return &Error{at, "in compares with an array, not with " + v.Kind().String()}
		}
	case exists:
		if _, ok := truthOf(v); !ok {
			return &Error{at, "exists is true or false"}
		}
	case like, match, matchInsensitively:
		if v.Kind() != armexpr.KindText {
			return &Error{at, "a pattern is a text, not " + v.Kind().String()}
		}
	}
	return nil
}

// truthOf reads a truth, which may be written as a text.
func truthOf(v armexpr.Value) (truth, ok bool) {
	switch {
	case v.Kind() == armexpr.KindBool:
		return v.IsTrue(), true
	case v.Kind() == armexpr.KindText && demarc.EqualFold(v.Text(), "true"):
		return true, true
	case v.Kind() == armexpr.KindText && demarc.EqualFold(v.Text(), "false"):
		return false, true
	}
	return false, false
}

// compare applies an operator. A left value of null is also what is missing.
func (o operator) compare(left, right armexpr.Value) outcome {
	if left.IsUnknown() {
		return unknownOf(left)
	}
	if right.IsUnknown() {
		return unknownOf(right)
	}
	said := o.affirm(left, right)
	if o&negated != 0 {
		said = said.not()
	}
	return said
}

// affirm applies the operator without its negation.
func (o operator) affirm(left, right armexpr.Value) outcome {
	switch o &^ negated {
	case equals:
		return same(left, right)
	case in:
		return oneOf(right.Elements(), left)
	case contains:
		return holds(left, right)
	case containsKey:
		if left.Kind() != armexpr.KindObject {
			return falseOutcome
		}
		_, ok := left.Member(textOf(right))
		return outcomeOf(ok)
	case like:
		return outcomeOf(isScalar(left) && matchesLike(fold(textOf(left)), fold(textOf(right))))
	case match, matchInsensitively:
		return outcomeOf(isScalar(left) && matchesPattern(textOf(left), textOf(right), o&^negated == match))
	case exists:
		want, ok := truthOf(right)
		if !ok {
			return failedOutcome
		}
		return outcomeOf(want != left.IsNull())
	case less, lessOrEquals, greater, greaterOrEquals:
		return o.ordered(left, right)
	}
	return failedOutcome
}

// ordered compares numbers with numbers and texts with texts. What is missing
// is neither less nor greater; two kinds that do not match are an error in
// Azure, and cannot be told here.
func (o operator) ordered(left, right armexpr.Value) outcome {
	if left.IsNull() || right.IsNull() {
		return falseOutcome
	}
	c, ok := order(left, right)
	if !ok {
		return failedOutcome
	}
	switch o &^ negated {
	case less:
		return outcomeOf(c < 0)
	case lessOrEquals:
		return outcomeOf(c <= 0)
	case greater:
		return outcomeOf(c > 0)
	case greaterOrEquals:
		return outcomeOf(c >= 0)
	}
	return failedOutcome
}

// oneOf reports whether a value is among others.
func oneOf(list []armexpr.Value, v armexpr.Value) outcome {
	all := falseOutcome
	for _, e := range list {
		if all = all.or(same(v, e)); all == trueOutcome {
			break
		}
	}
	return all
}

// holds reports whether a text holds another one, or an array an element. It
// knows no wildcards.
func holds(left, right armexpr.Value) outcome {
	switch left.Kind() {
	case armexpr.KindArray:
		return oneOf(left.Elements(), right)
	case armexpr.KindNull, armexpr.KindObject, armexpr.KindUnknown:
		return falseOutcome
	case armexpr.KindText, armexpr.KindBool, armexpr.KindInt, armexpr.KindFloat:
	}
	if !isScalar(right) {
		return falseOutcome
	}
	return outcomeOf(strings.Contains(fold(textOf(left)), fold(textOf(right))))
}

// matchesLike matches a folded text with a folded pattern in which * stands for
// any characters.
func matchesLike(text, pattern string) bool {
	pieces := strings.Split(pattern, "*")
	if len(pieces) == 1 {
		return text == pattern
	}
	first, last := pieces[0], pieces[len(pieces)-1]
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, piece := range pieces[1 : len(pieces)-1] {
		at := strings.Index(text, piece)
		if at < 0 {
			return false
		}
		text = text[at+len(piece):]
	}
	return true
}

// matchesPattern matches a text with a pattern in which # stands for a digit, ?
// for a letter and . for any character.
func matchesPattern(text, pattern string, exact bool) bool {
	letters, shape := []rune(text), []rune(pattern)
	if len(letters) != len(shape) {
		return false
	}
	for i, want := range shape {
		got := letters[i]
		switch want {
		case '#':
			if !unicode.IsDigit(got) {
				return false
			}
		case '?':
			if !unicode.IsLetter(got) {
				return false
			}
		case '.':
		default:
			if got != want && (exact || fold(string(got)) != fold(string(want))) {
				return false
			}
		}
	}
	return true
}
