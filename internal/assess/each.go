package assess

import (
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// Each visits the resources with all that they refer to.
func (d *docket) Each(visit func(resource int, own, above *demarc.VerdictSet) bool) {
	w := &walker{docket: d, own: map[verdicts]*demarc.VerdictSet{}, above: map[aboveKey]*demarc.VerdictSet{}}
	for i, o := range d.all {
		if !visit(i, w.ownOf(i), w.governedOf(i, w.aboveOf(o))) {
			return
		}
	}
}

// walker remembers the sets that it wrote out.
type walker struct {
	*docket
	own   map[verdicts]*demarc.VerdictSet
	above map[aboveKey]*demarc.VerdictSet
	// What exists above the last resource, by level.
	scope    *demarc.Scope
	workload string
	levels   [len(demarc.Levels)]*instance
	codes    []byte
}

// aboveKey is what tells the sets of what exists above resources apart: the
// tasks, and a code for each.
type aboveKey struct {
	duties *duties
	said   string
}

// mostSets is how many sets are remembered.
const mostSets = 1 << 14

func (w *walker) ownOf(i int) *demarc.VerdictSet {
	v := w.verdictsOf(i)
	if v.said == v.base.said {
		return v.set() // shared already
	}
	set := w.own[v]
	if set == nil {
		if len(w.own) == mostSets {
			clear(w.own)
		}
		set = v.set()
		w.own[v] = set
	}
	return set
}

// governedOf adds the verdicts of what governs a resource to those of what
// exists above it: all of them exist once.
func (w *walker) governedOf(i int, above *demarc.VerdictSet) *demarc.VerdictSet {
	governors := w.governors[int32(i)]
	if len(governors) == 0 {
		return above
	}
	all := &demarc.VerdictSet{Verdicts: slices.Clone(above.Verdicts)}
	for _, governor := range governors {
		all.Verdicts = append(all.Verdicts, w.ownOf(int(governor)).Verdicts...)
	}
	return all
}

func (w *walker) aboveOf(o *observed) *demarc.VerdictSet {
	at := w.standpoint(o)
	if at.scope != w.scope || at.workload != w.workload || w.levels[demarc.OrganisationLevel] == nil {
		w.move(at)
	}
	of := w.duties[o.Answer]
	w.codes = w.codes[:0]
	for _, duty := range of.above {
		w.codes = append(w.codes, w.codeAbove(duty.Task))
	}
	set := w.above[aboveKey{of, string(w.codes)}]
	if set == nil {
		if len(w.above) == mostSets {
			clear(w.above)
		}
		set = w.written(of)
		w.above[aboveKey{of, string(w.codes)}] = set
	}
	return set
}

// move looks up what exists above another place.
func (w *walker) move(at standpoint) {
	w.scope, w.workload = at.scope, at.workload
	for _, level := range demarc.Levels {
		w.levels[level] = nil
		if key, ok := w.keyAt(level, at); ok {
			w.levels[level] = w.instances.byKey[key]
		}
	}
}

// codeAbove is the code of a task above the last resource, 0 when it does not
// exist there.
func (w *walker) codeAbove(t *responsibility.Task) byte {
	i := w.levels[t.Level]
	if i == nil {
		return 0
	}
	at := i.find(t)
	if at == nil {
		return 0
	}
	return byte(at.said)
}

// written writes out what the codes stand for. Why it is so differs from place
// to place, and is told where the verdict is told by itself.
func (w *walker) written(of *duties) *demarc.VerdictSet {
	set := &demarc.VerdictSet{}
	for n, duty := range of.above {
		if w.codes[n] == 0 {
			continue
		}
		said, accepted := code(w.codes[n]).judgement()
		set.Verdicts = append(set.Verdicts, demarc.SetVerdict{Responsibility: &duty.Task.Responsibility, Party: duty.Party, Judgement: said, Accepted: accepted})
	}
	return set
}
