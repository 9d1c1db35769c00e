// Package jsonl writes an assessment as one JSON object per line: a resource
// as the JSON contract has it, with the estate's name and the day in front.
package jsonl

import (
	"io"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/json"
)

const flushAt = 64 << 10

// Write writes a line per resource.
func Write(w io.Writer, a *demarc.Assessment, _ report.Options) error {
	start := json.AppendText([]byte(`{"estate":`), a.Estate.Name)
	start = a.AsOf.UTC().AppendFormat(append(start, `,"asOf":"`...), "2006-01-02")
	start = append(start, `",`...)
	resources := json.NewResources()
	buf := make([]byte, 0, flushAt+flushAt/4)
	for _, r := range a.Resources {
		buf = resources.AppendMembers(append(buf, start...), r)
		buf = append(buf, "}\n"...)
		if len(buf) < flushAt {
			continue
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
		buf = buf[:0]
	}
	_, err := w.Write(buf)
	return err
}
