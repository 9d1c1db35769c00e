package assess

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/slots"
)

// What policies say of a resource by itself, before anything related to it is
// known, depends on that resource alone and costs more than anything else that
// is done with it. One process can evaluate it, and another one recall it.

// resultsVersion is the first byte of encoded results.
const resultsVersion = 1

// Errors of results that cannot be read.
var (
	errOtherResults = errors.New("they are of another version of the program")
	errShortResults = errors.New("they break off")
	errWrongResults = errors.New("they hold what no version of the program writes")
)

// Evaluator asks the policies about resources and keeps nothing but the
// results. It is used by one goroutine.
type Evaluator struct {
	line   *Line
	asking *asking // nil without policies
	rows   []byte  // encoded, one behind the other
	known  map[string]uint64
	marked []byte // a mark and the number of a row for each resource
	count  uint64 // of resources
	row    []byte
}

// NewEvaluator makes an evaluator for one goroutine.
func (l *Line) NewEvaluator() *Evaluator {
	e := &Evaluator{line: l, known: map[string]uint64{}}
	if p := l.policies(); p != nil {
		e.asking = l.newAsking(p)
	}
	return e
}

// Evaluate asks the policies about a resource as [Shard.Observe] does, and
// keeps what they say under a mark, which is the same only for resources of
// which the very same was seen.
func (e *Evaluator) Evaluate(mark uint64, r *demarc.Resource, values *slots.Values) {
	if e.asking == nil {
		return
	}
	typ := r.Type
	if class := e.line.classifier.Observe(r, values).Class; class.Type != "" {
		typ = class.Type
	}
	program := e.asking.program(typ)
	if len(program.Rules)+len(program.Sought) == 0 {
		return
	}
	e.asking.ask(program, r, values)
	e.keep(mark)
}

// keep keeps what was said of the last resource.
func (e *Evaluator) keep(mark uint64) {
	e.row = binary.AppendUvarint(e.row[:0], uint64(len(e.asking.results)))
	for _, r := range e.asking.results {
		e.row = append(e.row, byte(r))
	}
	e.row = binary.AppendUvarint(e.row, uint64(len(e.asking.fulfilled)))
	e.row = append(e.row, e.asking.fulfilled...)
	at, ok := e.known[string(e.row)]
	if !ok {
		at = uint64(len(e.known))
		e.known[string(e.row)] = at
		e.rows = append(e.rows, e.row...)
	}
	e.marked = binary.AppendUvarint(binary.LittleEndian.AppendUint64(e.marked, mark), at)
	e.count++
}

// AppendTo appends the encoded results, for [ReadResults]. The same resources
// in the same order give the same bytes.
func (e *Evaluator) AppendTo(to []byte) []byte {
	to = append(to, resultsVersion)
	to = binary.AppendVarint(to, e.line.day())
	to = binary.AppendUvarint(to, uint64(len(e.known)))
	to = append(to, e.rows...)
	to = binary.AppendUvarint(to, e.count)
	return append(to, e.marked...)
}

// day is that of the assessment, counted from the first one of 1970.
func (l *Line) day() int64 {
	const day = 24 * time.Hour
	return l.options.AsOf.UTC().Truncate(day).Unix() / int64(day/time.Second)
}

// ReadsDay reports whether any policy asks what day it is, so that results may
// be others on another day.
func (l *Line) ReadsDay() bool {
	p := l.policies()
	return p != nil && p.Book.ReadsDay()
}

// Results are what an [Evaluator] kept. They are read-only: any number of
// shards may recall them at once.
type Results struct {
	day  int64 // of the assessment that they were evaluated for, see Line.day
	rows []row
	of   map[uint64]int // row by mark, several where one mark has two
}

// several says that a mark does not tell which row is meant.
const several = -1

// row is what the policies say of a resource, and of all others like it.
type row struct {
	results   []byte // a policy.Result each
	fulfilled []byte // see policy.FulfilmentAt
}

