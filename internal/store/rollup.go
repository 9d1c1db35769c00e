package store

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/demarc-dev/demarc"
)

// Roll-ups are rows like all others: one that stands as before is not written
// again. A picture is written as the cells that have something in them; what
// all pictures of a model have in common is a part.

func rollUpKey(of demarc.RollUpKind, id string) []byte {
	return append([]byte{byte(of)}, id...)
}

// rollUpItems are the rows of the roll-ups, in order of key.
func (s *sharer) rollUpItems(list []demarc.RollUp) ([]*item, error) {
	items := make([]*item, 0, len(list))
	for i := range list {
		value, err := s.rollUpContent(&list[i])
		if err != nil {
			return nil, err
		}
		items = append(items, &item{key: rollUpKey(list[i].By, list[i].ID), value: value})
	}
	slices.SortFunc(items, func(a, b *item) int { return bytes.Compare(a.key, b.key) })
	return items, nil
}

func (s *sharer) rollUpContent(r *demarc.RollUp) ([]byte, error) {
	b := appendUint(appendText(nil, r.Name), uint64(r.Workloads))
	b = appendUint(b, uint64(len(r.Matrices)))
	for i := range r.Matrices {
		frame, err := s.frameOf(&r.Matrices[i])
		if err != nil {
			return nil, err
		}
		b = appendCells(append(b, frame[:]...), r.Matrices[i].Cells)
	}
	b = appendUint(b, uint64(len(r.Cells)))
	for i := range r.Cells {
		c := &r.Cells[i]
		b = appendText(appendText(appendText(b, c.Area.ID), c.Area.Label), c.Model.String())
		b = appendSummary(b, c.Summary)
	}
	return appendSummary(b, r.Summary), nil
}

// frameOf is a picture without its cells, as a part.
func (s *sharer) frameOf(m *demarc.Matrix) ([16]byte, error) {
	if hash, ok := s.frames[m.Model]; ok {
		return hash, nil
	}
	frame := *m
	frame.Cells = nil
	data, err := encode(frame)
	if err != nil {
		return [16]byte{}, err
	}
	hash := s.part(framePart, data)
	s.frames[m.Model] = hash
	return hash, nil
}

func appendSummary(b []byte, s demarc.Summary) []byte {
	return appendCounts(b, s.Met, s.Unmet, s.Unknown, s.NotApplicable, s.Accepted)
}

func appendCounts(b []byte, counts ...int) []byte {
	for _, n := range counts {
		b = appendUint(b, uint64(n))
	}
	return b
}

func (p *parser) count() int { return int(p.number()) }

func (p *parser) summary() demarc.Summary {
	return demarc.Summary{Met: p.count(), Unmet: p.count(), Unknown: p.count(), NotApplicable: p.count(), Accepted: p.count()}
}

// appendCells writes the cells that count anything, each behind its place.
func appendCells(b []byte, cells []demarc.MatrixCell) []byte {
	for i := range cells {
		c := &cells[i]
		if c.Workloads == 0 {
			continue
		}
		d := &c.Done
		b = appendCounts(b, i+1, c.Workloads, c.NotApplicable, d.Met, d.Unmet, d.Unknown, d.NotApplicable, d.Accepted, d.Theirs, len(c.Parties))
		for _, party := range slices.Sorted(maps.Keys(c.Parties)) {
			b = appendUint(appendText(b, party), uint64(c.Parties[party]))
		}
	}
	return appendUint(b, 0)
}

// cells fills the cells of a picture.
func (p *parser) cells(cells []demarc.MatrixCell) {
	for n := p.count(); n > 0 && p.err == nil; n = p.count() {
		if n > len(cells) {
			p.fail()
			return
		}
		c := &cells[n-1]
		c.Workloads, c.NotApplicable = p.count(), p.count()
		c.Done = demarc.Done{Met: p.count(), Unmet: p.count(), Unknown: p.count(), NotApplicable: p.count(), Accepted: p.count(), Theirs: p.count()}
		for range p.count() {
			party := p.text()
			c.Parties[party] = p.count()
			if p.err != nil {
				return
			}
		}
	}
}

