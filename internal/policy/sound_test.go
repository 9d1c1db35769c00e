package policy

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
)

// notSeen stands in resources of these tests for a value that was not seen.
const notSeen = "(not seen)"

// tree is a value in which the stand-ins are unknown.
type tree struct{ v armexpr.Value }

func (t tree) Value() demarc.Value {
	if t.v.Text() == notSeen {
		return demarc.Unknown("only known after deployment")
	}
	return t.v.Demarc()
}

func (t tree) Member(name string) slots.Tree {
	if one, ok := t.v.Member(name); ok {
		return tree{one}
	}
	return nil
}

func (t tree) Members(visit func(name string, member func() slots.Tree)) {
	t.v.Members(func(name string, one armexpr.Value) { visit(name, func() slots.Tree { return tree{one} }) })
}

func (t tree) Elements() []slots.Tree {
	var list []slots.Tree
	for _, e := range t.v.Elements() {
		list = append(list, tree{e})
	}
	return list
}

// hide takes the values that stand for what was not seen away. Those that stand
// for what holds others are hidden as templates do that declare them.
func (a asked) hide(t *testing.T, resource string, asTree bool) asked {
	if asTree {
		a.values.Reset(a.values.Plan())
		parsed(t, resource).Members(func(name string, v armexpr.Value) { a.values.SetTree(demarc.Fold(name), tree{v}) })
		a.values.CloseAll()
	}
	for _, column := range []string{"kind", "location", "tags", "sku", "properties"} {
		a.values.Cut(column, func(s string) bool { return s == notSeen })
	}
	for i := range a.memo {
		a.memo[i] = notYet
	}
	return a
}

// punch replaces a value of a resource.
func (r random) punch(resource, with string, containers bool) string {
	const marks = `"x" "y" "X" "1" 1 2 true "false" ""`
	var at []int
	var what []string
	for i := 1; i < len(resource) && containers; i++ {
		if strings.IndexByte("{[", resource[i]) < 0 {
			continue
		}
		end, depth := i, 0
		for ; end < len(resource); end++ {
			switch resource[end] {
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			if depth == 0 {
				break
			}
		}
		at, what = append(at, i), append(what, resource[i:end+1])
	}
	for mark := range strings.SplitSeq(marks, " ") {
		for i := 0; i+len(mark) <= len(resource); i++ {
			before, after := resource[max(i-1, 0)], byte(' ')
			if i+len(mark) < len(resource) {
				after = resource[i+len(mark)]
			}
			if resource[i:i+len(mark)] == mark && strings.IndexByte(":[,", before) >= 0 && strings.IndexByte(",]}", after) >= 0 {
				at, what = append(at, i), append(what, mark)
			}
		}
	}
	if len(at) == 0 {
		return resource
	}
	i := r.IntN(len(at))
	return resource[:at[i]] + with + resource[at[i]+len(what[i]):]
}

// TestUnknownIsSound: whatever a rule says for certain of a resource of which a
// value was not seen, it says for every value that may be there.
func TestUnknownIsSound(t *testing.T) {
	const mark = `"` + notSeen + `"`
	definite, unknown, seeds := 0, 0, drawn(2000)
	for seed := range seeds {
		r := random{rand.New(rand.NewPCG(uint64(seed), 2))}
		containers := seed%2 == 1
		resource := r.punch(r.resource(), mark, containers)
		if r.IntN(2) == 0 {
			resource = r.punch(resource, mark, containers)
		}
		condition := r.condition(3, nil)
		b := bench{}
		bound := b.bind(t, condition, "audit")
		a := b.ask(t, resource, bound)
		if len(a.program.Rules) == 0 {
			continue
		}
		said := a.hide(t, resource, containers).node(a.program.Rules[0].fires)
		if said != trueOutcome && said != falseOutcome {
			unknown++
			continue
		}
		definite++
		for range 8 {
			complete := resource
			for strings.Contains(complete, mark) {
				complete = strings.Replace(complete, mark, r.value(2), 1)
			}
			c := b.ask(t, complete, bound)
			if got := c.node(c.program.Rules[0].fires); got != said {
				t.Fatalf("seed %d: said %s of\n%s\nbut %s of\n%s\nby\n%s", seed, truthWord(said.truth()), resource, truthWord(got.truth()), complete, condition)
			}
		}
	}
	if definite < seeds/5 || unknown < seeds/20 {
		t.Errorf("%d definite, %d unknown: the test says little", definite, unknown)
	}
}

// TestOpenIsSound: what a rule says for certain of a resource that declares
// some of its properties, it says of every resource that has more.
func TestOpenIsSound(t *testing.T) {
	definite, seeds := 0, drawn(2000)
	for seed := range seeds {
		r := random{rand.New(rand.NewPCG(uint64(seed), 3))}
		complete := r.resource()
		condition := r.condition(3, nil)
		bound := bench{}.bind(t, condition, "audit")
		part := parsed(t, complete)
		for range 2 {
			part = r.drop(part)
		}
		open := bench{partly: true}.ask(t, part.String(), bound)
		if len(open.program.Rules) == 0 {
			continue
		}
		said := open.node(open.program.Rules[0].fires)
		if said.truth() == demarc.MaybeTrue {
			continue
		}
		definite++
		c := bench{}.ask(t, complete, bound)
		if got := c.node(c.program.Rules[0].fires); got != said {
			t.Fatalf("seed %d: said %s of\n%s\nbut %s of\n%s\nby\n%s", seed, truthWord(said.truth()), part, truthWord(got.truth()), complete, condition)
		}
	}
	if definite < seeds/7 {
		t.Errorf("%d definite: the test says little", definite)
	}
}

// drop leaves out a member of an object, somewhere; lists are declared in full.
func (r random) drop(v armexpr.Value) armexpr.Value {
	var names []string
	v.Members(func(name string, _ armexpr.Value) {
		if name != "type" && name != "name" {
			names = append(names, name)
		}
	})
	if len(names) == 0 {
		return v
	}
	chosen := r.of(names...)
	var members []armexpr.Member
	v.Members(func(name string, one armexpr.Value) {
		switch {
		case name != chosen:
		case one.Kind() == armexpr.KindObject && r.IntN(4) > 0:
			one = r.drop(one)
		default:
			return
		}
		members = append(members, armexpr.Member{Name: name, Value: one})
	})
	return armexpr.Object(members)
}
