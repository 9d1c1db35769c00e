package armexpr

import "github.com/demarc-dev/demarc"

// callSteps is what one call outside of a document may take.
const callSteps = 1 << 20

// CallFunction calls a function of the language by its name, in any case, with
// arguments that are already there. Ok is false when there is no such function
// or it does not take so many arguments: Azure refuses such an expression
// before it evaluates anything.
func CallFunction(name string, args []Value) (v Value, ok bool) {
	fn := byName[demarc.Fold(name)]
	if fn == nil {
		return Failed("there is no function " + name), false
	}
	if err := fn.checkCount(len(args)); err != nil {
		return Failed(err.Error()), false
	}
	n := &callNode{name: fn.name, folded: demarc.Fold(fn.name), fn: fn, args: make([]node, len(args))}
	for i, a := range args {
		n.args[i] = literal{a}
	}
	return (&env{host: nowhere{}, budget: NewBudget(callSteps)}).eval(n), true
}

// nowhere is the host of a call that no document surrounds.
type nowhere struct{}

const noDocument = "no document surrounds it"

func (nowhere) Parameter(name string) Value        { return Unknown(noDocument, name) }
func (nowhere) Variable(name string) Value         { return Unknown(noDocument, name) }
func (nowhere) Scope() Value                       { return Unknown(noDocument, "scope") }
func (nowhere) Call(string, []Value) (Value, bool) { return Value{}, false }

// notInPolicies are the functions of templates that a policy rule may not use.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#policy-functions
var notInPolicies = folded(
	"copyIndex", "dateTimeAdd", "dateTimeFromEpoch", "dateTimeToEpoch", "deployment", "environment", "extensionResourceId", "managementGroup",
	"newGuid", "pickZones", "providers", "reference", "resourceId", "subscriptionResourceId", "tenantResourceId", "tenant", "variables",
	"lambda", "lambdaVariables", "map", "filter", "reduce", "sort", "groupBy", "toObject", "mapValues",
)

func folded(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[demarc.Fold(name)] = true
	}
	return m
}

// InPolicies reports whether the language has a function, named in any case,
// that a policy rule may use. Functions that only policies have, as field and
// current, are not of the language: their host answers them.
func InPolicies(name string) bool {
	name = demarc.Fold(name)
	return byName[name] != nil && !notInPolicies[name]
}
