package arch_test

import (
	"os"
	"testing"

	"github.com/demarc-dev/demarc/internal/arch"
)

// TestTree runs every rule over this repository.
func TestTree(t *testing.T) {
	tree, err := arch.Read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	rules := []struct {
		name  string
		check func(*arch.Tree) []arch.Problem
	}{
		{"imports", arch.Imports},
		{"code", arch.Code},
		{"sizes", arch.Sizes},
		{"words", arch.Words},
		{"links", arch.Links},
		{"dependencies", arch.Dependencies},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			for _, p := range rule.check(tree) {
				t.Error(p)
			}
		})
	}
	if len(tree.Files) < 10 || len(tree.Texts) < 5 {
		t.Errorf("only %d Go files and %d texts were found", len(tree.Files), len(tree.Texts))
	}
}
