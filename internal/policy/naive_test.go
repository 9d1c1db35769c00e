package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// naive evaluates a rule from its JSON, the slow and plain way: no programs, no
// sharing, no folding, nothing but what the documentation says.
type naive struct {
	resource armexpr.Value
	arrays   []naiveArray
}

// naiveArray is a count that is being walked.
type naiveArray struct {
	path    string
	name    string
	element armexpr.Value
}

func (n *naive) condition(c armexpr.Value) outcome {
	if list, ok := c.Member("allOf"); ok {
		o := trueOutcome
		for _, one := range list.Elements() {
			o = o.and(n.condition(one))
		}
		return o
	}
	if list, ok := c.Member("anyOf"); ok {
		o := falseOutcome
		for _, one := range list.Elements() {
			o = o.or(n.condition(one))
		}
		return o
	}
	if of, ok := c.Member("not"); ok {
		return n.condition(of).not()
	}
	return n.leaf(c)
}

func (n *naive) leaf(c armexpr.Value) outcome {
	var op operator
	var right armexpr.Value
	c.Members(func(name string, v armexpr.Value) {
		if one, ok := operators[strings.ToLower(name)]; ok {
			op, right = one, n.eval(v)
		}
	})
	if name, ok := c.Member("field"); ok {
		o := trueOutcome
		values, _, _ := n.values(name.Text())
		for _, v := range values {
			if name.Text() == "location" {
				v, right = plainLocation(v), plainLocation(right)
			}
			o = o.and(op.compare(v, right))
		}
		return o
	}
	if v, ok := c.Member("value"); ok {
		return (&code{op: op}).compareValue(n.eval(v), right)
	}
	count, _ := c.Member("count")
	many, broken := n.count(count)
	if broken {
		return failedOutcome
	}
	return op.compare(armexpr.Int(int64(many)), right)
}

// count counts; what fails in a where is told by the property that there is no
// such thing in these rules.
func (n *naive) count(c armexpr.Value) (many int, broken bool) {
	where, _ := c.Member("where")
	each := func(a naiveArray) {
		n.arrays = append(n.arrays, a)
		o := trueOutcome
		if where.Kind() == armexpr.KindObject {
			o = n.condition(where)
		}
		if o == trueOutcome {
			many++
		}
		broken = broken || o != trueOutcome && o != falseOutcome
		n.arrays = n.arrays[:len(n.arrays)-1]
	}
	if v, ok := c.Member("value"); ok {
		name, _ := c.Member("name")
		for _, e := range n.eval(v).Elements() {
			each(naiveArray{name: name.Text(), element: e})
		}
		return many, broken
	}
	field, _ := c.Member("field")
	n.walkCount(pathOf(field.Text()), each)
	return many, broken
}

// walkCount visits the elements of the last array of a path.
func (n *naive) walkCount(path string, each func(naiveArray)) {
	from, rest := n.start(path)
	if rest == "" { // inside of a count of the same array: its element is the only one
		each(naiveArray{path: path, element: from})
		return
	}
	var walk func(v armexpr.Value, done, rest string)
	walk = func(v armexpr.Value, done, rest string) {
		at := strings.Index(rest, "[*]")
		if at < 0 {
			return
		}
		v, _ = member(v, strings.Trim(rest[:at], "."))
		for _, e := range v.Elements() {
			here := done + rest[:at] + "[*]"
			if rest[at+3:] == "" {
				each(naiveArray{path: here, element: e})
				continue
			}
			n.arrays = append(n.arrays, naiveArray{path: here, element: e})
			walk(e, here, rest[at+3:])
			n.arrays = n.arrays[:len(n.arrays)-1]
		}
	}
	walk(from, strings.TrimSuffix(path, rest), rest)
}

// start is where a path begins: in the innermost array around that it goes into.
func (n *naive) start(path string) (armexpr.Value, string) {
	for i := len(n.arrays) - 1; i >= 0; i-- {
		if p := n.arrays[i].path; p != "" && strings.HasPrefix(path, p) {
			return n.arrays[i].element, path[len(p):]
		}
	}
	return n.resource, path
}

