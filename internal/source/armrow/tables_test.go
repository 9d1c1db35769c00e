package armrow

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// remarks is a table for tests: it takes the rows that mention it.
type remarks struct{ sink source.Sink }

func (r remarks) take(line int) bool {
	r.sink.Statement(source.Statement{Kind: "remark", Place: demarc.Place{Line: line}})
	return true
}

func (r remarks) Decode(row jsonrows.Row) bool {
	return bytes.Contains(row.Raw, []byte("remarks")) && !bytes.Contains(row.Raw, []byte("foreign")) && r.take(row.Line)
}

func (r remarks) DecodeFields(_, fields []string, line int) bool {
	return strings.Contains(strings.Join(fields, " "), "remarks") && r.take(line)
}

var remarkTable = Table{Types: []string{"contoso.test/remarks"}, New: func(s source.Sink, _ *demarc.File) Rows { return remarks{s} }}

// TestOtherTables: rows of another table are left to it wherever they stand,
// and what it does not take is a resource.
func TestOtherTables(t *testing.T) {
	const (
		remark  = `{"id":"/subscriptions/s/providers/Contoso.Test/remarks/a","type":"Contoso.Test/Remarks"}`
		foreign = `{"id":"/subscriptions/s/providers/Contoso.Test/remarks/foreign","type":"Contoso.Test/Remarks"}`
		machine = `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm","type":"microsoft.compute/virtualmachines"}`
		csv     = "id,type\n/subscriptions/s/providers/Contoso.Test/remarks/a,Contoso.Test/Remarks\n" +
			"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm,microsoft.compute/virtualmachines\n"
	)
	tests := []struct {
		name, text         string
		tables             []Table
		resources, remarks int
		notes              int
	}{
		{"resources first", "[" + machine + "," + remark + "," + remark + "," + machine + "]", []Table{remarkTable}, 2, 2, 0},
		{"remarks first", "[" + remark + "," + machine + "," + remark + "]", []Table{remarkTable}, 1, 2, 0},
		{"nobody reads them", "[" + remark + "," + machine + "]", nil, 2, 0, 0},
		{"not taken", "[" + foreign + "," + remark + "," + foreign + "]", []Table{remarkTable}, 2, 1, 0},
		{"something broken between", "[" + remark + `,{"id":},` + remark + "]", []Table{remarkTable}, 0, 2, 1},
		{"a table of values", csv, []Table{remarkTable}, 1, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, err := source.NewInput(&demarc.File{Path: "in"}, strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			sink := sourcetest.NewCaseSink(t)
			if err := Read(context.Background(), in, sink, Graph, tt.tables...); err != nil {
				t.Fatal(err)
			}
			if len(sink.Resources) != tt.resources || len(sink.Statements) != tt.remarks {
				t.Errorf("%d resources, %d remarks; want %d, %d", len(sink.Resources), len(sink.Statements), tt.resources, tt.remarks)
			}
			if skipped := len(sink.Notes); skipped < tt.notes {
				t.Errorf("%d notes", skipped)
			}
		})
	}
}

func TestReadTableWithoutRows(t *testing.T) {
	own := func(s source.Sink) Rows { return remarks{s} }
	for text, want := range map[string]string{"id,type\n": noRows.Error(), "id,type\n\n": noRows.Error(), "id,type\nremarks,x\n": "", "[]": ""} {
		in, err := source.NewInput(&demarc.File{Path: "in"}, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		err = ReadTable(context.Background(), in, sourcetest.NewCaseSink(t), own, nil)
		if got := ""; err != nil {
			if got = err.Error(); got != want {
				t.Errorf("%q gives %q, want %q", text, got, want)
			}
		} else if want != "" {
			t.Errorf("%q is read", text)
		}
	}
}

func TestFirstRow(t *testing.T) {
	tests := []struct{ text, typ, id string }{
		{`[{"Type":"a/b","id":"/x"}]`, "a/b", "/x"},
		{`{"data":[{"id":"/x"}]}`, "", "/x"},
		{"Name,TYPE,Id\nn,a/b,/x\n", "a/b", "/x"},
		{"Id,Name,Type\n/x\n", "", "/x"},
		{"text", "", ""},
	}
	for _, tt := range tests {
		if typ, id := FirstRow(source.NewHead([]byte(tt.text), true)); typ != tt.typ || id != tt.id {
			t.Errorf("%q shows %q, %q", tt.text, typ, id)
		}
	}
	lists := [][]string{{"a", "b"}, {"c"}}
	for text, want := range map[string]bool{`[{"A":1,"B":2}]`: true, `[{"a":1}]`: false, "C,d\n1,2\n": true, "b,d\n1,2\n": false} {
		if HasColumns(source.NewHead([]byte(text), true), lists) != want {
			t.Errorf("%q", text)
		}
	}
}
