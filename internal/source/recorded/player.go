package recorded

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// Bounds of what a plan may ask for.
const (
	mostPaths = 1 << 16 // those of values, and of members of one
	longest   = 1 << 12 // bytes of a path
)

// Player plays records into a sink. It is used by one goroutine at a time.
type Player struct {
	plans   map[planID]*heldPlan
	recalls map[way]*slots.Recall
	files   *files        // of all forks
	last    *demarc.File  // mostly the next one too
	values  *slots.Values // in the plan of the sink
	kept    *slots.Values // in the plan of then
}

// heldPlan is a plan of then.
type heldPlan struct {
	every bool
	plan  *slots.Plan
}

// way leads from a plan of then to one of now.
type way struct{ then, now *slots.Plan }

// files are those that places name, by path.
type files struct {
	mu     sync.Mutex
	byPath map[string]*demarc.File
}

// NewPlayer makes a player that knows no plan yet.
func NewPlayer() *Player {
	return &Player{plans: map[planID]*heldPlan{}, recalls: map[way]*slots.Recall{}, files: &files{byPath: map[string]*demarc.File{}},
		values: slots.NewValues(), kept: slots.NewValues()}
}

// Fork gives another goroutine a player that knows the same plans and files.
func (p *Player) Fork() *Player {
	fork := NewPlayer()
	fork.plans, fork.files = maps.Clone(p.plans), p.files
	return fork
}

// Plan takes the record of a plan. All of them come before the resources that
// name them; one that is known already changes nothing.
func (p *Player) Plan(record []byte) error {
	var id planID
	sum := sha256.Sum256(record)
	copy(id[:], sum[:])
	if p.plans[id] != nil {
		return nil
	}
	x, err := read(KindPlan, record, plan)
	if err != nil {
		return err
	}
	if err = x.check(); err != nil {
		return fmt.Errorf("read a record of kind %s: %w", KindPlan, err)
	}
	layout, err := slots.NewLayout(x.wishes)
	if err != nil {
		return fmt.Errorf("read a record of kind %s: %w", KindPlan, err)
	}
	p.plans[id] = &heldPlan{every: x.every, plan: layout.For("")}
	return nil
}

// check holds a plan to its bounds.
func (x *keptPlan) check() error {
	if len(x.wishes) > mostPaths {
		return fmt.Errorf("%d values, more than %d", len(x.wishes), mostPaths)
	}
	for _, w := range x.wishes {
		if len(w.Only) > mostPaths {
			return fmt.Errorf("%d members of %.80q, more than %d", len(w.Only), w.Path, mostPaths)
		}
		for _, path := range append([]string{w.Path}, w.Only...) {
			if len(path) > longest {
				return fmt.Errorf("a path of more than %d bytes: %.80q", longest, path)
			}
		}
	}
	return nil
}

// File is the file of a path, the same one for all places in it.
func (p *Player) File(path string) *demarc.File { return p.files.of([]byte(path)) }

func (f *files) of(path []byte) *demarc.File {
	f.mu.Lock()
	defer f.mu.Unlock()
	file := f.byPath[string(path)]
	if file == nil {
		file = &demarc.File{Path: string(path)}
		f.byPath[file.Path] = file
	}
	return file
}

// fileOf finds a file by the bytes of its path, nil for none.
func (p *Player) fileOf(path []byte) *demarc.File {
	if len(path) == 0 {
		return nil
	}
	if p.last == nil || p.last.Path != string(path) {
		p.last = p.files.of(path)
	}
	return p.last
}

