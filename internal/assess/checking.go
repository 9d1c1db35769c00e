package assess

import (
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Policies is what an assessment evaluates of Azure Policy.
type Policies struct {
	Book   *policy.Rulebook
	Checks []PolicyCheck // by the bound definitions of the book
	// Collected says for which types the absence of a resource says something.
	Collected []demarc.Collected
}

// PolicyCheck says as what the results of a bound definition count.
type PolicyCheck struct {
	Tool, Check, Title string
	Assignment         *demarc.PolicyAssignment // where it is in force, nil for everywhere
	Reference          string                   // of the initiative's member, "" for none
	// Definition tells bindings of one definition together, "" for one that
	// nobody assigns. Where an assignment is in force, the binding without one
	// is not.
	Definition string
	From       string // where the definition was read
}

// policies are those that the assessment evaluates, nil for none.
func (l *Line) policies() *Policies {
	if p := l.options.Policies; p != nil && !p.Book.Empty() {
		return p
	}
	return nil
}

// policyWishes are the values that the policies need of a type.
func (o *Options) policyWishes(typ string) []slots.Wish {
	if o.Policies == nil {
		return nil
	}
	return append(slices.Clip(o.Policies.Book.Wishes(typ)), slots.Wish{Path: propertiesPath})
}

// propertiesPath is where it shows whether a record has properties at all.
const propertiesPath = "properties"

// asking asks the policies about one resource after the other. What they say of
// the last one stands in results and fulfilled.
type asking struct {
	policies  *Policies
	machine   *policy.Machine
	programs  map[string]*policy.Program // by type as spelled
	results   []policy.Result
	fulfilled []byte // see policy.FulfilmentAt
}

func (l *Line) newAsking(p *Policies) *asking {
	return &asking{policies: p, machine: policy.NewMachine(l.around()), programs: map[string]*policy.Program{}}
}

// program is what is asked of resources of a type.
func (a *asking) program(typ string) *policy.Program {
	program, ok := a.programs[typ]
	if !ok {
		program = a.policies.Book.Program(typ)
		a.programs[typ] = program
	}
	return program
}

// ask asks about a resource.
func (a *asking) ask(program *policy.Program, r *demarc.Resource, values *slots.Values) {
	a.machine.Take(program, policy.Subject{ID: r.ID, Name: r.Name}, values)
	a.results = a.machine.Evaluate(a.results[:0])
	a.narrow(program, values)
	a.blind(r, values)
	a.fulfilled = a.machine.AppendFulfilments(a.fulfilled[:0])
}

// blind takes back what is held against a resource that was shown without its
// properties: a list of names is no look at what it lists.
func (a *asking) blind(r *demarc.Resource, values *slots.Values) {
	switch {
	case r.Seen == demarc.SeenFull || r.Seen == demarc.SeenDeclared:
		return
	case values != nil && !values.At(values.Plan().Slot(propertiesPath)).IsUnknown():
		return
	}
	for i, result := range a.results {
		a.results[i] = result.Blind()
	}
}

// checkSet is what the rules of a type say of a resource. Resources of which
// they say the same mostly share one.
type checkSet struct {
	program *policy.Program
	results string // a policy.Result each
	listed  int32  // how many of them are told, once settled
	pending bool
}

// said is what the rules say, "" where there are none.
func (s *checkSet) said() string {
	if s == nil {
		return ""
	}
	return s.results
}

// setCache finds sets that say the same among those met lately. Where every
// resource is another, remembering all would cost more than it saves.
type setCache map[*policy.Program]map[string]*checkSet

// mostCached bounds what is remembered, of each type.
const mostCached = 1 << 10

// find finds the set of results, or makes it.
func (c setCache) find(program *policy.Program, results []byte, finish func(*checkSet)) *checkSet {
	of := c[program]
	if set, ok := of[string(results)]; ok {
		return set
	}
	set := &checkSet{program: program, results: string(results)}
	finish(set)
	if of == nil || len(of) == mostCached {
		of = map[string]*checkSet{}
		c[program] = of
	}
	of[set.results] = set
	return set
}

// sought is a resource as others look for it.
type sought struct {
	of        *observed
	program   *policy.Program
	fulfilled string        // see policy.FulfilmentAt
	values    *slots.Values // where a condition depends on who looks
}

// keptValues are the values of a resource that are needed once all are known.
type keptValues struct {
	of     *observed
	values *slots.Values
}

// checked is what one shard keeps of checks.
type checked struct {
	*asking          // nil until something was asked
	recalls *Results // nil for none
	marked  *row     // of the resource that is observed next, nil for none
	sets    setCache
	bytes   []byte
	sought  []sought
	fulfils map[string]string
	kept    []keptValues
	apart
}

// check asks the policies about a resource.
func (s *Shard) check(o *observed, values *slots.Values) {
	p := s.line.policies()
	if p == nil {
		return
	}
	if s.asking == nil {
		s.asking, s.sets, s.fulfils = s.line.newAsking(p), setCache{}, map[string]string{}
	}
	known := s.marked
	s.marked = nil
	program := s.program(o.Type)
	s.takeApart(p, o, values)
	if len(program.Rules)+len(program.Sought) == 0 {
		return
	}
	if !s.recall(known, program) {
		s.ask(program, &o.Resource, values)
	}
	if len(program.Rules) > 0 {
		o.checks = s.checkSet(program)
		if o.checks.pending && values != nil && waits(program, s.results) {
			s.kept = append(s.kept, keptValues{o, s.lasting(program, values)})
		}
	}
	if len(program.Sought) > 0 {
		s.seen(o, program, values)
	}
}

// partOf is the plan of the values that outlast the reading, of one program.
func (l *Line) partOf(p *policy.Program) *slots.Plan {
	return shared(&l.parts, p, func() *slots.Plan { return slots.PartOf(p.Lasting()) })
}

// lasting are the values that outlast the reading: all of them where somebody
// asks for an explanation.
func (s *Shard) lasting(p *policy.Program, values *slots.Values) *slots.Values {
	if s.line.options.KeepSought {
		return values.Snapshot()
	}
	return values.Part(s.line.partOf(p))
}

// waits reports whether a result will need the values of the resource.
func waits(program *policy.Program, results []policy.Result) bool {
	for i, r := range results {
		if seek := program.Rules[i].Seek; r.Pending() && (seek.Private || seek.Valued) {
			return true
		}
	}
	return false
}

// checkSet finds the set of the results at hand.
func (s *Shard) checkSet(program *policy.Program) *checkSet {
	s.bytes = s.bytes[:0]
	pending := false
	for _, r := range s.results {
		s.bytes = append(s.bytes, byte(r))
		pending = pending || r.Pending()
	}
	return s.sets.find(program, s.bytes, func(set *checkSet) { set.pending = pending })
}

// seen keeps a resource that others may look for.
func (s *Shard) seen(o *observed, program *policy.Program, values *slots.Values) {
	written, ok := s.fulfils[string(s.fulfilled)]
	if !ok {
		written = string(s.fulfilled)
		s.fulfils[written] = written
	}
	one := sought{of: o, program: program, fulfilled: written}
	if values != nil && (s.line.options.KeepSought || slices.ContainsFunc(program.Sought, func(x policy.Sought) bool { return x.Seek.Private })) {
		one.values = s.lasting(program, values)
	}
	s.sought = append(s.sought, one)
}

// around is what surrounds every resource: the day of the assessment.
func (l *Line) around() *policy.Around {
	return &policy.Around{Now: l.options.AsOf.UTC().Format("2006-01-02") + "T23:59:59.0000000Z"}
}

// narrow takes out the results of assignments whose selectors leave the
// resource out
// (https://learn.microsoft.com/azure/governance/policy/concepts/assignment-structure#resource-selectors).
func (a *asking) narrow(program *policy.Program, values *slots.Values) {
	for i := range program.Rules {
		in := a.policies.Checks[program.Rules[i].Bound].Assignment
		if in != nil && len(in.Selectors) > 0 && !selected(in.Selectors, program.Type, locationOf(values)) {
			a.results[i] = policy.Absent
		}
	}
}

// locationOf is the location of a resource, as far as it is known.
func locationOf(values *slots.Values) demarc.Value {
	if values == nil {
		return demarc.Value{}
	}
	return values.At(values.Plan().Slot("location"))
}

// selected reports whether one of several selectors selects a resource. What
// cannot be told selects.
func selected(list []demarc.ResourceSelector, typ string, location demarc.Value) bool {
	for _, one := range list {
		all := true
		for i := range one.Selectors {
			all = all && selects(&one.Selectors[i], typ, location)
		}
		if all {
			return true
		}
	}
	return false
}

func selects(x *demarc.Selector, typ string, location demarc.Value) bool {
	switch demarc.Fold(x.Kind) {
	case "resourcetype":
		return among(x, typ)
	case "resourcelocation":
		return location.IsUnknown() || among(x, location.Text())
	case "resourcewithoutlocation":
		return location.IsUnknown() || location.Text() == ""
	}
	return true
}

// among reports whether a selector takes a text.
func among(x *demarc.Selector, text string) bool {
	is := func(one string) bool { return demarc.EqualFold(one, text) }
	if len(x.In) > 0 {
		return slices.ContainsFunc(x.In, is)
	}
	return !slices.ContainsFunc(x.NotIn, is)
}