func pathOf(name string) string {
	if rest, ok := strings.CutPrefix(name, "M.S/a/"); ok {
		return "properties." + rest
	}
	return strings.NewReplacer("['", ".", "']", "").Replace(name)
}

func member(v armexpr.Value, path string) (armexpr.Value, bool) {
	for name := range strings.SplitSeq(path, ".") {
		if name == "" {
			continue
		}
		one, ok := v.Member(name)
		if !ok {
			return armexpr.Null(), false
		}
		v = one
	}
	return v, true
}

// values are the values of a field, null for what is missing, and those that
// are there; many says that it is a collection.
func (n *naive) values(name string) (list, there []armexpr.Value, many bool) {
	path := pathOf(name)
	from, rest := n.start(path)
	var walk func(v armexpr.Value, rest string)
	walk = func(v armexpr.Value, rest string) {
		before, after, each := strings.Cut(rest, "[*]")
		v, ok := member(v, before)
		if !each {
			if list = append(list, v); ok {
				there = append(there, v)
			}
			return
		}
		for _, e := range v.Elements() {
			walk(e, after)
		}
	}
	walk(from, rest)
	return list, there, strings.Contains(path, "[*]")
}

func (n *naive) eval(v armexpr.Value) armexpr.Value {
	if v.Kind() != armexpr.KindText || !armexpr.IsExpression(v.Text()) {
		return v
	}
	expr, err := armexpr.Parse(v.Text())
	if err != nil {
		panic(err)
	}
	return expr.Eval(n, armexpr.NewBudget(10000))
}

func (*naive) Parameter(string) armexpr.Value { return armexpr.Failed("none") }
func (*naive) Variable(string) armexpr.Value  { return armexpr.Failed("none") }
func (*naive) Scope() armexpr.Value           { return armexpr.Failed("none") }
func (*naive) Lenient() bool                  { return true }

func (n *naive) Call(name string, args []armexpr.Value) (armexpr.Value, bool) {
	switch {
	case name == "field":
		list, there, many := n.values(args[0].Text())
		if many {
			return armexpr.Array(there), true
		}
		if list[0].IsNull() {
			return armexpr.Text(""), true
		}
		return list[0], true
	case name == "current" && len(args) == 0:
		return n.arrays[len(n.arrays)-1].element, true
	}
	return armexpr.Value{}, false
}

// random makes rules and resources out of few names and values, so that they
// have to do with each other.
type random struct{ *rand.Rand }

func (r random) of(list ...string) string { return list[r.IntN(len(list))] }

func (r random) condition(depth int, arrays []string) string {
	if depth > 0 && r.IntN(2) == 0 {
		var list []string
		for range r.IntN(4) {
			list = append(list, r.condition(depth-1, arrays))
		}
		switch r.IntN(3) {
		case 0:
			return `{"not":` + r.condition(depth-1, arrays) + `}`
		case 1:
			return `{"anyOf":[` + strings.Join(list, ",") + `]}`
		}
		return `{"allOf":[` + strings.Join(list, ",") + `]}`
	}
	switch r.IntN(6) {
	case 0:
		return fmt.Sprintf(`{"value":%s,%s}`, r.operand(arrays), r.comparison(arrays))
	case 1:
		if depth > 0 {
			return r.count(depth, arrays)
		}
	}
	return fmt.Sprintf(`{"field":%q,%s}`, r.field(arrays), r.comparison(arrays))
}

func (r random) count(depth int, arrays []string) string {
	numeric := fmt.Sprintf(`%q:%d`, r.of("equals", "notEquals", "greater", "less", "lessOrEquals", "greaterOrEquals"), r.IntN(4))
	if r.IntN(4) == 0 {
		return fmt.Sprintf(`{"count":{"value":["x","y",2],"where":%s},%s}`, r.condition(depth-1, append(arrays, "")), numeric)
	}
	array := r.of("M.S/a/l[*]", "M.S/a/l[*].m[*]", "M.S/a/o.m[*]")
	return fmt.Sprintf(`{"count":{"field":%q,"where":%s},%s}`, array, r.condition(depth-1, append(arrays, array)), numeric)
}

