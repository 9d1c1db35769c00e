package app

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/report"
)

// whatIfWriter writes down what would become of everything.
type whatIfWriter struct {
	*whatIf
	replacer *compare.Replacer
	out      *report.WhatIf
	groups   map[report.WhatIfType]map[report.WhatIfType]*moveGroup
	order    []*moveGroup
	groupOf  map[string]*moveGroup // by folded id before, and by that after
	counted  map[countedAt]bool    // so that the total has once what exists once
	evidence map[string]*moveGroup // groups by folded id of what goes or belongs to it
	labels   map[string]string     // of areas
}

// moveGroup gathers the resources of one type that become another.
type moveGroup struct {
	move    report.WhatIfMove
	tasks   map[taskAt]*report.WhatIfTask
	lost    map[string]*report.WhatIfEvidence
	settled map[string]map[string]bool // by tool
	counted map[countedAt]bool
	unmet   map[unmetAt]*report.WhatIfUnmet
	seen    map[string]bool // selectors and reasons

	replaced []compare.Replacement
}

// countedAt tells a responsibility where it exists once, and what becomes of it.
type countedAt struct {
	id, at string
	level  demarc.Level
	fate   compare.Fate
}

// unmetAt tells what is unmet and passes alike.
type unmetAt struct{ id, to, after string }

// taskAt tells the rows of a move.
type taskAt struct {
	id, fate, to string
	elsewhere    bool
}

func (w *whatIf) write() *report.WhatIf {
	x := &whatIfWriter{whatIf: w, replacer: compare.NewReplacer(w.before.Assessment, w.after.Assessment),
		groups: map[report.WhatIfType]map[report.WhatIfType]*moveGroup{}, groupOf: map[string]*moveGroup{}, counted: map[countedAt]bool{}, evidence: map[string]*moveGroup{}}
	x.out = &report.WhatIf{SchemaVersion: WhatIfSchemaVersion, Estate: w.before.Estate.Name, AsOf: date(w.before.AsOf),
		Before: report.StandingOf(w.before.Summary), After: report.StandingOf(w.after.Summary),
		Moves: []report.WhatIfMove{}, NotMoved: append([]report.WhatIfLeft{}, w.left...), Elsewhere: []report.WhatIfElsewhere{}, Notes: []string{}}
	x.labels = map[string]string{}
	for _, m := range slices.Concat(w.before.Matrices, w.after.Matrices) {
		for _, a := range m.Areas {
			x.labels[a.ID] = a.Label
		}
	}
	for n, chosen := range w.chosen {
		x.resource(chosen, w.homes[n])
	}
	x.lostEvidence()
	for _, g := range x.order {
		x.cells(g)
	}
	x.elsewhere(w.difference())
	x.finish()
	return x.out
}

// group is the move that a resource belongs to.
func (x *whatIfWriter) group(r *demarc.Assessed, home *placement) *moveGroup {
	kind := kindOf(x.catalog, r)
	from := report.WhatIfType{Type: r.Type, Kind: kind, Label: x.typeName(r.Type), Model: r.Answer.Model.String(), Column: r.Answer.Model.Label()}
	for _, k := range x.catalog.Kinds(r.Type) {
		if k.Kind == kind && len(k.Names) > 0 {
			from.Label = k.Names[0]
		}
	}
	to := report.WhatIfType{Type: home.entry.Type.Type, Kind: home.kind, Label: home.label}
	if i, ok := byID(x.after, home.id); ok && i.resource >= 0 {
		model := x.after.Resources[i.resource].Answer.Model
		to.Model, to.Column = model.String(), model.Label()
	}
	if x.groups[from] == nil {
		x.groups[from] = map[report.WhatIfType]*moveGroup{}
	}
	g := x.groups[from][to]
	if g == nil {
		g = &moveGroup{tasks: map[taskAt]*report.WhatIfTask{}, lost: map[string]*report.WhatIfEvidence{}, settled: map[string]map[string]bool{}, counted: map[countedAt]bool{}, unmet: map[unmetAt]*report.WhatIfUnmet{}, seen: map[string]bool{}}
		g.move = report.WhatIfMove{From: from, To: to, Selectors: []string{}, Reasons: []string{}, Resources: []report.WhatIfResource{}, Cells: []report.WhatIfCell{},
			Tasks: []report.WhatIfTask{}, Unmet: []report.WhatIfUnmet{}, Evidence: []report.WhatIfEvidence{}}
		x.groups[from][to] = g
		x.order = append(x.order, g)
	}
	return g
}

