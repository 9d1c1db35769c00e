// Package workbook reads the sheets of Excel workbooks row by row, for the
// readers of formats that come as workbooks. It bounds what a workbook may
// unpack to, how wide a sheet may be and how many blank rows are walked, so
// that a small hostile file cannot use up memory, disk or time. What the rows
// mean is for others to say.
package workbook

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The bounds of a workbook. A workbook beyond them is refused as a whole; a
// sheet beyond those of a sheet is read up to there.
const (
	MaxFile     = 256 << 20 // bytes of the file
	MaxUnpacked = 512 << 20 // bytes of all that is in it
	MaxPart     = 64 << 20  // bytes of one part that is no sheet: the texts, a picture
	MaxFrame    = 8 << 20   // bytes of one part that the library parses as a whole: styles, links
	MaxEntries  = 10_000    // parts of all kinds
	MaxBlank    = 10_000    // blank rows one behind the other
	MaxCells    = 32 << 20  // cells of one sheet, blank ones between others included
	inMemory    = 1 << 20   // bytes of a part above which it waits on disk
)

// Book is an open workbook.
type Book struct{ file *excelize.File }

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name   string
	Hidden bool
}

// Row is one row of a sheet that is not blank. Blank cells at its end are not
// among the fields.
type Row struct {
	Fields []string
	Line   int // counted from 1
}

// Open reads a workbook. It must be closed, also to clear away what waits on
// disk.
func Open(r io.Reader) (book *Book, err error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxFile {
		return nil, fmt.Errorf("a workbook of more than %d MB", MaxFile>>20)
	}
	if err := inspect(text); err != nil {
		return nil, err
	}
	defer recovered(&err)
	file, err := excelize.OpenReader(bytes.NewReader(text), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: inMemory,
	})
	if err != nil {
		if file != nil {
			_ = file.Close()
		}
		return nil, fmt.Errorf("a damaged workbook: %w", err)
	}
	return &Book{file: file}, nil
}

// inspect looks at the list of parts without unpacking any.
func inspect(text []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return fmt.Errorf("a damaged workbook: %w", err)
	}
	if len(archive.File) > MaxEntries {
		return fmt.Errorf("a workbook of more than %d parts", MaxEntries)
	}
	var unpacked uint64
	for _, part := range archive.File {
		const protected = 1 // bit 0 of the flags: the part is encrypted
		name := strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
		unpacked += part.UncompressedSize64
		switch {
		case part.Flags&protected != 0:
			return errors.New("a workbook protected by a password: save it without one")
		case part.UncompressedSize64 > MaxUnpacked || unpacked > MaxUnpacked:
			return fmt.Errorf("a workbook that unpacks to more than %d MB", MaxUnpacked>>20)
		case part.UncompressedSize64 > most(name):
			return fmt.Errorf("a workbook with a part %q of more than %d MB", part.Name, most(name)>>20)
		}
	}
	return nil
}

// most is how large a part may be. Sheets wait on disk and are bounded by the
// whole; texts do too, but their places are kept in memory.
func most(name string) uint64 {
	switch {
	case strings.HasPrefix(name, "xl/worksheets/sheet"):
		return MaxUnpacked
	case name == "xl/sharedstrings.xml", strings.HasPrefix(name, "xl/worksheets/"), strings.HasPrefix(name, "xl/media/"):
		return MaxPart
	}
	return MaxFrame
}

// recovered turns a panic of the library into an error: files of others may
// hold anything.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("a damaged workbook: %v", p)
	}
}

// Close clears away what was unpacked.
func (b *Book) Close() error { return b.file.Close() }

// Sheets are the sheets in the order of the workbook.
func (b *Book) Sheets() (sheets []Sheet, err error) {
	defer recovered(&err)
	for _, name := range b.file.GetSheetList() {
		visible, err := b.file.GetSheetVisible(name)
		if err != nil {
			return nil, fmt.Errorf("sheet %q: %w", name, err)
		}
		sheets = append(sheets, Sheet{Name: name, Hidden: !visible})
	}
	return sheets, nil
}

// LimitError says that a sheet was read only up to a row, and why.
type LimitError struct {
	Line   int
	Reason string
}

// Error says where the reading stopped.
func (e *LimitError) Error() string { return fmt.Sprintf("%s: read up to row %d", e.Reason, e.Line) }

// Rows calls row for each row of a sheet that is not blank, until it returns
// false. A [LimitError] says that the rest of the sheet was not read.
func (b *Book) Rows(ctx context.Context, sheet string, row func(Row) bool) (err error) {
	defer recovered(&err)
	rows, err := b.file.Rows(sheet)
	if err != nil {
		return fmt.Errorf("sheet %q: %w", sheet, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	blank, cells := 0, 0
	for line := 1; rows.Next(); line++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		fields, err := rows.Columns()
		if err != nil {
			return &LimitError{Line: line, Reason: err.Error()}
		}
		if isBlank(fields) {
			fields = nil
		}
		cells += len(fields)
		switch {
		case cells > MaxCells:
			return &LimitError{Line: line, Reason: fmt.Sprintf("more than %d million cells", MaxCells>>20)}
		case fields != nil:
			blank = 0
			if !row(Row{Fields: fields, Line: line}) {
				return nil
			}
		default:
			if blank++; blank > MaxBlank {
				return &LimitError{Line: line, Reason: fmt.Sprintf("more than %d blank rows one behind the other", MaxBlank)}
			}
		}
	}
	return nil
}

func isBlank(fields []string) bool {
	return !slices.ContainsFunc(fields, func(s string) bool { return strings.TrimSpace(s) != "" })
}
