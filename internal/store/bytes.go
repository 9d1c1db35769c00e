package store

import (
	"encoding/binary"
	"errors"
	"strings"
)

// What rows are written in: numbers of as few bytes as they take, and texts
// behind their length.

func appendUint(b []byte, n uint64) []byte { return binary.AppendUvarint(b, n) }

func appendText(b []byte, s string) []byte { return append(appendUint(b, uint64(len(s))), s...) }

// plain is a text as every database keeps it: what is no UTF-8, and the zero
// byte, are replaced.
func plain(s string) string {
	const instead = "\uFFFD"
	return strings.ReplaceAll(strings.ToValidUTF8(s, instead), "\x00", instead)
}

// errBroken says that bytes are not what was written.
var errBroken = errors.New("the stored bytes are broken")

// parser reads what was appended. After the first mistake everything it gives
// is empty, and err says so.
type parser struct {
	rest []byte
	err  error
}

func (p *parser) fail() {
	p.rest = nil
	if p.err == nil {
		p.err = errBroken
	}
}

func (p *parser) uint() uint64 {
	n, size := binary.Uvarint(p.rest)
	if size <= 0 {
		p.fail()
		return 0
	}
	p.rest = p.rest[size:]
	return n
}

// number reads a number that fits 32 bits.
func (p *parser) number() uint32 {
	n := p.uint()
	if n != uint64(uint32(n)) {
		p.fail()
	}
	return uint32(n)
}

// take reads so many bytes, which stay those of the input.
func (p *parser) take(n uint64) []byte {
	if n > uint64(len(p.rest)) {
		p.fail()
		return nil
	}
	b := p.rest[:n:n]
	p.rest = p.rest[n:]
	return b
}

func (p *parser) bytes() []byte { return p.take(p.uint()) }

func (p *parser) text() string { return string(p.bytes()) }

func (p *parser) byte() byte {
	b := p.take(1)
	if len(b) == 0 {
		return 0
	}
	return b[0]
}