// resource writes down one resource and what becomes of its responsibilities.
func (x *whatIfWriter) resource(c *selected, home *placement) {
	r := x.before.Resources[c.place]
	g := x.group(r, home)
	m := &g.move
	m.Selectors = g.once(m.Selectors, c.move.Selector)
	if !x.Redact.On { // a person wrote the reason
		m.Reasons = g.once(m.Reasons, c.move.Reason)
	}
	row := report.WhatIfResource{ID: r.ID, Name: (&demarc.Instance{Resource: r}).Name(), With: []string{},
		Becomes: report.WhatIfNew{ID: home.id, Name: home.name, Existing: home.existing, With: []string{}}}
	for _, i := range c.bundle {
		id := x.before.Resources[i].ID
		x.evidence[demarc.Fold(id)] = g
		if i != c.place {
			row.With = append(row.With, id)
		}
	}
	replaced := compare.Replacement{Before: c.bundle}
	for _, id := range append([]string{home.id}, besideIDs(home)...) {
		if found, ok := byID(x.after, id); ok && found.resource >= 0 {
			replaced.After = append(replaced.After, found.resource)
		}
		if id != home.id {
			row.Becomes.With = append(row.Becomes.With, id)
		}
	}
	row.Owner = ownerAt(x.before.Assessment, c.place)
	if len(replaced.After) > 0 {
		row.Becomes.Owner = ownerAt(x.after.Assessment, replaced.After[0])
		if at := x.after.Resources[replaced.After[0]].Scope; at != nil {
			row.Becomes.Scope = cmp.Or(at.Name, at.ID)
		}
	}
	m.Resources = append(m.Resources, row)
	g.replaced = append(g.replaced, replaced)
	x.groupOf[demarc.Fold(r.ID)], x.groupOf[demarc.Fold(home.id)] = g, g
	for _, id := range row.Becomes.With {
		x.groupOf[demarc.Fold(id)] = g
	}
	tasks := x.replacer.Of(replaced)
	theirs := theirsByArea(tasks)
	for i := range tasks {
		if !home.existing {
			x.forget(&tasks[i])
		}
		x.task(g, &tasks[i])
		x.unmet(g, &tasks[i], theirs)
	}
}

// forget makes unknown what nobody saw. Of a new resource that is what somebody
// says who answers for all of a workload or scope: nobody did so knowing that it
// would be there. Above resources it is what would be met only because what did
// not pass is gone.
func (x *whatIfWriter) forget(t *compare.TaskFate) {
	v := t.After
	if v == nil || t.Responsibility.Party != demarc.Customer || v.Status != demarc.Met && v.Status != demarc.Unmet {
		return
	}
	why := "what was said of all of it was said before this was there"
	if v.Instance.Resource == nil {
		if t.Before == nil || t.Before.Status == demarc.Met || v.Status != demarc.Met {
			return
		}
		why = goneWhy
	} else {
		x.forgotten(v.Status, v.Accepted)
	}
	unknown := *v
	unknown.Judgement = demarc.Judgement{Status: demarc.UnknownStatus, Reason: demarc.NoEvidence, Why: why}
	unknown.Accepted, unknown.Evidence, unknown.Checks, unknown.Exception = false, nil, nil, nil
	t.After = &unknown
}

// goneWhy says why something that would be met is unknown.
const goneWhy = "what did not pass moves away, and nobody looked again"

// forgotten counts as unknown what the second assessment knows.
func (x *whatIfWriter) forgotten(was demarc.Status, accepted bool) {
	n := &x.out.After
	n.Unknown++
	if was == demarc.Met {
		n.Met--
		return
	}
	n.Unmet--
	if accepted {
		n.Accepted--
	}
}

// once adds a word that is not there.
func (g *moveGroup) once(list []string, word string) []string {
	if word == "" || g.seen[word] {
		return list
	}
	g.seen[word] = true
	return append(list, word)
}

func besideIDs(p *placement) []string {
	var ids []string
	for i := range p.beside {
		ids = append(ids, p.beside[i].ID)
	}
	return ids
}

func ownerAt(a *demarc.Assessment, place int) string {
	name := ""
	a.Verdicts.Briefs(place, place+1, func(_ int, b *demarc.Brief) bool {
		name = b.Owner.Name
		return false
	})
	return name
}

