package armrow

import (
	"context"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// TestRead holds that JSON and a table with the same columns give the same,
// and that both tell when rows are absent and how the tool gets the rest.
func TestRead(t *testing.T) {
	const next = `az graph query -q "..." --first 1000 --skip 100`
	row, line := `{"id":"`+vm+`","location":"westeurope","properties":{"provisioningState":"Succeeded"}},`, vm+`,westeurope,"{""provisioningState"":""Succeeded""}"`+"\n"
	tests := []struct {
		name, text string
		rows       int
		command    string
	}{
		{"JSON", "[" + row + "]", 1, ""},
		{"table", "id,location,properties\n" + line, 1, ""},
		{"a round number of JSON rows", "[" + strings.Repeat(row, 100) + "]", 100, next},
		{"a round number of lines", "id,location,properties\n" + strings.Repeat(line, 100), 100, next},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, err := source.NewInput(&demarc.File{Path: "in"}, strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			sink := sourcetest.NewCaseSink(t)
			if err := Read(context.Background(), in, sink, Graph); err != nil {
				t.Fatal(err)
			}
			if len(sink.Resources) != tt.rows {
				t.Fatalf("%d resources, want %d", len(sink.Resources), tt.rows)
			}
			r := sink.Resources[0]
			if r.ID != vm || r.Values["location"].Text() != "westeurope" || r.Values["properties.provisioningstate"].Text() != "Succeeded" {
				t.Errorf("%+v", r)
			}
			command := ""
			for _, i := range sink.Missing {
				command += i.Command
			}
			if command != tt.command {
				t.Errorf("incomplete: %q, want %q", command, tt.command)
			}
		})
	}
}
