package store

import (
	"bytes"
	"encoding/binary"

	"github.com/demarc-dev/demarc"
)

// differing tells which resources of two snapshots are certainly the same: the
// rows in layers that both have, whose classes mean the same in both.
type differing struct {
	all     bool             // the snapshots share no layer
	touched map[string]bool  // keys of resources in layers that only one has
	classes map[classID]bool // those that mean something else
}

// classID tells classes apart.
type classID struct {
	kind   byte
	number uint32
}

func newDiffering(c conn, workspace string, before, after int64) (*differing, error) {
	a, err := newLoader(c, workspace, before)
	if err != nil {
		return nil, err
	}
	b, err := newLoader(c, workspace, after)
	if err != nil {
		return nil, err
	}
	d := &differing{touched: map[string]bool{}, classes: map[classID]bool{}}
	own, other := unshared(a.base.layers, b.base.layers)
	if d.all = len(own) == len(a.base.layers); d.all {
		return d, nil
	}
	for _, layer := range append(own, other...) {
		cur, err := openCursor(c, layer, resources, nil)
		if err != nil {
			return nil, err
		}
		for cur.at != nil {
			d.touched[string(cur.at.key)] = true
			if err := cur.next(); err != nil {
				return nil, err
			}
		}
	}
	return d, d.compare(a, b)
}

// unshared are the layers that two chains do not have in common.
func unshared(a, b chain) (chain, chain) {
	a, b = a[:len(a):len(a)], b[:len(b):len(b)]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1:len(a)-1], b[:len(b)-1:len(b)-1]
	}
	return a, b
}

// compare finds the classes of both snapshots that mean something else.
func (d *differing) compare(a, b *loader) error {
	for key, was := range a.contents {
		now, ok := b.contents[key]
		if ok && bytes.Equal(was, now) {
			continue
		}
		same := false
		if ok && key[0] == vectorClass {
			var err error
			if same, err = sameVerdicts(a, b, was, now); err != nil {
				return err
			}
		}
		if !same {
			d.classes[classID{key[0], binary.BigEndian.Uint32([]byte(key[1:]))}] = true
		}
	}
	return nil
}

// sameVerdicts reports whether two vectors ask the same of the same and say the
// same of it. On what they rest may differ.
func sameVerdicts(a, b *loader, was, now []byte) (bool, error) {
	p, q := parser{rest: was}, parser{rest: now}
	x, err := a.askedBy(p.take(16))
	if err != nil {
		return false, err
	}
	y, err := b.askedBy(q.take(16))
	if err != nil {
		return false, err
	}
	p.bytes()
	q.bytes()
	if !bytes.Equal(p.bytes(), q.bytes()) || len(x.Verdicts) != len(y.Verdicts) {
		return false, firstOf(p.err, q.err)
	}
	for i := range x.Verdicts {
		if !sameTask(&x.Verdicts[i], &y.Verdicts[i]) {
			return false, nil
		}
	}
	return true, firstOf(p.err, q.err)
}

func sameTask(x, y *demarc.SetVerdict) bool {
	return x.Party == y.Party && x.Responsibility.ID == y.Responsibility.ID
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// keeps reports whether a row may differ.
func (d *differing) keeps(it *item) (bool, error) {
	if d.all || d.touched[string(it.key)] {
		return true, nil
	}
	if len(d.classes) == 0 {
		return false, nil
	}
	of, _, err := parseNumbers(it.value)
	for kind, n := range of {
		if d.classes[classID{byte(kind), n}] {
			return true, err
		}
	}
	return false, err
}
