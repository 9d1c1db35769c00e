package jsonrows

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// splitter reads the stream through one buffer, in which rows stay until the
// buffer is full and goes to a decoder as a whole.
type splitter struct {
	ctx  context.Context
	in   *source.Input
	pool *pool
	note func(line int, message string)

	batch *batch // its buf is the buffer, to its full length
	size  int    // of a usual buffer
	most  int    // bytes that a row may have
	n     int    // bytes read into the buffer
	pos   int    // the next byte to look at
	mark  int    // what must be kept from here on, -1 for from pos on

	line    int // of the byte at counted
	counted int
	eof     bool
	err     error

	pages []Page
	loose int // index of the page of rows that stand alone, -1 when there is none
}

func newSplitter(ctx context.Context, in *source.Input, p *pool, size int) *splitter {
	return &splitter{ctx: ctx, in: in, pool: p, batch: &batch{buf: make([]byte, size)}, size: size, most: MaxRow, mark: -1, line: 1, loose: -1}
}

// bytes is what is in the buffer.
func (s *splitter) bytes() []byte { return s.batch.buf[:s.n] }

// lineAt counts the lines up to an offset, which never goes back.
func (s *splitter) lineAt(offset int) int {
	if offset > s.counted {
		s.line += bytes.Count(s.batch.buf[s.counted:offset], []byte("\n"))
		s.counted = offset
	}
	return s.line
}

// more reads on, and reports false at the end of the stream or when what must
// be kept has grown too large.
func (s *splitter) more() bool {
	if s.eof {
		return false
	}
	keep := s.pos
	if s.mark >= 0 {
		keep = s.mark
	}
	if s.n-keep >= s.most {
		return false
	}
	s.makeRoom(keep)
	for s.n < len(s.batch.buf) && !s.eof {
		if err := s.ctx.Err(); err != nil {
			s.err, s.eof = err, true
			return false
		}
		n, err := s.in.Read(s.batch.buf[s.n:])
		s.n += n
		if err != nil {
			s.eof = true
			if !errors.Is(err, io.EOF) {
				s.err = err
			}
		}
	}
	return true
}

// makeRoom frees what lies in front of keep. Rows that lie there go to a
// decoder with their buffer, and what must be kept moves to another one.
func (s *splitter) makeRoom(keep int) {
	s.lineAt(keep)
	tail := s.batch.buf[keep:s.n]
	if len(s.batch.rows) > 0 {
		kept := bytes.Clone(tail)
		s.batch = s.pool.decode(s.batch, false)
		tail = kept
	}
	size := max(s.size, len(s.batch.buf))
	if size > s.size && len(tail) < s.size/2 {
		size = s.size // a row that was very large has gone
	}
	for len(tail) > size/2 {
		size *= 2
	}
	if size != len(s.batch.buf) {
		buf := make([]byte, size)
		copy(buf, tail)
		s.batch.buf = buf
	} else {
		copy(s.batch.buf, tail)
	}
	s.n = len(tail)
	s.pos -= keep
	s.counted -= keep
	if s.mark >= 0 {
		s.mark -= keep
	}
}

// peek moves over white space and comments and returns the next byte, 0 at
// the end of the stream.
func (s *splitter) peek() byte {
	for {
		i := jsonspan.Space(s.bytes(), s.pos)
		if i < s.n {
			s.pos = i
			return s.batch.buf[i]
		}
		// White space may be let go, but not the beginning of a comment.
		if at := bytes.TrimLeft(s.bytes()[s.pos:], " \t\r\n"); s.mark < 0 {
			s.pos = s.n - len(at)
		}
		if !s.more() {
			switch {
			case s.eof:
				s.pos = s.n
				return 0
			case s.mark >= 0:
				s.mark = -1
			default: // a comment beyond all bounds
				s.drop(&skipper{})
			}
		}
	}
}

// skip moves behind the value at pos and returns it and how deep it nests; the
// value is nil when it is too large. Ok is false when the stream ends inside
// of it.
func (s *splitter) skip() (span []byte, depth int, ok bool) {
	for {
		end, depth := jsonspan.End(s.bytes(), s.pos)
		if end >= 0 {
			span = s.batch.buf[s.pos:end]
			s.pos = end
			return span, depth, true
		}
		if s.more() {
			continue
		}
		if s.eof {
			span = s.batch.buf[s.pos:s.n]
			s.pos = s.n
			return span, depth, depth == 0 && scalar(span)
		}
		if s.mark < 0 {
			return nil, 0, s.drop(&skipper{})
		}
		s.mark = -1
	}
}

// scalar reports whether bytes at the end of the stream are a number or a
// word, which nothing else would end.
func scalar(b []byte) bool {
	return len(b) > 0 && b[0] != '"' && b[0] != '{' && b[0] != '['
}

// drop passes over a value without keeping it.
func (s *splitter) drop(k *skipper) bool {
	for {
		i := k.feed(s.bytes()[s.pos:])
		s.pos += i
		if k.done {
			return true
		}
		s.lineAt(s.pos)
		if !s.more() {
			return false
		}
	}
}
