package armexpr

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// plainHost knows a few names.
type plainHost struct {
	parameters, variables map[string]string // expressions or JSON
	scope                 Value
	budget                *Budget
}

func (h *plainHost) Parameter(name string) Value {
	if text, ok := h.parameters[demarc.Fold(name)]; ok {
		v, err := ParseJSON([]byte(text))
		if err != nil {
			return Failed(err.Error())
		}
		return v
	}
	return Unknown("parameter "+name+" has no value", name)
}

func (h *plainHost) Variable(name string) Value {
	text, ok := h.variables[demarc.Fold(name)]
	if !ok {
		return Failed("there is no variable " + name)
	}
	e, err := Parse(text)
	if err != nil {
		return Failed(err.Error())
	}
	return e.Eval(h, h.budget)
}

func (h *plainHost) Scope() Value { return h.scope }

func (h *plainHost) Call(name string, args []Value) (Value, bool) {
	if name == "own.double" && len(args) == 1 {
		return Int(2 * args[0].Int()), true
	}
	return Value{}, false
}

func newHost() *plainHost {
	return &plainHost{
		parameters: map[string]string{
			"object": `{"Name":"n","list":[1,{"a":null}]}`, "texts": `["b","a","c"]`, "json": `"{\"a\":[1,2.5]}"`,
			"people": `[{"name":"eva","age":3},{"name":"ada","age":5}]`,
		},
		variables: map[string]string{"self": "[variables('self')]", "one": "[createArray(parameters('u'), 'x')]"},
		scope: Join(Text("/subscriptions/"), UnknownSegment("no subscription", "subscription"), Text("/resourceGroups/"),
			UnknownSegment("no group", "resourceGroup")),
		budget: NewBudget(100_000),
	}
}

func evaluate(t testing.TB, text string) Value {
	t.Helper()
	e, err := Parse(text)
	if err != nil {
		return Failed("parse: " + err.Error())
	}
	h := newHost()
	return e.Eval(h, h.budget)
}

// shown writes a value with its reason.
func shown(v Value) string {
	switch {
	case v.Failed():
		return "failed: " + v.Reason()
	case v.IsUnknown():
		return v.Shape() + " because " + v.Reason()
	}
	return strings.NewReplacer(string(holeOpen), "{", string(holeClose), "}").Replace(v.String())
}

const noValue = " because parameter u has no value"

