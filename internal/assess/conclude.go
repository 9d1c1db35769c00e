package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/access"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/chain"
	"github.com/demarc-dev/demarc/internal/owner"
)

// conclude writes what the docket found into the assessment.
func (d *docket) conclude(a *demarc.Assessment) {
	a.Verdicts, a.Evidence, a.Checks = d, d.joined, computed{d.joined}
	a.Unknown = map[demarc.Reason]int{}
	c := &conclusion{docket: d, a: a, actions: map[actionKey]*demarc.Action{}, beliefs: map[*demarc.Responsibility]*demarc.Belief{},
		settling: map[string]*settling{}, offerings: map[offeringKey]*demarc.Offering{}, asked: map[*demarc.Responsibility]bool{}, onFile: d.toolsOnFile()}
	c.resources()
	c.above()
	c.actionsOfResources()
	c.write()
	for _, key := range slices.SortedFunc(maps.Keys(d.loose), func(x, y looseKey) int {
		return cmp.Or(strings.Compare(x.tool, y.tool), strings.Compare(x.subject, y.subject), strings.Compare(x.reason, y.reason))
	}) {
		a.Unattached = append(a.Unattached, *d.loose[key])
	}
	d.findTies()
	d.ties.Range(func(_, tie any) bool {
		if note, ok := tie.(demarc.Note); ok {
			d.notes = append(d.notes, note)
			return true
		}
		t := tie.(*owner.Tie)
		d.notes = append(d.notes, demarc.Note{Kind: demarc.NoteConflict, Place: t.Second.Place, Count: 1,
			Message: "this owner rule ties with the one at " + t.First.Place.String() + ": neither counts, so nobody owns what both are about"})
		return true
	})
	a.Gaps = c.gaps()
}

// conclusion counts verdicts by what a person asks.
type conclusion struct {
	*docket
	a         *demarc.Assessment
	actions   map[actionKey]*demarc.Action
	beliefs   map[*demarc.Responsibility]*demarc.Belief
	settling  map[string]*settling
	offerings map[offeringKey]*demarc.Offering
	asked     map[*demarc.Responsibility]bool
	onFile    map[string]bool // tools
	known     []knownAction   // of the resource at hand
}

type actionKey struct {
	responsibility *demarc.Responsibility
	owner          string
	named          bool
}

type offeringKey struct{ party, family string }

// settling is what one set of tools could settle.
type settling struct {
	demarc.Settling
	kinds map[*demarc.Responsibility]bool
}

// resources counts the verdicts that resources share, by the resources.
func (c *conclusion) resources() {
	counts := make([][codeCount]int, len(c.rules)) // by task and code
	c.eachVerdicts(func(v verdicts, times int) {
		for n, duty := range v.base.duties.own {
			counts[duty.Task.Index][v.said[n]-byte(codeMet)] += times
		}
	})
	for index, byCode := range counts {
		for at, n := range byCode {
			if n > 0 {
				said, accepted := (codeMet + code(at)).judgement()
				c.countTask(&c.line.book.Tasks[index].Responsibility, said, accepted, n)
			}
		}
	}
	for _, g := range c.answers {
		if g.count > 0 {
			c.offering(g.answer, g.count)
		}
	}
}

// eachVerdicts visits the verdicts of the resources that are there, with how
// many resources share them. Where nothing tells resources apart that share an
// answer, they are visited together.
func (c *conclusion) eachVerdicts(visit func(v verdicts, times int)) {
	if c.own == nil && !c.told {
		for _, g := range c.answers {
			base := c.bases.bare(g.answer)
			visit(verdicts{base, base.said}, g.count)
		}
		return
	}
	for i, o := range c.all {
		if o.Standing == demarc.There {
			visit(c.verdictsOf(i), 1)
		}
	}
}

// countTask counts verdicts about resources.
func (c *conclusion) countTask(r *demarc.Responsibility, said demarc.Judgement, accepted bool, n int) {
	c.count(r, said, n)
	if r.Party == demarc.Customer {
		count(&c.a.Summary, said.Status, accepted, n)
	}
}

