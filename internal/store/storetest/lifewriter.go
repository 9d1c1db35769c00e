package storetest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// writer writes down what is concluded of a life: slowly and one resource after
// the other, so that nothing of it resembles how a store keeps it.
type writer struct {
	life    *Life
	a       *demarc.Assessment
	scopes  map[*demarc.Scope]*demarc.Scope
	answers []*demarc.Answer // by kind
	vectors map[string]*demarc.Vector
	briefs  []demarc.Brief
	above   []demarc.Verdict
}

func (w *writer) write(a *demarc.Assessment) {
	w.a, a.Verdicts, a.Resources, a.Scopes, a.Divisions = a, w, nil, nil, nil
	for _, s := range w.life.scopes {
		c := *s
		w.scopes[s] = &c
		a.Scopes = append(a.Scopes, &c)
	}
	for _, s := range a.Scopes {
		s.Parent = w.scopes[s.Parent]
	}
	slices.SortFunc(a.Scopes, func(x, y *demarc.Scope) int { return strings.Compare(x.ID, y.ID) })
	for _, k := range w.life.kinds {
		w.answers = append(w.answers, w.answer(k))
	}
	var there []*thing
	for _, t := range w.life.things {
		if t.there {
			there = append(there, t)
		}
	}
	slices.SortFunc(there, func(x, y *thing) int { return demarc.CompareFold(x.ID, y.ID) })
	for _, t := range there {
		w.resource(t)
	}
	w.instances()
	a.Estate.Resources, a.Estate.Workloads = len(there), len(there)
	w.count()
}