// task writes down one responsibility of one resource.
func (x *whatIfWriter) task(g *moveGroup, t *compare.TaskFate) {
	of := t.Responsibility
	at := taskAt{of.ID, t.Fate.String(), strings.Join(t.To, "+"), t.Elsewhere}
	row, ok := g.tasks[at]
	if !ok {
		row = &report.WhatIfTask{Responsibility: of.ID, Title: of.Title, Area: of.Area, AreaLabel: x.labels[of.Area], Level: of.Level.String(), Severity: severityOf(of), Whose: of.Party,
			Fate: at.fate, To: append([]string{}, t.To...), ToWhom: x.names(t.To), Elsewhere: t.Elsewhere, Why: t.Why, Source: cmp.Or(t.Source, of.Source)}
		g.tasks[at] = row
	}
	row.Resources++
	stand(&row.Before, t.Before)
	stand(&row.After, t.After)
	x.count(&g.move.Counts, g.counted, t)
	x.count(&x.out.Counts, x.counted, t)
}

// unmet writes down what has to be mended today and would be another party's.
func (x *whatIfWriter) unmet(g *moveGroup, t *compare.TaskFate, theirs map[string]demarc.Status) {
	if t.Before == nil || t.Before.Status != demarc.Unmet || t.Elsewhere || len(t.To) == 0 {
		return
	}
	after := "unknown: no assurance on file"
	if status, ok := theirs[t.Responsibility.Area]; ok && status != demarc.UnknownStatus {
		after = "covered by an assurance on file"
	}
	if t.Fate == compare.Sharing {
		after = "their part " + after
	}
	of, at := t.Responsibility, unmetAt{t.Responsibility.ID, strings.Join(t.To, "+"), after}
	row, ok := g.unmet[at]
	if !ok {
		row = &report.WhatIfUnmet{Responsibility: of.ID, Title: of.Title, Severity: severityOf(of), To: append([]string{}, t.To...), ToWhom: x.names(t.To),
			Whole: t.Fate == compare.Passing, After: after, Subjects: []string{}, Why: t.Before.Why}
		g.unmet[at] = row
	}
	row.Subjects = append(row.Subjects, t.Before.Instance.Name())
	if t.Before.Accepted {
		row.Accepted++
	}
}

// theirsByArea says of each area how what other parties do there stands: known
// only where an assurance on file covers all of it.
func theirsByArea(tasks []compare.TaskFate) map[string]demarc.Status {
	areas := map[string]demarc.Status{}
	for i := range tasks {
		t := &tasks[i]
		if t.Responsibility.Party == demarc.Customer || t.After == nil {
			continue
		}
		if have, ok := areas[t.Responsibility.Area]; !ok || t.After.Status.Worse(have) {
			areas[t.Responsibility.Area] = t.After.Status
		}
	}
	return areas
}

func stand(s *report.Standing, v *demarc.Verdict) {
	if v == nil {
		return
	}
	sum := demarc.Summary{Met: s.Met, Unmet: s.Unmet, Unknown: s.Unknown, NotApplicable: s.NotApplicable, Accepted: s.Accepted}
	count(&sum, v.Status, v.Accepted)
	*s = report.StandingOf(sum)
}

// count counts one responsibility, once where it exists once.
func (x *whatIfWriter) count(n *report.WhatIfCounts, counted map[countedAt]bool, t *compare.TaskFate) {
	at := t.Before
	if at == nil {
		at = t.After
	}
	if key := (countedAt{t.Responsibility.ID, instanceID(&at.Instance), at.Instance.Level, t.Fate}); at.Instance.Resource == nil || t.Elsewhere {
		if counted[key] {
			return
		}
		counted[key] = true
	}
	known := t.Before != nil && (t.Before.Status == demarc.Met || t.Before.Status == demarc.Unmet)
	switch {
	case t.Responsibility.Party != demarc.Customer:
		n.Theirs++
		if t.After.Status == demarc.UnknownStatus {
			n.TheirsUnknown++
		}
	case t.Fate == compare.Staying:
		n.Stays++
		if known && t.After.Status == demarc.UnknownStatus {
			n.Forgotten++
		}
	case t.Fate == compare.Beginning && t.Elsewhere:
		n.AlreadyThere++
	case t.Fate == compare.Beginning:
		n.New++
	case t.Elsewhere:
		n.StillElsewhere++
	default:
		x.countGone(n, t)
	}
}

