package policycase

import (
	"testing"

	"github.com/demarc-dev/demarc/internal/json"
)

func TestRunFunction(t *testing.T) {
	tests := []struct{ text, got string }{
		{`{"function": "azure.policy.fn.to_lower", "args": ["AbC"], "expect": "value", "value": "abc"}`, `"abc"`},
		{`{"function": "azure.policy.fn.float", "args": ["2.0"], "expect": "value", "value": 2.0}`, "2"},
		{`{"function": "azure.policy.fn.int_div", "args": [1, 0], "expect": "none"}`, "none: div: division by zero"},
		{`{"function": "azure.policy.fn.int_mul", "args": [6, 7], "expect": "value", "value": 42}`, "42"},
		{`{"function": "azure.policy.fn.format", "args": ["{0"], "expect": "error"}`, "error: format: a brace without its other half"},
		{`{"function": "azure.policy.fn.format", "args": [5], "expect": "none"}`, "none: format: argument 1 is an integer, not a text"},
		{`{"function": "azure.policy.fn.json", "args": ["{"], "expect": "error"}`, "error: json: broken JSON"},
		{`{"function": "azure.policy.fn.create_object", "args": ["a"], "expect": "error"}`, "error: createObject: a name without a value"},
		{`{"function": "azure.policy.fn.length", "args": [], "expect": "error"}`, "error: length with 0 arguments"},
		{`{"function": "azure.policy.fn.no_such", "args": [], "expect": "error"}`, "error: there is no function nosuch"},
		{`{"function": "azure.policy.if", "args": [false, 1, {"a": [null]}], "expect": "value", "value": {"a": [null]}}`, `{"a":[null]}`},
		{`{"function": "azure.policy.get_parameter", "args": [{"A": null}, {"a": 1}, "a"], "expect": "value", "value": null}`, "null"},
		{`{"function": "azure.policy.get_parameter", "args": [{}, {"a": 1}, "b"], "expect": "none"}`, "none: there is no parameter b"},
		{`{"function": "azure.policy.logic_all", "args": [], "expect": "value", "value": true}`, "true"},
		{`{"function": "azure.policy.logic_all", "args": [true, null], "expect": "value", "value": false}`, "false"},
		{`{"function": "azure.policy.logic_any", "args": [false, true], "expect": "value", "value": true}`, "true"},
		{`{"function": "azure.policy.logic_not", "args": [false], "expect": "value", "value": true}`, "true"},
		{`{"function": "azure.policy.resolve_field", "args": [{"Tags": {"a.b": "x"}}, "tags.a.b"], "expect": "value", "value": "x"}`, `"x"`},
		{`{"function": "azure.policy.resolve_field", "args": [{"tags": {"a.b": "x"}}, "tags['a.b']"], "expect": "value", "value": "x"}`, `"x"`},
		{`{"function": "azure.policy.resolve_field", "args": [{"p": {"l": [{"n": 1}, {}, {"n": 2}]}}, "p.l[*].n"], "expect": "value", "value": [1, 2]}`, "[1,2]"},
		{`{"function": "azure.policy.resolve_field", "args": [{"a": [1, {"b": 2}]}, "a[1].b"], "expect": "value", "value": 2}`, "2"},
		{`{"function": "azure.policy.resolve_field", "args": [{"a": 1}, "a.b"], "expect": "none"}`, "none: there is no a.b"},
		{`{"function": "azure.policy.resolve_field", "args": [{"a": 1}, "a..b"], "expect": "none"}`, "none: there is no a..b"},
	}
	for _, tt := range tests {
		got, ok := RunFunction(parse(t, tt.text))
		if !ok || got != tt.got {
			t.Errorf("%s: got %s (%v), want %s", tt.text, got, ok, tt.got)
		}
	}
}

// TestRunFunctionDisagrees: nothing is taken for the expected result but the
// result itself, and what cannot be told never is.
func TestRunFunctionDisagrees(t *testing.T) {
	for _, text := range []string{
		`{"function": "azure.policy.fn.to_lower", "args": ["A"], "expect": "value", "value": "A"}`,
		`{"function": "azure.policy.fn.to_lower", "args": ["A"], "expect": "none"}`,
		`{"function": "azure.policy.fn.to_lower", "args": ["A"], "expect": "error"}`,
		`{"function": "azure.policy.fn.to_lower", "args": [1], "expect": "error"}`,
		`{"function": "azure.policy.fn.to_lower", "args": [1], "expect": "value", "value": null}`,
		`{"function": "azure.policy.fn.guid", "args": ["A"], "expect": "none"}`,
		`{"function": "azure.policy.fn.guid", "args": ["A"], "expect": "value", "value": "x"}`,
		`{"function": "azure.policy.fn.string", "args": [1], "expect": "value", "value": 1}`,
	} {
		if got, ok := RunFunction(parse(t, text)); ok {
			t.Errorf("%s is taken for %s", got, text)
		}
	}
}

func parse(t *testing.T, text string) FunctionCase {
	t.Helper()
	var c FunctionCase
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}
