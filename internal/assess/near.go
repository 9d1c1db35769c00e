package assess

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// near shortens the id of the resource that another one names when both stand
// on the same shelf, as nearly all do: the shelf's part is the beginning of the
// resource's own id, and need not be kept once more for each of millions.
func near(part, named string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(named, part)
	if !ok || rest == "" {
		return named, false
	}
	return strings.Clone(rest), true
}

// named is the id that the resource itself named as the whole it is a piece
// of, in full. It is asked only until the resources are linked.
func (o *observed) named() string {
	if !o.look.near {
		return o.PartOf
	}
	return shelfPart(o.ID) + o.PartOf
}

// beside finds the resource that a near one named without writing its id in
// full; nil when it is not there, or when the spellings of the shelf differ.
func (r *register) beside(o *observed) *observed {
	if !o.look.near {
		return nil
	}
	s := r.shelf[shelfPart(o.ID)]
	if s == nil || s.width < 0 {
		return nil
	}
	i, ok := slices.BinarySearchFunc(s.items, o.PartOf, func(other *observed, rest string) int {
		return demarc.CompareFold(s.rest(other.ID), rest)
	})
	if !ok || s.items[i] == o {
		return nil
	}
	return s.items[i]
}