func (x *whatIfWriter) countGone(n *report.WhatIfCounts, t *compare.TaskFate) {
	switch t.Fate {
	case compare.Passing:
		n.Passes++
	case compare.Sharing:
		n.Shares++
	case compare.Unclear:
		n.Unclear++
	default:
		n.Ends++
	}
	if t.Before.Status == demarc.Unmet && len(t.To) > 0 {
		n.UnmetPasses++
	}
}

// lostEvidence counts by tool what was seen of what moves, and what it settles.
func (x *whatIfWriter) lostEvidence() {
	for i := range x.before.Evidence.Len() {
		e := x.before.Evidence.At(i)
		if e.Resource == nil {
			continue
		}
		g := x.evidence[demarc.Fold(e.Resource.ID)]
		if _, kept := x.rerouting.above[witness{foldedSubject(&e.Subject), e.Tool, e.Check}]; g == nil || kept {
			continue
		}
		g.tool(e.Tool).Pieces++
		g.move.Counts.Evidence++
		x.out.Counts.Evidence++
	}
	for _, c := range x.chosen {
		g := x.groupOf[demarc.Fold(x.before.Resources[c.place].ID)]
		for _, i := range c.bundle {
			for _, v := range x.before.Verdicts.Of(i) {
				x.settledBy(g, &v, c.bundle)
			}
		}
	}
}

// settledBy notes which tools a verdict rests on that would be lost.
func (x *whatIfWriter) settledBy(g *moveGroup, v *demarc.Verdict, bundle []int) {
	if v.Status != demarc.Met && v.Status != demarc.Unmet || v.Responsibility.Party != demarc.Customer {
		return
	}
	for n, list := range [...]demarc.EvidenceList{x.before.Evidence, x.before.Checks} {
		for _, ref := range [...][]int{v.Evidence, v.Checks}[n] {
			e := list.At(ref)
			if e.Resource == nil || !slices.ContainsFunc(bundle, func(i int) bool { return x.before.Resources[i] == e.Resource }) {
				continue
			}
			if g.settled[e.Tool] == nil {
				g.settled[e.Tool] = map[string]bool{}
			}
			g.settled[e.Tool][v.Responsibility.ID] = true
			g.tool(e.Tool)
		}
	}
}

func (g *moveGroup) tool(name string) *report.WhatIfEvidence {
	if g.lost[name] == nil {
		g.lost[name] = &report.WhatIfEvidence{Tool: name, Settled: []string{}}
	}
	return g.lost[name]
}

// cells writes down whose areas would be others' at what moves.
func (x *whatIfWriter) cells(g *moveGroup) {
	for _, c := range x.replacer.Cells(g.replaced, x.typeName) {
		if main := c.Resources[0].Answer.Facets; len(main) > 0 && main[0].ID == c.Facet {
			c.Facet = "" // the resource as a whole
		}
		g.move.Cells = append(g.move.Cells, report.WhatIfCell{Area: c.Area.ID, Label: c.Area.Label, Matrix: c.Model, Facet: c.Facet,
			Before: append([]string{}, c.Before...), After: append([]string{}, c.After...), Whose: [2]string{x.names(c.Before), x.names(c.After)},
			Resources: len(c.Resources), Reason: c.Reason, Because: cmp.Or(c.Why, c.Reason), Source: c.Source})
	}
}

// names are parties as people call them.
func (x *whatIfWriter) names(parties []string) string {
	var list []string
	for _, id := range parties {
		name := id
		switch p, ok := x.after.Parties[id]; {
		case id == demarc.Customer:
			name = "you"
		case id == demarc.UnknownParty:
			name = "cannot be told"
		case ok:
			name = p.Name
		default:
			name = x.catalog.Party(id).Name
		}
		list = append(list, name)
	}
	if len(list) == 0 {
		return "no such area"
	}
	return strings.Join(list, " + ")
}

