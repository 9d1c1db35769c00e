package arch

import (
	"slices"
	"strconv"
	"strings"
)

// Imports says which imports are not in the plan.
func Imports(t *Tree) []Problem {
	var problems []Problem
	for folder, files := range t.folders() {
		from, ok := rowOf(folder)
		if !ok {
			problems = append(problems, Problem{File: folder, Text: "a folder that the table of internal/arch does not know: say where it stands in docs/design.md, then add it"})
			continue
		}
		for _, f := range files {
			problems = append(problems, t.importsOf(f, from)...)
		}
	}
	return order(problems)
}

func (t *Tree) importsOf(f *File, from row) []Problem {
	var problems []Problem
	for _, spec := range f.AST.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			name = spec.Path.Value
		}
		if text := wrongImport(f, from, name); text != "" {
			problems = append(problems, t.at(f, spec.Pos(), "%s", text))
		}
	}
	return problems
}

// wrongImport says what is wrong with an import, "" when nothing is.
func wrongImport(f *File, from row, name string) string {
	to, own := ownFolder(name)
	switch {
	case own && to == f.Folder():
		return "" // a test from outside the package
	case own && !mayImport(from, f.Folder(), to, f.Test()):
		return "may not import " + strconv.Quote(to) + ": the arrow is not in the plan"
	case own:
		return ""
	case !isStandard(name):
		return wrongLibrary(f, name)
	}
	return wrongStandard(f, from, name)
}

// ownFolder is the folder of an import of this module.
func ownFolder(name string) (string, bool) {
	if name == Module {
		return "", true
	}
	return strings.CutPrefix(name, Module+"/")
}

// isStandard tells the standard library: the first element has no dot.
func isStandard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".")
}

func wrongLibrary(f *File, name string) string {
	folders, ok := doorOf(name)
	switch {
	case !ok:
		return "library " + name + " has no door: write a decision note, then add it to the table of internal/arch"
	case f.Folder() == "":
		return "the root package imports the standard library only, not " + name
	case slices.Contains(folders, f.Folder()), f.Test() && len(folders) == 0:
		return ""
	}
	return "library " + name + " has another door"
}

// impure are the parts of the standard library that reach outside. What
// decides gets its date, its files and its randomness handed in.
var impure = []string{"os", "os/exec", "net", "net/http", "log", "log/slog", "math/rand", "math/rand/v2", "syscall"}

func wrongStandard(f *File, from row, name string) string {
	switch {
	case f.Test():
		return ""
	case name == "testing" && from.layer != support:
		return "only packages that tests are built with import testing"
	case name == "encoding/json" && from.layer != outermost:
		return "JSON is read and written through internal/json"
	case from.layer <= line && slices.Contains(impure, name):
		return "what decides is pure: no " + name
	}
	return ""
}
