package store

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/demarc-dev/demarc"
)

// Rows name some choices by number: whoever puts a new one between the others
// would read every file wrong.
func TestNumbersInFiles(t *testing.T) {
	for i, word := range []string{"none", "in-evidence", "partial", "declared", "full"} {
		if got := demarc.Seen(i).String(); got != word {
			t.Errorf("seen %d is %s, want %s", i, got, word)
		}
	}
	for i, word := range []string{"there", "conditional", "leaving"} {
		if got := demarc.Standing(i).String(); got != word {
			t.Errorf("standing %d is %s, want %s", i, got, word)
		}
	}
	for i, word := range []string{"resource", "workload", "resource-group", "subscription", "tenant", "site", "organisation"} {
		if got := demarc.Level(i).String(); got != word {
			t.Errorf("level %d is %s, want %s", i, got, word)
		}
	}
	for i, word := range []string{"estate", "subscription", "owner", "workload", "framework", "responsibility"} {
		if got := demarc.RollUpKind(i).String(); got != word {
			t.Errorf("roll-up %d is %s, want %s", i, got, word)
		}
	}
}

// A reason that the store does not know would come back as no reason.
func TestEveryReasonIsStored(t *testing.T) {
	file, err := goparser.ParseFile(token.NewFileSet(), "../../status.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Reason" {
			return true
		}
		word, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if n++; err != nil || !slices.Contains(storedReasons[:], demarc.Reason(word)) {
			t.Errorf("%s is not among the stored reasons: add it at their end, %v", spec.Names[0], err)
		}
		return true
	})
	if n != len(storedReasons) {
		t.Errorf("%d reasons, %d are stored", n, len(storedReasons))
	}
}
