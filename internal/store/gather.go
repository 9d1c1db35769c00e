package store

import (
	"runtime"
	"sync"

	"github.com/demarc-dev/demarc"
)

// shares are what a resource has in common with others, by their places in the
// tables: the classes that have numbers, and the workload.
type shares [4]uint32

const workloads = 3

// gather finds the classes of all resources, and what each shares.
func (w *writing) gather() error {
	n := len(w.Assessment.Resources)
	w.shares = make([]shares, n)
	workers := runtime.GOMAXPROCS(0)
	all := make([]*gathering, workers)
	var group sync.WaitGroup
	for i := range all {
		g := newGathering(w.Assessment, w.shares)
		all[i] = g
		group.Go(func() { g.err = g.gather(n*i/workers, n*(i+1)/workers) })
	}
	group.Wait()
	for i := range w.tables {
		w.tables[i] = newClassTable()
	}
	for i, g := range all {
		if g.err != nil {
			return g.err
		}
		w.adopt(g, w.shares[n*i/workers:n*(i+1)/workers])
	}
	return nil
}

// adopt takes over the classes that one worker found. Workers follow each
// other, so that the order is that of the resources.
func (w *writing) adopt(g *gathering, mine []shares) {
	for hash, p := range g.parts {
		w.parts[hash] = p
	}
	var moved [4][]uint32
	for t := range w.tables {
		for at, content := range g.tables[t].contents {
			moved[t] = append(moved[t], w.tables[t].add([]byte(content)))
			if t == int(vectorClass) && len(w.open) < len(w.tables[t].contents) {
				w.open = append(w.open, g.open[at])
			}
		}
	}
	for i := range mine {
		for t := range moved {
			mine[i][t] = moved[t][mine[i][t]]
		}
	}
}

// gathering is the classes of a range of resources.
type gathering struct {
	*sharer
	assessment *demarc.Assessment
	shares     []shares
	tables     [4]*classTable
	answers    map[*demarc.Answer]uint32
	vectors    map[*demarc.Vector]uint32
	open       [][]openTask // of the table of vectors, by place
	owners     map[demarc.Owner]uint32

	lastWorkload string
	lastPlace    uint32
	placed       bool

	err error
}

func newGathering(a *demarc.Assessment, all []shares) *gathering {
	g := &gathering{sharer: newSharer(), assessment: a, shares: all, answers: map[*demarc.Answer]uint32{}, vectors: map[*demarc.Vector]uint32{}, owners: map[demarc.Owner]uint32{}}
	for i := range g.tables {
		g.tables[i] = newClassTable()
	}
	return g
}

// mostVectors is how many vectors are known by their places in memory; others
// are found by what they say.
const mostVectors = 1 << 14

func (g *gathering) gather(from, to int) (err error) {
	g.assessment.Verdicts.Briefs(from, to, func(i int, b *demarc.Brief) bool {
		of := &g.shares[i]
		if of[answerClass], err = g.answer(g.assessment.Resources[i].Answer, b.Above); err != nil {
			return false
		}
		of[vectorClass] = g.vector(b.Vector)
		owner, ok := g.owners[b.Owner]
		if !ok {
			owner = g.tables[ownerClass].add(ownerContent(b.Owner))
			g.owners[b.Owner] = owner
		}
		of[ownerClass] = owner
		of[workloads] = g.workload(b.Workload)
		return true
	})
	return err
}

func (g *gathering) answer(a *demarc.Answer, above []*demarc.Responsibility) (uint32, error) {
	n, ok := g.answers[a]
	if ok {
		return n, nil
	}
	content, err := g.answerOf(a, above)
	if err != nil {
		return 0, err
	}
	n = g.tables[answerClass].add(content)
	g.answers[a] = n
	return n, nil
}

func (g *gathering) workload(name string) uint32 {
	if !g.placed || name != g.lastWorkload {
		g.lastWorkload, g.lastPlace, g.placed = name, g.tables[workloads].add([]byte(name)), true
	}
	return g.lastPlace
}

func (g *gathering) vector(v *demarc.Vector) uint32 {
	n, ok := g.vectors[v]
	if !ok {
		n = g.tables[vectorClass].add(vectorContent(v, g.askedOf(v.Unseen())))
		if int(n) == len(g.open) {
			g.open = append(g.open, openTasks(v))
		}
		if len(g.vectors) < mostVectors {
			g.vectors[v] = n
		}
	}
	return n
}
