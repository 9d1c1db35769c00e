package armexpr

import (
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
)

// mode says how a function takes its arguments.
type mode uint8

const (
	strict mode = iota // an unknown argument makes the result unknown
	open               // it looks at unknown arguments itself
	lazy               // it evaluates its arguments itself
	hosted             // only the host can answer it
)

// function is one row of the table.
type function struct {
	name string
	// takes has a letter for the kind of each argument: s text, i integer,
	// n number, b bool, a array, o object, v anything. Behind a slash they are
	// optional; a + behind the last one allows more of it.
	takes    string
	mode     mode
	does     func(*call) Value
	reason   string // why a hosted function is unknown when the host is silent
	constant bool   // may stand without parentheses
}

const (
	afterDeployment = "only known after deployment"
	azureHash       = "a hash that only Azure computes"
	atDeployment    = "only known when it is deployed"
	azureKnows      = "only Azure knows it"
)

// functions is the table of all functions of the language that templates and
// policies share.
var functions = []function{
	// logic
	{name: "if", takes: "bvv", mode: lazy, does: choose},
	{name: "and", takes: "b+", mode: open, does: and},
	{name: "or", takes: "b+", mode: open, does: or},
	{name: "xor", takes: "bb", does: xor},
	{name: "not", takes: "b", does: not},
	{name: "bool", takes: "v", does: toBool},
	{name: "true", does: func(*call) Value { return Bool(true) }, constant: true},
	{name: "false", does: func(*call) Value { return Bool(false) }, constant: true},
	{name: "null", does: func(*call) Value { return Null() }, constant: true},
	{name: "equals", takes: "vv", mode: open, does: equals},
	{name: "less", takes: "vv", does: less},
	{name: "lessOrEquals", takes: "vv", does: lessOrEquals},
	{name: "greater", takes: "vv", does: greater},
	{name: "greaterOrEquals", takes: "vv", does: greaterOrEquals},
	{name: "coalesce", takes: "v+", mode: open, does: coalesce},

	// numbers
	{name: "add", takes: "ii", does: add},
	{name: "sub", takes: "ii", does: sub},
	{name: "mul", takes: "ii", does: mul},
	{name: "div", takes: "ii", does: div},
	{name: "mod", takes: "ii", does: mod},
	{name: "min", takes: "v+", mode: open, does: least},
	{name: "max", takes: "v+", mode: open, does: most},
	{name: "int", takes: "v", does: toInt},
	{name: "float", takes: "v", does: toFloat},
	{name: "range", takes: "ii", does: span},

	// texts
	{name: "concat", takes: "/v+", mode: open, does: concat},
	{name: "format", takes: "s/v+", mode: open, does: format},
	{name: "toLower", takes: "s", mode: open, does: toLower},
	{name: "toUpper", takes: "s", mode: open, does: toUpper},
	{name: "trim", takes: "s", mode: open, does: trim},
	{name: "substring", takes: "s/ii", does: substring},
	{name: "startsWith", takes: "ss", mode: open, does: startsWith},
	{name: "endsWith", takes: "ss", mode: open, does: endsWith},
	{name: "indexOf", takes: "vv", does: indexOf},
	{name: "lastIndexOf", takes: "vv", does: lastIndexOf},
	{name: "padLeft", takes: "vi/s", does: padLeft},
	{name: "replace", takes: "sss", mode: open, does: replace},
	{name: "split", takes: "sv", mode: open, does: split},
	{name: "join", takes: "as", mode: open, does: join},
	{name: "string", takes: "v", mode: open, does: toText},
	{name: "guid", takes: "v+", mode: open, does: hashOnly},
	{name: "uniqueString", takes: "v+", mode: open, does: hashOnly},

	// codes
	{name: "base64", takes: "s", does: toBase64},
	{name: "base64ToString", takes: "s", does: fromBase64},
	{name: "base64ToJson", takes: "s", does: base64ToJSON},
	{name: "dataUri", takes: "s", does: toDataURI},
	{name: "dataUriToString", takes: "s", does: fromDataURI},
	{name: "json", takes: "v", does: fromJSON},
	{name: "uri", takes: "ss", mode: open, does: joinURI},
	{name: "uriComponent", takes: "s", does: escapeURI},
	{name: "uriComponentToString", takes: "s", does: unescapeURI},

	// arrays and objects
	{name: "length", takes: "v", does: length},
	{name: "empty", takes: "v", mode: open, does: empty},
	{name: "contains", takes: "vv", mode: open, does: contains},
	{name: "first", takes: "v", does: first},
	{name: "last", takes: "v", does: last},
	{name: "take", takes: "vi", does: take},
	{name: "skip", takes: "vi", does: skip},
	{name: "indexFromEnd", takes: "ai", does: indexFromEnd},
	{name: "tryIndexFromEnd", takes: "vv", does: tryIndexFromEnd},
	{name: "tryGet", takes: "vv+", mode: open, does: tryGet},
	{name: "array", takes: "v", does: toArray},
	{name: "createArray", takes: "/v+", mode: open, does: func(c *call) Value { return Array(c.args) }},
	{name: "createObject", takes: "/v+", mode: open, does: createObject},
	{name: "items", takes: "o", does: items},
	{name: "objectKeys", takes: "o", does: objectKeys},
	{name: "union", takes: "v+", does: union},
	{name: "intersection", takes: "v+", does: intersection},
	{name: "flatten", takes: "a", does: flatten},
	{name: "shallowMerge", takes: "a", does: shallowMerge},

	// lambdas
	{name: "lambda", takes: "v+", mode: lazy, does: strayLambda},
	{name: "lambdaVariables", takes: "s", does: lambdaVariable},
	{name: "map", takes: "vv", mode: lazy, does: mapEach},
	{name: "filter", takes: "vv", mode: lazy, does: filter},
	{name: "reduce", takes: "vvv", mode: lazy, does: reduce},
	{name: "sort", takes: "vv", mode: lazy, does: sorted},
	{name: "groupBy", takes: "vv", mode: lazy, does: groupBy},
	{name: "toObject", takes: "vv/v", mode: lazy, does: toObject},
	{name: "mapValues", takes: "vv", mode: lazy, does: mapValues},

	// dates
	{name: "dateTimeAdd", takes: "ss/s", does: dateTimeAdd},
	{name: "dateTimeFromEpoch", takes: "i", does: dateTimeFromEpoch},
	{name: "dateTimeToEpoch", takes: "s", does: dateTimeToEpoch},
	{name: "addDays", takes: "si", does: addDays},
	{name: "utcNow", takes: "/s", mode: hosted, reason: atDeployment},

	// networks
	{name: "cidrSubnet", takes: "sii", does: cidrSubnet},
	{name: "cidrHost", takes: "si", does: cidrHost},
	{name: "parseCidr", takes: "s", does: parseCIDR},
	{name: "ipRangeContains", takes: "ss", does: ipRangeContains},

	// what the document holds
	{name: "parameters", takes: "s", does: func(c *call) Value { return c.env.host.Parameter(c.args[0].text) }},
	{name: "variables", takes: "s", does: func(c *call) Value { return c.env.host.Variable(c.args[0].text) }},
	{name: "copyIndex", takes: "/vi", mode: hosted, reason: "outside of a copy loop"},
	{name: "fail", takes: "v", does: func(c *call) Value { return c.fail("the template stops here") }},

	// ids
	{name: "resourceId", takes: "ss+", mode: open, does: resourceID},
	{name: "subscriptionResourceId", takes: "ss+", mode: open, does: subscriptionResourceID},
	{name: "managementGroupResourceId", takes: "ss+", mode: open, does: managementGroupResourceID},
	{name: "tenantResourceId", takes: "ss+", mode: open, does: tenantResourceID},
	{name: "extensionResourceId", takes: "sss+", mode: open, does: extensionResourceID},

	// what surrounds the deployment
	{name: "deployment", mode: hosted, reason: atDeployment},
	{name: "deployer", mode: hosted, reason: atDeployment},
	{name: "environment", mode: hosted, reason: atDeployment},
	{name: "subscription", mode: hosted, reason: atDeployment},
	{name: "resourceGroup", mode: hosted, reason: atDeployment},
	{name: "managementGroup", mode: hosted, reason: atDeployment},
	{name: "tenant", mode: hosted, reason: atDeployment},
	{name: "newGuid", mode: hosted, reason: atDeployment},
	{name: "externalInput", takes: "s/v", mode: hosted, reason: atDeployment},
	{name: "reference", takes: "v/vv", mode: hosted, reason: afterDeployment},
	{name: "references", takes: "v/v", mode: hosted, reason: afterDeployment},
	{name: "getSecret", takes: "v+", mode: hosted, reason: "a secret"},
	{name: "providers", takes: "v/v", mode: hosted, reason: azureKnows},
	{name: "pickZones", takes: "vvv/ii", mode: hosted, reason: azureKnows},
	{name: "toLogicalZone", takes: "v+", mode: hosted, reason: azureKnows},
	{name: "toLogicalZones", takes: "v+", mode: hosted, reason: azureKnows},
	{name: "toPhysicalZone", takes: "v+", mode: hosted, reason: azureKnows},
	{name: "toPhysicalZones", takes: "v+", mode: hosted, reason: azureKnows},
}

