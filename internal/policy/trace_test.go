package policy

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
)

// traced writes the trace of the only rule.
func (a asked) traced() string {
	var lines []string
	for _, l := range a.Trace(&a.program.Rules[0]) {
		lines = append(lines, l.String())
	}
	return strings.Join(lines, "\n")
}

// TestTrace: every condition with what it asks for and what is there.
func TestTrace(t *testing.T) {
	const condition = `{"allof":[{"field":"type","equals":"M.S/a"},{"field":"kind","notIn":["y"]},
		{"count":{"field":"M.S/a/rules[*]","where":{"allOf":[{"field":"M.S/a/rules[*].port","equals":22},{"field":"M.S/a/rules[*].access","equals":"[parameters('access')]"}]}},"greater":1},
		{"not":{"field":"M.S/a/list[*]","notEquals":"b"}},{"value":"[substring(field('kind'),0,9)]","exists":"true"},{"field":"M.S/other/x","exists":false}]}`
	const resource = `{"type":"M.S/a","kind":"x","properties":{"rules":[{"port":22,"access":"Allow"},{"port":80,"access":"Allow"},{"port":22,"access":"allow"},{"port":22}],"list":["a","b"]}}`
	b := bench{parameters: `{"access":"Allow"}`}
	a := b.ask(t, resource, b.bind(t, condition, "Deny"))
	const want = `applies: true
  allOf: true
    field type equals "M.S/a", found "m.s/a": true
    field kind notIn ["y"], found "x": true
if: unknown (expression failed)
  allOf: unknown (expression failed)
    field type equals "M.S/a", found "m.s/a": true
    field kind notIn ["y"], found "x": true
    count M.S/a/rules[*] at properties.rules[*] greater 1, found 2 of 4: true
      element 1: true
        allOf: true
          field M.S/a/rules[*].port at properties.rules[*].port equals 22, found 22: true
          field M.S/a/rules[*].access at properties.rules[*].access equals "Allow", found "Allow": true
      element 2: false
        allOf: false
          field M.S/a/rules[*].port at properties.rules[*].port equals 22, found 80: false
          field M.S/a/rules[*].access at properties.rules[*].access equals "Allow", found "Allow": true
      element 3: true
        allOf: true
          field M.S/a/rules[*].port at properties.rules[*].port equals 22, found 22: true
          field M.S/a/rules[*].access at properties.rules[*].access equals "Allow", found "allow": true
    not: true
      field M.S/a/list[*] at properties.list[*] notEquals "b", found "b" (element 2 of 2): false
    value [substring(field('kind'),0,9)] exists "true", found FAILED: unknown (expression failed)
    field M.S/other/x exists false, found nothing: resources of this type do not have it: true
effect Deny
verdict unknown: expression failed`
	got := a.traced()
	for line := range strings.SplitSeq(got, "\n") { // the language words its own failures
		if _, failure, ok := strings.Cut(line, "found failed: "); ok {
			got = strings.Replace(got, "failed: "+strings.TrimSuffix(failure, ": unknown (expression failed)"), "FAILED", 1)
		}
	}
	if got != want {
		t.Errorf("got\n%s\nexpected\n%s", got, want)
	}
	lines := a.Trace(&a.program.Rules[0])
	for _, l := range lines {
		if !pointsInto(parsed(t, b.definition(condition, "Deny")), l.Pointer) {
			t.Errorf("%q leads nowhere", l.Pointer)
		}
	}
	if pointer := lines[9].Pointer; pointer != "/policyRule/if/allof/2/count/where" {
		t.Errorf("the first element stands at %s", pointer)
	}
}

// TestTraceSaysWhyNot: each reason for which something cannot be told.
func TestTraceSaysWhyNot(t *testing.T) {
	for _, c := range []struct{ condition, found string }{
		{`{"field":"M.S/a/hidden","equals":1}`, "property not seen"},
		{`{"field":"M.Nobody/knows","equals":1}`, "alias unresolved"},
		{`{"value":"[parameters('p')]","equals":1}`, "parameter not set (parameters(p))"},
		{`{"value":"[requestContext().identity.idtyp]","equals":1}`, "request-time"},
		{`{"count":{"field":"M.S/a/hidden[*]"},"equals":1}`, "property not seen"},
		{`{"field":"[concat('tags.',field('kind'))]","exists":true}`, "property not seen"},
	} {
		b := bench{partly: true}
		a := b.ask(t, `{"type":"M.S/a","kind":"k","properties":{}}`, b.bind(t, c.condition, "audit"))
		for _, l := range a.Trace(&a.program.Rules[0]) {
			if l.Operator == "" {
				continue
			}
			if !strings.HasPrefix(l.Found, c.found) || l.Truth != demarc.MaybeTrue {
				t.Errorf("%s: %s", c.condition, l)
			}
		}
	}
}

// TestTraceOfWhatIsSought: where a related resource is looked for, and what it
// must be.
func TestTraceOfWhatIsSought(t *testing.T) {
	b := bench{}
	bound := b.bind(t, `{"field":"type","equals":"M.S/a"}`, `{"effect":"auditIfNotExists","details":{"type":"M.S/a/c","name":"[field('name')]","existenceCondition":{"field":"M.S/a/c/x","equals":"[field('kind')]"}}}`)
	book := NewRulebook(NewAliases(AliasFacts{}), []*Bound{bound})
	a := b.bring(t, `{"type":"M.S/a","name":"n","kind":"k"}`, book)
	got := a.traced()
	const want = "related m.s/a/c at the resource named n, that fulfils /policyRule/then/details/existenceCondition\nverdict a related resource decides"
	if !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nexpected at the end\n%s", got, want)
	}
	expect(t, "why", a.Why(&a.program.Rules[0]), "it needs a related m.s/a/c in the resource, named n, that fulfils /policyRule/then/details/existenceCondition")
	r := b.bring(t, `{"type":"M.S/a/c","name":"n","properties":{"x":"z"}}`, book)
	r.Behind(a.Machine)
	lines := r.TraceSought(&r.program.Sought[0])
	if len(lines) != 2 || lines[1].String() != `  field M.S/a/c/x at properties.x equals "k", found "z": false` {
		t.Errorf("%v", lines)
	}
}

