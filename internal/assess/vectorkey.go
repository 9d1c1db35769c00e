package assess

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/policy"
)

// Where only checks are known of a resource and of its parts, why a verdict is
// as it is depends on the few results that its task reads. What was worded for
// one resource is said of all others of which these are the same, and resources
// of which the same is said share a vector. Where words name a part, they have
// a blank for the name.

// vectorKey is what the vector of such a resource depends on, beside the names
// of its parts.
type vectorKey struct {
	verdicts
	whys string // the number of the words for each task
}

// sameKey is what resources without parts have in common that share a vector
// whatever their tasks read.
type sameKey struct {
	verdicts
	set *checkSet
}

// form is a vector with blanks for the names of parts.
type form struct {
	*demarc.Vector
	blank []int // places of the reasons that have blanks
}

// blankMark stands on both sides of a blank, which is the place of the part
// among the parts.
const blankMark = "\x00"

// wordings are numbers of words, by what a task reads.
type wordings map[string]uint64

// source is where a task reads results: the resource itself, or a part.
type source struct {
	program *policy.Program
	count   int // how many parts of the type there are
}

// itself is the count of the resource itself.
const itself = -1

// vectors remembers vectors, and the words in them.
type vectors struct {
	*jury
	same    map[sameKey]*demarc.Vector
	made    map[vectorKey]*form
	known   map[*baseVerdicts][]wordings // by place of the duty
	words   []string                     // by number, none first
	numbers map[string]uint64            // of words
	sources map[source]uint64            // their numbers
	read    [][]byte                     // what each task of the resource at hand reads
	whys    []byte                       // of the resource at hand, see vectorKey
	buf     []byte
}

func newVectors(j *jury) *vectors {
	return &vectors{jury: j, same: map[sameKey]*demarc.Vector{}, made: map[vectorKey]*form{}, known: map[*baseVerdicts][]wordings{},
		words: []string{""}, numbers: map[string]uint64{"": 0}, sources: map[source]uint64{}}
}

// onlyChecks reports whether nothing but checks decides the verdicts of a
// resource, and all its parts have names to fill in.
func (w *vectors) onlyChecks(i int) bool {
	more := func(part int32) bool { return w.evidenceAt(int(part)) > 0 || w.all[part].Name == "" }
	return len(w.wide) == 0 && w.evidenceAt(i) == 0 && !slices.ContainsFunc(w.parts[int32(i)], more)
}

// of is the vector of a resource of which only checks are known.
func (w *vectors) of(i int, o *observed) *demarc.Vector {
	if len(w.parts[int32(i)]) > 0 {
		return w.fill(w.formOf(i, o), i)
	}
	key := sameKey{w.verdictsOf(i), o.checks}
	v, ok := w.same[key]
	if !ok {
		if len(w.same) == mostSets {
			clear(w.same)
		}
		v = w.formOf(i, o).Vector // names no part
		w.same[key] = v
	}
	return v
}

// formOf is what the resource shares with others.
func (w *vectors) formOf(i int, o *observed) *form {
	v := w.verdictsOf(i)
	w.word(i, o, v.base)
	f, ok := w.made[vectorKey{v, string(w.whys)}]
	if !ok {
		f = w.keep(vectorKey{v, string(w.whys)})
	}
	return f
}

// word finds the words for each task of a resource. Only those that were not
// known are worked out.
func (w *vectors) word(i int, o *observed, base *baseVerdicts) {
	of := base.duties
	known, ok := w.known[base]
	if !ok {
		known = make([]wordings, len(of.own))
		w.known[base] = known
	}
	w.readAll(i, o, of)
	w.whys = w.whys[:0]
	gathered := false
	for n, duty := range of.own {
		number, ok := known[n][string(w.read[n])]
		if !ok && len(w.read[n]) > 0 {
			if !gathered {
				w.gatherAgain(i, o, of)
				gathered = true
			}
			w.leaveBlank(i, w.items[n])
			number = w.numberOf(w.why(i, duty, w.items[n]))
			known[n] = known[n].with(w.read[n], number)
		}
		w.whys = binary.AppendUvarint(w.whys, number)
	}
}

// with remembers the number of the words for what a task reads.
func (x wordings) with(read []byte, number uint64) wordings {
	if x == nil || len(x) == mostCached {
		x = wordings{}
	}
	x[string(read)] = number
	return x
}

// readAll writes down what each task reads of a resource, and of its parts: of
// the resource how many parts come before it in the order, then the results;
// the same of each part with its place.
func (w *vectors) readAll(i int, o *observed, of *duties) {
	for len(w.read) < len(of.own) {
		w.read = append(w.read, nil)
	}
	for n := range w.read {
		w.read[n] = w.read[n][:0]
	}
	parts := w.parts[int32(i)]
	before, _ := slices.BinarySearch(parts, int32(i))
	if o.checks != nil {
		w.readOne(of, o.checks, itself, before)
	}
	for place, part := range parts {
		set := w.all[part].checks
		w.readOne(of, set, w.partCounts[partKey{int32(i), set.program.Type}], place)
	}
}

// readOne writes down what the tasks read of one set of results.
func (w *vectors) readOne(of *duties, set *checkSet, count, place int) {
	a := w.alikeBy(alikeKey{of, set.program})
	if len(a.readers) == 0 {
		return
	}
	from := source{set.program, count}
	number, ok := w.sources[from]
	if !ok {
		number = uint64(len(w.sources))
		w.sources[from] = number
	}
	w.buf = binary.AppendUvarint(binary.AppendUvarint(w.buf[:0], number), uint64(place))
	for n := range a.readers {
		r := &a.readers[n]
		w.read[r.duty] = r.appendTo(append(w.read[r.duty], w.buf...), set.results)
	}
}

func (w *vectors) numberOf(words string) uint64 {
	n, ok := w.numbers[words]
	if !ok {
		n = uint64(len(w.words))
		w.words = append(w.words, words)
		w.numbers[words] = n
	}
	return n
}

// keep makes a vector, and remembers it for all resources with the same key.
func (w *vectors) keep(key vectorKey) *form {
	if len(w.made) == mostSets {
		clear(w.made)
	}
	f := &form{Vector: w.newVector(key.verdicts)}
	for n, numbers := 0, []byte(key.whys); len(numbers) > 0; n++ {
		number, size := binary.Uvarint(numbers)
		numbers = numbers[size:]
		f.Whys[n] = w.words[number]
		if strings.Contains(f.Whys[n], blankMark) {
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
