package assess

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/demarc-dev/demarc"
)

// RollUps sums up how the estate stands: as a whole, by what its workloads have
// in common, by framework and by responsibility, in that order, and each kind
// as groups are ordered. It must not be called twice at once.
func (s *Settled) RollUps() []demarc.RollUp {
	r := newRoller(s.tally)
	for i, o := range r.all {
		if o.Standing == demarc.There {
			r.add(i, o)
		}
	}
	r.flush()
	list := []demarc.RollUp{{By: demarc.RollUpEstate, ID: s.Estate.Name, Name: s.Estate.Name,
		Workloads: s.Estate.Workloads, Matrices: s.Matrices, Summary: s.Summary}}
	for slice := range r.parts {
		list = append(list, r.ofParts(slice)...)
	}
	r.countAbove()
	list = append(list, r.frameworks()...)
	return append(list, r.responsibilities()...)
}

// roller counts all roll-ups in one pass over the resources. Those that stand
// alike are counted together as soon as that is known.
type roller struct {
	*tally
	like  map[verdicts]*sameVerdicts
	kinds map[kindKey]int32
	seen  []seenAs // by number of the kind
	known map[seenAs]int32
	parts [rolledParts]map[string]*rollPart // by id
	here  roomOf

	asked  map[*demarc.Answer]*askedOf
	above  []codeCounts // by task
	matrix map[string][]demarc.Matrix
}

// The kinds of roll-ups that are parts of the estate, as places in a list.
const (
	rolledSubscriptions = iota
	rolledOwners
	rolledWorkloads
	rolledParts
)

// codeCounts is how many verdicts have each code, the first code first.
type codeCounts [codeCount]int

// sameVerdicts is the resources with the same verdicts about themselves.
type sameVerdicts struct {
	count int // that were not counted yet
	of    *askedOf
	marks *marks
}

// askedOf is what is asked of the resources that share an answer, and how they
// stand.
type askedOf struct {
	answer *demarc.Answer
	duties *duties
	counts []codeCounts // by place of the duty
}

// kindKey is what decides how a workload is seen that nothing governs.
type kindKey struct {
	answer     *demarc.Answer
	own, above *marks
}

// rollPart is workloads that have something in common, counted by kind.
type rollPart struct {
	name   string
	counts map[int32]int
}

// roomOf remembers the parts of the last place, since what follows is mostly at
// the same.
type roomOf struct {
	scope        *demarc.Scope
	name         string // of the workload
	known        bool
	subscription *rollPart
	workload     *rollPart
}

func newRoller(t *tally) *roller {
	r := &roller{tally: t, like: map[verdicts]*sameVerdicts{}, kinds: map[kindKey]int32{}, known: map[seenAs]int32{},
		asked: map[*demarc.Answer]*askedOf{}, above: make([]codeCounts, len(t.line.book.Tasks)), matrix: map[string][]demarc.Matrix{}}
	for i := range r.parts {
		r.parts[i] = map[string]*rollPart{}
	}
	return r
}

// add counts one resource.
func (r *roller) add(i int, o *observed) {
	same := r.sameAs(r.docket.verdictsOf(i), o.Answer)
	same.count++
	if o.Answer.Division == nil {
		return
	}
	at := r.docket.whereabouts(o)
	kind := r.kindOf(i, standpoint{o.Answer, o.Scope, at.workload}, same.marks)
	r.enter(o, workloadOf(o, at.workload))
	r.here.subscription.counts[kind]++
	r.here.workload.counts[kind]++
	owner := r.owners.of(o, at).Name
	r.part(rolledOwners, owner, owner).counts[kind]++
}

// sameAs finds those that stand as the resource does.
func (r *roller) sameAs(v verdicts, a *demarc.Answer) *sameVerdicts {
	same, ok := r.like[v]
	if !ok {
		if len(r.like) == mostSets {
			r.flush()
		}
		same = &sameVerdicts{of: r.askedOf(a), marks: r.once(v.marked(r.docket.areas))}
		r.like[v] = same
	}
	return same
}

