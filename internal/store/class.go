package store

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Resources share answers, verdicts and owners. What they share is a class of
// its own with a number, and the row of a resource holds the number: when the
// day of a proof changes for all machines, one class is written and no machine.
//
// A saver gives a class that is new the number under which most of its
// resources had theirs before, so that few rows change.

// classTable is the classes of one kind, in the order in which they were met.
type classTable struct {
	contents []string // bytes, as texts so that the index shares them
	index    map[string]uint32
}

func newClassTable() *classTable { return &classTable{index: map[string]uint32{}} }

// add finds the place of a class, or makes it.
func (t *classTable) add(content []byte) uint32 {
	if n, ok := t.index[string(content)]; ok {
		return n
	}
	n := uint32(len(t.contents))
	kept := string(content)
	t.index[kept] = n
	t.contents = append(t.contents, kept)
	return n
}

// matching counts how many rows that had a number before are of a class now.
type matching struct {
	counts map[uint64]int
	last   uint64
	run    int
}

func newMatching() *matching { return &matching{counts: map[uint64]int{}} }

func (m *matching) count(before, class uint32) {
	pair := uint64(before)<<32 | uint64(class)
	if pair != m.last {
		m.flush()
		m.last = pair
	}
	m.run++
}

func (m *matching) flush() {
	if m.run > 0 {
		m.counts[m.last] += m.run
		m.run = 0
	}
}

// assign gives each of so many classes its number. Those that nothing had
// before get numbers from next on.
func (m *matching) assign(classes int, next uint32) (numbers []uint32, after uint32) {
	m.flush()
	type pair struct {
		key   uint64
		count int
	}
	pairs := make([]pair, 0, len(m.counts))
	for key, n := range m.counts {
		pairs = append(pairs, pair{key, n})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(-cmp.Compare(a.count, b.count), cmp.Compare(a.key, b.key)) })
	numbers = make([]uint32, classes)
	given, taken := make([]bool, classes), map[uint32]bool{}
	for _, p := range pairs {
		before, class := uint32(p.key>>32), uint32(p.key)
		if !given[class] && !taken[before] {
			numbers[class], given[class], taken[before] = before, true, true
		}
	}
	for class := range numbers {
		if !given[class] {
			numbers[class] = next
			next++
		}
	}
	return numbers, next
}

// classKey orders classes by kind and number.
func classKey(kind byte, number uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{kind}, number)
}

// numberOf is the number in a key that classKey made.
func numberOf(key []byte) uint32 {
	if len(key) != len(classKey(0, 0)) {
		return 0
	}
	return binary.BigEndian.Uint32(key[1:])
}