func (w *writer) answer(k *kind) *demarc.Answer {
	d := &demarc.Division{}
	for i, area := range lifeAreas {
		c := demarc.Cell{Model: "life", Facet: "all", FacetModel: k.model, AreaID: area.ID, Area: area.Label, Parties: []string{demarc.Customer}, Reason: "column of " + k.model.String(),
			Halves: map[string]string{demarc.Customer: "do it"}, Accountable: map[string]string{demarc.Customer: demarc.Customer}, Basis: demarc.ByColumn}
		if k.third && i == 0 {
			c.Parties, c.Basis = []string{"fabrikam"}, demarc.ByDelegated
		}
		d.Cells = append(d.Cells, c)
	}
	d.ID = digest(fmt.Sprint(d.Cells))
	return &demarc.Answer{Provider: demarc.Microsoft, Model: k.model, Role: demarc.Workload, Rule: w.a.Rules[0], Why: k.why, Division: d, Facets: []demarc.Facet{{ID: "all", Model: k.model}}}
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

func (w *writer) resource(t *thing) {
	r := t.Assessed
	r.Answer, r.Scope, r.Place.File = w.answers[t.kind], w.scopes[t.Scope], w.a.Estate.Files[0]
	w.a.Resources = append(w.a.Resources, &r)
	b := demarc.Brief{Vector: w.vector(t), Owner: w.life.owners[t.owner], Workload: t.workload}
	for _, task := range w.life.kinds[t.kind].above {
		b.Above = append(b.Above, lifeTasks[task])
	}
	w.briefs = append(w.briefs, b)
}

// vector is how a resource stands; those that stand alike share one.
func (w *writer) vector(t *thing) *demarc.Vector {
	k := w.life.kinds[t.kind]
	bare, set := &demarc.VerdictSet{}, &demarc.VerdictSet{}
	var whys []string
	text, bareText := "", ""
	for i, task := range k.tasks {
		v := demarc.SetVerdict{Responsibility: lifeTasks[task], Party: demarc.Customer, Judgement: demarc.Judgement{Reason: demarc.NoEvidence, Why: fmt.Sprintf("nothing on day %d", w.life.day)}}
		if lifeTasks[task].Party != demarc.Customer {
			v.Party = demarc.Microsoft
		}
		bare.Verdicts = append(bare.Verdicts, v)
		bareText += fmt.Sprintln(v.Responsibility.ID, v.Party)
		said, own := t.own[i]
		if !own {
			said = k.says[i]
		}
		if said.Why != "" {
			if whys == nil {
				whys = make([]string, len(k.tasks))
			}
			whys[i] = said.Why
			if said.Judgement.Status != v.Status || said.Reason != v.Reason {
				v.Judgement, v.Accepted = said.Judgement, said.accepted
				v.Why = ""
			}
		}
		set.Verdicts = append(set.Verdicts, v)
		text += fmt.Sprintln(v.Responsibility.ID, v.Party, v.Status, v.Reason, v.Accepted)
	}
	set.ID, bare.ID = digest(text), digest(bareText)
	key := text + strings.Join(whys, "\n")
	v, ok := w.vectors[key]
	if !ok {
		v = &demarc.Vector{Set: set, Whys: whys, Bare: bare}
		w.vectors[key] = v
	}
	return v
}

// instances judges what exists once above resources.
func (w *writer) instances() {
	for i, b := range w.briefs {
		for _, task := range b.Above {
			at, ok := w.instance(task, i)
			if !ok {
				continue
			}
			n := slices.IndexFunc(w.above, func(v demarc.Verdict) bool {
				return v.Responsibility == task && v.Instance.Scope == at.Scope && v.Instance.Workload == at.Workload
			})
			if n < 0 {
				n = len(w.above)
				w.above = append(w.above, w.verdict(task, at))
			}
			w.above[n].Instance.Members++
		}
	}
	slices.SortFunc(w.above, func(x, y demarc.Verdict) int {
		return cmp.Or(-cmp.Compare(x.Instance.Level, y.Instance.Level), strings.Compare(placeOf(&x.Instance), placeOf(&y.Instance)), strings.Compare(x.Responsibility.ID, y.Responsibility.ID))
	})
}

func placeOf(at *demarc.Instance) string {
	if at.Scope != nil {
		return at.Scope.ID
	}
	return at.Workload
}

var scopeOfLevel = map[demarc.Level]demarc.ScopeKind{demarc.ResourceGroupLevel: demarc.ResourceGroupScope, demarc.SubscriptionLevel: demarc.SubscriptionScope, demarc.TenantLevel: demarc.TenantScope}

// instance is where a responsibility of a resource exists once.
func (w *writer) instance(task *demarc.Responsibility, resource int) (demarc.Instance, bool) {
	at := demarc.Instance{Level: task.Level}
	switch task.Level {
	case demarc.OrganisationLevel:
		return at, true
	case demarc.WorkloadLevel:
		at.Workload = w.briefs[resource].Workload
		return at, at.Workload != ""
	case demarc.ResourceLevel, demarc.SiteLevel, demarc.ResourceGroupLevel, demarc.SubscriptionLevel, demarc.TenantLevel:
	}
	for s := w.a.Resources[resource].Scope; s != nil; s = s.Parent {
		if s.Kind == scopeOfLevel[task.Level] {
			at.Scope = s
			return at, true
		}
	}
	return at, task.Level == demarc.TenantLevel
}

func (w *writer) verdict(task *demarc.Responsibility, at demarc.Instance) demarc.Verdict {
	n := slices.Index(lifeTasks, task)
	v := demarc.Verdict{Responsibility: task, Instance: at, Party: demarc.Customer, Owner: w.life.owners[1+n%2]}
	v.Status = demarc.Status((w.life.above[n] + len(placeOf(&at))) % 4)
	if v.Status == demarc.UnknownStatus {
		v.Reason = demarc.NoEvidence
	}
	v.Why = fmt.Sprintf("of %s on day %d", task.ID, w.life.day)
	return v
}

// count adds up the customer's half.
func (w *writer) count() {
	sum := demarc.Summary{}
	for _, b := range w.briefs {
		for i := range b.Set.Verdicts {
			if v := &b.Set.Verdicts[i]; v.Responsibility.Party == demarc.Customer {
				add(&sum, v.Status, v.Accepted)
			}
		}
	}
	for i := range w.above {
		add(&sum, w.above[i].Status, w.above[i].Accepted)
	}
	w.a.Summary = sum
}

func add(s *demarc.Summary, status demarc.Status, accepted bool) {
	*[...]*int{&s.Unknown, &s.Met, &s.Unmet, &s.NotApplicable}[status]++
	if accepted {
		s.Accepted++
	}
}

// Sets visits each set once.
func (w *writer) Sets(visit func(*demarc.VerdictSet) bool) {
	seen := map[string]bool{}
	for _, b := range w.briefs {
		if !seen[b.Set.ID] {
			seen[b.Set.ID] = true
			if !visit(b.Set) {
				return
			}
		}
	}
}

// SetOf is the set of a resource.
func (w *writer) SetOf(i int) *demarc.VerdictSet { return w.briefs[i].Set }

// Of are the verdicts that a resource refers to.
func (w *writer) Of(i int) []demarc.Verdict {
	b := &w.briefs[i]
	var list []demarc.Verdict
	for n, s := range b.Set.Verdicts {
		v := demarc.Verdict{Responsibility: s.Responsibility, Instance: demarc.Instance{Level: demarc.ResourceLevel, Resource: w.a.Resources[i], Members: 1}, Party: s.Party,
			Judgement: s.Judgement, Accepted: s.Accepted, Owner: b.Owner}
		v.Why = b.Why(n)
		if !b.Owner.Named() {
			v.Owner = demarc.Owner{Name: "operations", Party: s.Party, Basis: demarc.ByDefaultRole, From: "role by default"}
		}
		list = append(list, v)
	}
	for _, task := range b.Above {
		at, _ := w.instance(task, i)
		for _, v := range w.above {
			if v.Responsibility == task && v.Instance.Scope == at.Scope && v.Instance.Workload == at.Workload {
				list = append(list, v)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y demarc.Verdict) int { return strings.Compare(x.Responsibility.ID, y.Responsibility.ID) })
	return list
}

// Own visits what something was seen of.
func (w *writer) Own(visit func(*demarc.Verdict) bool) {
	for i := range w.briefs {
		for n, v := range w.Of(i) {
			if v.Instance.Resource != nil && n < len(w.briefs[i].Whys) && w.briefs[i].Whys[n] != "" && !visit(&v) {
				return
			}
		}
	}
}

// Above visits what exists once above resources.
func (w *writer) Above(visit func(*demarc.Verdict) bool) {
	for i := range w.above {
		v := w.above[i]
		if !visit(&v) {
			return
		}
	}
}

// Each visits resources with what each refers to.
func (w *writer) Each(visit func(int, *demarc.VerdictSet, *demarc.VerdictSet) bool) {
	for i := range w.briefs {
		above := &demarc.VerdictSet{}
		for _, v := range w.Of(i) {
			if v.Instance.Resource == nil {
				v.Why = ""
				above.Verdicts = append(above.Verdicts, demarc.SetVerdict{Responsibility: v.Responsibility, Party: v.Party, Judgement: v.Judgement, Accepted: v.Accepted})
			}
		}
		if !visit(i, w.briefs[i].Set, above) {
			return
		}
	}
}

// Briefs visits how resources stand.
func (w *writer) Briefs(from, to int, visit func(int, *demarc.Brief) bool) {
	for i := from; i < to; i++ {
		b := w.briefs[i]
		if !visit(i, &b) {
			return
		}
	}
}

// rollUps counts the estate, and what has a subscription, an owner, a workload
// or a responsibility in common.
func (l *Life) rollUps(a *demarc.Assessment) []demarc.RollUp {
	list := []demarc.RollUp{l.rollUp(a, demarc.RollUpEstate, "", func(int, *demarc.Brief) bool { return true })}
	list[0].Summary = a.Summary
	for _, s := range a.Scopes {
		if s.Kind == demarc.SubscriptionScope {
			list = append(list, l.rollUp(a, demarc.RollUpSubscription, s.ID, func(i int, _ *demarc.Brief) bool { return a.Resources[i].Scope == s }))
			list[len(list)-1].Name = s.Name
		}
	}
	for _, o := range l.owners {
		list = append(list, l.rollUp(a, demarc.RollUpOwner, o.Name, func(_ int, b *demarc.Brief) bool { return b.Owner.Name == o.Name }))
	}
	framework := demarc.RollUp{By: demarc.RollUpFramework, ID: "mcsb/v1", Name: "MCSB", Summary: demarc.Summary{Met: l.extra}}
	if l.extra%3 > 0 {
		framework.Cells = []demarc.RollUpCell{{Area: lifeAreas[1], Model: demarc.PaaS, Summary: demarc.Summary{Unmet: l.extra, Accepted: 1}}}
	}
	list = append(list, framework)
	for n, task := range lifeTasks {
		if (l.extra+n)%4 > 0 { // the others come and go
			list = append(list, demarc.RollUp{By: demarc.RollUpResponsibility, ID: task.ID, Name: task.Title, Summary: demarc.Summary{Unknown: n, Met: l.extra}})
		}
	}
	return list
}

func (l *Life) rollUp(a *demarc.Assessment, by demarc.RollUpKind, id string, in func(int, *demarc.Brief) bool) demarc.RollUp {
	m := demarc.Matrix{Model: "life", Title: "A life", Areas: lifeAreas, Models: lifeModels}
	for _, area := range lifeAreas {
		for _, model := range lifeModels {
			m.Cells = append(m.Cells, demarc.MatrixCell{Area: area, Model: model, Parties: map[string]int{}})
		}
	}
	r := demarc.RollUp{By: by, ID: id}
	a.Verdicts.Briefs(0, len(a.Resources), func(i int, b *demarc.Brief) bool {
		if !in(i, b) {
			return true
		}
		r.Workloads++
		for _, c := range a.Resources[i].Answer.Division.Cells {
			at := slices.IndexFunc(m.Cells, func(x demarc.MatrixCell) bool { return x.Area.ID == c.AreaID && x.Model == c.FacetModel })
			m.Cells[at].Workloads++
			m.Cells[at].Parties[strings.Join(c.Parties, "+")]++
			m.Cells[at].Done.Unknown++
		}
		return true
	})
	r.Matrices = []demarc.Matrix{m}
	return r
}

// Told is all that an assessment concludes, as a text: what the content hash of
// a snapshot stands for.
func Told(a *demarc.Assessment) string {
	var b strings.Builder
	for _, r := range a.Resources {
		fmt.Fprintf(&b, "%q %q %q %s %v %d %d %q\n", r.ID, r.Name, r.Type, path(r.Scope), r.MadeUp, r.Seen, r.Standing, r.PartOf)
		fmt.Fprintf(&b, "  %s %s %s %q %v %v\n", r.Answer.Provider, r.Answer.Model, r.Answer.Role, r.Answer.Why, r.Answer.Facets, r.Answer.Division.Cells)
	}
	a.Verdicts.Briefs(0, len(a.Resources), func(_ int, brief *demarc.Brief) bool {
		fmt.Fprintf(&b, "%q %q", brief.Owner, brief.Workload)
		for n, v := range brief.Set.Verdicts {
			fmt.Fprintf(&b, "; %s %s %s %q %v %q", v.Responsibility.ID, v.Party, v.Status, v.Reason, v.Accepted, brief.Why(n))
		}
		for _, v := range brief.Unseen().Verdicts {
			fmt.Fprintf(&b, "; unseen %s %q", v.Responsibility.ID, v.Why)
		}
		for _, task := range brief.Above {
			fmt.Fprintf(&b, "; above %s", task.ID)
		}
		b.WriteByte('\n')
		return true
	})
	a.Verdicts.Above(func(v *demarc.Verdict) bool {
		fmt.Fprintln(&b, ToldOf(v))
		return true
	})
	for _, s := range a.Scopes {
		fmt.Fprintln(&b, path(s))
	}
	return b.String()
}

// ToldOf is a verdict as a text.
func ToldOf(v *demarc.Verdict) string {
	about := ""
	if v.Instance.Resource != nil {
		about = v.Instance.Resource.ID
	}
	return fmt.Sprintf("%s %q %s %q %d %s %s %q %s %q %v %q", v.Instance.Level, about, path(v.Instance.Scope), v.Instance.Workload, v.Instance.Members, v.Responsibility.ID, v.Party, v.Owner,
		v.Status, v.Reason, v.Accepted, v.Why)
}

func path(s *demarc.Scope) string {
	text := ""
	for ; s != nil; s = s.Parent {
		text += fmt.Sprintf("%s %q %q < ", s.Kind, s.ID, s.Name)
	}
	return text
}
