package store

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// remembered is the verdicts of a snapshot.
type remembered struct {
	loader    *loader
	briefs    []demarc.Brief // by resource
	instances []rememberedInstance
	byKey     map[string]int // place of an instance by its key
}

// rememberedInstance is where verdicts exist once above resources.
type rememberedInstance struct {
	verdicts []demarc.Verdict // in order of responsibility
}

// readInstances reads what exists once above resources.
func (l *loader) readInstances() error { return l.each(instances, l.instance) }

func (l *loader) instance(it *item) error {
	p := parser{rest: it.value}
	at, err := l.instanceAt(it.key)
	if err != nil {
		return err
	}
	list, err := l.instanceVerdicts(p.number())
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Instance = at
		list[i].Instance.Members = int(p.number())
	}
	l.verdicts.byKey[string(it.key)] = len(l.verdicts.instances)
	l.verdicts.instances = append(l.verdicts.instances, rememberedInstance{list})
	return p.err
}

func (l *loader) instanceAt(key []byte) (demarc.Instance, error) {
	if len(key) < 2 {
		return demarc.Instance{}, errBroken
	}
	at, place := demarc.Instance{Level: demarc.Level(^key[0])}, string(key[2:])
	switch key[1] {
	case 'w':
		at.Workload = place
	case 's':
		at.Scope = l.scopes[place]
	}
	return at, nil
}

func (l *loader) instanceVerdicts(class uint32) ([]demarc.Verdict, error) {
	p, err := l.class(instanceClass, class)
	if err != nil {
		return nil, err
	}
	var list []demarc.Verdict
	for range p.uint() {
		v := demarc.Verdict{Responsibility: l.task(p.text()), Party: p.text()}
		if v.Judgement, v.Accepted, err = judgement(p.byte()); err != nil {
			return nil, err
		}
		v.Owner, v.Why = p.owner(), p.text()
		if p.err != nil {
			return nil, p.err
		}
		list = append(list, v)
	}
	return list, p.err
}

// Sets visits the sets that resources share.
func (m *remembered) Sets(visit func(*demarc.VerdictSet) bool) {
	seen := map[string]bool{}
	for i := range m.briefs {
		if set := m.briefs[i].Set; !seen[set.ID] {
			seen[set.ID] = true
			if !visit(set) {
				return
			}
		}
	}
}

// SetOf is the set of a resource.
func (m *remembered) SetOf(i int) *demarc.VerdictSet { return m.briefs[i].Set }

// Briefs visits resources with how each stands.
func (m *remembered) Briefs(from, to int, visit func(int, *demarc.Brief) bool) {
	for i := from; i < to; i++ {
		b := m.briefs[i]
		if !visit(i, &b) {
			return
		}
	}
}

// Of are the verdicts that a resource refers to: its own, and those that exist
// once above it. Those of what governs it are told where they are its own.
func (m *remembered) Of(i int) []demarc.Verdict {
	list := append(m.own(i, false), m.above(i)...)
	slices.SortStableFunc(list, func(a, b demarc.Verdict) int { return cmp.Compare(a.Responsibility.ID, b.Responsibility.ID) })
	return list
}

// own are the verdicts about a resource itself, all or those for which
// something was seen.
func (m *remembered) own(i int, seen bool) []demarc.Verdict {
	b := &m.briefs[i]
	at := demarc.Instance{Level: demarc.ResourceLevel, Resource: m.loader.assessment.Resources[i], Members: 1}
	var list []demarc.Verdict
	for n := range b.Set.Verdicts {
		s := &b.Set.Verdicts[n]
		if seen && (n >= len(b.Whys) || b.Whys[n] == "") {
			continue
		}
		v := demarc.Verdict{Responsibility: s.Responsibility, Instance: at, Party: s.Party, Judgement: s.Judgement, Accepted: s.Accepted, Owner: b.Owner}
		v.Why = b.Why(n)
		if !v.Owner.Named() {
			v.Owner = demarc.Owner{Name: s.Responsibility.OwnerRole, Party: s.Party, Basis: demarc.ByDefaultRole, From: "role by default"}
		}
		list = append(list, v)
	}
	return list
}

// above are the verdicts that exist once above a resource.
func (m *remembered) above(i int) []demarc.Verdict {
	r, b := m.loader.assessment.Resources[i], &m.briefs[i]
	var list []demarc.Verdict
	for _, task := range b.Above {
		key, ok := keyAbove(task.Level, r.Scope, b.Workload)
		if !ok {
			continue
		}
		at, ok := m.byKey[string(key)]
		if !ok {
			continue
		}
		for _, v := range m.instances[at].verdicts {
			if v.Responsibility == task {
				list = append(list, v)
			}
		}
	}
	return list
}

// kindOfLevel is the kind of scope that is a level.
var kindOfLevel = map[demarc.Level]demarc.ScopeKind{
	demarc.ResourceGroupLevel: demarc.ResourceGroupScope, demarc.SubscriptionLevel: demarc.SubscriptionScope,
	demarc.TenantLevel: demarc.TenantScope, demarc.SiteLevel: demarc.SiteScope,
}

// keyAbove is the key of the instance of a level at or above a place.
func keyAbove(level demarc.Level, at *demarc.Scope, workload string) ([]byte, bool) {
	switch level {
	case demarc.OrganisationLevel:
		return instanceKey(&demarc.Instance{Level: level}), true
	case demarc.WorkloadLevel:
		return instanceKey(&demarc.Instance{Level: level, Workload: workload}), workload != ""
	case demarc.ResourceLevel, demarc.ResourceGroupLevel, demarc.SubscriptionLevel, demarc.TenantLevel, demarc.SiteLevel:
	}
	kind, ok := kindOfLevel[level]
	for ; ok && at != nil; at = at.Parent {
		if at.Kind == kind {
			return instanceKey(&demarc.Instance{Level: level, Scope: at}), true
		}
	}
	if level == demarc.TenantLevel { // the only one, which no input names
		return instanceKey(&demarc.Instance{Level: level}), true
	}
	return nil, false
}

// Own visits the verdicts about resources for which something was seen.
func (m *remembered) Own(visit func(*demarc.Verdict) bool) {
	for i := range m.briefs {
		for _, v := range m.own(i, true) {
			if !visit(&v) {
				return
			}
		}
	}
}

// Above visits the verdicts about what exists once above resources.
func (m *remembered) Above(visit func(*demarc.Verdict) bool) {
	for i := range m.instances {
		for n := range m.instances[i].verdicts {
			v := m.instances[i].verdicts[n]
			if !visit(&v) {
				return
			}
		}
	}
}

// Each visits the resources with all that they refer to.
func (m *remembered) Each(visit func(resource int, own, above *demarc.VerdictSet) bool) {
	for i := range m.briefs {
		above := &demarc.VerdictSet{}
		for _, v := range m.above(i) {
			said := v.Judgement
			said.Why = ""
			above.Verdicts = append(above.Verdicts, demarc.SetVerdict{Responsibility: v.Responsibility, Party: v.Party, Judgement: said, Accepted: v.Accepted})
		}
		slices.SortFunc(above.Verdicts, func(a, b demarc.SetVerdict) int { return strings.Compare(a.Responsibility.ID, b.Responsibility.ID) })
		if !visit(i, m.briefs[i].Set, above) {
			return
		}
	}
}

// noEvidence is the evidence of a snapshot: what it led to is kept, its pieces
// are among the inputs.
type noEvidence struct{}

// Len is 0.
func (noEvidence) Len() int { return 0 }

// At is never asked for.
func (noEvidence) At(int) demarc.AssessedEvidence { return demarc.AssessedEvidence{} }
