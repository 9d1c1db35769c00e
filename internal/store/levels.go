package store

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"iter"
	"slices"

	"github.com/demarc-dev/demarc"
)

// levels are the instances above resources, and their classes.
type levels struct {
	rows    []level
	table   *classTable
	numbers []uint32
	sum     []byte // hash of what they say, whatever their numbers
}

// level is one instance: its key, its class, and how many resources refer to
// each of its verdicts.
type level struct {
	key     []byte
	class   uint32
	members []byte
}

// instances writes what exists once above resources.
func (w *writing) instances() (*levels, error) {
	l := &levels{table: newClassTable()}
	var list []demarc.Verdict // of one instance
	end := func() {
		if len(list) > 0 {
			l.rows = append(l.rows, level{instanceKey(&list[0].Instance), l.table.add(instanceContent(list)), membersOf(list)})
		}
		list = list[:0]
	}
	w.Assessment.Verdicts.Above(func(v *demarc.Verdict) bool {
		if len(list) > 0 && !sameInstance(&list[0].Instance, &v.Instance) {
			end()
		}
		list = append(list, *v)
		return true
	})
	end()
	slices.SortStableFunc(l.rows, func(a, b level) int { return bytes.Compare(a.key, b.key) })
	m := newMatching()
	err := w.parentRows(instances, func(was *item) {
		at, ok := slices.BinarySearchFunc(l.rows, was.key, func(x level, key []byte) int { return bytes.Compare(x.key, key) })
		if ok {
			p := parser{rest: was.value}
			m.count(p.number(), l.rows[at].class)
		}
	})
	l.numbers, w.next = m.assign(len(l.table.contents), w.next)
	sum := sha256.New()
	for _, x := range l.rows {
		sum.Write(sealed(x.key, x.members, []byte(l.table.contents[x.class])))
	}
	l.sum = sum.Sum(nil)
	return l, err
}

// items are the rows of the instances, in order of key.
func (l *levels) items() iter.Seq[*item] {
	return func(yield func(*item) bool) {
		for _, x := range l.rows {
			value := append(appendUint(nil, uint64(l.numbers[x.class])), x.members...)
			if !yield(&item{key: x.key, value: value}) {
				return
			}
		}
	}
}

func sameInstance(a, b *demarc.Instance) bool {
	return a.Level == b.Level && a.Scope == b.Scope && a.Workload == b.Workload
}

// classes are the rows of all classes, in order of key.
func (w *writing) classes(l *levels) iter.Seq[*item] {
	return func(yield func(*item) bool) {
		for t := range w.numbers {
			for it := range numberedRows(byte(t), w.tables[t], w.numbers[t]) {
				if !yield(it) {
					return
				}
			}
		}
		for it := range numberedRows(instanceClass, l.table, l.numbers) {
			if !yield(it) {
				return
			}
		}
	}
}

// numberedRows are the rows of the classes of one kind, in order of number.
func numberedRows(kind byte, t *classTable, numbers []uint32) iter.Seq[*item] {
	order := make([]int, len(numbers))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(numbers[a], numbers[b]) })
	return func(yield func(*item) bool) {
		for _, i := range order {
			if !yield(&item{key: classKey(kind, numbers[i]), value: []byte(t.contents[i])}) {
				return
			}
		}
	}
}
