package parquet

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	parquetlib "github.com/parquet-go/parquet-go"
)

// page tells users of the columns; between the marks stands what the code writes.
const (
	page      = "../../../docs/export.md"
	pageStart = "<!-- The columns, written by go test -update. -->\n"
	pageEnd   = "<!-- End of the columns. -->\n"
)

// TestColumns: the page lists exactly the columns that are written, with the
// comments of the fields.
func TestColumns(t *testing.T) {
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), pageStart)
	got, after, ok2 := strings.Cut(rest, pageEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the columns", page)
	}
	want := "\n" + describe(t)
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(page, []byte(before+pageStart+want+pageEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("%s does not list the columns that are written (go test -update writes them)", page)
	}
}

// describe writes a table of the columns of each table.
func describe(t *testing.T) string {
	d := &describer{T: t, comments: comments(t)}
	for _, table := range tables {
		fmt.Fprintf(&d.Builder, "### %s\n\n| column | type | null | meaning |\n|---|---|---|---|\n", table.name)
		d.columns("", reflect.TypeOf(table.row).Elem(), parquetlib.SchemaOf(table.row))
		d.WriteByte('\n')
	}
	return d.String()
}

type describer struct {
	*testing.T
	strings.Builder
	comments map[string]string // by struct and field
}

// columns writes a line for each field of a struct and for those of the structs in it.
func (d *describer) columns(prefix string, of reflect.Type, node parquetlib.Node) {
	for i, field := range node.Fields() {
		goField := of.Field(i)
		comment := d.comments[of.Name()+"."+goField.Name]
		if comment == "" {
			d.Errorf("%s.%s has no comment", of.Name(), goField.Name)
		}
		null := "no"
		if field.Optional() {
			null = "yes"
		}
		fmt.Fprintf(&d.Builder, "| `%s` | %s | %s | %s |\n", prefix+field.Name(), typeOf(field), null, comment)
		inner, element := goField.Type, parquetlib.Node(field)
		for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
			if inner.Kind() == reflect.Slice {
				element = elementOf(element)
			}
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			d.columns(prefix+field.Name()+".", inner, element)
		}
	}
}

// elementOf is the element of a list.
func elementOf(list parquetlib.Node) parquetlib.Node { return list.Fields()[0].Fields()[0] }

// typeOf names the type of a column as engines do.
func typeOf(node parquetlib.Node) string {
	logical := ""
	if l := node.Type().LogicalType(); l != nil {
		logical, _, _ = strings.Cut(l.String(), "(")
	}
	switch {
	case logical == "LIST":
		return "LIST of " + typeOf(elementOf(node))
	case logical == "MAP":
		return "MAP of STRING to STRING"
	case !node.Leaf():
		return "STRUCT"
	case logical == "TIMESTAMP":
		return "TIMESTAMP in UTC"
	case logical == "INT" || logical == "":
		return node.Type().Kind().String()
	}
	return logical
}

// comments are those beside the fields of the package.
func comments(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						all[spec.Name.Name+"."+name.Name] = strings.TrimSpace(field.Comment.Text())
					}
				}
			}
			return true
		})
	}
	return all
}
