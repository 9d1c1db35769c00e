package policycase

import (
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/slots"
)

// PolicyCase is a rule, a resource, and what the rule is expected to do.
type PolicyCase struct {
	File           string                `json:"file"`
	Note           string                `json:"note"`
	Rule           json.Value            `json:"rule"`
	Definition     json.Value            `json:"definition"`
	Parameters     map[string]json.Value `json:"parameters"`
	Resource       json.Value            `json:"resource"`
	Related        []json.Value          `json:"related"` // nil where nothing is looked up, null for none
	Context        json.Value            `json:"context"`
	RequestContext json.Value            `json:"requestContext"`
	APIVersion     string                `json:"apiVersion"`
	Aliases        AliasTable            `json:"aliases"`
	Expect         string                `json:"expect"` // effect, none or error
	Effect         string                `json:"effect"` // of the expectation "effect"
}

// AliasTable says which aliases a case uses. A case that says nothing uses
// those that the program knows.
type AliasTable struct {
	File string // name of the file of aliases, "" for none
	None bool   // it uses no aliases (null): a field is a path from the root
}

// UnmarshalJSON reads the name of a file, or null.
func (a *AliasTable) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		a.None = true
		return nil
	}
	return json.Unmarshal(text, &a.File)
}

// expectEffect is the expectation that the rule takes effect.
const expectEffect = "effect"

// Wanted tells the expectation for a person.
func (c *PolicyCase) Wanted() string {
	if c.Expect == expectEffect {
		return "effect " + c.Effect
	}
	return c.Expect
}

// Run evaluates the case. Got tells for a person what the rule does; ok says
// whether that was expected. What cannot be told is never what was expected.
func (c *PolicyCase) Run(aliases *policy.Aliases) (got string, ok bool) {
	if c.Aliases.None {
		aliases = policy.NewAliases(policy.AliasFacts{None: true})
	}
	got = c.outcome(aliases)
	switch c.Expect {
	case expectEffect:
		return got, demarc.EqualFold(got, "effect "+c.Effect)
	case expectError:
		return got, strings.HasPrefix(got, expectError)
	}
	return got, got == c.Expect
}

// outcome is what the rule does: "none", "effect X", "error: why", "unknown: why".
func (c *PolicyCase) outcome(aliases *policy.Aliases) string {
	bound, err := c.bind(aliases)
	if err != nil {
		return expectError + ": " + err.Error()
	}
	if demarc.EqualFold(bound.Effect, "disabled") {
		return expectNone
	}
	book := policy.NewRulebook(aliases, []*policy.Bound{bound}).AtVersion(c.APIVersion)
	around, err := c.around()
	if err != nil {
		return expectError + ": the context is broken: " + err.Error()
	}
	asked, err := look(book, c.Resource, around)
	if err != nil {
		return expectError + ": the resource is broken: " + err.Error()
	}
	if len(asked.Program.Rules) == 0 {
		return expectNone
	}
	rule := &asked.Program.Rules[0]
	truth, why := asked.Fires(rule)
	switch {
	case truth == demarc.MaybeTrue:
		return "unknown: " + string(why)
	case truth == demarc.False:
		return expectNone
	case rule.Seek != nil:
		return c.seek(book, asked, rule.Seek, bound)
	}
	return "effect " + bound.Effect
}

func (c *PolicyCase) bind(aliases *policy.Aliases) (*policy.Bound, error) {
	text := c.Definition
	if len(text) == 0 || string(text) == "null" {
		text = fmt.Appendf(nil, `{"policyRule":%s}`, c.Rule)
	}
	d, err := policy.Parse(text)
	if err != nil {
		return nil, err
	}
	given := map[string]armexpr.Value{}
	for name, raw := range c.Parameters {
		if given[name], err = armexpr.ParseJSON(raw); err != nil {
			return nil, fmt.Errorf("parameter %s: %w", name, err)
		}
	}
	bound, err := policy.Bind(d, given)
	if err != nil {
		return nil, err
	}
	bound.Trusted = true
	return bound, bound.CheckModifiable(aliases)
}

// seek looks among the related resources of the case.
func (c *PolicyCase) seek(book *policy.Rulebook, asked *seen, s *policy.Seek, bound *policy.Bound) string {
	found := policy.NoneFound
	for _, raw := range c.Related {
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		related, err := lookAs(book, raw, s.Type, asked.around)
		if err != nil {
			return expectError + ": a related resource is broken: " + err.Error()
		}
		related.Behind(asked.Machine)
		for i := range related.Program.Sought {
			found = found.Or(related.Fulfils(&related.Program.Sought[i]))
		}
	}
	switch r := found.Settle(true); r.Verdict() {
	case demarc.Compliant:
		return expectNone
	case demarc.NonCompliant:
		return "effect " + bound.Effect
	case demarc.UnknownCheck, demarc.CheckNotApplicable:
		return "unknown: " + string(r.Reason())
	}
	return ""
}

