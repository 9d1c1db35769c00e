package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/demarc-dev/demarc"
)

// Load gives a snapshot back as the assessment that it was, without the single
// pieces of evidence and results of checks: what they led to is there.
func (db *DB) Load(ctx context.Context, workspace string, number int64) (*demarc.Assessment, error) {
	a, err := db.load(ctx, workspace, number, nil)
	if err != nil {
		return nil, fmt.Errorf("load snapshot %d: %w", number, err)
	}
	return a, nil
}

// LoadPair gives two snapshots back to be compared: of their resources those
// that are not certainly the same in both, everything else in full.
func (db *DB) LoadPair(ctx context.Context, workspace string, before, after int64) (a, b *demarc.Assessment, err error) {
	var differ *differing
	err = db.engine.read(ctx, func(c conn) error {
		var err error
		differ, err = newDiffering(c, workspace, before, after)
		return err
	})
	if err == nil {
		var group sync.WaitGroup
		var other error
		group.Go(func() { a, err = db.load(ctx, workspace, before, differ) })
		group.Go(func() { b, other = db.load(ctx, workspace, after, differ) })
		group.Wait()
		err = errors.Join(err, other)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("load snapshots %d and %d: %w", before, after, err)
	}
	return a, b, nil
}

func (db *DB) load(ctx context.Context, workspace string, number int64, only *differing) (*demarc.Assessment, error) {
	var a *demarc.Assessment
	err := db.engine.read(ctx, func(c conn) error {
		l, err := newLoader(c, workspace, number)
		if err != nil {
			return err
		}
		if err := l.readInstances(); err != nil {
			return err
		}
		err = l.readResources(only)
		a = l.assessment
		return err
	})
	return a, err
}

// loader reads one snapshot. What many resources share is made once.
type loader struct {
	conn       conn
	workspace  int64
	base       *base
	assessment *demarc.Assessment
	verdicts   *remembered
	contents   map[string][]byte // of classes, by key
	answers    map[uint32]*rememberedAnswer
	vectors    map[uint32]*demarc.Vector
	owners     map[uint32]demarc.Owner
	divisions  map[string]*demarc.Division
	asked      map[string]*demarc.VerdictSet
	frames     map[string][]byte // pictures without their cells, by the hashes of their parts
	files      map[string]*demarc.File
	scopes     map[string]*demarc.Scope
	tasks      map[string]*demarc.Responsibility
	rules      map[string]*demarc.Rule
	single     bool // classes are read when they are asked for
}

// rememberedAnswer is an answer with the responsibilities that exist once above
// resources that have it.
type rememberedAnswer struct {
	*demarc.Answer
	above []*demarc.Responsibility
}

func newLoader(c conn, workspace string, number int64) (*loader, error) {
	id, err := findWorkspace(c, workspace)
	if err != nil {
		return nil, err
	}
	of, err := openBase(c, id, number)
	if err != nil {
		return nil, err
	}
	l := newLoaderOf(c, id, of)
	for _, read := range []func() error{l.readDay, l.readKnowledge, l.readScopes, l.readClasses} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	l.base.header.restore(l.assessment)
	for _, f := range l.assessment.Estate.Files {
		l.files[f.Path] = f
	}
	return l, nil
}

func newLoaderOf(c conn, workspace int64, of *base) *loader {
	l := &loader{conn: c, workspace: workspace, base: of, assessment: &demarc.Assessment{}, contents: map[string][]byte{}, answers: map[uint32]*rememberedAnswer{},
		vectors: map[uint32]*demarc.Vector{}, owners: map[uint32]demarc.Owner{}, divisions: map[string]*demarc.Division{},
		asked: map[string]*demarc.VerdictSet{}, frames: map[string][]byte{}, files: map[string]*demarc.File{}, scopes: map[string]*demarc.Scope{},
		tasks: map[string]*demarc.Responsibility{}, rules: map[string]*demarc.Rule{}}
	l.verdicts = &remembered{loader: l, byKey: map[string]int{}}
	l.assessment.Verdicts, l.assessment.Evidence, l.assessment.Checks = l.verdicts, noEvidence{}, noEvidence{}
	return l
}

func (l *loader) readDay() error {
	return l.conn.query(func(r row) (err error) {
		l.assessment.AsOf, err = time.Parse(time.DateOnly, r.text(0))
		return err
	}, "SELECT as_of FROM snapshot WHERE workspace = $1 AND number = $2", l.workspace, l.base.number)
}

// part reads a piece that snapshots share.
func (l *loader) part(hash []byte) ([]byte, error) {
	var data []byte
	err := l.conn.query(func(r row) (err error) {
		data, err = unpack(r.bytes(0))
		return err
	}, "SELECT data FROM part WHERE workspace = $1 AND hash = $2", l.workspace, hash)
	if err == nil && data == nil {
		err = fmt.Errorf("%w: the part %x is absent", errBroken, hash)
	}
	return data, err
}

