package terraform

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

const (
	bufferSize = 256 << 10
	mostRecord = 64 << 20 // bytes of one record
	deepest    = 200      // levels that are walked; a record may nest deeper
)

// What may be wrong with a file or one value in it.
var (
	errCut    = errors.New("the file ends inside of a record")
	errBroken = errors.New("broken JSON")
	errLarge  = errors.New("a record of more than 64 MB")
)

// walker reads a JSON document of any size through one buffer. Objects and
// lists are walked; only single values are held, each until the next call.
// Comments and trailing commas are forgiven.
type walker struct {
	ctx  context.Context
	from io.Reader

	buf     []byte
	n, pos  int
	line    int // of the byte at counted
	counted int
	most    int // bytes of one value
	depth   int
	eof     bool
	err     error
}

func newWalker(ctx context.Context, from io.Reader, size int) *walker {
	if size < 0 {
		size = bufferSize
	}
	return &walker{ctx: ctx, from: from, buf: make([]byte, size+1), line: 1, most: mostRecord}
}

// lineHere is the line of the byte at pos.
func (w *walker) lineHere() int {
	if w.pos > w.counted {
		w.line += bytes.Count(w.buf[w.counted:w.pos], []byte("\n"))
		w.counted = w.pos
	}
	return w.line
}

// more reads on and reports whether anything came. What lies in front of pos
// is let go.
func (w *walker) more() bool {
	if w.eof || w.n-w.pos >= w.most {
		return false
	}
	w.lineHere()
	kept := w.buf[w.pos:w.n]
	if len(kept) > len(w.buf)/2 {
		w.buf = append(make([]byte, 0, 2*len(w.buf)), kept...)[:2*len(w.buf)]
	} else {
		copy(w.buf, kept)
	}
	w.n, w.pos, w.counted = len(kept), 0, 0
	before := w.n
	for w.n < len(w.buf) && !w.eof {
		if w.err = w.ctx.Err(); w.err != nil {
			w.eof = true
			return false
		}
		n, err := w.from.Read(w.buf[w.n:])
		w.n += n
		if err != nil {
			w.eof = true
			if !errors.Is(err, io.EOF) {
				w.err = err
			}
		}
	}
	return w.n > before
}

// ended is the error of a document that ends too early.
func (w *walker) ended() error {
	switch {
	case w.err != nil:
		return w.err
	case w.eof:
		return errCut
	}
	return errLarge
}

// peek moves over white space and comments and returns the next byte, 0 at
// the end.
func (w *walker) peek() byte {
	for {
		if i := jsonspan.Space(w.buf[:w.n], w.pos); i < w.n {
			w.pos = i
			return w.buf[i]
		}
		if rest := bytes.TrimLeft(w.buf[w.pos:w.n], " \t\r\n"); len(rest) < w.n-w.pos {
			w.pos = w.n - len(rest)
		}
		if !w.more() {
			return 0
		}
	}
}

// value returns the value at pos and moves behind it.
func (w *walker) value() ([]byte, error) {
	if w.peek() == 0 {
		return nil, w.ended()
	}
	for {
		end, _ := jsonspan.End(w.buf[:w.n], w.pos)
		switch {
		case end == w.pos:
			return nil, errBroken
		case end > w.pos:
			span := w.buf[w.pos:end]
			w.pos = end
			return span, nil
		}
		if !w.more() {
			return nil, w.ended()
		}
	}
}

// placed is value with the line on which the value begins.
func (w *walker) placed() (raw []byte, line int, err error) {
	w.peek()
	line = w.lineHere()
	raw, err = w.value()
	return raw, line, err
}

// object walks the object at pos. visit is called with each name, folded to
// its text, and must take the value.
func (w *walker) object(visit func(name string) error) error {
	return w.container('{', '}', func() error {
		quoted, err := w.value()
		if err != nil {
			return err
		}
		if quoted[0] != '"' {
			return errBroken
		}
		name := string(json.AppendUnquote(nil, quoted))
		if w.peek() != ':' {
			return w.brokenOr()
		}
		w.pos++
		return visit(name)
	})
}

// list walks the list at pos; visit must take each element.
func (w *walker) list(visit func() error) error { return w.container('[', ']', visit) }

func (w *walker) container(open, shut byte, visit func() error) error {
	if w.peek() != open {
		return w.brokenOr()
	}
	if w.depth++; w.depth > deepest {
		return errBroken
	}
	defer func() { w.depth-- }()
	w.pos++
	for {
		switch w.peek() {
		case shut:
			w.pos++
			return nil
		case ',':
			w.pos++
			continue
		case 0:
			return w.ended()
		}
		if err := visit(); err != nil {
			return err
		}
	}
}

func (w *walker) brokenOr() error {
	if w.peek() == 0 {
		return w.ended()
	}
	return errBroken
}

// skip moves behind the value at pos without holding it.
func (w *walker) skip() error {
	switch c := w.peek(); {
	case c == '{' && w.depth < deepest:
		return w.object(func(string) error { return w.skip() })
	case c == '[' && w.depth < deepest:
		return w.list(w.skip)
	}
	_, err := w.value()
	return err
}

// elements walks the list at pos; anything else is passed over.
func (w *walker) elements(visit func() error) error {
	if w.peek() != '[' {
		return w.skip()
	}
	return w.list(visit)
}

// members walks the object at pos; anything else is passed over.
func (w *walker) members(visit func(name string) error) error {
	if w.peek() != '{' {
		return w.skip()
	}
	return w.object(visit)
}

// text is the text of a JSON string, "" of everything else.
func text(raw []byte) string {
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	return string(json.AppendUnquote(nil, raw))
}
