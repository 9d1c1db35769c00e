package assess

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// Trace says what an answer rests on, for one watched resource.
type Trace struct {
	Entry     *catalog.Entry // the type that answered, nil when unclassified
	Values    []TraceValue   // the properties that were asked for
	Undecided []string       // properties whose absence leaves the answer open
	Overrides []*demarc.Override
}

// TraceValue is one property and what was seen of it.
type TraceValue struct {
	Path  string
	Value demarc.Value
}

// Trace recomputes what the answer of a watched resource rests on; false when
// nobody asked to watch it.
func (s *Settled) Trace(id string) (Trace, bool) {
	l, ok := s.looks[id]
	if !ok {
		return Trace{}, false
	}
	t := Trace{Entry: l.class.Entry, Undecided: l.class.Undecided, Overrides: l.class.Overrides}
	for _, w := range s.Watched {
		if !demarc.EqualFold(w.ID, id) {
			continue
		}
		for i, path := range w.Paths {
			t.Values = append(t.Values, TraceValue{Path: path, Value: w.Value[i]})
		}
		break
	}
	return t, true
}