func (l *loader) readKnowledge() error {
	data, err := l.part(l.base.header.Knowledge[:])
	if err != nil {
		return err
	}
	var k knowledge
	if err := decode(data, &k); err != nil {
		return err
	}
	for i := range k.Responsibilities {
		r := &k.Responsibilities[i]
		l.tasks[r.ID] = r
		l.assessment.Responsibilities = append(l.assessment.Responsibilities, r)
	}
	for i := range k.Rules {
		r := &k.Rules[i]
		l.rules[r.ID] = r
		l.assessment.Rules = append(l.assessment.Rules, r)
	}
	return nil
}

// each visits the rows of a family of the snapshot.
func (l *loader) each(of family, visit func(*item) error) error {
	m, err := openMerged(l.conn, l.base.layers, of)
	if err != nil {
		return err
	}
	for it := range m.each() {
		if err := visit(it); err != nil {
			return err
		}
	}
	return m.err
}

func (l *loader) readScopes() error {
	parents := map[*demarc.Scope]string{}
	err := l.each(scopes, func(it *item) error {
		s, parent, has, err := parseScope(it)
		if has {
			parents[s] = parent
		}
		l.scopes[s.ID] = s
		l.assessment.Scopes = append(l.assessment.Scopes, s)
		return err
	})
	for s, parent := range parents {
		s.Parent = l.scopes[parent]
	}
	return err
}

// parseScope reads a scope, the id of the scope that it lies in, and whether it
// lies in one.
func parseScope(it *item) (s *demarc.Scope, parent string, has bool, err error) {
	p := parser{rest: it.value}
	kind, err := demarc.ParseScopeKind(p.text())
	has, parent = p.byte() != 0, p.text()
	s = &demarc.Scope{ID: string(it.key), Kind: kind, Name: p.text()}
	return s, parent, has, firstOf(p.err, err)
}

func (l *loader) readClasses() error { return l.each(classes, l.keepClass) }

func (l *loader) keepClass(it *item) error {
	if len(it.key) != len(classKey(0, 0)) {
		return errBroken
	}
	l.contents[string(it.key)] = bytes.Clone(it.value)
	return nil
}

func (l *loader) class(kind byte, number uint32) (parser, error) {
	key := classKey(kind, number)
	content, ok := l.contents[string(key)]
	if !ok && l.single {
		it, err := find(l.conn, l.base.layers, classes, key)
		if err != nil {
			return parser{}, err
		}
		if ok = it != nil; ok {
			content = it.value
		}
	}
	if !ok {
		return parser{}, fmt.Errorf("%w: class %d of kind %d is absent", errBroken, number, kind)
	}
	return parser{rest: content}, nil
}

func (l *loader) answer(number uint32) (*rememberedAnswer, error) {
	if a, ok := l.answers[number]; ok {
		return a, nil
	}
	p, err := l.class(answerClass, number)
	if err != nil {
		return nil, err
	}
	var r answerRecord
	if err := decode(p.rest, &r); err != nil {
		return nil, err
	}
	a := &rememberedAnswer{Answer: &demarc.Answer{Provider: r.Provider, Likely: r.Likely, Why: r.Why, Rule: l.rules[r.Rule]}}
	for _, id := range r.Above {
		a.above = append(a.above, l.task(id))
	}
	var wrong [2]error
	a.Model, wrong[0] = demarc.ParseServiceModel(r.Model)
	a.Role, wrong[1] = demarc.ParseRole(r.Role)
	for _, f := range r.Facets {
		m, err := demarc.ParseServiceModel(f.Model)
		wrong[0] = errors.Join(wrong[0], err)
		a.Facets = append(a.Facets, demarc.Facet{ID: f.ID, Model: m})
	}
	if r.Division != "" {
		if a.Division, err = l.division(r.Division); err != nil {
			return nil, err
		}
	}
	l.answers[number] = a
	return a, errors.Join(wrong[:]...)
}

// task is a responsibility by id. One of which nothing is known but the id is
// named all the same.
func (l *loader) task(id string) *demarc.Responsibility {
	if l.tasks[id] == nil {
		l.tasks[id] = &demarc.Responsibility{ID: id}
	}
	return l.tasks[id]
}

func (l *loader) division(written string) (*demarc.Division, error) {
	if d, ok := l.divisions[written]; ok {
		return d, nil
	}
	hash, err := hex.DecodeString(written)
	if err != nil {
		return nil, fmt.Errorf("%w: the hash of a division: %w", errBroken, err)
	}
	data, err := l.part(hash)
	if err != nil {
		return nil, err
	}
	var r divisionRecord
	if err := decode(data, &r); err != nil {
		return nil, err
	}
	d := &demarc.Division{ID: r.ID}
	for i := range r.Cells {
		c, err := r.Cells[i].cell()
		if err != nil {
			return nil, err
		}
		d.Cells = append(d.Cells, c)
	}
	l.divisions[written] = d
	l.assessment.Divisions = append(l.assessment.Divisions, d)
	return d, nil
}

