package source

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// sniffUTF16 tells the byte order of a UTF-16 text by its byte order mark or,
// where it has none, by the zero bytes that Latin letters leave in every
// second place: Windows PowerShell writes both.
func sniffUTF16(head []byte) (binary.ByteOrder, bool) {
	if len(head) >= 2 {
		switch {
		case head[0] == 0xFF && head[1] == 0xFE:
			return binary.LittleEndian, true
		case head[0] == 0xFE && head[1] == 0xFF:
			return binary.BigEndian, true
		}
	}
	const sample = 512
	pairs := min(len(head), sample) / 2
	var zeros [2]int
	for i := range 2 * pairs {
		if head[i] == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case pairs >= 2 && zeros[1] > pairs/2 && zeros[0] == 0:
		return binary.LittleEndian, true
	case pairs >= 2 && zeros[0] > pairs/2 && zeros[1] == 0:
		return binary.BigEndian, true
	}
	return nil, false
}

// utf16Reader turns UTF-16 into UTF-8 while it streams by.
type utf16Reader struct {
	from  io.Reader
	order binary.ByteOrder
	raw   []byte // read and not yet decoded
	out   []byte // decoded and not yet given out
	buf   []byte // the memory of out
	err   error
}

func newUTF16Reader(from io.Reader, order binary.ByteOrder) *utf16Reader {
	return &utf16Reader{from: from, order: order, raw: make([]byte, 0, 32<<10)}
}

// Read gives out the text as UTF-8.
func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		var n int
		n, u.err = u.from.Read(u.raw[len(u.raw):cap(u.raw)])
		u.raw = u.raw[:len(u.raw)+n]
		u.decode()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// decode decodes what was read but for half a character at its end, which
// waits for the rest of the file.
func (u *utf16Reader) decode() {
	u.buf = u.buf[:0]
	i := 0
	for ; i+1 < len(u.raw); i += 2 {
		r := rune(u.order.Uint16(u.raw[i:]))
		if utf16.IsSurrogate(r) {
			if i+3 >= len(u.raw) && u.err == nil {
				break
			}
			r = u.pair(r, &i)
		}
		u.buf = utf8.AppendRune(u.buf, r)
	}
	if u.err != nil && i < len(u.raw) {
		u.buf = utf8.AppendRune(u.buf, utf8.RuneError)
		i = len(u.raw)
	}
	u.raw = u.raw[:copy(u.raw, u.raw[i:])]
	u.out = u.buf
}

// pair joins two surrogates; a lone one becomes the replacement character.
func (u *utf16Reader) pair(first rune, i *int) rune {
	if *i+3 < len(u.raw) {
		if r := utf16.DecodeRune(first, rune(u.order.Uint16(u.raw[*i+2:]))); r != utf8.RuneError {
			*i += 2
			return r
		}
	}
	return utf8.RuneError
}