// rollUp reads a row.
func (l *loader) rollUp(it *item) (*demarc.RollUp, error) {
	if len(it.key) == 0 {
		return nil, errBroken
	}
	p := parser{rest: it.value}
	r := &demarc.RollUp{By: demarc.RollUpKind(it.key[0]), ID: string(it.key[1:]), Name: p.text(), Workloads: p.count()}
	for range p.count() {
		m, err := l.frame(p.take(16))
		if err != nil {
			return nil, err
		}
		p.cells(m.Cells)
		if p.err != nil {
			return nil, p.err
		}
		r.Matrices = append(r.Matrices, *m)
	}
	for range p.count() {
		c := demarc.RollUpCell{Area: demarc.Area{ID: p.text(), Label: p.text()}}
		model, err := demarc.ParseServiceModel(p.text())
		if p.err != nil || err != nil {
			return nil, firstOf(p.err, err)
		}
		c.Model, c.Summary = model, p.summary()
		r.Cells = append(r.Cells, c)
	}
	r.Summary = p.summary()
	return r, p.err
}

// framesOf are the hashes of the pictures of a row.
func framesOf(it *item) ([][]byte, error) {
	p := parser{rest: it.value}
	p.text()
	p.count()
	var frames [][]byte
	for range p.count() {
		frames = append(frames, p.take(16))
		p.skipCells()
		if p.err != nil {
			return nil, p.err
		}
	}
	return frames, nil
}

func (p *parser) skipCells() {
	for p.count() > 0 && p.err == nil {
		for range 8 {
			p.count()
		}
		for range p.count() {
			p.bytes()
			p.count()
			if p.err != nil {
				return
			}
		}
	}
}

// frame is an empty picture.
func (l *loader) frame(hash []byte) (*demarc.Matrix, error) {
	data, ok := l.frames[string(hash)]
	if !ok {
		var err error
		if data, err = l.part(hash); err != nil {
			return nil, err
		}
		l.frames[string(hash)] = data
	}
	m := &demarc.Matrix{}
	if err := decode(data, m); err != nil {
		return nil, err
	}
	for _, area := range m.Areas {
		for _, model := range m.Models {
			m.Cells = append(m.Cells, demarc.MatrixCell{Area: area, Model: model, Parties: map[string]int{}})
		}
	}
	return m, nil
}

// RollUp reads one roll-up of a snapshot: of a kind, by its id. Nil means that
// the snapshot has none.
func (db *DB) RollUp(ctx context.Context, workspace string, number int64, of demarc.RollUpKind, id string) (*demarc.RollUp, error) {
	var found *demarc.RollUp
	err := db.engine.read(ctx, func(c conn) error {
		l, err := newLayersLoader(c, workspace, number)
		if err != nil {
			return err
		}
		found, err = l.findRollUp(of, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the roll-up %s %s of snapshot %d: %w", of, id, number, err)
	}
	return found, nil
}

func (l *loader) findRollUp(of demarc.RollUpKind, id string) (*demarc.RollUp, error) {
	it, err := find(l.conn, l.base.layers, rollups, rollUpKey(of, id))
	if err != nil || it == nil {
		return nil, err
	}
	return l.rollUp(it)
}

// RollUps reads all roll-ups of a kind of a snapshot, in order of id.
func (db *DB) RollUps(ctx context.Context, workspace string, number int64, of demarc.RollUpKind) ([]*demarc.RollUp, error) {
	var list []*demarc.RollUp
	err := db.engine.read(ctx, func(c conn) error {
		l, err := newLayersLoader(c, workspace, number)
		if err != nil {
			return err
		}
		list = nil
		return l.each(rollups, func(it *item) error {
			if len(it.key) > 0 && it.key[0] != byte(of) {
				return nil
			}
			r, err := l.rollUp(it)
			list = append(list, r)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read the roll-ups by %s of snapshot %d: %w", of, number, err)
	}
	return list, nil
}

// Trend reads one roll-up as it was in all snapshots of a workspace that have
// it, by their numbers.
func (db *DB) Trend(ctx context.Context, workspace string, of demarc.RollUpKind, id string) (map[int64]*demarc.RollUp, error) {
	snapshots, err := db.Snapshots(ctx, workspace)
	if err != nil {
		return nil, err
	}
	all := map[int64]*demarc.RollUp{}
	for _, s := range snapshots {
		r, err := db.RollUp(ctx, workspace, s.Number, of, id)
		if err != nil {
			return nil, err
		}
		if r != nil {
			all[s.Number] = r
		}
	}
	return all, nil
}