func (r random) field(arrays []string) string {
	if len(arrays) > 0 && arrays[len(arrays)-1] != "" && r.IntN(3) > 0 {
		return arrays[len(arrays)-1] + r.of("", ".x", ".y", ".m[*].y")
	}
	return r.of("kind", "location", "tags.a", "tags['b']", "tags", "sku.name", "type", "M.S/a/x", "M.S/a/y", "M.S/a/o", "M.S/a/o.x", "M.S/a/o.y",
		"M.S/a/l", "M.S/a/l[*]", "M.S/a/l[*].x", "M.S/a/l[*].m[*].y", "M.S/a/o.m[*]")
}

func (r random) comparison(arrays []string) string {
	switch op := r.of("equals", "notEquals", "like", "notLike", "contains", "notContains", "in", "notIn", "exists", "less", "greater", "containsKey",
		"notContainsKey", "match", "notMatchInsensitively"); op {
	case "in", "notIn":
		return fmt.Sprintf(`%q:[%s,%s]`, op, r.scalar(), r.scalar())
	case "exists":
		return fmt.Sprintf(`%q:%s`, op, r.of("true", `"false"`))
	case "like", "notLike":
		return fmt.Sprintf(`%q:%q`, op, r.of("x*", "*", "y", "*Y"))
	case "containsKey", "notContainsKey", "match", "notMatchInsensitively":
		return fmt.Sprintf(`%q:%q`, op, r.of("x", "y", "?", "X"))
	default:
		if r.IntN(5) == 0 {
			return fmt.Sprintf(`%q:%s`, op, r.operand(arrays))
		}
		return fmt.Sprintf(`%q:%s`, op, r.scalar())
	}
}

func (r random) operand(arrays []string) string {
	if len(arrays) > 0 && r.IntN(3) == 0 {
		return `"[current()]"`
	}
	name := r.of("kind", "M.S/a/x", "M.S/a/o", "M.S/a/l", "M.S/a/l[*]", "M.S/a/l[*].x", "M.S/a/o.x", "tags")
	return fmt.Sprintf(`"[%s]"`, fmt.Sprintf(r.of("field('%s')", "length(field('%s'))", "empty(field('%s'))", "contains(field('%s'),'x')", "first(field('%s'))",
		"if(equals(field('%s'),'x'),1,'y')", "field('%s').x", "coalesce(field('%s'),'x')", "tryGet(field('%s'),'x')", "string(field('%s'))",
		"and(true(),equals(field('%s'),1))", "last(field('%s'))", "concat(field('%s'),'x')", "createArray(field('%s'),'x')", "union(field('%s'),field('%[1]s'))",
		"intersection(field('%s'),createArray('x',1))", "skip(field('%s'),1)", "take(field('%s'),1)",
		"join(field('%s'),',')", "split(field('%s'),'x')", "indexOf(field('%s'),'x')", "lastIndexOf(field('%s'),'x')", "startsWith(field('%s'),'x')", "endsWith(field('%s'),'y')",
		"replace(field('%s'),'x','y')", "trim(field('%s'))", "min(field('%s'),2)", "max(field('%s'))", "items(field('%s'))", "objectKeys(field('%s'))",
		"greater(field('%s'),1)", "less(field('%s'),'y')", "int(field('%s'))", "bool(field('%s'))", "array(field('%s'))", "flatten(createArray(field('%s'),createArray('x')))",
		"createObject('x',field('%s'))", "format('{0}x',field('%s'))", "substring(field('%s'),0,1)", "padLeft(field('%s'),3)", "field('%s')[0]", "tryGet(field('%s'),0,'x')",
		"if(field('%s'),'x','y')", "coalesce(tryGet(field('%s'),'x'),1)", "length(union(field('%s'),createArray('x')))", "contains(field('%s'),field('kind'))", "base64(field('%s'))",
		"shallowMerge(createArray(field('%s'),field('tags')))", "equals(field('%s'),createArray('x'))", "xor(empty(field('%s')),true())", "uriComponent(field('%s'))",
		"equals(createObject('x',field('%s')),field('M.S/a/o'))", "first(skip(field('%s'),1))", "last(createArray(field('%s')))", "empty(intersection(field('%s'),field('M.S/a/l')))",
		"or(empty(field('%s')),equals(field('kind'),'y'))", "not(contains(field('%s'),'y'))", "toLower(field('%s'))"), name))
}

