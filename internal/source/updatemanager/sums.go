package updatemanager

import (
	"cmp"
	"slices"
	"strconv"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// sums hold the numbers of machines against the updates that are listed one by
// one. It is used by several goroutines.
type sums struct {
	mu       sync.Mutex
	listed   map[string]int // updates by folded machine
	machines []sum
}

type sum struct {
	evidence demarc.Evidence
	total    int
}

func newSums() *sums { return &sums{listed: map[string]int{}} }

// open counts an update of a machine.
func (s *sums) open(machine string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed[demarc.Fold(machine)]++
}

// machine keeps the number of a machine until all updates were met.
func (s *sums) machine(e *demarc.Evidence, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.machines = append(s.machines, sum{*e, total})
}

// give says of each machine what its number adds to the updates: that none is
// open, or that some are of which nothing else is known. A number that
// contradicts the updates is noted.
func (s *sums) give(sink source.Sink) {
	slices.SortStableFunc(s.machines, func(a, b sum) int {
		return cmp.Or(cmp.Compare(a.evidence.Place.Line, b.evidence.Place.Line), demarc.CompareFold(a.evidence.Subject.ID, b.evidence.Subject.ID))
	})
	for i := range s.machines {
		m := &s.machines[i]
		listed := s.listed[demarc.Fold(m.evidence.Subject.ID)]
		e := m.evidence
		note := demarc.Note{Kind: demarc.NoteIgnored, Place: e.Place, Message: "numbers of updates that are listed one by one", Count: 1}
		switch {
		case listed > 0:
			sink.Note(note)
			if listed != m.total {
				note.Kind, note.Message = demarc.NoteConflict, "a number of open updates that is not that of the updates listed for the machine"
				sink.Note(note)
			}
		case m.total > 0:
			e.Outcome, e.Reason, e.Detail = demarc.Fail, demarc.NoReason, some(m.total)
			sink.Evidence(&e)
		default:
			e.Outcome, e.Reason, e.Detail = demarc.Pass, demarc.NoReason, "no update is open"
			sink.Evidence(&e)
		}
	}
}

// numbers reads an object of numbers; false when there is none.
func numbers(object []byte) ([]int, bool) {
	var all []int
	err := jsonspan.Members(object, func(_, value []byte) {
		if n, err := strconv.Atoi(string(value)); err == nil && n >= 0 {
			all = append(all, n)
		}
	})
	return all, err == nil && len(all) > 0
}
