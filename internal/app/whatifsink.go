package app

import (
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// placement is a resource that is to take the place of another.
type placement struct {
	target
	id, name, scopeID string
	location          bool // the place of the old one means something for the new one, too
	existing          bool // it is there already, and takes over
	beside            []beside
}

// beside is a resource that comes with another, with what it cannot but be.
type beside struct {
	source.Resource
	values map[string]string
}

// rerouting is what a second run is not given, and what it is given instead.
type rerouting struct {
	gone     map[string]bool // folded ids of what goes, and of what belongs to it
	subjects map[demarc.Subject]bool
	above    map[witness]demarc.Subject // what evidence about it is about that only speaks of its tenant
	by       map[string]*placement      // by folded id of what goes
	ownerTag string
}

// witness tells evidence by what it is about, and what was looked at.
type witness struct {
	demarc.Subject
	tool, check string
}

// reroute is a sink that leaves out what moves and gives on what takes its
// place. Of a new resource nothing was seen but what is carried over to it.
type reroute struct {
	source.Sink
	to     *rerouting
	values *slots.Values
}

func newReroute(to *rerouting, s source.Sink) source.Sink {
	return &reroute{Sink: s, to: to, values: slots.NewValues()}
}

// Resource hands on a resource that stays, or what takes its place.
func (r *reroute) Resource(x source.Resource) {
	id := demarc.Fold(strings.TrimRight(x.ID, "/"))
	if p := r.to.by[id]; p != nil {
		r.emit(p, &x)
		return
	}
	if !r.to.leaves(id) {
		r.Sink.Resource(x)
	}
}

// emit gives on a new resource, those that it cannot be without first.
func (r *reroute) emit(p *placement, old *source.Resource) {
	if p.existing {
		return
	}
	for _, b := range p.beside {
		r.values.Reset(r.Plans().For(b.Type))
		for path, value := range b.values {
			r.values.Set(demarc.Fold(path), demarc.Text(value))
		}
		b.Place, b.Values = old.Place, r.values
		r.Sink.Resource(b.Resource)
	}
	out := source.Resource{ScopeID: p.scopeID, Values: r.carry(p, old)}
	out.ID, out.Name, out.Type, out.MadeUp, out.Place = p.id, p.name, p.entry.Type.Type, true, old.Place
	r.Sink.Resource(out)
}

// ownerPath is where inventories other than a cloud's keep who owns a resource.
const ownerPath = "properties.owner"

// ownRooms is the folder of types that stand in one's own rooms.
const ownRooms = "onprem"

// carry makes the values of a new resource: its kind, the tags of the old one,
// and who owns it, where that was no tag.
func (r *reroute) carry(p *placement, old *source.Resource) *slots.Values {
	v := r.values
	v.Reset(r.Plans().For(p.entry.Type.Type))
	if p.kind != "" {
		v.Set("kind", demarc.Text(p.kind))
	}
	if old.Values == nil {
		return v
	}
	from := old.Values.Plan()
	for _, path := range v.Plan().Paths() {
		if path == "tags" || strings.HasPrefix(path, "tags[") || path == "location" && p.location || path == ownerPath && p.entry.Family.Folder == ownRooms {
			if slot := from.Slot(path); slot >= 0 {
				v.Set(path, old.Values.At(slot))
			}
		}
	}
	owner := old.Values.At(from.Slot(ownerPath)).Text()
	if tag := scope.TagPath(r.to.ownerTag); owner != "" && r.to.ownerTag != "" && v.At(v.Plan().Slot(tag)).Text() == "" {
		v.Set(tag, demarc.Text(owner))
	}
	return v
}

// Evidence hands on what is not about something that goes.
func (r *reroute) Evidence(e *demarc.Evidence) {
	if !r.to.about(&e.Subject) {
		r.Sink.Evidence(e)
	} else if at, ok := r.to.above[witness{foldedSubject(&e.Subject), e.Tool, e.Check}]; ok {
		kept := *e
		kept.Subject = at
		r.Sink.Evidence(&kept)
	}
}

// Reference hands on what stays points to.
func (r *reroute) Reference(x source.Reference) {
	if !r.to.leaves(demarc.Fold(x.From)) {
		r.Sink.Reference(x)
	}
}

// Fork returns a sink for another goroutine.
func (r *reroute) Fork() source.Sink { return newReroute(r.to, r.Sink.Fork()) }

// leaves reports whether a folded id is that of something that goes, or lies
// in it.
func (t *rerouting) leaves(id string) bool {
	for ; id != ""; id = scope.Parse(id).Parent {
		if t.gone[id] {
			return true
		}
	}
	return false
}

// about reports whether a subject is something that goes.
func (t *rerouting) about(s *demarc.Subject) bool {
	found := foldedSubject(s)
	return t.leaves(found.ID) || t.subjects[found]
}

// foldedSubject is what finds a subject: the first member that is set, see
// [demarc.Subject].
func foldedSubject(s *demarc.Subject) demarc.Subject {
	switch {
	case s.ID != "":
		return demarc.Subject{ID: demarc.Fold(strings.TrimRight(strings.TrimSpace(s.ID), "/"))}
	case s.Host != "":
		return demarc.Subject{Host: demarc.Fold(s.Host)}
	case s.Identity != "":
		return demarc.Subject{Identity: demarc.Fold(s.Identity)}
	}
	return demarc.Subject{Type: demarc.Fold(s.Type), Name: demarc.Fold(s.Name), Scope: demarc.Fold(s.Scope)}
}

// tagged remembers which resources have the tags that a person selects by.
type tagged struct {
	mu   sync.Mutex
	ids  map[string]map[string]bool // by "key=value" as asked for, folded ids
	open map[string]int             // of how many that cannot be told
}

// tagger looks at the tags of what passes on its way to a sink.
type tagger struct {
	source.Sink
	tagged *tagged
}

// Resource looks at the tags of a resource and hands it on.
func (t *tagger) Resource(r source.Resource) {
	for tag := range t.tagged.ids {
		t.tagged.look(tag, &r)
	}
	t.Sink.Resource(r)
}

func (t *tagged) look(tag string, r *source.Resource) {
	value := func(key string) demarc.Value {
		if r.Values == nil {
			return demarc.Value{}
		}
		return r.Values.At(r.Values.Plan().Slot(scope.TagPath(key)))
	}
	has := scope.Covers(demarc.Match{Tag: tag}, &r.Resource, value)
	if has == demarc.False {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if has == demarc.True {
		t.ids[tag][demarc.Fold(r.ID)] = true
	} else {
		t.open[tag]++
	}
}

// Fork returns a tagger for another goroutine.
func (t *tagger) Fork() source.Sink { return &tagger{t.Sink.Fork(), t.tagged} }
