package app

import (
	"bufio"
	"errors"
	"io"
)

// maxCase bounds the text of one case.
const maxCase = 16 << 20

var errLongCase = errors.New("a case of more than 16 MB")

// caseReader takes a file of cases apart: objects one a line or over several
// lines, or a list of them, with comments between them. A broken object ends
// where the next line begins with a brace, so that one slip costs one case.
type caseReader struct {
	in   *bufio.Reader
	line int

	raw     []byte // of the case at hand, without comments
	begun   int    // the line of its first byte
	depth   int
	text    bool // inside of a text
	escaped bool
	long    bool
	list    bool // inside of a list at the top
}

func newCaseReader(r io.Reader) *caseReader {
	return &caseReader{in: bufio.NewReaderSize(r, 1<<16), line: 1}
}

// read hands the text of each case to each, valid until each returns. What is
// no case at all is handed on as it is: who reads it says what is wrong.
func (r *caseReader) read(each func(line int, raw []byte, err error)) error {
	for {
		c, err := r.in.ReadByte()
		if errors.Is(err, io.EOF) {
			r.end(each)
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case r.text:
			r.inText(c)
		case c == '/' && r.comment():
		case r.begun == 0:
			r.between(c)
		default:
			r.inside(c, each)
		}
		if c == '\n' {
			r.lineEnds(each)
		}
	}
}

func (r *caseReader) keep(c byte) {
	if r.long = r.long || len(r.raw) >= maxCase; !r.long {
		r.raw = append(r.raw, c)
	}
}

// inText follows a text. None goes over the end of a line.
func (r *caseReader) inText(c byte) {
	r.keep(c)
	switch {
	case c == '\n':
		r.text, r.escaped = false, false
	case r.escaped:
		r.escaped = false
	case c == '\\':
		r.escaped = true
	case c == '"':
		r.text = false
	}
}

// between looks for the first byte of a case.
func (r *caseReader) between(c byte) {
	switch c {
	case ' ', '\t', '\r', '\n', ',':
		return
	case '#':
		r.skipLine()
		return
	case '[':
		if !r.list {
			r.list = true
			return
		}
	case ']':
		if r.list {
			r.list = false
			return
		}
	}
	r.begun = r.line
	r.keep(c)
	r.bracket(c)
}

// bracket keeps how deep a case is nested.
func (r *caseReader) bracket(c byte) {
	switch c {
	case '"':
		r.text = true
	case '{', '[':
		r.depth++
	case '}', ']':
		r.depth--
	}
}

// inside follows a case behind its first byte.
func (r *caseReader) inside(c byte, each func(int, []byte, error)) {
	if r.depth <= 0 && (c == ',' || c == ']' && r.list) { // behind a word or a number
		r.end(each)
		r.between(c)
		return
	}
	r.keep(c)
	r.bracket(c)
	if r.depth == 0 && (c == '}' || c == ']') {
		r.end(each)
	}
}

// lineEnds ends a word or a number, and an object that the next one cuts off.
func (r *caseReader) lineEnds(each func(int, []byte, error)) {
	r.line++
	if r.begun == 0 {
		return
	}
	next, _ := r.in.Peek(1)
	cut := !r.list && len(next) == 1 && next[0] == '{'
	if r.depth <= 0 || cut {
		r.end(each)
	}
}

// end hands on the case at hand, if there is one.
func (r *caseReader) end(each func(int, []byte, error)) {
	if r.begun != 0 {
		var err error
		if r.long {
			err = errLongCase
		}
		each(r.begun, r.raw, err)
	}
	r.raw, r.begun, r.depth, r.text, r.escaped, r.long = r.raw[:0], 0, 0, false, false, false
}

// comment passes over a comment whose first slash was read, and reports
// whether it was one. A line comment leaves the end of its line.
func (r *caseReader) comment() bool {
	next, _ := r.in.Peek(1)
	switch {
	case len(next) == 0:
		return false
	case next[0] == '/':
		r.skipLine()
		return true
	case next[0] != '*':
		return false
	}
	_, _ = r.in.ReadByte()
	last := byte(0)
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return true
		}
		if c == '\n' {
			r.line++
		}
		if last == '*' && c == '/' {
			return true
		}
		last = c
	}
}

// skipLine passes over the rest of a line, up to its end.
func (r *caseReader) skipLine() {
	for {
		next, err := r.in.Peek(1)
		if err != nil || next[0] == '\n' {
			return
		}
		_, _ = r.in.Discard(1)
	}
}