func (c *cellRecord) cell() (demarc.Cell, error) {
	basis, err := demarc.ParseBasis(c.Basis)
	model, err2 := demarc.ParseServiceModel(c.FacetModel)
	return demarc.Cell{Model: c.Model, DecidedBy: c.DecidedBy, Facet: c.Facet, FacetModel: model, AreaID: c.AreaID, Area: c.Area, Parties: c.Parties, Halves: c.Halves,
		Accountable: c.Accountable, NotApplicable: c.NotApplicable, Basis: basis, Differs: c.Differs, Reason: c.Reason, Source: c.Source, Surprise: c.Surprise,
		Open: c.Open}, errors.Join(err, err2)
}

func (l *loader) owner(number uint32) (demarc.Owner, error) {
	o, ok := l.owners[number]
	if ok {
		return o, nil
	}
	p, err := l.class(ownerClass, number)
	if err != nil {
		return o, err
	}
	o = p.owner()
	l.owners[number] = o
	return o, p.err
}

func (l *loader) vector(number uint32) (*demarc.Vector, error) {
	if v, ok := l.vectors[number]; ok {
		return v, nil
	}
	p, err := l.class(vectorClass, number)
	if err != nil {
		return nil, err
	}
	bare, err := l.askedBy(p.take(16))
	if err != nil {
		return nil, err
	}
	v := &demarc.Vector{Set: &demarc.VerdictSet{ID: p.text(), Verdicts: make([]demarc.SetVerdict, len(bare.Verdicts))}, Bare: bare}
	letters := p.bytes()
	if len(letters) != len(bare.Verdicts) {
		return nil, errBroken
	}
	for i := range letters {
		to, as := &v.Set.Verdicts[i], &bare.Verdicts[i]
		to.Responsibility, to.Party = as.Responsibility, as.Party
		if to.Judgement, to.Accepted, err = judgement(letters[i]); err != nil {
			return nil, err
		}
		if letters[i] == letterOf(as.Judgement, as.Accepted) {
			to.Why = as.Why
		}
	}
	for len(p.rest) > 0 && p.err == nil {
		n := p.uint()
		why := p.text()
		if n >= uint64(len(letters)) {
			return nil, errBroken
		}
		if v.Whys == nil {
			v.Whys = make([]string, len(letters))
		}
		v.Whys[n] = why
	}
	l.vectors[number] = v
	return v, p.err
}

// askedBy reads what is asked where nothing was seen.
func (l *loader) askedBy(hash []byte) (*demarc.VerdictSet, error) {
	if s, ok := l.asked[string(hash)]; ok {
		return s, nil
	}
	data, err := l.part(hash)
	if err != nil {
		return nil, err
	}
	p, s := parser{rest: data}, &demarc.VerdictSet{}
	for range p.uint() {
		var v demarc.SetVerdict
		if v.Judgement, v.Accepted, err = judgement(p.byte()); err != nil {
			return nil, err
		}
		v.Responsibility, v.Party, v.Why = l.task(p.text()), p.text(), p.text()
		if p.err != nil {
			return nil, p.err
		}
		s.Verdicts = append(s.Verdicts, v)
	}
	l.asked[string(hash)] = s
	return s, nil
}

// readResources reads the resources, all or those that may differ.
func (l *loader) readResources(only *differing) error {
	return l.each(resources, func(it *item) error {
		if only != nil {
			keep, err := only.keeps(it)
			if err != nil || !keep {
				return err
			}
		}
		return l.resource(it)
	})
}

func (l *loader) resource(it *item) error {
	s, err := parseResource(it)
	if err != nil {
		return err
	}
	a, err := l.answer(s.numbers[answerClass])
	if err != nil {
		return err
	}
	v, err := l.vector(s.numbers[vectorClass])
	if err != nil {
		return err
	}
	owner, err := l.owner(s.numbers[ownerClass])
	if err != nil {
		return err
	}
	r := &demarc.Assessed{Resource: s.Resource, Answer: a.Answer, PartOf: s.partOf}
	if !s.noScope {
		r.Scope = l.scopes[s.scope]
	}
	if s.file != "" {
		r.Place = demarc.Place{File: l.file(s.file), Line: s.line}
	}
	l.assessment.Resources = append(l.assessment.Resources, r)
	l.verdicts.briefs = append(l.verdicts.briefs, demarc.Brief{Vector: v, Owner: owner, Workload: s.workload, Above: a.above})
	return nil
}

// file is a file by its path. A resource may have been read from one that was
// not there any more when the snapshot was made.
func (l *loader) file(path string) *demarc.File {
	if l.files[path] == nil {
		l.files[path] = &demarc.File{Path: path}
	}
	return l.files[path]
}