// seen is a resource that is ready to be asked.
type seen struct {
	*policy.Machine
	Program *policy.Program
	around  *policy.Around
}

func look(book *policy.Rulebook, raw json.Value, around *policy.Around) (*seen, error) {
	return lookAs(book, raw, "", around)
}

// lookAs reads a resource that is seen in full. Typ is its type where it does
// not say.
func lookAs(book *policy.Rulebook, raw json.Value, typ string, around *policy.Around) (*seen, error) {
	v, err := armexpr.ParseJSON(raw)
	if err != nil {
		return nil, err
	}
	if v.Kind() != armexpr.KindObject {
		return nil, fmt.Errorf("it is %s, not an object", v.Kind())
	}
	member := func(name string) string {
		one, _ := v.Member(name)
		return one.Text()
	}
	if own := member("type"); own != "" {
		typ = own
	}
	program := book.Program(typ)
	layout, err := slots.NewLayout(book.Wishes(typ))
	if err != nil {
		return nil, err
	}
	values := slots.NewValues()
	values.Reset(layout.For(typ))
	err = decode(values, v)
	values.CloseAll()
	m := policy.NewMachine(around)
	name := member("name")
	m.Take(program, policy.Subject{ID: member("id"), Name: name[strings.LastIndexByte(name, '/')+1:], FullName: name}, values)
	return &seen{Machine: m, Program: program, around: around}, err
}

// decode fills the values with the members of a resource. Tags among the
// properties count as the resource's own where it has none: cases are also
// written with properties and root in one.
func decode(values *slots.Values, v armexpr.Value) error {
	var err error
	v.Members(func(name string, one armexpr.Value) {
		if err == nil {
			err = values.DecodeColumn(demarc.Fold(name), []byte(one.String()))
		}
	})
	if _, own := v.Member("tags"); own || err != nil {
		return err
	}
	properties, _ := v.Member("properties")
	if tags, ok := properties.Member("tags"); ok {
		err = values.DecodeColumn("tags", []byte(tags.String()))
	}
	return err
}

// Where a case does not say otherwise, its resource lies here.
const (
	defaultGroup        = "myResourceGroup"
	defaultLocation     = "eastus"
	defaultSubscription = "00000000-0000-0000-0000-000000000000"
)

// around is what surrounds the resource of the case.
func (c *PolicyCase) around() (*policy.Around, error) {
	context, err := parsed(c.Context)
	if err != nil {
		return nil, err
	}
	request, err := parsed(c.RequestContext)
	if err != nil {
		return nil, err
	}
	if own, ok := context.Member("requestContext"); ok {
		request = own
	}
	policyOf, _ := context.Member("policy")
	now, _ := context.Member("utcNow")
	group := withDefaults(context, "resourceGroup", map[string]string{"name": defaultGroup, "location": defaultLocation,
		"id": "/subscriptions/" + defaultSubscription + "/resourceGroups/" + defaultGroup})
	subscription := withDefaults(context, "subscription", map[string]string{"subscriptionId": defaultSubscription, "id": "/subscriptions/" + defaultSubscription})
	return &policy.Around{Now: now.Text(), Request: request, Policy: policyOf,
		Group:        func(string) armexpr.Value { return group },
		Subscription: func(string) armexpr.Value { return subscription }}, nil
}

// parsed reads JSON that may be absent.
func parsed(raw json.Value) (armexpr.Value, error) {
	if len(raw) == 0 {
		return armexpr.Null(), nil
	}
	return armexpr.ParseJSON(raw)
}

// withDefaults is a member of the context, with defaults for what it leaves out.
func withDefaults(context armexpr.Value, name string, defaults map[string]string) armexpr.Value {
	own, _ := context.Member(name)
	var members []armexpr.Member
	for _, key := range [...]string{"id", "name", "location", "subscriptionId"} {
		if text, ok := defaults[key]; ok {
			members = append(members, armexpr.Member{Name: key, Value: armexpr.Text(text)})
		}
	}
	own.Members(func(name string, v armexpr.Value) { members = append(members, armexpr.Member{Name: name, Value: v}) })
	return armexpr.Object(members)
}