// elsewhere writes down what would stand otherwise at what does not move. What
// would be met there only because what failed is not seen any more is unknown:
// nobody looked again.
func (x *whatIfWriter) elsewhere(d *compare.Difference) {
	for i := range d.Responsibilities {
		c := &d.Responsibilities[i]
		if !c.Before.Exists || !c.After.Exists || c.Before.Status == c.After.Status {
			continue
		}
		for n := range c.Places {
			at := &c.Places[n]
			if at.Resource != nil && x.groupOf[demarc.Fold(at.Resource.ID)] != nil {
				continue
			}
			status, why := c.After.Status, c.After.Why
			if status == demarc.Met {
				status, why = demarc.UnknownStatus, goneWhy
				if c.Responsibility.Party == demarc.Customer {
					x.forgotten(demarc.Met, false)
				}
			}
			x.out.Elsewhere = append(x.out.Elsewhere, report.WhatIfElsewhere{Subject: at.Name(), Responsibility: c.Responsibility.ID, Title: c.Responsibility.Title,
				Before: c.Before.Status.String(), After: status.String(), Why: why})
		}
	}
	slices.SortFunc(x.out.Elsewhere, func(a, b report.WhatIfElsewhere) int {
		return cmp.Or(strings.Compare(a.Responsibility, b.Responsibility), strings.Compare(a.Subject, b.Subject), strings.Compare(a.Before, b.Before))
	})
}

// fates are the words of fates in the order of a list.
var fates = []string{"passes", "shares", "ends", "unclear", "stays", "new"}

// finish puts everything in order.
func (x *whatIfWriter) finish() {
	for _, g := range x.order {
		m := &g.move
		for _, at := range slices.SortedFunc(maps.Keys(g.tasks), compareTaskAt) {
			m.Tasks = append(m.Tasks, *g.tasks[at])
		}
		slices.SortStableFunc(m.Tasks, func(a, b report.WhatIfTask) int {
			return cmp.Or(strings.Compare(a.Whose, b.Whose), slices.Index(fates, a.Fate)-slices.Index(fates, b.Fate), strings.Compare(a.Area, b.Area))
		})
		for _, tool := range slices.Sorted(maps.Keys(g.lost)) {
			e := g.lost[tool]
			e.Settled = append(e.Settled, slices.Sorted(maps.Keys(g.settled[tool]))...)
			m.Evidence = append(m.Evidence, *e)
		}
		for _, at := range slices.SortedFunc(maps.Keys(g.unmet), func(a, b unmetAt) int {
			return cmp.Or(strings.Compare(a.id, b.id), strings.Compare(a.to, b.to), strings.Compare(a.after, b.after))
		}) {
			m.Unmet = append(m.Unmet, *g.unmet[at])
		}
		slices.Sort(m.Selectors)
		slices.Sort(m.Reasons)
		m.Counts.Resources = len(m.Resources)
		x.out.Counts.Resources += len(m.Resources)
		x.out.Moves = append(x.out.Moves, *m)
	}
	slices.SortFunc(x.out.NotMoved, func(a, b report.WhatIfLeft) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Reason, b.Reason))
	})
	x.publishers()
	if x.unnamed {
		x.out.Notes = append(x.out.Notes, "Nobody said where all of it would be: what lies in "+plannedScope+" is counted there. --into names the scope.")
	}
	if x.out.Counts.UnmetPasses > 0 {
		x.out.Notes = append(x.out.Notes, "What is unmet is mended by nobody until the move is done: it stays yours till then.")
	}
}

// publishers tells which machines started from the image of somebody: whether
// that product runs elsewhere is not told by the machine.
func (x *whatIfWriter) publishers() {
	var names []string
	for _, c := range x.chosen {
		r := x.before.Resources[c.place]
		if !jobs(x.catalog.Jobs(r.Type, "")).machine() || r.Answer.Division == nil {
			continue
		}
		for i := range r.Answer.Division.Cells {
			cell := &r.Answer.Division.Cells[i]
			if cell.AreaID == "applications" && len(cell.Parties) > 1 && !slices.Contains(cell.Parties, r.Answer.Provider) {
				names = append(names, (&demarc.Instance{Resource: r}).Name())
				break
			}
		}
	}
	if len(names) > 0 {
		shown := names[:min(len(names), mostNames)]
		text := strings.Join(shown, ", ")
		if more := len(names) - len(shown); more > 0 {
			text += " and " + report.Number(more) + " more"
		}
		x.out.Notes = append(x.out.Notes, "The software came with an image of somebody else: "+text+". Whether it can run where it would move nobody told.")
	}
}

func compareTaskAt(a, b taskAt) int {
	e := 0
	if a.elsewhere != b.elsewhere {
		e = 1
		if b.elsewhere {
			e = -1
		}
	}
	return cmp.Or(strings.Compare(a.id, b.id), strings.Compare(a.fate, b.fate), strings.Compare(a.to, b.to), e)
}