// flush counts the verdicts of the resources met so far.
func (r *roller) flush() {
	for v, same := range r.like {
		for n := range v.said {
			same.of.counts[n][v.said[n]-byte(codeMet)] += same.count
		}
	}
	clear(r.like)
}

func (r *roller) askedOf(a *demarc.Answer) *askedOf {
	made, ok := r.asked[a]
	if !ok {
		of := r.docket.duties[a]
		made = &askedOf{a, of, make([]codeCounts, len(of.own))}
		r.asked[a] = made
	}
	return made
}

// kindOf is the number of how a workload is seen.
func (r *roller) kindOf(i int, at standpoint, own *marks) int32 {
	if len(r.docket.governors) > 0 && len(r.docket.governors[int32(i)]) > 0 {
		return r.number(r.seenAs(i, r.all[i]))
	}
	key := kindKey{at.answer, own, r.marksAbove(at)}
	kind, ok := r.kinds[key]
	if !ok {
		kind = r.number(r.seenAs(i, r.all[i]))
		r.kinds[key] = kind
	}
	return kind
}

func (r *roller) number(as seenAs) int32 {
	kind, ok := r.known[as]
	if !ok {
		kind = int32(len(r.seen))
		r.seen = append(r.seen, as)
		r.known[as] = kind
	}
	return kind
}

// enter finds the parts of the place of a resource, and of its workload.
func (r *roller) enter(o *observed, name string) {
	if r.here.known && r.here.scope == o.Scope && r.here.name == name {
		return
	}
	r.here = roomOf{scope: o.Scope, name: name, known: true, workload: r.part(rolledWorkloads, name, name)}
	if sub := subscriptionOf(o.Scope); sub != nil {
		r.here.subscription = r.part(rolledSubscriptions, sub.ID, sub.Name)
	} else {
		r.here.subscription = r.part(rolledSubscriptions, "", "")
	}
}

func (r *roller) part(slice int, id, name string) *rollPart {
	made, ok := r.parts[slice][id]
	if !ok {
		made = &rollPart{name: name, counts: map[int32]int{}}
		r.parts[slice][id] = made
	}
	return made
}

// ofParts are the roll-ups of one kind, in order.
func (r *roller) ofParts(slice int) []demarc.RollUp {
	list := make([]demarc.RollUp, 0, len(r.parts[slice]))
	for id, p := range r.parts[slice] {
		up := demarc.RollUp{By: demarc.RollUpSubscription + demarc.RollUpKind(slice), ID: id, Name: p.name, Matrices: r.picturesOf(p)}
		for _, n := range p.counts {
			up.Workloads += n
		}
		list = append(list, up)
	}
	slices.SortFunc(list, func(a, b demarc.RollUp) int {
		return cmp.Or(compareNames(a.Name, b.Name), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// picturesOf are the matrices of a part. Parts with the same workloads share
// them: there may be as many as there are resource groups.
func (r *roller) picturesOf(p *rollPart) []demarc.Matrix {
	var key []byte
	for _, kind := range slices.Sorted(maps.Keys(p.counts)) {
		key = binary.AppendUvarint(binary.AppendUvarint(key, uint64(kind)), uint64(p.counts[kind]))
	}
	made, ok := r.matrix[string(key)]
	if !ok {
		made = r.matrices(published, func(yield func(seenAs, int) bool) {
			for kind, n := range p.counts {
				if !yield(r.seen[kind], n) {
					return
				}
			}
		})
		r.matrix[string(key)] = made
	}
	return made
}

// countAbove counts the verdicts that exist once above resources.
func (r *roller) countAbove() {
	for _, i := range r.docket.instances.all {
		for n := range i.tasks {
			at := &i.tasks[n]
			r.above[at.task.Index][at.said-codeMet]++
		}
	}
}
