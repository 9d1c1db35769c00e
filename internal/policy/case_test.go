package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/slots"
)

// bench is one rule and what it is asked about.
type bench struct {
	aliases    AliasFacts
	mode       string
	parameters string // JSON object by name
	declared   string // JSON object of declarations
	version    string
	around     *Around
	untrusted  bool
	partly     bool // what the resource does not show was not seen
	most       limits
	alter      func(*slots.Values) // what was read of the resource, nil for nothing
}

// definition writes a definition around a condition; an effect that is an
// object stands for all of then.
func (b bench) definition(condition, effect string) string {
	then := `{"effect":"` + effect + `"}`
	if strings.HasPrefix(effect, "{") {
		then = effect
	}
	mode, declared := b.mode, b.declared
	if mode == "" {
		mode = "All"
	}
	if declared == "" {
		declared = "{}"
	}
	return fmt.Sprintf(`{"mode":%q,"parameters":%s,"policyRule":{"if":%s,"then":%s}}`, mode, declared, condition, then)
}

func (b bench) bind(t testing.TB, condition, effect string) *Bound {
	t.Helper()
	d, err := Parse([]byte(b.definition(condition, effect)))
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	given := map[string]armexpr.Value{}
	if b.parameters != "" {
		parsed(t, b.parameters).Members(func(name string, v armexpr.Value) { given[name] = v })
	}
	bound, err := Bind(d, given)
	if err != nil {
		t.Fatal(err)
	}
	bound.Trusted = !b.untrusted
	return bound
}

func parsed(t testing.TB, text string) armexpr.Value {
	t.Helper()
	v, err := armexpr.ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// asked is a resource with the rules that are asked of it.
type asked struct {
	*Machine
	program *Program
}

// ask brings a resource before the rules.
func (b bench) ask(t testing.TB, resource string, bound ...*Bound) asked {
	t.Helper()
	return b.bring(t, resource, NewRulebook(NewAliases(b.aliases), bound).AtVersion(b.version))
}

func (b bench) bring(t testing.TB, resource string, book *Rulebook) asked {
	t.Helper()
	v := parsed(t, resource)
	typ := text(v, "type")
	program := book.Program(typ)
	layout, err := slots.NewLayout(program.wishes)
	if err != nil {
		t.Fatal(err)
	}
	values := slots.NewValues()
	values.Reset(layout.For(typ))
	v.Members(func(name string, one armexpr.Value) {
		decode := values.DecodeColumn
		if b.partly {
			decode = values.DecodeDeclared
		}
		if err := decode(demarc.Fold(name), []byte(one.String())); err != nil {
			t.Fatal(err)
		}
	})
	if !b.partly {
		values.CloseAll()
	}
	if b.alter != nil {
		b.alter(values)
	}
	around := b.around
	if around == nil {
		around = &Around{}
	}
	m := NewMachine(around)
	if b.most.work > 0 {
		m.most = b.most
	}
	name := text(v, "name")
	m.Take(program, Subject{ID: text(v, "id"), Name: name[strings.LastIndexByte(name, '/')+1:], FullName: name}, values)
	return asked{m, program}
}

// outcome says whether a condition holds for a resource.
func (b bench) outcome(t testing.TB, condition, resource string) string {
	t.Helper()
	a := b.ask(t, resource, b.bind(t, condition, "audit"))
	if len(a.program.Rules) == 0 {
		return "no rule"
	}
	truth, why := a.Fires(&a.program.Rules[0])
	if truth == demarc.MaybeTrue {
		return "unknown: " + string(why)
	}
	return truthWord(truth)
}

// verdict is the verdict of a definition on a resource.
func (b bench) verdict(t testing.TB, condition, effect, resource string) string {
	t.Helper()
	a := b.ask(t, resource, b.bind(t, condition, effect))
	if len(a.program.Rules) == 0 {
		return "no rule"
	}
	return a.Evaluate(nil)[0].String()
}

// one asks a single condition of resources of the type t.
func one(t testing.TB, condition, resource string) string {
	t.Helper()
	return bench{}.outcome(t, condition, resource)
}

// expect compares.
func expect(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, expected %s", what, got, want)
	}
}