// TestTraceIsBounded: a rule of thousands of conditions, and long values.
func TestTraceIsBounded(t *testing.T) {
	b := bench{}
	many := `{"anyOf":` + list(3000, `{"field":"kind","equals":"x"}`) + `}`
	a := b.ask(t, `{"type":"M.S/a","kind":"y"}`, b.bind(t, many, "audit"))
	if lines := a.Trace(&a.program.Rules[0]); len(lines) > mostLines+2 || lines[len(lines)-1].What != "verdict" {
		t.Errorf("%d lines", len(lines))
	}
	a = b.ask(t, fmt.Sprintf(`{"type":"M.S/a","kind":%q}`, strings.Repeat("ä", 5000)), b.bind(t, `{"field":"kind","equals":"x"}`, "audit"))
	for _, l := range a.Trace(&a.program.Rules[0]) {
		if len(l.Found) > longestShown+3 {
			t.Errorf("%d bytes", len(l.Found))
		}
	}
}

// TestWhy: one line with what decided.
func TestWhy(t *testing.T) {
	const isA = `{"field":"type","equals":"M.S/a"}`
	both := func(c string) string { return `{"allOf":[` + isA + `,` + c + `]}` }
	const resource = `{"type":"M.S/a","kind":"x","sku":{"name":"Basic"},"properties":{"https":false,"size":3,"list":["a","b"],"tls":"1.0"}}`
	for condition, want := range map[string]string{
		both(`{"field":"M.S/a/https","notEquals":"true"}`):                                                    "https at properties.https: expected true, found false",
		both(`{"not":{"field":"M.S/a/https","equals":"true"}}`):                                               "https at properties.https: expected true, found false",
		both(`{"field":"M.S/a/https","equals":"true"}`):                                                       "https at properties.https: expected not true, found false",
		both(`{"field":"M.S/a/size","less":5}`):                                                               "size at properties.size: expected 5 or more, found 3",
		both(`{"field":"M.S/a/none","exists":false}`):                                                         "none at properties.none: expected a value, found nothing",
		both(`{"field":"sku.name","in":["Basic","Free"]}`):                                                    `sku.name: expected none of ["Basic","Free"], found Basic`,
		both(`{"anyOf":[{"field":"M.S/a/https","equals":true},{"field":"M.S/a/tls","notEquals":"1.2"}]}`):     "tls at properties.tls: expected 1.2, found 1.0",
		both(`{"count":{"field":"M.S/a/list[*]","where":{"field":"M.S/a/list[*]","like":"a*"}},"greater":0}`): "count of list[*] at properties.list[*]: expected 0 or less, found 1 of 2",
		both(`{"field":"M.S/a/tls","equals":"[parameters('p')]"}`):                                            "tls at properties.tls: parameter not set (parameters(p))",
		both(`{"field":"M.S/a/tls","greater":2}`):                                                             "tls at properties.tls: expression failed, found 1.0",
		`{"allOf":[` + isA + `,{"field":"kind","equals":"y"},{"field":"M.S/a/tls","exists":true}]}`:           "kind: expected y, found x",
		`{"field":"kind","equals":"x"}`:                                                                       "kind: expected not x, found x",
		`{"anyOf":[{"field":"M.S/a/https","equals":false},{"field":"M.S/a/tls","equals":"1.0"}]}`:             "https at properties.https: expected not false, found false",
		`{"allOf":[{"field":"M.S/a/https","equals":false},{"field":"M.S/a/size","equals":3},{"field":"M.S/a/tls","like":"1*"},{"field":"M.S/a/none","exists":false}]}`: "https at properties.https: expected not false, found false; " +
			"size at properties.size: expected not 3, found 3; tls at properties.tls: expected not like 1*, found 1.0; and 1 more",
	} {
		b := bench{}
		a := b.ask(t, resource, b.bind(t, condition, "audit"))
		expect(t, condition, a.Why(&a.program.Rules[0]), want)
	}
	manual := bench{}.ask(t, resource, bench{}.bind(t, isA, "manual"))
	expect(t, "manual", manual.Why(&manual.program.Rules[0]), "to be attested")
}

// TestManyAskAtOnce: a rulebook is shared; each goroutine has its own machine.
func TestManyAskAtOnce(t *testing.T) {
	b := bench{parameters: `{"p":"x"}`}
	bound := b.bind(t, `{"allOf":[{"field":"type","in":["M.S/a","M.S/b"]},{"field":"kind","equals":"[concat(parameters('p'),'')]"}]}`, "audit")
	book := NewRulebook(NewAliases(AliasFacts{}), []*Bound{bound})
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			typ := []string{"M.S/a", "M.S/b"}[i%2]
			a := b.bring(t, `{"type":"`+typ+`","kind":"x"}`, book)
			r := &a.program.Rules[0]
			expect(t, "verdict", a.Evaluate(nil)[0].String(), "non-compliant")
			expect(t, "why", a.Why(r), "kind: expected not x, found x")
			if lines := a.Trace(r); len(lines) != 9 {
				t.Errorf("%d lines", len(lines))
			}
		})
	}
	wait.Wait()
}
