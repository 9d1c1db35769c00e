package assess

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
)

// Resources of which only checks are known, of themselves and of their parts,
// share a vector where the checks say the same: a machine with its disks is
// mostly like the next one. Where the reason names a part, what they share has
// a blank for the name.

// vectorKey is what the vector of such a resource depends on, beside the names
// of its parts.
type vectorKey struct {
	verdicts
	set   *checkSet
	parts string // see partsOf
}

// form is a vector with blanks for the names of parts.
type form struct {
	*demarc.Vector
	blank []int // places of the reasons that have blanks
}

// blankMark stands on both sides of a blank, which is the place of the part
// among the parts.
const blankMark = "\x00"

// vectors remembers vectors by what they depend on.
type vectors struct {
	*docket
	made    map[vectorKey]*form
	strings map[string]string // each once
	numbers map[any]uint64    // of sets and types
	folded  map[string]string // types
	buf     []byte
}

func newVectors(d *docket) *vectors {
	return &vectors{docket: d, made: map[vectorKey]*form{}, strings: map[string]string{}, numbers: map[any]uint64{}, folded: map[string]string{}}
}

// keyOf is the key of a resource, ok false when more than checks decides, or a
// part has no name to fill in.
func (w *vectors) keyOf(i int, o *observed) (key vectorKey, ok bool) {
	more := func(part int32) bool { return w.evidenceAt(int(part)) > 0 || w.all[part].Name == "" }
	if len(w.wide) > 0 || w.evidenceAt(i) > 0 || slices.ContainsFunc(w.parts[int32(i)], more) {
		return vectorKey{}, false
	}
	return vectorKey{w.verdictsOf(i), o.checks, w.partsOf(i)}, true
}

// partsOf writes down what checks say of the parts of a resource: how many come
// before it in the order, and of each its type, how many of the type there are,
// and its results.
func (w *vectors) partsOf(i int) string {
	parts := w.parts[int32(i)]
	if len(parts) == 0 {
		return ""
	}
	before, _ := slices.BinarySearch(parts, int32(i))
	w.buf = binary.AppendUvarint(w.buf[:0], uint64(before))
	for _, part := range parts {
		o := w.all[part]
		typ, ok := w.folded[o.Type]
		if !ok {
			typ = demarc.Fold(o.Type)
			w.folded[o.Type] = typ
		}
		for _, n := range [...]uint64{w.number(typ), uint64(w.partCounts[partKey{int32(i), typ}]), w.number(o.checks)} {
			w.buf = binary.AppendUvarint(w.buf, n)
		}
	}
	made, ok := w.strings[string(w.buf)]
	if !ok {
		made = string(w.buf)
		w.strings[made] = made
	}
	return made
}

func (w *vectors) number(of any) uint64 {
	n, ok := w.numbers[of]
	if !ok {
		n = uint64(len(w.numbers))
		w.numbers[of] = n
	}
	return n
}

// keep remembers a vector for all resources with the same key.
func (w *vectors) keep(key vectorKey, v *demarc.Vector) *form {
	if len(w.made) == mostSets {
		clear(w.made)
		clear(w.strings)
	}
	f := &form{Vector: v}
	for n, why := range v.Whys {
		if strings.Contains(why, blankMark) {
			f.blank = append(f.blank, n)
		}
	}
	w.made[key] = f
	return f
}

// leaveBlank puts blanks in place of the names of the parts of a resource.
func (w *vectors) leaveBlank(i int, items []judge.Item) {
	for n := range items {
		if place, ok := slices.BinarySearch(w.parts[int32(i)], int32(items[n].Subject&^memberBit)); ok && items[n].Part {
			items[n].About = blankMark + strconv.Itoa(place) + blankMark
		}
	}
}

// fill is the vector of a resource: the blanks have the names of its parts.
func (w *vectors) fill(f *form, i int) *demarc.Vector {
	if len(f.blank) == 0 {
		return f.Vector
	}
	v := *f.Vector
	v.Whys = slices.Clone(v.Whys)
	for _, n := range f.blank {
		w.buf = w.buf[:0]
		for rest := v.Whys[n]; rest != ""; {
			before, more, found := strings.Cut(rest, blankMark)
			w.buf = append(w.buf, before...)
			if rest = more; found {
				var place string
				place, rest, _ = strings.Cut(more, blankMark)
				at, _ := strconv.Atoi(place)
				w.buf = append(w.buf, w.all[w.parts[int32(i)][at]].Name...)
			}
		}
		v.Whys[n] = string(w.buf)
	}
	return &v
}
