package policy

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// source says where the value of a field comes from.
type source uint8

const (
	fromSlot source = iota // a value that was wished for, or an element of one
	fromID
	fromType
	fromName
	fromFullName
	fromVersion // the API version of the request
	fromNowhere // the field belongs to another type: resources of this one do not have it
	fromDynamic // the name is worked out with each resource
)

// field is a field of resources of one type.
type field struct {
	source  source
	name    string   // as the rule writes it
	full    []step   // from the root of the resource
	slot    int      // of the program's wishes, -1 for none
	frame   int      // of the counts around it, the one whose element steps begin at; -1 for none
	steps   []step   // from the slot or the element
	many    bool     // it selects a collection
	place   place    // of an alias
	when    *field   // its discriminator, nil for none
	dynamic *operand // of a name that is worked out
}

// step goes into a member, or into each element of an array.
type step struct {
	name string // folded
	each bool
}

// frame is an array that a count walks, as conditions inside of it see it. A
// count of a value has no steps.
type frame struct{ steps []step }

// parseSteps reads "a.b[*].c" and "tags['x.y']".
func parseSteps(path string) []step {
	var steps []step
	for rest := path; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "[*]"):
			steps, rest = append(steps, step{each: true}), rest[3:]
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return append(steps, step{name: demarc.Fold(rest)})
			}
			steps, rest = append(steps, step{name: demarc.Fold(unquote(rest[1:end]))}), rest[end+1:]
		case rest[0] == '.':
			rest = rest[1:]
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			steps, rest = append(steps, step{name: demarc.Fold(rest[:end])}), rest[end:]
		}
	}
	return steps
}

// unquote takes the quotes off a name in brackets. Inside of them a doubled
// quote stands for one, so that tripled quotes are those of the name itself
// (https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#fields).
func unquote(name string) string {
	if len(name) < 2 || name[0] != '\'' || name[len(name)-1] != '\'' {
		return name
	}
	return strings.ReplaceAll(name[1:len(name)-1], "''", "'")
}

// wishable divides steps into the path that a reader is asked for, and the
// steps from there: a reader keeps whole what an array holds.
func wishable(steps []step) (path string, rest []step) {
	var b strings.Builder
	for i, s := range steps {
		if s.each || !s.plain() && !s.quotable() {
			return b.String(), steps[i:]
		}
		s.write(&b)
	}
	return b.String(), nil
}

// plain reports whether a name can stand in a path as it is, and quotable
// whether it can stand there in brackets.
func (s step) plain() bool    { return s.name != "" && !strings.ContainsAny(s.name, ".[]'") }
func (s step) quotable() bool { return s.name != "" && !strings.Contains(s.name, "']") }

func (s step) write(b *strings.Builder) {
	switch {
	case !s.plain():
		b.WriteString("['" + s.name + "']")
	case b.Len() == 0:
		b.WriteString(s.name)
	default:
		b.WriteString("." + s.name)
	}
}

// spelled tells steps apart: an element has no name.
func spelled(steps []step) []string {
	list := make([]string, len(steps))
	for i, s := range steps {
		if list[i] = "." + s.name; s.each {
			list[i] = "*"
		}
	}
	return list
}

// kept is the path below each element that steps go to, "" for the whole
// element. A reader is told which members of elements to keep; ok is false
// where a name cannot be told.
func kept(steps []step) (path string, ok bool) {
	for len(steps) > 0 && steps[0].each { // lists of lists are passed through
		steps = steps[1:]
	}
	var b strings.Builder
	for _, s := range steps {
		switch {
		case s.each:
			b.WriteString("[*]")
		case !s.plain() && !s.quotable():
			return "", false
		default:
			s.write(&b)
		}
	}
	return b.String(), true
}

