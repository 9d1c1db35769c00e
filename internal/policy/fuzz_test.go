package policy

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
)

var seedRules = []string{
	`{"if":{"field":"type","equals":"M.S/a"},"then":{"effect":"audit"}}`,
	`{"if":{"allOf":[{"field":"M.S/a/l[*].x","in":["x"]},{"not":{"value":"[field('tags')]","exists":"true"}}]},"then":{"effect":"[parameters('e')]"}}`,
	`{"if":{"count":{"field":"M.S/a/l[*]","where":{"value":"[current('M.S/a/l[*].x')]","like":"x*"}},"greater":1},"then":{"effect":"deny"}}`,
	`{"if":{"count":{"value":"[field('M.S/a/l')]","name":"n","where":{"field":"[concat('tags.',current('n'))]","exists":false}},"less":9},"then":{"effect":"modify"}}`,
	`{"if":{"field":"tags['''x''']","notMatch":"#?."},"then":{"effect":"auditIfNotExists","details":{"type":"M.S/a/b","name":"[field('name')]","existenceCondition":{"field":"M.S/a/b/c","less":3}}}}`,
	`{"if":{"field":"M.Foo/bar","equals":"x"},"then":{"effect":"audit"}}`,
	`{"if":{"field":"","equals":"x"},"then":{"effect":"audit"}}`,
	`{"if":{"field":"[*]","equals":"x"},"then":{"effect":"audit"}}`,
	`{"if":{"count":{"field":"M.S/a/l[*][*].m[*]['q]'].x"},"equals":0},"then":{"effect":"audit"}}`,
	`{"if":{"field":"a['']b.'].c","containsKey":"x"},"then":{"effect":"audit"}}`,
	`{"if":{"value":"[substring('abc',2,9)]","equals":"x"},"then":{"effect":"audit"}}`,
}

// pointsInto reports whether a JSON pointer leads somewhere.
func pointsInto(v armexpr.Value, pointer string) bool {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			return true
		}
		name := strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		found := false
		v.Members(func(own string, one armexpr.Value) {
			if own == name && !found {
				v, found = one, true
			}
		})
		if at, err := strconv.Atoi(name); err == nil && !found && at < len(v.Elements()) {
			v, found = v.Elements()[at], true
		}
		if !found {
			return false
		}
	}
	return true
}

