package recorded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/demarc-dev/demarc"
)

// Errors of records that cannot be read.
var (
	errShort = errors.New("it breaks off")
	errNewer = errors.New("it was written by a newer version of the program")
	errWrong = errors.New("it holds what no version of the program writes")
)

// codec writes records and reads them. What a record holds is described once
// for both ways, so that what is written is what is read.
type codec struct {
	buf     []byte // what was written, or what is left to read
	reading bool
	err     error                     // the first one of reading
	word    func([]byte) string       // makes texts of which there are few, nil for any
	file    func([]byte) *demarc.File // finds a file by its path
	depth   int                       // of the value that is being read
}

// reading begins to read a record.
func reading(record []byte) codec {
	c := codec{reading: true, buf: record}
	var v byte
	c.byte(&v)
	if v > version {
		c.fail(errNewer)
	} else if v == 0 {
		c.fail(errWrong)
	}
	return c
}

// fail keeps the first error. Everything read from then on is empty.
func (c *codec) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.buf = nil
}

// end says what is wrong with a record that was read. What is left of it was
// written by a program that knows more.
func (c *codec) end(kind Kind) error {
	if c.err == nil && len(c.buf) > 0 {
		c.err = errNewer
	}
	if c.err != nil {
		return fmt.Errorf("read a record of kind %s: %w", kind, c.err)
	}
	return nil
}

func (c *codec) byte(b *byte) {
	if !c.reading {
		c.buf = append(c.buf, *b)
		return
	}
	if len(c.buf) == 0 {
		c.fail(errShort)
		*b = 0
		return
	}
	*b = c.buf[0]
	c.buf = c.buf[1:]
}

// small is a set of choices up to the last one that this program knows.
func small[T ~uint8](c *codec, x *T, last T) {
	b := byte(*x)
	c.byte(&b)
	if *x = T(b); *x > last {
		c.fail(errNewer)
		*x = 0
	}
}

func (c *codec) flag(x *bool) {
	var b byte
	if *x {
		b = 1
	}
	small(c, &b, 1)
	*x = b == 1
}

func (c *codec) uvarint(n *uint64) {
	if !c.reading {
		c.buf = binary.AppendUvarint(c.buf, *n)
		return
	}
	x, size := binary.Uvarint(c.buf)
	if size <= 0 {
		c.fail(errShort)
		*n = 0
		return
	}
	*n = x
	c.buf = c.buf[size:]
}

func (c *codec) varint(n *int64) {
	u := uint64(*n)<<1 ^ uint64(*n>>63)
	c.uvarint(&u)
	*n = int64(u>>1) ^ -int64(u&1)
}

func (c *codec) int(n *int) {
	x := int64(*n)
	c.varint(&x)
	*n = int(x)
}

// length is how many of something follow, each of at least a byte.
func (c *codec) length(n *int) {
	u := uint64(*n)
	c.uvarint(&u)
	if c.reading && u > uint64(len(c.buf)) {
		c.fail(errShort)
		u = 0
	}
	*n = int(u)
}

// take gives the next bytes of what is read.
func (c *codec) take(n int) []byte {
	if n > len(c.buf) {
		c.fail(errShort)
		return nil
	}
	b := c.buf[:n]
	c.buf = c.buf[n:]
	return b
}

func (c *codec) text(s *string) {
	n := len(*s)
	c.length(&n)
	if !c.reading {
		c.buf = append(c.buf, *s...)
		return
	}
	*s = string(c.take(n))
}

// common is a text that many records have.
func (c *codec) common(s *string) {
	if !c.reading || c.word == nil {
		c.text(s)
		return
	}
	n := 0
	c.length(&n)
	*s = c.word(c.take(n))
}

func (c *codec) texts(list *[]string) { listOf(c, list, (*codec).text) }

// bytes are kept apart from none at all.
func (c *codec) bytes(b *[]byte) {
	has := *b != nil
	if c.flag(&has); !has {
		*b = nil
		return
	}
	n := len(*b)
	c.length(&n)
	if !c.reading {
		c.buf = append(c.buf, *b...)
		return
	}
	*b = append([]byte{}, c.take(n)...)
}

// listOf keeps an empty list apart from none.
func listOf[T any](c *codec, list *[]T, each func(*codec, *T)) {
	has := *list != nil
	if c.flag(&has); !has {
		*list = nil
		return
	}
	n := len(*list)
	if c.length(&n); !c.reading {
		for i := range *list {
			each(c, &(*list)[i])
		}
		return
	}
	*list = []T{}
	for i := 0; i < n && c.err == nil; i++ {
		var x T
		each(c, &x)
		*list = append(*list, x)
	}
}

// time keeps an instant with its zone, so that it is written as it was.
func (c *codec) time(t *time.Time) {
	has := !t.IsZero()
	if c.flag(&has); !has {
		*t = time.Time{}
		return
	}
	seconds, nanos := t.Unix(), int64(t.Nanosecond())
	_, zone := t.Zone()
	offset := int64(zone)
	c.varint(&seconds)
	c.varint(&nanos)
	c.varint(&offset)
	if !c.reading {
		return
	}
	const day = 24 * 60 * 60
	if nanos < 0 || nanos >= int64(time.Second) || offset < -day || offset > day || seconds < -1<<40 || seconds > 1<<40 {
		c.fail(errWrong)
		return
	}
	*t = time.Unix(seconds, nanos).UTC()
	if offset != 0 {
		*t = t.In(time.FixedZone("", int(offset)))
	}
}

func (c *codec) duration(d *time.Duration) {
	n := int64(*d)
	c.varint(&n)
	*d = time.Duration(n)
}

// float keeps all bits of a number.
func (c *codec) float(f *float64) {
	if !c.reading {
		c.buf = binary.LittleEndian.AppendUint64(c.buf, math.Float64bits(*f))
		return
	}
	if b := c.take(8); len(b) == 8 {
		*f = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
}

// path is the file of a place where that is a part of what a record says. What
// is read of it stands aside too.
func (c *codec) path(p demarc.Place) {
	path := ""
	if p.File != nil {
		path = p.File.Path
	}
	c.text(&path)
}

// place is a file and a line.
func place(c *codec, p *demarc.Place) {
	if !c.reading {
		c.path(*p)
	} else {
		n := 0
		c.length(&n)
		p.File = c.file(c.take(n))
	}
	c.int(&p.Line)
}