// tagSteps reads the five spellings of a tag: tags.x, tags[x], tags[x.y],
// tags['x'] and tags[”'x”'].
func tagSteps(name string) ([]step, bool) {
	if len(name) < 5 || !demarc.EqualFold(name[:4], "tags") {
		return nil, false
	}
	rest := name[4:]
	switch {
	case rest[0] == '.':
		return []step{{name: "tags"}, {name: demarc.Fold(rest[1:])}}, true
	case rest[0] == '[' && strings.HasSuffix(rest, "]") && rest != "[*]" && !strings.HasPrefix(rest, "[*]."):
		return []step{{name: "tags"}, {name: demarc.Fold(unquote(rest[1 : len(rest)-1]))}}, true
	}
	return nil, false
}

// walk visits the values that steps lead to from a value. A missing array has
// no elements; what cannot be told is visited as such. One says that there is
// exactly one value, and not any number of them.
func walk(v demarc.Value, steps []step, visit func(v demarc.Value, one bool)) {
	if len(steps) == 0 {
		visit(v, true)
		return
	}
	if v.IsUnknown() {
		visit(v, false)
		return
	}
	if steps[0].each {
		for _, e := range v.Elements() {
			walk(e, steps[1:], visit)
		}
		if v.Kind() == demarc.KindList && v.Open() {
			visit(v.Rest(), false)
		}
		return
	}
	next, ok := v.Member(steps[0].name)
	switch {
	case ok:
		walk(next, steps[1:], visit)
	case next.IsUnknown() || !collects(steps):
		visit(next, !next.IsUnknown())
	}
}

func collects(steps []step) bool {
	for _, s := range steps {
		if s.each {
			return true
		}
	}
	return false
}

// valueOf turns what a reader saw into a value of the language. What is missing
// is null.
func valueOf(v demarc.Value, label string) armexpr.Value {
	switch v.Kind() {
	case demarc.KindText:
		return armexpr.Text(v.Text())
	case demarc.KindBool:
		return armexpr.Bool(v.IsTrue())
	case demarc.KindNumber:
		return armexpr.Float(v.Float())
	case demarc.KindMissing, demarc.KindNull:
		return armexpr.Null()
	case demarc.KindList:
		if v.Open() { // of which an expression could say anything
			return valueOf(v.Rest(), label)
		}
		list := make([]armexpr.Value, 0, len(v.Elements()))
		for _, e := range v.Elements() {
			list = append(list, valueOf(e, label))
		}
		return armexpr.Array(list)
	case demarc.KindObject:
		return objectOf(v, label)
	case demarc.KindUnknown:
	}
	switch {
	case v.Reason() == string(demarc.NotCollected):
		return armexpr.Unknown(string(demarc.NotCollected), label)
	case unread[v.Reason()]:
		return armexpr.Unknown(string(demarc.PropertyNotSeen), label)
	}
	return armexpr.Unknown(string(demarc.NotDeployedYet), label)
}

// unread are the reasons of readers for what is there and was not seen. All
// other values will be known when they are deployed.
var unread = map[string]bool{"not seen": true, "too large": true, "the export cut it off": true, "the text could not be read": true, "a number out of range": true}

// objectOf turns an object into one of the language. Of one that may have more
// members than were seen an expression could say anything.
func objectOf(v demarc.Value, label string) armexpr.Value {
	if !v.Whole() || v.Open() {
		return armexpr.Unknown(string(demarc.PropertyNotSeen), label)
	}
	var members []armexpr.Member
	v.Members(func(name string, one demarc.Value) {
		members = append(members, armexpr.Member{Name: name, Value: valueOf(one, label+"."+name)})
	})
	return armexpr.Object(members)
}

// plainLocation is a location as Azure compares them: "East US 2" is eastus2.
func plainLocation(v armexpr.Value) armexpr.Value {
	switch v.Kind() {
	case armexpr.KindText:
		return armexpr.Text(strings.ReplaceAll(demarc.Fold(v.Text()), " ", ""))
	case armexpr.KindArray:
		list := make([]armexpr.Value, len(v.Elements()))
		for i, e := range v.Elements() {
			list[i] = plainLocation(e)
		}
		return armexpr.Array(list)
	case armexpr.KindUnknown, armexpr.KindNull, armexpr.KindBool, armexpr.KindInt, armexpr.KindFloat, armexpr.KindObject:
	}
	return v
}