// FuzzParse: any text is a definition or is refused, with a place in it.
func FuzzParse(f *testing.F) {
	for _, rule := range seedRules {
		f.Add(`{"policyRule":` + rule + `}`)
		f.Add(`{"Properties":{"POLICYRULE":` + strings.Replace(rule, "if", "If", 1) + `,"parameters":{"e":{"allowedValues":["a"]}}}}`)
	}
	f.Add(`{"policyRule":{"if":{"AllOf":[{"Field":7}]},"then":{"effect":"audit"}}}`)
	f.Add(`{"policyRule":{"if":{"a/b~c":1},"then":{"effect":"audit"}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse([]byte(text))
		if err == nil {
			d.Kind()
			d.Types()
			return
		}
		wrong, ok := err.(*Error)
		if !ok || wrong.Message == "" {
			t.Fatalf("%v", err)
		}
		v, err := armexpr.ParseJSON([]byte(text))
		if err == nil && !pointsInto(v, wrong.Pointer) {
			t.Errorf("%q leads nowhere in %s", wrong.Pointer, text)
		}
	})
}

// FuzzEvaluate: any rule gives a verdict on any resource.
func FuzzEvaluate(f *testing.F) {
	for _, rule := range seedRules {
		f.Add(rule, `{"type":"M.S/a","name":"n","tags":{"x":"y"},"properties":{"l":[{"x":"x","m":[1]},[2],null,"s"],"o":{"x":1}}}`)
		f.Add(rule, `{"type":"","properties":[]}`)
	}
	f.Fuzz(func(t *testing.T, rule, resource string) {
		v, err := armexpr.ParseJSON([]byte(resource))
		d, wrong := Parse([]byte(`{"mode":"all","policyRule":` + rule + `}`))
		if err != nil || wrong != nil {
			return
		}
		for _, partly := range []bool{false, true} {
			bench{}.everything(t, d, v, partly)
		}
	})
}

// everything asks all that can be asked of a definition and a resource.
func (b bench) everything(t *testing.T, d *Definition, v armexpr.Value, partly bool) {
	t.Helper()
	bound, err := Bind(d, nil)
	if err != nil {
		return
	}
	book := NewRulebook(NewAliases(AliasFacts{Discriminators: map[string]string{"M.S/a": "kind"}}), []*Bound{bound})
	_ = bound.CheckModifiable(book.aliases)
	if _, err := slots.NewLayout(book.Wishes(text(v, "type"))); err != nil {
		t.Fatalf("a wish that nobody can read: %v", err)
	}
	resource := "{}"
	if v.Kind() == armexpr.KindObject {
		resource = v.String()
	}
	b.partly = partly
	a := b.bring(t, resource, book)
	results := a.Evaluate(nil)
	for i := range a.program.Rules {
		r := &a.program.Rules[i]
		if lines := a.Trace(r); len(lines) > mostLines+10 {
			t.Fatalf("%d lines", len(lines))
		}
		_ = a.Why(r)
		_ = results[i].String()
		if r.Seek != nil {
			r.Seek.Name(a.Machine)
			r.Seek.Group(a.Machine)
		}
	}
	for i := range a.program.Sought {
		a.Fulfils(&a.program.Sought[i])
		a.TraceSought(&a.program.Sought[i])
	}
}

// list writes n times the same.
func list(n int, what string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(what+",", n), ",") + "]"
}

// nest writes something n times around something else.
func nest(n int, before, inner, after string) string {
	return strings.Repeat(before, n) + inner + strings.Repeat(after, n)
}

// TestNothingTakesLong: rules and resources that are made to take long take
// seconds at most, and their verdict is unknown or true.
func TestNothingTakesLong(t *testing.T) {
	most := limits{maxWork, resourceSteps}
	if testing.Short() {
		most = limits{maxWork / 10, resourceSteps / 10}
	}
	const field, value = `{"field":"M.S/a/x","equals":"x"}`, `{"value":"[concat(field('kind'),'x')]","equals":"z"}`
	large := fmt.Sprintf(`{"type":"M.S/a","kind":"k","properties":{"x":"x","l":%s,"m":%s}}`, list(10_000, `{"x":"y"}`), list(10_000, `"y"`))
	double := "field('kind')"
	for range 40 {
		double = fmt.Sprintf("concat(%[1]s,%[1]s)", "format('{0}{0}{0}{0}',"+double+")")
		if len(double) > 10_000 {
			break
		}
	}
	nested := field
	for range 4 {
		nested = fmt.Sprintf(`{"count":{"field":"M.S/a/l[*]","where":{"count":{"value":"[field('M.S/a/m')]","where":%s},"greater":1}},"greater":1}`, nested)
	}
	for name, condition := range map[string]string{
		"nested counts":      nested,
		"expression counts":  fmt.Sprintf(`{"count":{"value":"[range(0,10000)]","where":{"count":{"value":"[range(0,10000)]","where":%s},"greater":1}},"greater":1}`, value),
		"whole in each":      `{"count":{"field":"M.S/a/l[*]","where":{"field":"M.S/a/m","contains":"z"}},"greater":1}`,
		"list in each":       fmt.Sprintf(`{"count":{"field":"M.S/a/l[*]","where":{"field":"M.S/a/l[*].x","in":%s}},"greater":1}`, list(10_000, `"z"`)),
		"length in each":     `{"count":{"field":"M.S/a/l[*]","where":{"value":"[length(field('M.S/a/m'))]","greater":3}},"greater":1}`,
		"union in each":      `{"count":{"field":"M.S/a/l[*]","where":{"value":"[length(union(field('M.S/a/m'),field('M.S/a/l[*]')))]","greater":3}},"greater":1}`,
		"doubling":           `{"value":"[` + double + `]","equals":"x"}`,
		"deep":               nest(98, `{"not":`, field, `}`),
		"many":               `{"anyOf":` + list(4900, value) + `}`,
		"many of parameters": `{"anyOf":` + list(2000, `{"value":"[length(range(0,10000))]","equals":1}`) + `}`,
		"many arrays":        `{"count":{"field":"M.S/a/l` + strings.Repeat("[*]", 2000) + `","where":` + field + `},"greater":1}`,
		"long name":          `{"field":"M.S/a/` + strings.Repeat("a.", 50_000) + `b","equals":"x"}`,
		"pattern":            `{"field":"M.S/a/m[*]","like":"` + strings.Repeat("*y", 10_000) + `"}`,
		"long text":          `{"count":{"field":"M.S/a/l[*]","where":{"value":"[parameters('p')]","contains":"zz"}},"greater":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			d, err := Parse([]byte(fmt.Sprintf(`{"mode":"all","parameters":{"p":{"defaultValue":%q}},"policyRule":{"if":%s,"then":{"effect":"audit"}}}`,
				strings.Repeat("z ", 100_000), condition)))
			if err != nil {
				t.Fatal(err)
			}
			bench{most: most}.everything(t, d, parsed(t, large), false)
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("took %s", took)
			} else {
				t.Log(took)
			}
		})
	}
}

// TestBounds: what is too much is refused.
func TestBounds(t *testing.T) {
	const field = `{"field":"name","equals":"x"}`
	for name, condition := range map[string]string{
		"too deep":       nest(101, `{"not":`, field, `}`),
		"too many":       `{"anyOf":` + list(5001, field) + `}`,
		"too long":       `{"value":"[concat('` + strings.Repeat("x", 1<<17) + `')]","equals":"x"}`,
		"deep functions": `{"value":"[` + nest(300, "not(", "true()", ")") + `]","equals":"x"}`,
	} {
		_, err := Parse([]byte(bench{}.definition(condition, "audit")))
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if !strings.HasPrefix(err.Error(), "/policyRule/if") && !strings.Contains(err.Error(), "JSON") {
			t.Errorf("%s: %s", name, cut(err.Error()))
		}
	}
}
