package slots

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/demarc-dev/demarc"
)

// mostLazy bounds the types for which more is asked; a file may name any
// number of them. The plans of further ones hold what was wished from the
// start.
const mostLazy = 1 << 16

// lazy makes the plans of types when they are first asked for.
type lazy struct {
	layout *Layout
	wishes map[string][]Wish // by folded type
	more   []func(string) []Wish

	published atomic.Pointer[map[string]*latePlan] // by type as spelled; never changed
	mu        sync.Mutex
	late      map[string]*latePlan // by type as spelled and by folded type
	misses    int                  // since late was published
	problems  []error
}

// latePlan is the plan of one type, made once.
type latePlan struct {
	once sync.Once
	made *Plan
}

func newLazy(l *Layout, wishes map[string][]Wish, more []func(string) []Wish) *lazy {
	z := &lazy{layout: l, wishes: wishes, more: more, late: map[string]*latePlan{}}
	z.published.Store(&map[string]*latePlan{})
	return z
}

// plan finds the plan of a type, or makes it. It is made without the lock:
// working out the wishes may take long.
func (z *lazy) plan(typ string) *Plan {
	p, ok := (*z.published.Load())[typ]
	if !ok {
		p = z.find(typ)
	}
	if p == nil {
		return z.layout.known(demarc.Fold(typ))
	}
	p.once.Do(func() { p.made = z.make(demarc.Fold(typ)) })
	return p.made
}

// find looks behind the published plans, nil when there are too many. A copy
// is published after as many misses as make it worth while.
func (z *lazy) find(typ string) *latePlan {
	z.mu.Lock()
	defer z.mu.Unlock()
	folded := demarc.Fold(typ)
	p := z.late[folded]
	if p == nil {
		if len(z.late) >= mostLazy {
			return nil
		}
		p = &latePlan{}
		z.late[folded] = p
	}
	if len(z.late) < mostLazy {
		z.late[typ] = p
	}
	if z.misses++; z.misses > len(z.late)/4 {
		late := maps.Clone(z.late)
		z.published.Store(&late)
		z.misses = 0
	}
	return p
}

// make merges the late wishes for a type into its plan. Those that cannot be
// parsed are left out and remembered.
func (z *lazy) make(folded string) *Plan {
	var late []Wish
	for _, more := range z.more {
		for _, w := range more(folded) {
			if w.Type != "" && demarc.Fold(w.Type) != folded {
				continue
			}
			if _, err := newPlan([]Wish{w}); err != nil {
				z.problem(fmt.Errorf("%s: %w", folded, err))
				continue
			}
			late = append(late, w)
		}
	}
	if len(late) == 0 {
		return z.layout.known(folded)
	}
	plan, err := newPlan(slices.Concat(z.wishes[""], z.wishes[folded], late))
	if err != nil { // each of them was parsed before
		z.problem(err)
		return z.layout.known(folded)
	}
	return plan
}

func (z *lazy) problem(err error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	const most = 100
	if len(z.problems) < most {
		z.problems = append(z.problems, err)
	}
}

// known is the plan of what was wished for a folded type from the start.
func (l *Layout) known(folded string) *Plan {
	if p, ok := l.plans[folded]; ok {
		return p
	}
	return l.common
}

// Problems are what was wrong with wishes that were made late.
func (l *Layout) Problems() []error {
	if l.lazy == nil {
		return nil
	}
	l.lazy.mu.Lock()
	defer l.lazy.mu.Unlock()
	return slices.Clone(l.lazy.problems)
}