// ReadResults reads what [Evaluator.AppendTo] wrote. The results refer to the
// bytes, which must not be changed.
func ReadResults(b []byte) (*Results, error) {
	if len(b) == 0 || b[0] != resultsVersion {
		return nil, fmt.Errorf("read results: %w", errOtherResults)
	}
	in := &resultsReader{left: b[1:]}
	r := &Results{day: in.varint()}
	r.rows = make([]row, in.length(smallestRow))
	for i := range r.rows {
		r.rows[i] = row{in.bytes(), in.bytes()}
	}
	n := in.length(smallestMark)
	r.of = make(map[uint64]int, n)
	for range n {
		r.put(in.mark(), in.index(len(r.rows)))
	}
	if in.err == nil && len(in.left) > 0 {
		in.err = errWrongResults
	}
	if in.err != nil {
		return nil, fmt.Errorf("read results: %w", in.err)
	}
	return r, nil
}

// put notes the row of a mark.
func (r *Results) put(mark uint64, at int) {
	if before, ok := r.of[mark]; ok && before != at {
		at = several
	}
	r.of[mark] = at
}

// find is the row of a mark, nil for none.
func (r *Results) find(mark uint64) *row {
	if r == nil {
		return nil
	}
	if at, ok := r.of[mark]; ok && at != several {
		return &r.rows[at]
	}
	return nil
}

// The least bytes that a row and a mark with its row take.
const (
	smallestRow  = 2
	smallestMark = 8 + 1
)

// resultsReader reads one thing after the other. Everything behind an error is
// empty.
type resultsReader struct {
	left []byte
	err  error
}

func (in *resultsReader) fail(err error) {
	if in.err == nil {
		in.err = err
	}
	in.left = nil
}

// passed passes over a number that took so many bytes.
func (in *resultsReader) passed(size int) bool {
	if size <= 0 {
		in.fail(errShortResults)
		return false
	}
	in.left = in.left[size:]
	return true
}

func (in *resultsReader) varint() int64 {
	n, size := binary.Varint(in.left)
	in.passed(size)
	return n
}

// length is how many of something follow, each of at least so many bytes.
func (in *resultsReader) length(least int) int {
	n, size := binary.Uvarint(in.left)
	if !in.passed(size) {
		return 0
	}
	if n > uint64(len(in.left)/least) {
		in.fail(errShortResults)
		return 0
	}
	return int(n)
}

func (in *resultsReader) bytes() []byte {
	n := in.length(1)
	b := in.left[:n:n]
	in.left = in.left[n:]
	return b
}

func (in *resultsReader) mark() uint64 {
	const size = 8
	if len(in.left) < size {
		in.fail(errShortResults)
		return 0
	}
	mark := binary.LittleEndian.Uint64(in.left)
	in.left = in.left[size:]
	return mark
}

// index is a place in a list of n.
func (in *resultsReader) index(n int) int {
	at, size := binary.Uvarint(in.left)
	if in.passed(size) && at >= uint64(n) {
		in.fail(errWrongResults)
	}
	if in.err != nil {
		return several
	}
	return int(at)
}

// Recall tells a shard to take what policies say of the resources to come from
// results, as far as [Shard.Mark] finds them there; nil ends that. They must be
// of the same policies: others are told apart only by how much they say.
func (s *Shard) Recall(r *Results) { s.recalls, s.marked = r, nil }

// Mark says under which mark results may know the resource that is observed
// next. One that they do not know is asked about as if it had no mark.
func (s *Shard) Mark(mark uint64) { s.marked = s.recalls.find(mark) }

// recall takes what the policies say of a resource from what is known of it;
// false where that is nothing, or nothing that they would say today.
func (s *Shard) recall(known *row, program *policy.Program) bool {
	switch {
	case known == nil:
		return false
	case program.ReadsDay() && s.recalls.day != s.line.day():
		return false
	case !program.Fits(known.results, known.fulfilled):
		return false
	}
	s.results = s.results[:0]
	for _, b := range known.results {
		s.results = append(s.results, policy.Result(b))
	}
	s.fulfilled = append(s.fulfilled[:0], known.fulfilled...)
	return true
}