// byName finds a function by its folded name.
var byName = indexFunctions(functions)

func indexFunctions(list []function) map[string]*function {
	m := make(map[string]*function, len(list))
	for i := range list {
		m[demarc.Fold(list[i].name)] = &list[i]
	}
	return m
}

// Names are the names of all functions, as documented.
func Names() []string {
	names := make([]string, 0, len(functions))
	for _, f := range functions {
		names = append(names, f.name)
	}
	return names
}

// arity tells how many arguments a function takes; most is -1 for any number.
func (f *function) arity() (least, most int) {
	required, optional, _ := strings.Cut(f.takes, "/")
	least = len(strings.TrimSuffix(required, "+"))
	if strings.HasSuffix(f.takes, "+") {
		return least, -1
	}
	return least, least + len(optional)
}

func (f *function) checkCount(n int) error {
	least, most := f.arity()
	if n >= least && (n <= most || most < 0) {
		return nil
	}
	return fmt.Errorf("%s with %d arguments", f.name, n)
}

// checkKinds says which argument is of the wrong kind, "" for none. Unknown
// arguments pass.
func (f *function) checkKinds(args []Value) string {
	letters := strings.TrimSuffix(strings.Replace(f.takes, "/", "", 1), "+")
	for i, a := range args {
		if letters == "" || a.IsUnknown() {
			continue
		}
		if want := kindOf(letters[min(i, len(letters)-1)]); !want.allows(a) {
			return fmt.Sprintf("argument %d is %s, not %s", i+1, a.kind, want)
		}
	}
	return ""
}

// wanted is the kind that an argument must have, KindUnknown for any.
type wanted struct{ Kind }

func kindOf(letter byte) wanted {
	switch letter {
	case 's':
		return wanted{KindText}
	case 'i':
		return wanted{KindInt}
	case 'n':
		return wanted{KindFloat}
	case 'b':
		return wanted{KindBool}
	case 'a':
		return wanted{KindArray}
	case 'o':
		return wanted{KindObject}
	}
	return wanted{KindUnknown}
}

func (w wanted) allows(v Value) bool {
	switch w.Kind {
	case KindUnknown:
		return true
	case KindFloat:
		return v.isNumber()
	case KindNull, KindBool, KindInt, KindText, KindArray, KindObject:
	}
	return v.kind == w.Kind
}