func (r random) scalar() string {
	return r.of(`"x"`, `"y"`, `"X"`, "1", "2", `"1"`, "true", `"false"`, `""`)
}

func (r random) value(depth int) string {
	switch k := r.IntN(8); {
	case k == 0:
		return "null"
	case k < 3 && depth > 0:
		return r.object(depth - 1)
	case k < 4 && depth > 0:
		return r.array(depth - 1)
	}
	return r.scalar()
}

func (r random) array(depth int) string {
	list := make([]string, r.IntN(4))
	for i := range list {
		list[i] = r.value(depth)
	}
	return "[" + strings.Join(list, ",") + "]"
}

func (r random) object(depth int) string {
	var list []string
	for _, name := range []string{"x", "y", "m"} {
		switch v := r.value(depth); {
		case r.IntN(2) == 0:
		case name == "m":
			list = append(list, `"m":`+r.array(depth))
		default:
			list = append(list, fmt.Sprintf("%q:%s", name, v))
		}
	}
	return "{" + strings.Join(list, ",") + "}"
}

func (r random) resource() string {
	list := []string{`"type":"M.S/a"`, `"name":"n"`}
	add := func(name, v string) {
		if r.IntN(3) > 0 {
			list = append(list, fmt.Sprintf("%q:%s", name, v))
		}
	}
	add("kind", r.of(`"x"`, `"Y"`, "null"))
	add("location", r.of(`"x"`, `"Y "`))
	add("tags", fmt.Sprintf(`{"a":%s}`, r.scalar()))
	add("sku", fmt.Sprintf(`{"name":%s}`, r.scalar()))
	properties := r.object(2)
	list = append(list, fmt.Sprintf(`"properties":{"x":%s,"o":%s,"l":%s,"more":%s}`, r.value(1), r.object(2), r.array(2), properties))
	return "{" + strings.Join(list, ",") + "}"
}

// drawn is how many cases are drawn: of so many a third where time is short.
func drawn(n int) int {
	if testing.Short() {
		return n / 3
	}
	return n
}

// TestProgramsAgreeWithTheTree: folding types and constants, sharing equal
// conditions and evaluating them once changes nothing.
func TestProgramsAgreeWithTheTree(t *testing.T) {
	for seed := range drawn(1500) {
		r := random{rand.New(rand.NewPCG(uint64(seed), 1))}
		resource := r.resource()
		b := bench{}
		var bound []*Bound
		var conditions []string
		for range 4 { // which share conditions
			conditions = append(conditions, r.condition(3, nil))
			bound = append(bound, b.bind(t, conditions[len(conditions)-1], "audit"))
		}
		a := b.ask(t, resource, bound...)
		for i := range a.program.Rules {
			rule := &a.program.Rules[i]
			want := (&naive{resource: parsed(t, resource)}).condition(parsed(t, conditions[rule.Bound]))
			got := a.node(rule.fires)
			if got.truth() != want.truth() && want.truth() != demarc.MaybeTrue {
				t.Fatalf("seed %d: %s of\n%s\nexpected %s for\n%s", seed, truthWord(got.truth()), conditions[rule.Bound], truthWord(want.truth()), resource)
			}
			if lines := a.Trace(rule); len(lines) < 3 || lines[1].What == "if" && lines[1].Truth != got.truth() {
				t.Fatalf("seed %d: the trace says otherwise than %s\n%s\n%s", seed, truthWord(got.truth()), conditions[rule.Bound], resource)
			}
			for _, l := range a.Trace(rule) {
				if l.What == "if" && (l.Truth != got.truth() || l.Reason != got.reason()) {
					t.Fatalf("seed %d: traced %s (%s), evaluated %s (%s)\n%s\n%s", seed, truthWord(l.Truth), l.Reason, truthWord(got.truth()), got.reason(), conditions[rule.Bound], resource)
				}
			}
			a.Why(rule)
		}
	}
}
