package store

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"github.com/demarc-dev/demarc"
)

// levels are the instances above resources, and their classes.
type levels struct {
	rows    []*item
	table   *classTable
	numbers []uint32
	sum     []byte // hash of what they say, whatever their numbers
}

// instances writes what exists once above resources.
func (w *writing) instances() (*levels, error) {
	l := &levels{table: newClassTable()}
	var all [][]demarc.Verdict
	var list []demarc.Verdict
	w.Assessment.Verdicts.Above(func(v *demarc.Verdict) bool {
		if len(list) > 0 && !sameInstance(&list[0].Instance, &v.Instance) {
			all, list = append(all, list), nil
		}
		list = append(list, *v)
		return true
	})
	if len(list) > 0 {
		all = append(all, list)
	}
	slices.SortStableFunc(all, func(a, b []demarc.Verdict) int {
		return bytes.Compare(instanceKey(&a[0].Instance), instanceKey(&b[0].Instance))
	})
	class, m := make([]uint32, len(all)), newMatching()
	byKey := map[string]int{}
	for i, list := range all {
		class[i] = l.table.add(instanceContent(list))
		byKey[string(instanceKey(&list[0].Instance))] = i
	}
	err := w.parentRows(instances, func(was *item) {
		if i, ok := byKey[string(was.key)]; ok {
			p := parser{rest: was.value}
			m.count(p.number(), class[i])
		}
	})
	l.numbers, w.next = m.assign(len(l.table.contents), w.next)
	sum := sha256.New()
	for i, list := range all {
		it := instanceItem(list, l.numbers[class[i]])
		l.rows = append(l.rows, it)
		p := parser{rest: it.value}
		p.number()
		sum.Write(sealed(it.key, p.rest, l.table.contents[class[i]]))
	}
	l.sum = sum.Sum(nil)
	return l, err
}

func sameInstance(a, b *demarc.Instance) bool {
	return a.Level == b.Level && a.Scope == b.Scope && a.Workload == b.Workload
}

// classes are the rows of all classes, in order of key.
func (w *writing) classes(l *levels) []*item {
	var rows []*item
	add := func(kind byte, t *classTable, numbers []uint32) {
		for i, content := range t.contents {
			rows = append(rows, &item{key: classKey(kind, numbers[i]), value: content})
		}
	}
	for t := range w.numbers {
		add(byte(t), w.tables[t], w.numbers[t])
	}
	add(instanceClass, l.table, l.numbers)
	slices.SortFunc(rows, func(a, b *item) int { return bytes.Compare(a.key, b.key) })
	return rows
}
