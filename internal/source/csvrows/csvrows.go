// Package csvrows reads tables of separated values row by row: with commas,
// semicolons, tabs or bars, with quotes, after instructions that PowerShell
// and Excel write in front of the header. It does not use encoding/csv, for
// which a quote that nobody closes swallows the rest of the file: here it
// costs one line.
package csvrows

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// The bounds of one row: what is longer is skipped with a note.
const (
	maxRow   = 1 << 20
	maxLines = 1_000
)

// Row is one row of a table. The fields are in the order of the header and as
// many.
type Row struct {
	Fields []string
	Line   int
}

// Read reads the table in a file and calls row for each row behind the header.
// It returns the number of rows, those that became a note included.
func Read(ctx context.Context, in *source.Input, sink source.Sink, row func(header []string, r Row)) (int, error) {
	r := reader{
		in: bufio.NewReaderSize(in, 64<<10), delimiter: in.Head.CSV().Delimiter,
		note: func(kind demarc.NoteKind, line int, message string) {
			sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: in.File, Line: line}, Message: message, Count: 1})
		},
	}
	var header []string
	rows := 0
	for {
		if err := ctx.Err(); err != nil {
			return rows, err
		}
		record, line, err := r.record()
		if errors.Is(err, io.EOF) {
			return rows + r.skipped, nil
		}
		if err != nil {
			return rows + r.skipped, err
		}
		if header == nil {
			if !source.IsCSVInstruction(bytes.TrimSpace(record)) {
				header = r.header(record)
			}
			continue
		}
		rows++
		row(header, Row{Fields: r.fit(r.fields(record), len(header), line), Line: line})
	}
}

type reader struct {
	in        *bufio.Reader
	delimiter byte
	note      func(kind demarc.NoteKind, line int, message string)
	line      int      // lines read
	pending   [][]byte // lines read and given back
	skipped   int      // rows that became a note
}

// record returns the next row that is not blank, without its line end, and the
// line on which it begins. A row goes on over lines while a quote is open.
func (r *reader) record() ([]byte, int, error) {
	for {
		line, tooLong, err := r.next()
		if err != nil {
			return nil, 0, err
		}
		begin := r.line
		switch {
		case tooLong:
			r.skip(begin, "a row of more than 1 MB")
		case len(bytes.TrimSpace(line)) == 0:
		case !r.openQuote(line):
			return trimEnd(line), begin, nil
		default:
			if record := r.join(line); record != nil {
				return record, begin, nil
			}
			r.skip(begin, "a quote that is never closed")
		}
	}
}

func (r *reader) skip(line int, message string) {
	r.skipped++
	r.note(demarc.NoteSkipped, line, message)
}

// join reads on until the open quote is closed. When it is not, or when what
// closes it is the beginning of another field, all lines but the first are
// given back.
func (r *reader) join(first []byte) []byte {
	record := bytes.Clone(first)
	begin := r.line
	var taken [][]byte
	for len(record) <= maxRow && len(taken) < maxLines {
		line, tooLong, err := r.next()
		if err != nil || tooLong {
			break
		}
		line = bytes.Clone(line)
		taken = append(taken, line)
		record = append(record, line...)
		if !r.openQuote(record) {
			if record = trimEnd(record); r.clean(record) {
				return record
			}
			break
		}
	}
	r.pending = append(taken, r.pending...)
	r.line = begin
	return nil
}

// next returns the next line with its end; tooLong says that it was passed
// over because of its length.
func (r *reader) next() (line []byte, tooLong bool, err error) {
	r.line++
	if len(r.pending) > 0 {
		line, r.pending = r.pending[0], r.pending[1:]
		return line, false, nil
	}
	var long []byte
	for {
		part, err := r.in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if len(long)+len(part) > maxRow {
				tooLong, long = true, nil
			} else if !tooLong {
				long = append(long, part...)
			}
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(part)+len(long) == 0 && !tooLong):
			return nil, false, err
		case long != nil:
			part = append(long, part...)
		}
		return part, tooLong, nil
	}
}

// openQuote reports whether a quoted field is still open at the end of b.
func (r *reader) openQuote(b []byte) bool {
	open := false
	r.scan(b, func(_ []byte, closed bool) { open = !closed })
	return open
}

// clean reports whether every quoted field ends in its quote.
func (r *reader) clean(record []byte) bool {
	clean := true
	r.scan(record, func(field []byte, _ bool) {
		field = bytes.TrimSpace(field)
		clean = clean && (len(field) == 0 || field[0] != '"' || len(field) > 1 && field[len(field)-1] == '"' && quotesPair(field[1:len(field)-1]))
	})
	return clean
}

// quotesPair reports whether all quotes inside of a quoted field are doubled.
func quotesPair(b []byte) bool {
	return bytes.Count(b, []byte(`"`)) == 2*bytes.Count(b, []byte(`""`))
}

// fields takes a row apart.
func (r *reader) fields(record []byte) []string {
	var fields []string
	r.scan(record, func(field []byte, _ bool) { fields = append(fields, unquote(field)) })
	return fields
}

// scan calls field for each field with its quotes, and whether a quote that
// opens it is closed. A quote opens a field only at its beginning.
func (r *reader) scan(b []byte, field func(text []byte, closed bool)) {
	for {
		end, closed := r.fieldEnd(b)
		field(b[:end], closed)
		if end >= len(b) {
			return
		}
		b = b[end+1:]
	}
}

func (r *reader) fieldEnd(b []byte) (end int, closed bool) {
	from := 0
	if trimmed := bytes.TrimLeft(b, " "); len(trimmed) > 0 && trimmed[0] == '"' {
		from = len(b) - len(trimmed) + 1
		for {
			i := bytes.IndexByte(b[from:], '"')
			if i < 0 {
				return len(b), false
			}
			from += i + 1
			if from >= len(b) || b[from] != '"' {
				break
			}
			from++
		}
	}
	if i := bytes.IndexByte(b[from:], r.delimiter); i >= 0 {
		return from + i, true
	}
	return len(b), true
}

// unquote returns the text of a field.
func unquote(b []byte) string {
	s := strings.ToValidUTF8(string(b), "\ufffd")
	trimmed := strings.TrimSpace(s)
	if len(trimmed) < 2 || trimmed[0] != '"' {
		return s
	}
	s, ok := strings.CutSuffix(trimmed[1:], `"`)
	if !ok { // text behind the closing quote
		s = strings.Replace(s, `"`, "", 1)
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, `""`, `"`), "\r\n", "\n")
}

// header reads the names of the columns.
func (r *reader) header(record []byte) []string {
	names := r.fields(record)
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	return names
}

// fit makes a row as long as the header. What is too much or too little is noted.
func (r *reader) fit(fields []string, want, line int) []string {
	for _, f := range fields {
		if strings.Contains(f, string(utf8.RuneError)) {
			r.note(demarc.NoteMalformed, line, "bytes that are not UTF-8")
			break
		}
	}
	if len(fields) == want {
		return fields
	}
	r.note(demarc.NoteMalformed, line, fmt.Sprintf("%d values where the header has %d", len(fields), want))
	for len(fields) < want {
		fields = append(fields, "")
	}
	return fields[:want]
}

func trimEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}
