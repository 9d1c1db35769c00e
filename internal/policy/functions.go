package policy

import (
	"fmt"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
)

// argumentCount is how many arguments a function takes.
type argumentCount struct{ least, most int }

// policyFunctions are the functions that the surroundings of a resource answer,
// by folded name; templates have some of them too.
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#policy-functions
var policyFunctions = map[string]argumentCount{
	"field": {1, 1}, "current": {0, 1}, "requestcontext": {0, 0}, "policy": {0, 0}, "subscription": {0, 0}, "resourcegroup": {0, 0},
	"utcnow": {0, 1}, "claims": {0, 0},
	// Azure refuses these when a definition is saved. They depend on nothing but
	// their arguments, so whoever writes them gets what they say.
	"datetimeadd": {2, 3}, "datetimefromepoch": {1, 1}, "datetimetoepoch": {1, 1},
}

// looksUp are the functions that only look up what is at hand.
var looksUp = map[string]bool{"field": true, "current": true, "requestcontext": true, "policy": true, "subscription": true, "resourcegroup": true}

// surroundings are those that the language leaves to the host, folded.
func surroundings(name string) bool {
	_, ok := policyFunctions[name]
	return ok
}

// checkCalls refuses an expression that calls what there is not, or what
// templates may use and policies may not.
func checkCalls(expr *armexpr.Expr) error {
	var wrong error
	expr.Calls(func(name string, args int) {
		if wrong != nil {
			return
		}
		takes, own := policyFunctions[demarc.Fold(name)]
		switch {
		case own && (args < takes.least || args > takes.most):
			wrong = fmt.Errorf("%s with %d arguments", name, args)
		case !own && !armexpr.InPolicies(name):
			wrong = fmt.Errorf("%s is no function that a policy may use", name)
		}
	})
	return wrong
}
