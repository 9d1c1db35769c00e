package store

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// A resource is stored under its folded id. What many resources share stands
// in the classes of the snapshot; the row names it by number, so that it stays
// as it is when a shared text changes.

// numbers say what a resource shares with others, by kind of class.
type numbers [3]uint32

// The kinds of classes. The numbers are a file format.
const (
	answerClass byte = iota
	vectorClass
	ownerClass
	instanceClass // vectors of what exists above resources
)

// The flags of a row, one byte.
const (
	seenBits     = 7  // demarc.Seen
	standingBits = 24 // demarc.Standing, shifted
	standingFrom = 3
	madeUpBit    = 32
	ownNameBit   = 64 // the name is not the last part of the id
	noScopeBit   = 128
)

// rowWriter writes resources as rows and reuses its memory.
type rowWriter struct {
	key, rest, value, aside []byte
}

// write writes all of a resource but its numbers.
func (w *rowWriter) write(r *demarc.Assessed, workload string) {
	w.key = demarc.AppendFold(w.key[:0], r.ID)
	flags := byte(r.Seen) | byte(r.Standing)<<standingFrom
	if r.MadeUp {
		flags |= madeUpBit
	}
	if r.Name != lastPart(r.ID) {
		flags |= ownNameBit
	}
	if r.Scope == nil {
		flags |= noScopeBit
	}
	v := appendSpelling(append(w.rest[:0], flags), w.key, r.ID)
	if flags&ownNameBit != 0 {
		v = appendText(v, r.Name)
	}
	v = appendText(v, r.Type)
	if r.Scope != nil {
		v = appendBelow(v, w.key, r.Scope.ID)
	}
	v = appendBeside(v, r.ID, r.PartOf)
	w.rest = appendText(v, workload)
	w.aside = appendPlace(w.aside[:0], r.Place)
}

// item is the row with its numbers.
func (w *rowWriter) item(of numbers) *item {
	w.value = w.value[:0]
	for _, n := range of {
		w.value = appendUint(w.value, uint64(n))
	}
	w.value = append(w.value, w.rest...)
	return &item{key: w.key, value: w.value, aside: w.aside}
}

func appendPlace(b []byte, at demarc.Place) []byte {
	if at.File == nil {
		return appendUint(appendText(b, ""), 0)
	}
	return appendUint(appendText(b, at.File.Path), uint64(max(at.Line, 0)))
}

func lastPart(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// appendSpelling writes how a folded text was spelled: the places at which
// letters differ, each with the letter, or the text itself where folding
// changed more than the case of letters.
func appendSpelling(b, folded []byte, spelled string) []byte {
	if string(folded) == spelled {
		return appendUint(b, 0)
	}
	if len(folded) != len(spelled) {
		return appendText(appendUint(b, 1), spelled)
	}
	n := uint64(0)
	for i := range len(folded) {
		if folded[i] != spelled[i] {
			n++
		}
	}
	b = appendUint(b, n+1)
	last := 0
	for i := range len(folded) {
		if folded[i] != spelled[i] {
			b = append(appendUint(b, uint64(i-last)), spelled[i])
			last = i
		}
	}
	return b
}

func (p *parser) spelling(folded []byte) string {
	n := p.uint()
	switch n {
	case 0:
		return string(folded)
	case 1:
		return p.text()
	}
	spelled := append([]byte(nil), folded...)
	at := uint64(0)
	for range n - 1 {
		at += p.uint()
		letter := p.byte()
		if p.err != nil || at >= uint64(len(spelled)) {
			p.fail()
			return ""
		}
		spelled[at] = letter
	}
	return string(spelled)
}

// appendBelow is appendBeside for the id of a scope, which a folded id that lies
// in it mostly begins with.
func appendBelow(b, folded []byte, scope string) []byte {
	if len(scope) <= len(folded) && string(folded[:len(scope)]) == scope {
		return appendUint(appendUint(b, uint64(len(scope))), 0)
	}
	return appendBeside(b, string(folded), scope)
}

// appendBeside writes a text that mostly begins as another one does.
func appendBeside(b []byte, other, s string) []byte {
	n := 0
	for n < len(s) && n < len(other) && s[n] == other[n] {
		n++
	}
	return appendText(appendUint(b, uint64(n)), s[n:])
}

func (p *parser) beside(other string) string {
	n := p.uint()
	rest := p.bytes()
	if n > uint64(len(other)) {
		p.fail()
		return ""
	}
	return other[:n] + string(rest)
}

// stored is a resource as its row has it.
type stored struct {
	demarc.Resource
	scope    string // id, "" where the resource has none
	noScope  bool
	partOf   string
	workload string
	numbers  numbers
	file     string
	line     int
}

// parseResource reads a row.
func parseResource(it *item) (*stored, error) {
	s := &stored{}
	of, rest, err := parseNumbers(it.value)
	s.numbers = of
	p := parser{rest: rest, err: err}
	flags := p.byte()
	s.Seen, s.Standing, s.MadeUp = demarc.Seen(flags&seenBits), demarc.Standing(flags&standingBits>>standingFrom), flags&madeUpBit != 0
	s.ID = p.spelling(it.key)
	s.Name = lastPart(s.ID)
	if flags&ownNameBit != 0 {
		s.Name = p.text()
	}
	s.Type = p.text()
	if s.noScope = flags&noScopeBit != 0; !s.noScope {
		s.scope = p.beside(string(it.key))
	}
	s.partOf = p.beside(s.ID)
	s.workload = p.text()
	if len(p.rest) > 0 {
		p.fail()
	}
	aside := parser{rest: it.aside}
	s.file, s.line = aside.text(), int(aside.number())
	if p.err == nil {
		p.err = aside.err
	}
	return s, p.err
}

// parseNumbers reads what a row shares with others, and gives the rest of it.
func parseNumbers(value []byte) (of numbers, rest []byte, err error) {
	p := parser{rest: value}
	for i := range of {
		of[i] = p.number()
	}
	return of, p.rest, p.err
}