// Play gives a sink what a record holds. Records of files, of documents and of
// the estate are nothing for a sink: see [ReadFile], [ReadDocument] and
// [ReadEstate].
func (p *Player) Play(kind Kind, record, aside []byte, sink source.Sink) error {
	c := reading(record)
	c.word = p.values.Intern
	beside := codec{reading: true, buf: aside, file: p.fileOf}
	var from demarc.Place
	if len(aside) > 0 {
		place(&beside, &from)
	}
	if beside.err != nil {
		return beside.end(kind)
	}
	switch kind {
	case KindPlan:
		return p.Plan(record)
	case KindResource:
		return p.resource(&c, from, sink)
	case KindStatement:
		return p.statement(&c, &beside, from, sink)
	case KindEvidence:
		return p.evidence(&c, from, sink)
	case KindScope, KindReference, KindNote, KindIncomplete:
		return p.other(kind, &c, from, sink)
	case KindFile, KindDocument, KindEstate:
		return nil
	}
	return fmt.Errorf("read a record of kind %d: %w", kind, errNewer)
}

// other plays the kinds that are nothing but what they say.
func (p *Player) other(kind Kind, c *codec, from demarc.Place, sink source.Sink) error {
	switch kind {
	case KindScope:
		x := source.Scope{Place: from}
		return play(kind, c, scope, &x, sink.Scope)
	case KindReference:
		x := source.Reference{Place: from}
		return play(kind, c, reference, &x, sink.Reference)
	case KindNote:
		c.path(demarc.Place{})
		x := demarc.Note{Place: from}
		return play(kind, c, note, &x, sink.Note)
	}
	c.path(demarc.Place{})
	x := demarc.Incomplete{Place: from}
	return play(kind, c, incomplete, &x, sink.Incomplete)
}

func play[T any](kind Kind, c *codec, each func(*codec, *T), x *T, give func(T)) error {
	each(c, x)
	if err := c.end(kind); err != nil {
		return err
	}
	give(*x)
	return nil
}

func (p *Player) evidence(c *codec, from demarc.Place, sink source.Sink) error {
	x := demarc.Evidence{Place: from}
	evidence(c, &x)
	if x.Observed.IsZero() {
		c.path(demarc.Place{})
	}
	if err := c.end(KindEvidence); err != nil {
		return err
	}
	sink.Evidence(&x)
	return nil
}

func (p *Player) statement(c, beside *codec, from demarc.Place, sink source.Sink) error {
	c.path(demarc.Place{})
	x := source.Statement{Place: from}
	statement(c, &x)
	own := demarc.Place{}
	if len(beside.buf) > 0 {
		place(beside, &own)
	}
	for _, one := range [...]*codec{c, beside} {
		if err := one.end(KindStatement); err != nil {
			return err
		}
	}
	x.Content = at(x.Content, own)
	sink.Statement(x)
	return nil
}

func (p *Player) resource(c *codec, from demarc.Place, sink source.Sink) error {
	var x source.Resource
	resource(c, &x)
	x.Place = from
	has := false
	if c.flag(&has); has && c.err == nil {
		p.recall(c, &x, sink.Plans())
	}
	if err := c.end(KindResource); err != nil {
		return err
	}
	sink.Resource(x)
	return nil
}

// recall restores the values of a resource in the plan that they have now.
func (p *Player) recall(c *codec, x *source.Resource, layout *slots.Layout) {
	var id planID
	copy(id[:], c.take(len(id)))
	held := p.plans[id]
	if c.err == nil && held == nil {
		c.fail(fmt.Errorf("it names a plan that is not there (%x)", id))
	}
	if c.err != nil {
		return
	}
	now := layout.Every()
	if !held.every {
		now = layout.For(x.Type)
	}
	how := p.recalls[way{held.plan, now}]
	if how == nil {
		how = slots.NewRecall(held.plan, now)
		p.recalls[way{held.plan, now}] = how
	}
	x.Values = p.values
	if how.Same() {
		fill(c, p.values, now)
		return
	}
	fill(c, p.kept, held.plan)
	p.values.Recall(how, p.kept)
}

// fill reads values into the slots of a plan.
func fill(c *codec, values *slots.Values, plan *slots.Plan) {
	values.Reset(plan)
	slot := -1
	var v demarc.Value
	for c.nextValue(&slot, &v) {
		if slot >= plan.Len() {
			c.fail(errWrong)
			return
		}
		values.SetAt(slot, v)
	}
}
