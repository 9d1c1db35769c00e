package onpremcsv

import (
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// tool is the word under which the evidence stands.
const tool = "inventory"

// testimony is what one row says about its machine.
type testimony struct {
	sink     source.Sink
	place    demarc.Place
	about    demarc.Subject
	cells    []cell
	observed time.Time // the day on which the row was written, zero when it does not say
	latest   time.Time // the latest day that the row names as past
	system   bool      // an operating system is named
	dated    map[string]bool
}

// cell is an answer.
type cell struct {
	question
	header, text string
	day          time.Time
}

func newTestimony(sink source.Sink, place demarc.Place, about demarc.Subject, header, fields []string) *testimony {
	t := &testimony{sink: sink, place: place, about: about, dated: map[string]bool{}}
	for i, name := range header {
		folded, text := source.FoldHeader(name), strings.TrimSpace(fields[i])
		if asOf[folded] && text != "" {
			var ok bool
			if t.observed, ok = moment.Parse(text); !ok {
				t.note(demarc.NoteMalformed, "not a day: "+name)
			}
		}
		t.system = t.system || (folded == "os" || folded == "operatingsystem") && text != ""
		if q, ok := questions[folded]; ok && !silent[source.FoldHeader(text)] {
			t.cells = append(t.cells, cell{question: q, header: name, text: text})
		}
	}
	t.days()
	return t
}

// days reads the days in the cells. A row is no older than the latest of those
// that were past when it was written.
func (t *testimony) days() {
	t.latest = t.observed
	for i := range t.cells {
		c := &t.cells[i]
		if c.answer != aDay && c.answer != anEnd {
			continue
		}
		var ok bool
		if c.day, ok = moment.Parse(c.text); !ok {
			continue
		}
		t.dated[c.check] = true
		if c.answer == aDay && c.day.After(t.latest) {
			t.latest = c.day
		}
	}
}

// give gives every answer of the row.
func (t *testimony) give(kind string) {
	template := strings.Contains(demarc.Fold(kind), "template")
	for i := range t.cells {
		c := &t.cells[i]
		e := &demarc.Evidence{
			Subject: t.about, Tool: tool, Check: c.check, Title: c.header, Detail: c.text, Strength: demarc.Observed, Observed: t.observed, Place: t.place,
		}
		switch {
		case c.day.IsZero():
			if !t.word(c, e) {
				continue
			}
		case c.answer == anEnd:
			t.end(c, e)
		default:
			t.done(c, e, template)
		}
		t.sink.Evidence(e)
	}
}

// done says what follows from the day on which something was last done.
func (t *testimony) done(c *cell, e *demarc.Evidence, template bool) {
	e.Outcome = demarc.Pass
	switch {
	case c.check == restoreTested, c.check == patches && template:
		e.Observed = c.day // nobody looked again since
	case c.check == patches:
		e.Outcome, e.Since = demarc.Fail, c.day // what came out since then is open
		fallthrough
	default:
		if t.observed.After(c.day) {
			e.Amount = t.observed.Sub(c.day)
		} else {
			e.Since = c.day
		}
	}
}

// end says what follows from the day on which support ends: it is over when
// the row was written later.
func (t *testimony) end(c *cell, e *demarc.Evidence) {
	if source.FoldHeader(c.header) == "vendorsupportend" && !t.system {
		e.Check = hardwareSupported
	}
	if t.latest.After(c.day) {
		e.Outcome, e.Since = demarc.Fail, c.day
		return
	}
	e.Outcome, e.Expires = demarc.Pass, c.day
}

// word says what follows from a word, false when nothing does beside a day
// that answers the same.
func (t *testimony) word(c *cell, e *demarc.Evidence) bool {
	folded := source.FoldHeader(c.text)
	yes, known := words[folded]
	named := c.answer == aName || c.answer == aClaim
	switch {
	case known && !yes:
		e.Outcome = demarc.Fail
	case t.dated[c.check] && (known || named):
		t.note(demarc.NoteRead, "answered more closely by a day: "+c.header)
		return false
	case known && c.answer == aDay, c.answer == aClaim:
		e.Outcome, e.Strength = demarc.Pass, demarc.Claim // nobody says when
	case known, named && !isDoubtful(folded):
		e.Outcome = demarc.Pass
	default:
		t.note(demarc.NoteMalformed, "neither yes nor no nor a day: "+c.header)
		e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.NotAssessed
	}
	return true
}

func isDoubtful(folded string) bool {
	return slices.ContainsFunc(doubtful, func(word string) bool { return strings.HasPrefix(folded, word) }) || strings.HasSuffix(folded, "?")
}

func (t *testimony) note(kind demarc.NoteKind, message string) {
	t.sink.Note(demarc.Note{Kind: kind, Place: t.place, Message: message, Count: 1})
}
