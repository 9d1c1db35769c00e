package store

import (
	"bytes"
	"slices"
	"testing"

	"github.com/demarc-dev/demarc"
)

// Rows stand in the order of folded ids, which an assessment has too.
func FuzzCompareKey(f *testing.F) {
	for _, pair := range [][2]string{{"", ""}, {"/A/b", "/a/B"}, {"/a", "/a/b"}, {"é", "É"}, {"Straße", "STRASSE"}, {"\u212A", "k"}, {"a\xff", "A\xfe"}, {"z", "é"}} {
		f.Add(pair[0], pair[1])
	}
	sign := func(n int) int { return max(-1, min(n, 1)) }
	f.Fuzz(func(t *testing.T, a, b string) {
		folded := []byte(demarc.Fold(b))
		if got, want := sign(compareKey(a, folded)), sign(demarc.CompareFold(a, b)); got != want {
			t.Errorf("%q and %q: %d, want %d", a, b, got, want)
		}
		if got, want := sign(compareKey(a, folded)), bytes.Compare([]byte(demarc.Fold(a)), folded); got != want {
			t.Errorf("%q and %q: %d as keys, want %d", a, b, got, want)
		}
	})
}

// A class that most resources had before keeps its number, no number is given
// twice, and new ones begin where they should.
func TestAssign(t *testing.T) {
	m := newMatching()
	count := func(before, class uint32, n int) {
		for range n {
			m.count(before, class)
		}
	}
	count(7, 0, 99) // nearly all of 7 are of class 0 now
	count(7, 1, 1)
	count(8, 1, 5)
	count(9, 0, 3)
	count(9, 2, 2)
	numbers, next := m.assign(4, 20)
	if want := []uint32{7, 8, 9, 20}; !slices.Equal(numbers, want) || next != 21 {
		t.Errorf("got %v and %d, want %v and 21", numbers, next, want)
	}
}
