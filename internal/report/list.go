package report

import (
	"bytes"
	"io"
	"strings"
)

// ListFormats are the formats of [PrintList], the default first.
var ListFormats = [...]string{"table", "markdown", "json", "csv", "html"}

// Listable is a printable that is one table at heart.
type Listable interface {
	Printable
	rows() *grid
}

// PrintList writes l in one of [ListFormats].
func PrintList(w io.Writer, format string, l Listable, o Options) error {
	if format != "csv" {
		return Print(w, format, l, o)
	}
	var out bytes.Buffer
	g := l.rows()
	for _, row := range append([][]string{g.titles}, g.rows...) {
		fields := make([]string, len(row))
		for i, cell := range row {
			fields[i] = csvField(cell)
		}
		out.WriteString(strings.Join(fields, ",") + "\r\n")
	}
	_, err := w.Write(out.Bytes())
	return err
}