func TestEval(t *testing.T) {
	tests := []struct{ text, want string }{
		// texts that are no expressions
		{"plain", `"plain"`}, {"", `""`}, {"[", `"["`}, {"[x", `"[x"`}, {"[[x]", `"[x]"`}, {"[]", "failed: parse: the expression ends where a function, a text or a number should be"},
		// syntax
		{"['it''s']", `"it's"`}, {"[ add( 1 , -2 ) ]", "-1"}, {"[null]", "null"}, {"[true()]", "true"}, {"[FALSE()]", "false"},
		{"[parameters('object').name]", `"n"`}, {"[parameters('object')['LIST'][0]]", "1"}, {"[parameters('object').list[1].a]", "null"},
		{"[parameters('object').none]", `failed: there is no property "none"`}, {"[parameters('object').?none]", "null"},
		{"[parameters('object').list[?7]]", "null"}, {"[parameters('object').list[7]]", "failed: there is no element 7"},
		{"[own.double(21)]", "42"}, {"[nothing()]", "failed: nothing: there is no such function"}, {"[concat('a']", "failed: parse: the expression ends where a comma or ) should be"},
		{"[concat('a') b]", `failed: parse: 'b' at character 13 where the end should be`}, {"[add(1)]", "failed: parse: add with 1 arguments"},
		{"[add(1, 'a')]", "failed: add: argument 2 is a text, not an integer"},
		// logic
		{"[if(true(), 1, fail('x'))]", "1"}, {"[if(equals(1, 2), 1, 2)]", "2"}, {"[if(1, 1, 2)]", "failed: if: the condition is an integer, not a bool"},
		{"[and(true(), not(false()))]", "true"}, {"[or(false(), equals('a', 'A'))]", "false"}, {"[xor(true(), false())]", "true"}, {"[bool('True')]", "true"}, {"[bool(2)]", "true"},
		{"[equals(parameters('object'), createObject('list', createArray(1, createObject('a', null())), 'name', 'n'))]", "true"},
		{"[less('a', 'B')]", "true"}, {"[greaterOrEquals(2, 2)]", "true"}, {"[greater(1, 'a')]", "failed: greater: cannot compare an integer with a text"},
		{"[coalesce(null(), null(), 'x')]", `"x"`},
		// numbers
		{"[div(7, 2)]", "3"}, {"[mod(-7, 2)]", "-1"}, {"[div(1, 0)]", "failed: div: division by zero"}, {"[mul(9223372036854775807, 2)]", "failed: mul: the result is out of range"},
		{"[add(9223372036854775807, 1)]", "failed: add: the result is out of range"}, {"[sub(3, 5)]", "-2"}, {"[min(createArray(3, 1, 2))]", "1"}, {"[max(3, 1)]", "3"},
		{"[int('12')]", "12"}, {"[float('1.5')]", "1.5"}, {"[range(3, 3)]", "[3,4,5]"}, {"[range(0, 1000000)]", "failed: range: a count of 1000000, Azure allows 0 to 10000"},
		// texts
		{"[concat('a', 1, true())]", `"a1True"`}, {"[concat(createArray(1), createArray('b'))]", `[1,"b"]`}, {"[concat()]", `""`},
		{"[format('{0:D2}-{1,4}|{2,-3}|{{{0}}}', 7, 'ab', 'c')]", `"07-  ab|c  |{7}"`}, {"[format('{0:N1} {1:X4} {2:000}', 1234.56, 255, 5)]", `"1,234.6 00FF 005"`},
		{"[format('{1}', 'a')]", "failed: format: there is no argument for {1}"}, {"[toUpper('aß')]", `"Aß"`},
		{"[substring('abcdef', 1, 2)]", `"bc"`}, {"[substring('abc', 2, 2)]", "failed: substring: characters 2 to 4 of a text of 3"},
		{"[startsWith('Hello', 'hE')]", "true"}, {"[endsWith('Hello', 'x')]", "false"}, {"[indexOf('test', 'T')]", "0"}, {"[lastIndexOf('test', 'T')]", "3"}, {"[indexOf(parameters('texts'), 'c')]", "2"},
		{"[padLeft(12, 5, '0')]", `"00012"`}, {"[replace('a-b-c', '-', '')]", `"abc"`}, {"[split('a,b;c', createArray(',', ';'))]", `["a","b","c"]`}, {"[join(parameters('texts'), '/')]", `"b/a/c"`},
		{"[string(parameters('object'))]", `"{\"Name\":\"n\",\"list\":[1,{\"a\":null}]}"`}, {"[trim('  x ')]", `"x"`},
		// codes
		{"[base64ToString(base64('ä'))]", `"ä"`}, {"[json(parameters('json')).a[1]]", "2.5"}, {"[json('{')]", "failed: json: broken JSON"}, {"[uriComponent('a b/ü')]", `"a%20b%2F%C3%BC"`},
		{"[uri('http://contoso.org/firstpath/', 'd/e.json')]", `"http://contoso.org/firstpath/d/e.json"`}, {"[dataUriToString(dataUri('x'))]", `"x"`},
		// arrays and objects
		{"[length('äb')]", "2"}, {"[length(parameters('object'))]", "2"}, {"[empty(createArray())]", "true"}, {"[contains(parameters('texts'), 'a')]", "true"}, {"[contains(parameters('object'), 'NAME')]", "true"},
		{"[first('äb')]", `"ä"`}, {"[last(parameters('texts'))]", `"c"`}, {"[first(createArray())]", "null"}, {"[take(parameters('texts'), 2)]", `["b","a"]`}, {"[skip('abc', 1)]", `"bc"`}, {"[skip('abc', -1)]", `"abc"`},
		{"[union(createArray(1, 2), createArray(2, 3))]", "[1,2,3]"}, {"[union(createObject('a', createObject('x', 1)), createObject('A', createObject('y', 2)))]", `{"a":{"x":1,"y":2}}`},
		{"[intersection(createArray(1, 2, 3), createArray(3, 2))]", "[2,3]"}, {"[flatten(createArray(createArray(1), createArray(2, 3)))]", "[1,2,3]"},
		{"[shallowMerge(createArray(createObject('a', 1), createObject('a', 2)))]", `{"a":2}`}, {"[items(createObject('b', 1, 'a', 2))]", `[{"key":"a","value":2},{"key":"b","value":1}]`},
		{"[objectKeys(createObject('b', 1, 'a', 2))]", `["a","b"]`}, {"[tryGet(parameters('object'), 'list', 1, 'a')]", "null"}, {"[tryGet(parameters('object'), 'x', 'y')]", "null"},
		{"[indexFromEnd(parameters('texts'), 1)]", `"c"`}, {"[createObject('a')]", "failed: createObject: a name without a value"},
		// lambdas
		{"[map(parameters('people'), lambda('p', lambdaVariables('p').name))]", `["eva","ada"]`}, {"[filter(parameters('people'), lambda('p', less(4, lambdaVariables('p').age)))]", `[{"name":"ada","age":5}]`},
		{"[reduce(createArray(1, 2, 3), 10, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b'))))]", "16"},
		{"[sort(parameters('texts'), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))]", `["a","b","c"]`},
		{"[map(range(0, 2), lambda('i', map(range(0, 2), lambda('j', add(lambdaVariables('i'), lambdaVariables('j'))))))]", "[[0,1],[1,2]]"},
		{"[toObject(parameters('people'), lambda('p', lambdaVariables('p').name), lambda('p', lambdaVariables('p').age))]", `{"eva":3,"ada":5}`},
		{"[groupBy(parameters('texts'), lambda('x', 'all'))]", `{"all":["b","a","c"]}`}, {"[mapValues(createObject('a', 1), lambda('v', add(lambdaVariables('v'), 1)))]", `{"a":2}`},
		{"[map(parameters('texts'), 'x')]", "failed: map: no lambda"}, {"[lambdaVariables('x')]", "failed: lambdaVariables: there is no variable x"},
		// dates and networks
		{"[dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y')]", `"2023-04-07T14:53:14Z"`}, {"[dateTimeAdd('2020-04-07 14:53:14Z', '-PT1H', 'yyyy/MM/dd HH')]", `"2020/04/07 13"`},
		{"[dateTimeAdd('2020-01-01', 'P9999999Y')]", "failed: dateTimeAdd: no duration that can be added"}, {"[dateTimeFromEpoch(1683040573)]", `"2023-05-02T15:16:13Z"`},
		{"[cidrSubnet('10.144.0.0/20', 24, 1)]", `"10.144.1.0/24"`}, {"[cidrHost('10.144.3.0/24', 0)]", `"10.144.3.1"`}, {"[cidrSubnet('10.0.0.0/24', 25, 2)]", "failed: cidrSubnet: there is no such subnet"},
		{"[cidrSubnet('::/0', 128, 9223372036854775807)]", `"::7fff:ffff:ffff:ffff/128"`}, {"[parseCidr('10.0.0.0/30').lastUsable]", `"10.0.0.2"`}, {"[parseCidr('2001:db8::/32').netmask]", `"ffff:ffff::"`},
		// ids
		{"[tenantResourceId('A.B/c/d', 'x', 'y')]", `"/providers/A.B/c/x/d/y"`}, {"[extensionResourceId('/x', 'A.B/c', 'n')]", `"/x/providers/A.B/c/n"`},
		{"[resourceId('s', 'g', 'A.B/c', 'n')]", `"/subscriptions/s/resourceGroups/g/providers/A.B/c/n"`},
		{"[managementGroupResourceId('mg', 'A.B/c', 'n')]", `"/providers/Microsoft.Management/managementGroups/mg/providers/A.B/c/n"`},
		// bounds
		{"[variables('self')]", "failed: the expressions call each other too deep"}, {"[join(map(range(0, 1000), lambda('x', map(range(0, 1000), lambda('y', 1)))), '')]", "failed: the expressions take too many steps"},
		{"[" + strings.Repeat("not(", 300) + "true()" + strings.Repeat(")", 300) + "]", "failed: parse: an expression that nests more than 200 levels deep"},
		{"[padLeft('', 2000000)]", "failed: padLeft: a width or a character that cannot be"},
	}
	for _, tt := range tests {
		t.Run(tt.text[:min(len(tt.text), 60)], func(t *testing.T) {
			if got := shown(evaluate(t, tt.text)); got != tt.want {
				t.Errorf("%.200s\n got %.300s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

// TestUnknown: what is not known stays unknown with the reason of the first
// unknown, and what is known of it can still be seen.
func TestUnknown(t *testing.T) {
	tests := []struct{ text, want string }{
		{"[parameters('u')]", "{u}" + noValue},
		{"[concat('vm-', parameters('u'), '-01')]", "vm-{u}-01" + noValue},
		{"[format('{0}/{1}', toLower('A'), parameters('u'))]", "a/{u}" + noValue},
		{"[toUpper(concat('x', parameters('u')))]", "X{u}" + noValue},
		{"[replace(concat('a-', parameters('u')), '-', '')]", "a{u}" + noValue},
		{"[replace('net-NAME', 'NAME', parameters('u'))]", "net-{u}" + noValue},
		{"[substring(parameters('u'), 0, 3)]", "{substring(u, 0, 3)}" + noValue},
		{"[parameters('u').a[0].b]", "{u.a[0].b}" + noValue},
		{"[uniqueString(resourceGroup().id)]", "{uniqueString(resourceGroup().id)} because a hash that only Azure computes"},
		{"[reference('x').properties.y]", "{reference(x).properties.y} because only known after deployment"},
		{"[listKeys('x', '2020-01-01').keys[0]]", "{listKeys(x, 2020-01-01).keys[0]} because only known after deployment"},
		{"[split(resourceId('A.B/c', 'n'), '/')[8]]", `"n"`},
		{"[split(resourceId('A.B/c', 'n'), '/')[4]]", "{resourceGroup} because no subscription"},
		{"[split(parameters('u'), '/')[2]]", "{split~"},
		{"[resourceId(parameters('u'), 'A.B/c', 'n')]", "/subscriptions/{subscription}/resourceGroups/{u}/providers/A.B/c/n because no subscription"},
		{"[resourceId('A.B/c/d', parameters('u'), 'n')]", "/subscriptions/{subscription}/resourceGroups/{resourceGroup}/providers/A.B/c/{u}/d/n because no subscription"},
		{"[subscriptionResourceId('A.B/c', 'n')]", "/subscriptions/{subscription}/providers/A.B/c/n because no subscription"},
		{"[equals(parameters('u'), 1)]", "{equals(u, 1)}" + noValue},
		{"[equals(parameters('u'), parameters('u'))]", "true"},
		{"[equals(concat('a', parameters('u')), 'b')]", "false"},
		{"[equals(concat('a', parameters('u')), 'ab')]", "{equals(au, ab)}" + noValue},
		{"[and(parameters('u'), false())]", "false"},
		{"[and(parameters('u'), true())]", "{and(u, true)}" + noValue},
		{"[or(true(), parameters('u'))]", "true"},
		{"[not(parameters('u'))]", "{not(u)}" + noValue},
		{"[if(parameters('u'), 'x', 'x')]", `"x"`},
		{"[if(parameters('u'), 'x', 'y')]", "{if(u, x, y)}" + noValue},
		{"[coalesce(null(), parameters('u'))]", "{u}" + noValue},
		{"[coalesce('a', parameters('u'))]", `"a"`},
		{"[length(variables('one'))]", "2"},
		{"[variables('one')]", `["{u}","x"]`},
		{"[contains(variables('one'), 'x')]", "true"},
		{"[contains(variables('one'), 'y')]", "{contains"},
		{"[join(variables('one'), '-')]", "{u}-x" + noValue},
		{"[string(variables('one'))]", `["{u}","x"]` + noValue},
		{"[empty(concat('a', parameters('u')))]", "false"},
		{"[empty(parameters('u'))]", "{empty(u)}" + noValue},
		{"[startsWith(concat('Ab', parameters('u')), 'a')]", "true"},
		{"[startsWith(concat('ab', parameters('u')), 'b')]", "false"},
		{"[startsWith(concat('x', parameters('u')), 'abc')]", "false"},
		{"[endsWith(concat(parameters('u'), 'C'), 'abc')]", "{endsWith(uC, abc)}" + noValue},
		{"[union(createArray(parameters('u')), createArray(parameters('u')))]", `["{u}"]`},
		{"[length(union(createArray(parameters('u')), createArray('x')))]", `{length(union(["u"], ["x"]))}` + noValue},
		{"[uri(parameters('u'), 'nested/x.json')]", "{u}/nested/x.json" + noValue},
		{"[coalesce(parameters('u').?a, 'x')]", "{coalesce(u.a, x)}" + noValue},
		{"[filter(parameters('texts'), lambda('x', parameters('u')))]", `{filter(u, u, u, ["b","a","c"])}` + noValue},
		{"[filter(parameters('u'), lambda('x', equals(lambdaVariables('x').a, 'b')))]", "{filter(u, equals(u[].a, b))}" + noValue},
		{"[concat('a', parameters('object').gone)]", `failed: there is no property "gone"`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := shown(evaluate(t, tt.text))
			if got != tt.want && (!strings.HasSuffix(tt.want, "~") && !strings.HasSuffix(tt.want, "{contains") || !strings.HasPrefix(got, tt.want)) {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestBombs: values that double with every variable are refused before they
// take the memory.
func TestBombs(t *testing.T) {
	for _, double := range []string{"[concat(variables('%'), variables('%'))]", "[createArray(variables('%'), variables('%'))]", "[string(createArray(variables('%'), variables('%')))]"} {
		h := newHost()
		h.variables["v0"] = "xxxxxxxxxxxxxxxx"
		for i := 1; i < 40; i++ {
			h.variables["v"+string(rune('A'+i))] = strings.ReplaceAll(double, "%", "v"+previous(i))
		}
		e, err := Parse("[variables('v" + string(rune('A'+39)) + "')]")
		if err != nil {
			t.Fatal(err)
		}
		if v := e.Eval(h, h.budget); !v.Failed() {
			t.Errorf("%s gives %d pieces", double, v.size())
		}
	}
}

func previous(i int) string {
	if i == 1 {
		return "0"
	}
	return string(rune('A' + i - 1))
}

// TestTable: every function is documented by its row and can be called with
// as many arguments as it says.
func TestTable(t *testing.T) {
	if len(byName) != len(functions) {
		t.Errorf("%d names for %d functions", len(byName), len(functions))
	}
	for _, f := range functions {
		if (f.mode == hosted) == (f.does != nil) || f.mode == hosted && f.reason == "" {
			t.Errorf("%s: neither done here nor left to the host, or both", f.name)
		}
		least, most := f.arity()
		if f.checkCount(least) != nil || least > 0 && f.checkCount(least-1) == nil || most >= 0 && f.checkCount(most+1) == nil {
			t.Errorf("%s takes %q", f.name, f.takes)
		}
	}
}

func FuzzEval(f *testing.F) {
	for _, seed := range []string{
		"[concat('a', parameters('u'))]", "[[x]", "[split(resourceId('A.B/c', 'n'), '/')[8]]", "[parameters('object').list[?7].?a]", "[format('{0:D2}', 3)]",
		"[map(range(0, 3), lambda('x', lambdaVariables('x')))]", "[dateTimeAdd('2020-01-01', 'P1D')]", "[cidrSubnet('10.0.0.0/8', 9, 1)]", "[-]", "[a.b.c(1)]",
		"[json('[[[[')]", "[\x00]", "[variables('self')]", "[reduce(createArray(1, 2), 0, lambda('a', 'b', add(1, 2)))]", "[take('abc', -1)]", "[tryGet(1, 2)]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := evaluate(t, text)
		if v.IsUnknown() && v.Reason() == "" {
			t.Errorf("%q is unknown without a reason", text)
		}
		if v.Kind() == KindText && !IsExpression(text) && v.Text() != Literal(text) {
			t.Errorf("%q is no expression and gives %q", text, v.Text())
		}
		_, _ = v.String(), v.Demarc()
	})
}

func BenchmarkEval(b *testing.B) {
	e, err := Parse("[concat('vm-', toLower(parameters('u')), '-', string(add(1, 2)))]")
	if err != nil {
		b.Fatal(err)
	}
	h := newHost()
	h.budget = NewBudget(1 << 60)
	for b.Loop() {
		e.Eval(h, h.budget)
	}
}
