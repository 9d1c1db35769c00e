package app

import (
	"fmt"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/source"
)

// addresses are the resources of one side by where they are declared: two plans
// of one configuration call a resource alike, whatever its id will be.
type addresses struct {
	mu  sync.Mutex
	all map[string]addressed
}

type addressed struct {
	id     string
	madeUp bool
	twice  bool // several resources are declared under the address
}

// listener remembers addresses on their way to a sink.
type listener struct {
	source.Sink
	heard *addresses
}

// Resource remembers where a resource is declared and hands it on.
func (l *listener) Resource(r source.Resource) {
	if r.Address != "" {
		l.heard.add(r.Address, addressed{id: r.ID, madeUp: r.MadeUp})
	}
	l.Sink.Resource(r)
}

// Fork returns a listener for another goroutine.
func (l *listener) Fork() source.Sink { return &listener{l.Sink.Fork(), l.heard} }

func (a *addresses) add(address string, r addressed) {
	a.mu.Lock()
	defer a.mu.Unlock()
	was, known := a.all[address]
	r.twice = was.twice || known && !demarc.EqualFold(was.id, r.id)
	a.all[address] = r
}

// pairs are the resources that are declared under the same address and have
// another id, where at least one side made the id up: a name is known only
// when a plan was carried out.
func (a *addresses) pairs(after *addresses) map[string]string {
	pairs := map[string]string{}
	if a == nil || after == nil { // of a snapshot nobody knows addresses
		return pairs
	}
	for address, was := range a.all {
		is, ok := after.all[address]
		if ok && !was.twice && !is.twice && (was.madeUp || is.madeUp) && !demarc.EqualFold(was.id, is.id) {
			pairs[demarc.Fold(was.id)] = is.id
		}
	}
	return pairs
}

// became adds to pairs what the caller says of resources that became others,
// "OLD=NEW" by id or name.
func became(words []string, before, after *diffEnd, pairs map[string]string) error {
	for _, word := range words {
		old, other, ok := strings.Cut(word, "=")
		if !ok || old == "" || other == "" {
			return &UsageError{fmt.Errorf("--became %q is not OLD=NEW", word)}
		}
		was, err := onlyOne(before, old)
		if err != nil {
			return err
		}
		is, err := onlyOne(after, other)
		if err != nil {
			return err
		}
		pairs[demarc.Fold(was)] = is
	}
	return nil
}

// onlyOne is the id of the only resource of a side that a word names. Of a
// machine and its parts of the same name it is the one with rows of its own.
func onlyOne(e *diffEnd, word string) (string, error) {
	var all, working []string
	for _, r := range e.Resources {
		switch {
		case demarc.EqualFold(r.ID, word):
			return r.ID, nil
		case !demarc.EqualFold(r.Name, word):
			continue
		case r.Answer.Role.HasRows():
			working = append(working, r.ID)
		}
		all = append(all, r.ID)
	}
	if len(working) == 1 {
		all = working
	}
	switch len(all) {
	case 1:
		return all[0], nil
	case 0:
		return "", &UsageError{fmt.Errorf("no resource is called %q in %s", word, e.of)}
	}
	return "", &UsageError{fmt.Errorf("%d resources are called %q in %s: name one by its id", len(all), word, e.of)}
}

// mostAlike is how many resources a note names.
const mostAlike = 3

// perhaps names the workloads that went and came under one name, as another type
// or at another place: they may be the same thing, and only a person knows.
func perhaps(d *compare.Difference) []string {
	gone := map[string]*demarc.Assessed{}
	for _, r := range d.Removed {
		if r.Answer.Role.HasRows() && r.Name != "" {
			gone[demarc.Fold(r.Name)] = r.Assessed
		}
	}
	var retyped, moved []string
	for _, r := range d.Added {
		switch was := gone[demarc.Fold(r.Name)]; {
		case was == nil || !r.Answer.Role.HasRows() || demarc.EqualFold(was.ID, r.ID):
		case demarc.EqualFold(was.Type, r.Type):
			moved = append(moved, `"`+r.Name+`"`)
		default:
			retyped = append(retyped, `"`+r.Name+`"`)
		}
	}
	return append(sameThing(retyped, "one type went and another came"), sameThing(moved, "one went at one place and one of the same type came at another")...)
}

// sameThing notes of some names that what happened may be one thing.
func sameThing(names []string, what string) []string {
	if len(names) == 0 {
		return nil
	}
	more := ""
	if rest := len(names) - mostAlike; rest > 0 {
		names, more = names[:mostAlike], fmt.Sprintf(" and %d more", rest)
	}
	return []string{"Of " + strings.Join(names, ", ") + more + " " + what + ". If it is the same thing, --became OLD=NEW compares the two."}
}