// above counts the verdicts that exist once above resources.
func (c *conclusion) above() {
	for _, i := range c.instances.all {
		for n := range i.tasks {
			at := &i.tasks[n]
			said, accepted := at.said.judgement()
			c.count(&at.task.Responsibility, said, 1)
			if theirs(at.task) {
				continue
			}
			count(&c.a.Summary, said.Status, accepted, 1)
			if said.Status == demarc.Unmet {
				v := c.verdictAt(i, at)
				c.act(&v)
			}
		}
	}
}

// count counts one responsibility, n times.
func (c *conclusion) count(r *demarc.Responsibility, said demarc.Judgement, n int) {
	c.asked[r] = true
	if r.Party != demarc.Customer {
		return
	}
	if r.Believed != "" {
		b, ok := c.beliefs[r]
		if !ok {
			b = &demarc.Belief{Responsibility: r}
			c.beliefs[r] = b
		}
		b.Count += n
		switch said.Status {
		case demarc.Unmet:
			b.Unmet += n
		case demarc.UnknownStatus:
			b.Unknown += n
		case demarc.Met, demarc.NotApplicable:
		}
	}
	if said.Status == demarc.UnknownStatus {
		c.a.Unknown[said.Reason] += n
		c.settle(r, said.Reason, n)
	}
}

// settle counts an unknown for each tool that alone could settle it. A tool
// whose results are there already is no help, unless they are too old.
func (c *conclusion) settle(r *demarc.Responsibility, reason demarc.Reason, n int) {
	if reason == demarc.NoRequirement {
		c.couldSettle(requirementAct, "state it in demarc.yaml: requirements: (docs/guide.md)", r, n)
		return
	}
	if reason == demarc.Undated {
		c.couldSettle(datesAct, "state the day of the exports in demarc.yaml: evidence: [{path, observed}]", r, n)
	}
	task := c.line.book.Task(r.ID)
	told := map[string]bool{}
	for i, tools := range task.Tools {
		if len(tools) != 1 || told[tools[0]] || c.onFile[tools[0]] && reason != demarc.Stale {
			continue
		}
		told[tools[0]] = true
		command := r.Settle[i].Command
		if tools[0] == attestation {
			command = "demarc attest RESPONSIBILITY --by NAME --statement TEXT"
		}
		c.couldSettle(tools[0], command, r, n)
	}
}

// What stands among the tools for what only the organisation can say.
const (
	requirementAct = "requirements"
	datesAct       = "dates"
)

// toolsOnFile are the tools whose results were read, and the program itself
// where its own policies were evaluated: to ask again says the same.
func (d *docket) toolsOnFile() map[string]bool {
	tools := map[string]bool{}
	if p := d.line.policies(); p != nil {
		for i := range p.Checks {
			if p.Checks[i].Definition == "" {
				tools[demarc.Fold(p.Checks[i].Tool)] = true
			}
		}
	}
	d.line.findings.Range(func(_, f any) bool {
		if f := f.(*finding); !f.computed && f.tool != attestation {
			tools[demarc.Fold(f.tool)] = true
		}
		return true
	})
	return tools
}

func (c *conclusion) couldSettle(tool, command string, r *demarc.Responsibility, n int) {
	s, ok := c.settling[tool]
	if !ok {
		s = &settling{Settling: demarc.Settling{Tool: tool, Command: command}, kinds: map[*demarc.Responsibility]bool{}}
		c.settling[tool] = s
	}
	s.Count += n
	s.kinds[r] = true
}

// offering counts a provider's half of one family of services.
func (c *conclusion) offering(answer *demarc.Answer, n int) {
	counted := map[offeringKey]bool{}
	for _, duty := range c.duties[answer].own {
		if duty.Task.Party != catalog.ProviderParty {
			continue
		}
		key := offeringKey{duty.Party, c.familyOf(answer)}
		o, ok := c.offerings[key]
		if !ok {
			o = &demarc.Offering{Party: key.party, Name: key.family, Reason: demarc.NoAssurance}
			c.offerings[key] = o
		}
		if !counted[key] {
			o.Resources += n
			counted[key] = true
		}
		if c.assured(duty.Task, duty.Party, c.typeOf(answer)).Status == demarc.Met {
			o.Assured += n
		} else {
			o.Unknown += n
		}
	}
}

// familyOf names the services that a type belongs to.
func (c *conclusion) familyOf(answer *demarc.Answer) string {
	if entry, ok := c.line.catalog.Type(demarc.Fold(c.typeOf(answer))); ok {
		return entry.Family.Provider
	}
	return ""
}

