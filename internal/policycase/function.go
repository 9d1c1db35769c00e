package policycase

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/json"
)

// FunctionCase is one call of a function with the result that is expected.
type FunctionCase struct {
	File     string       `json:"file"`
	Note     string       `json:"note"`
	Function string       `json:"function"` // azure.policy.fn.add_days, azure.policy.if and the like
	Args     []json.Value `json:"args"`
	Expect   string       `json:"expect"` // value, none or error
	Value    json.Value   `json:"value"`  // of the expectation "value"
}

// The expectations of function cases.
const (
	expectValue = "value"
	expectNone  = "none"  // the call has no value
	expectError = "error" // the call is refused
)

// RunFunction calls the function of a case. Got tells the result for a person;
// ok says whether it is the expected one. What cannot be told is never what
// was expected.
func RunFunction(c FunctionCase) (got string, ok bool) {
	args := make([]armexpr.Value, len(c.Args))
	for i, text := range c.Args {
		v, err := armexpr.ParseJSON(text)
		if err != nil {
			return fmt.Sprintf("argument %d is no JSON: %v", i+1, err), false
		}
		args[i] = v
	}
	v, kind := callNamed(c.Function, args)
	if kind != expectValue {
		return kind + ": " + v.Reason(), c.Expect == kind
	}
	if v.IsUnknown() {
		return "unknown: " + v.Reason(), false
	}
	if c.Expect != expectValue {
		return v.String(), false
	}
	want, err := armexpr.ParseJSON(c.Value)
	if err != nil {
		return v.String() + ", and the expected value is no JSON", false
	}
	same, _ := armexpr.CallFunction("equals", []armexpr.Value{v, want})
	return v.String(), same.IsTrue()
}

// Wanted tells the expectation of a case as RunFunction tells a result.
func (c FunctionCase) Wanted() string {
	if c.Expect == expectValue {
		return string(c.Value)
	}
	return c.Expect
}

// own are the functions of the cases that the expression language does not
// have: what a policy engine does itself.
var own = map[string]func(args []armexpr.Value) armexpr.Value{
	"getparameter": parameter, "resolvefield": field, "logicall": allOf, "logicany": anyOf, "logicnot": not,
}

// spelled are the names of cases that are more than another spelling of the
// function's own name.
var spelled = map[string]string{
	"intadd": "add", "intsub": "sub", "intmul": "mul", "intdiv": "div", "intmod": "mod",
	"logicand": "and", "logicor": "or", "ifelse": "if",
}

// callNamed calls a function by its name in the cases and tells what kind of
// result it is.
func callNamed(name string, args []armexpr.Value) (v armexpr.Value, kind string) {
	name = strings.ReplaceAll(demarc.Fold(name), "_", "")
	name = name[strings.LastIndexByte(name, '.')+1:]
	if f, ok := own[name]; ok {
		v = f(args)
		return v, kindOf(name, args, v)
	}
	if language, ok := spelled[name]; ok {
		name = language
	}
	v, ok := armexpr.CallFunction(name, args)
	if !ok {
		return v, expectError
	}
	return v, kindOf(name, args, v)
}

// kindOf tells a call that has no value from one that is refused. Refused is
// what is wrong in the writing of the rule, whatever the resource is: a format
// or a JSON text that cannot be read, a name without a value.
func kindOf(name string, args []armexpr.Value, v armexpr.Value) string {
	if !v.Failed() {
		return expectValue
	}
	written := len(args) > 0 && args[0].Kind() == armexpr.KindText
	switch {
	case (name == "format" || name == "json") && written, name == "createobject" && len(args)%2 != 0:
		return expectError
	}
	return expectNone
}

func has(args []armexpr.Value, n int) bool { return len(args) == n }

const wrongCount = "a wrong number of arguments"

// parameter takes the assigned values, the defaults and a name.
func parameter(args []armexpr.Value) armexpr.Value {
	if !has(args, 3) {
		return armexpr.Failed(wrongCount)
	}
	name := args[2].Text()
	for _, values := range args[:2] {
		if v, ok := values.Member(name); ok {
			return v
		}
	}
	return armexpr.Failed("there is no parameter " + name)
}

// allOf holds when every condition does. A condition holds when it is true.
func allOf(conditions []armexpr.Value) armexpr.Value {
	for _, c := range conditions {
		if !c.IsTrue() {
			return armexpr.Bool(false)
		}
	}
	return armexpr.Bool(true)
}

func anyOf(conditions []armexpr.Value) armexpr.Value {
	for _, c := range conditions {
		if c.IsTrue() {
			return armexpr.Bool(true)
		}
	}
	return armexpr.Bool(false)
}

func not(conditions []armexpr.Value) armexpr.Value {
	if !has(conditions, 1) {
		return armexpr.Failed(wrongCount)
	}
	return armexpr.Bool(!conditions[0].IsTrue())
}

// field reads the value at a path of a resource: names with dots between
// them, names and numbers in brackets, and [*] for all elements of an array.
func field(args []armexpr.Value) armexpr.Value {
	if !has(args, 2) || args[1].Kind() != armexpr.KindText {
		return armexpr.Failed("no resource and path")
	}
	v, ok := follow(args[0], args[1].Text())
	if !ok {
		return armexpr.Failed("there is no " + args[1].Text())
	}
	return v
}

// follow goes down a path. A member whose whole name is the rest of the path
// comes first: names of tags have dots.
func follow(v armexpr.Value, path string) (armexpr.Value, bool) {
	if path == "" {
		return v, true
	}
	if found, ok := v.Member(path); ok {
		return found, true
	}
	if rest, ok := strings.CutPrefix(path, "[*]"); ok {
		return each(v, strings.TrimPrefix(rest, "."))
	}
	name, rest := step(path)
	if at, err := strconv.Atoi(name); err == nil && at >= 0 && at < v.Len() && v.Kind() == armexpr.KindArray {
		return follow(v.Elements()[at], rest)
	}
	found, ok := v.Member(name)
	if !ok || name == "" {
		return armexpr.Value{}, false
	}
	return follow(found, rest)
}

// step parts the first name of a path from the rest.
func step(path string) (name, rest string) {
	if inner, ok := strings.CutPrefix(path, "["); ok {
		name, rest, _ = strings.Cut(inner, "]")
		return strings.Trim(name, "'"), strings.TrimPrefix(rest, ".")
	}
	i := strings.IndexAny(path, ".[")
	if i < 0 {
		return path, ""
	}
	return path[:i], strings.TrimPrefix(path[i:], ".")
}

// each collects what a path gives of every element; elements without it give
// nothing.
func each(v armexpr.Value, path string) (armexpr.Value, bool) {
	if v.Kind() != armexpr.KindArray {
		return armexpr.Value{}, false
	}
	list := make([]armexpr.Value, 0, v.Len())
	for _, e := range v.Elements() {
		if found, ok := follow(e, path); ok {
			list = append(list, found)
		}
	}
	return armexpr.Array(list), true
}
