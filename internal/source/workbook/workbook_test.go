package workbook_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/source/sourcetest"
	"github.com/demarc-dev/demarc/internal/source/workbook"
)

// open opens a workbook that must be whole.
func open(t testing.TB, text []byte) *workbook.Book {
	t.Helper()
	b, err := workbook.Open(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// rows writes down the rows of a sheet.
func rows(t testing.TB, b *workbook.Book, sheet string) string {
	t.Helper()
	var out strings.Builder
	err := b.Rows(context.Background(), sheet, func(r workbook.Row) bool {
		fmt.Fprintf(&out, "%d:%s\n", r.Line, strings.Join(r.Fields, "|"))
		return true
	})
	if err != nil {
		fmt.Fprintln(&out, err)
	}
	return out.String()
}

func TestRows(t *testing.T) {
	text := sourcetest.Workbook(t,
		sourcetest.Sheet{Name: "plain", Rows: [][]any{{"VM", "Powerstate"}, {"a", true}, {}, {"b", 7.5}, {nil, "x"}, {" "}}},
		sourcetest.Sheet{Name: "away", Hidden: true, Rows: [][]any{{"h"}}},
		sourcetest.Sheet{Name: "empty"},
	)
	b := open(t, text)
	sheets, err := b.Sheets()
	if got, want := fmt.Sprint(sheets, err), "[{plain false} {away true} {empty false}] <nil>"; got != want {
		t.Errorf("sheets %s, want %s", got, want)
	}
	for sheet, want := range map[string]string{
		"plain": "1:VM|Powerstate\n2:a|1\n4:b|7.5\n5:|x\n",
		"away":  "1:h\n",
		"empty": "",
		"none":  "sheet \"none\": sheet none does not exist\n",
	} {
		if got := rows(t, b, sheet); got != want {
			t.Errorf("%s gives\n%s\nwant\n%s", sheet, got, want)
		}
	}
}

// TestRowsStops: a reader that has seen enough is not given more.
func TestRowsStops(t *testing.T) {
	b := open(t, sourcetest.Workbook(t, sourcetest.Sheet{Name: "s", Rows: [][]any{{1}, {2}, {3}}}))
	n := 0
	if err := b.Rows(context.Background(), "s", func(workbook.Row) bool { n++; return n < 2 }); err != nil || n != 2 {
		t.Errorf("%d rows, %v", n, err)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.Rows(stopped, "s", func(workbook.Row) bool { return true }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v of a stopped reading", err)
	}
}

// TestBlankRows: a million formatted rows without a value cost little and are
// said; rows behind a few of them are read.
func TestBlankRows(t *testing.T) {
	blank := strings.Repeat(`<row><c s="1"/><c s="1"/></row>`, 1_000_000)
	b := open(t, raw(t, map[string]string{"xl/worksheets/sheet1.xml": worksheet(blank)}))
	if got, want := rows(t, b, "s"), "more than 10000 blank rows one behind the other: read up to row 10001\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	gap := raw(t, map[string]string{"xl/worksheets/sheet1.xml": worksheet(`<row r="1"><c t="inlineStr"><is><t>a</t></is></c></row><row r="900"><c t="inlineStr"><is><t>b</t></is></c></row>`)})
	if got, want := rows(t, open(t, gap), "s"), "1:a\n900:b\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWideRows: rows that reach to the last column use up the bound on cells.
func TestWideRows(t *testing.T) {
	wide := worksheet(strings.Repeat(`<row><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>`, 2_500))
	b := open(t, raw(t, map[string]string{"xl/worksheets/sheet1.xml": wide}))
	n := 0
	err := b.Rows(context.Background(), "s", func(workbook.Row) bool { n++; return true })
	var limit *workbook.LimitError
	if !errors.As(err, &limit) || limit.Reason != "more than 32 million cells" || n != workbook.MaxCells/16384 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	whole := sourcetest.Workbook(t, sourcetest.Sheet{Name: "s", Rows: [][]any{{"a"}}})
	tests := []struct {
		name string
		text []byte
		want string
	}{
		{"a bomb of a sheet", claiming(t, "xl/worksheets/sheet2.xml", workbook.MaxUnpacked+1, 1), "a workbook that unpacks to more than 512 MB"},
		{"a bomb of texts", claiming(t, "xl/sharedStrings.xml", workbook.MaxPart+1, 1), `a workbook with a part "xl/sharedStrings.xml" of more than 64 MB`},
		{"a bomb of styles", claiming(t, "xl/styles.xml", workbook.MaxFrame+1, 1), `a workbook with a part "xl/styles.xml" of more than 8 MB`},
		{"many parts", claiming(t, "xl/p.xml", 0, workbook.MaxEntries+1), "a workbook of more than 10000 parts"},
		{"cut off", whole[:len(whole)-40], "a damaged workbook: "},
		{"not a zip", []byte("VM,Powerstate"), "a damaged workbook: "},
		{"empty", nil, "a damaged workbook: "},
		{"protected parts", protected(whole), "a workbook protected by a password: save it without one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := workbook.Open(bytes.NewReader(tt.text))
			if err == nil {
				_ = b.Close()
			}
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// claiming writes an archive with parts that say how large they unpack.
func claiming(t testing.TB, name string, size uint64, parts int) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for range parts {
		if _, err := archive.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, UncompressedSize64: size}); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// protected sets the flag of encryption in every entry of the archive's list.
func protected(text []byte) []byte {
	text = bytes.Clone(text)
	const flags = 8
	for i := 0; ; {
		at := bytes.Index(text[i:], []byte("PK\x01\x02"))
		if at < 0 {
			return text
		}
		text[i+at+flags] |= 1
		i += at + 4
	}
}

func worksheet(rows string) string {
	return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`
}

// raw writes a workbook with one sheet "s" and the parts given.
func raw(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   worksheet(""),
	}
	for name, text := range parts {
		all[name] = text
	}
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for name, text := range all {
		part, err := archive.Create(name)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// FuzzRows: whatever a sheet holds, reading it neither panics nor goes on
// without end.
func FuzzRows(f *testing.F) {
	for _, sheet := range []string{"", `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`, `<row r="-1"><c r="??" t="s"><v>9999999999</v></c></row>`,
		`<row r="1048577"/>`, `<row><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>x</v></c></row>`, `<row><c><f>`, `</sheetData><row/>`} {
		f.Add(sheet)
	}
	f.Fuzz(func(t *testing.T, sheet string) {
		b, err := workbook.Open(bytes.NewReader(raw(t, map[string]string{"xl/worksheets/sheet1.xml": worksheet(sheet)})))
		if err != nil {
			return
		}
		defer func() { _ = b.Close() }()
		_, _ = b.Sheets()
		last := 0
		_ = b.Rows(context.Background(), "s", func(r workbook.Row) bool {
			if r.Line <= last || len(r.Fields) == 0 {
				t.Errorf("row %d with %d fields behind row %d", r.Line, len(r.Fields), last)
			}
			last = r.Line
			return true
		})
	})
}
