package pathrow

import (
	"bytes"
	"hash/maphash"
	"time"
	"unicode/utf8"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// texts keeps one copy of what is met again and again.
type texts struct {
	short  map[string]string
	recent []string // by hash: ids, of which there may be millions
	seed   maphash.Seed
}

// The bounds of what is kept.
const (
	longestShort = 256
	mostShort    = 1 << 14
	mostRecent   = 1 << 14 // a power of two
)

func newTexts() texts {
	return texts{short: map[string]string{}, seed: maphash.MakeSeed()}
}

// Intern returns a text for b, the same one for the same short bytes.
func (t *texts) Intern(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := t.short[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(s) <= longestShort && len(t.short) < mostShort {
		t.short[s] = s
	}
	return s
}

// Keep returns a text for b, as a rule the same one for bytes that were met
// a short while ago. It is for what has too many values to keep them all.
func (t *texts) Keep(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if t.recent == nil {
		t.recent = make([]string, mostRecent)
	}
	slot := &t.recent[maphash.Bytes(t.seed, b)&(mostRecent-1)]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// Has reports whether the row shows a value.
func (r *Row) Has(value int) bool { return r.cells[value] != nil }

// Raw is the JSON text of a value, nil when the row has none.
func (r *Row) Raw(value int) []byte { return r.cells[value] }

// Bytes are the bytes of a text, number or truth, without white space around;
// nil for everything else. They are valid until Bytes is called again.
func (r *Row) Bytes(value int) []byte { return r.bytes(r.cells[value]) }

func (r *Row) bytes(raw []byte) []byte {
	switch {
	case len(raw) == 0 || raw[0] == '{' || raw[0] == '[':
		return nil
	case raw[0] != '"':
		return raw
	case isPlain(raw[1 : len(raw)-1]):
		return bytes.TrimSpace(raw[1 : len(raw)-1])
	}
	r.buffer = json.AppendUnquote(r.buffer[:0], raw)
	return bytes.TrimSpace(r.buffer)
}

// isPlain reports whether the inside of a JSON string stands for itself.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c == '\\' || c >= utf8.RuneSelf || c < ' ' {
			return false
		}
	}
	return true
}

// Text is the text of a value that is met again and again.
func (r *Row) Text(value int) string { return r.Intern(r.Bytes(value)) }

// Texts are the texts in a value that is a list, or the one text that it is.
func (r *Row) Texts(value int) []string {
	raw := r.cells[value]
	if len(raw) == 0 || raw[0] != '[' {
		if s := r.Text(value); s != "" {
			return []string{s}
		}
		return nil
	}
	var all []string
	_ = jsonspan.Elements(raw, func(element []byte) { // what came before a mistake is kept
		if b := r.bytes(element); len(b) > 0 {
			all = append(all, string(b))
		}
	})
	return all
}

// longestText is where a sentence of a tool is cut.
const longestText = 240

// Sentence is the text of a value as a detail is kept: cut where it is long.
func (r *Row) Sentence(value int) string { return r.Intern(cut(r.Bytes(value))) }

// Sentences joins what two values say, by a colon. The second is left out
// where it says what the first says.
func (r *Row) Sentences(first, second int) string {
	a := r.Sentence(first)
	b := cut(r.Bytes(second))
	switch {
	case len(b) == 0 || string(b) == a:
		return a
	case a == "":
		return r.Intern(b)
	}
	r.joined = append(append(append(r.joined[:0], a...), ": "...), b...)
	return r.Intern(cut(r.joined))
}

// cut cuts a text between two characters.
func cut(b []byte) []byte {
	if len(b) <= longestText {
		return b
	}
	n := longestText
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return b[:n]
}

// Time is the instant that a value tells, zero when it tells none. Ok is false
// when there is something that is no date.
func (r *Row) Time(value int) (at time.Time, ok bool) {
	b := r.Bytes(value)
	if len(b) == 0 {
		return time.Time{}, true
	}
	if err := at.UnmarshalText(b); err == nil {
		if at.Year() < 1980 { // the zero of a tool
			return time.Time{}, true
		}
		return at.UTC(), true
	}
	return moment.Parse(string(b))
}
