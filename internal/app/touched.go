package app

import (
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// touched is what a change says of resources, by folded id.
type touched struct {
	mu  sync.Mutex
	all map[string]touch
}

// touch is what a change does to one resource, and where it declares it.
type touch struct {
	change  source.Change
	address string
}

func newTouched() *touched { return &touched{all: map[string]touch{}} }

// add remembers a resource. Of several records of one, the first that tells
// what is done counts.
func (t *touched) add(r *source.Resource) {
	id := demarc.Fold(r.ID)
	t.mu.Lock()
	defer t.mu.Unlock()
	if was, ok := t.all[id]; ok && was.change != source.Untouched {
		return
	}
	t.all[id] = touch{r.Change, r.Address}
}

// of is what the change says of a resource.
func (t *touched) of(foldedID string) (touch, bool) {
	is, ok := t.all[foldedID]
	return is, ok && is.change != source.Untouched
}

// names reports whether the change touches a resource.
func (t *touched) names(foldedID string) bool {
	_, ok := t.of(foldedID)
	return ok
}

// watcher remembers what passes on its way to a sink.
type watcher struct {
	source.Sink
	touched *touched
}

// Resource remembers a resource and hands it on.
func (w *watcher) Resource(r source.Resource) {
	w.touched.add(&r)
	w.Sink.Resource(r)
}

// Fork returns a watcher for another goroutine.
func (w *watcher) Fork() source.Sink { return &watcher{w.Sink.Fork(), w.touched} }

// replacer leaves out what a change replaces by its own record.
type replacer struct {
	source.Sink
	touched *touched
}

// Resource hands on a resource that the change leaves alone.
func (p *replacer) Resource(r source.Resource) {
	if !p.touched.names(demarc.Fold(r.ID)) {
		p.Sink.Resource(r)
	}
}

// Fork returns a replacer for another goroutine.
func (p *replacer) Fork() source.Sink { return &replacer{p.Sink.Fork(), p.touched} }