// act adds an unmet verdict to what is to be done.
func (c *conclusion) act(v *demarc.Verdict) {
	key := actionKey{v.Responsibility, v.Owner.Name, v.Owner.Named()}
	a, ok := c.actions[key]
	if !ok {
		a = &demarc.Action{Responsibility: v.Responsibility, Owner: v.Owner, First: v.Instance.Name(), Why: v.Why}
		c.actions[key] = a
	}
	a.Count++
	if v.Accepted {
		a.Accepted++
	}
	if v.Owner.From < a.Owner.From {
		a.Owner.From = v.Owner.From
	}
	a.Age = max(a.Age, v.Age)
}

// actionsOfResources adds the unmet verdicts of resources.
func (c *conclusion) actionsOfResources() {
	j := c.newJury()
	for _, i := range c.homes {
		if !hasUnmet(c.own[i]) || c.all[i].Standing != demarc.There {
			continue
		}
		if c.actKnown(int(i)) {
			continue
		}
		for _, v := range c.ownVerdicts(j, int(i)) {
			if v.Status == demarc.Unmet {
				c.act(&v)
			}
		}
		j.above = j.above[:0]
	}
}

// write puts the counts in order.
func (c *conclusion) write() {
	c.a.Responsibilities = slices.SortedFunc(maps.Keys(c.asked), func(x, y *demarc.Responsibility) int { return strings.Compare(x.ID, y.ID) })
	c.a.DoFirst = slices.SortedFunc(values(c.actions), func(x, y demarc.Action) int {
		return cmp.Or(-cmp.Compare(open(x), open(y)), -cmp.Compare(x.Responsibility.Severity, y.Responsibility.Severity), -cmp.Compare(x.Count, y.Count),
			strings.Compare(x.Responsibility.ID, y.Responsibility.ID), strings.Compare(x.Owner.Name, y.Owner.Name))
	})
	c.a.Believed = slices.SortedFunc(values(c.beliefs), func(x, y demarc.Belief) int {
		return cmp.Or(-cmp.Compare(x.Unmet, y.Unmet), -cmp.Compare(x.Count, y.Count), strings.Compare(x.Responsibility.ID, y.Responsibility.ID))
	})
	for _, s := range c.settling {
		s.Kinds = len(s.kinds)
		c.a.Settling = append(c.a.Settling, s.Settling)
	}
	slices.SortFunc(c.a.Settling, func(x, y demarc.Settling) int {
		return cmp.Or(compareBool(x.Tool == attestation, y.Tool == attestation), -cmp.Compare(x.Count, y.Count), strings.Compare(x.Tool, y.Tool))
	})
	c.a.Offerings = slices.SortedFunc(values(c.offerings), func(x, y demarc.Offering) int {
		return cmp.Or(strings.Compare(x.Party, y.Party), strings.Compare(x.Name, y.Name))
	})
}

// open is 1 while something of an action is not accepted.
func open(a demarc.Action) int {
	if a.Accepted < a.Count {
		return 1
	}
	return 0
}

// gaps are what nobody took, what two took, and what nobody answers for.
func (c *conclusion) gaps() []demarc.Gap {
	holds := map[string]int{}
	for _, g := range c.answers {
		if g.count == 0 || g.answer.Division == nil {
			continue
		}
		for _, party := range partiesOf(g.answer.Division) {
			holds[party] += g.count
		}
	}
	o := &c.line.options
	list := chain.Gaps(&chain.Case{Day: c.day, Delegations: o.Delegations, Accesses: access.NamedRoles(c.accesses), Parties: o.Parties, Holds: holds})
	nameless := 0
	for _, a := range c.actions {
		if !a.Owner.Named() {
			nameless += a.Count
		}
	}
	if nameless > 0 {
		list = append(list, demarc.Gap{Kind: demarc.GapNoOwner, Subject: "unmet", Count: nameless,
			Text: "unmet without an owner by name: add a tag, or owners: in demarc.yaml"})
	}
	return list
}

// partiesOf are the parties of a division, each once.
func partiesOf(d *demarc.Division) []string {
	var list []string
	for i := range d.Cells {
		for _, p := range d.Cells[i].Parties {
			if !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	return list
}
