// Package arch guards the house: it reads the whole tree and says what breaks
// the rules of docs/design.md. Its test runs every rule over this repository,
// so that a wrong import, a hidden exit or a dead link fails `make check`.
//
// It stands beside the line: nobody imports it, and it imports nothing of the
// project.
package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Module is the path of the module that the rules are about.
const Module = "github.com/demarc-dev/demarc"

// Problem is one breach of a rule.
type Problem struct {
	File string // path from the top of the tree
	Line int    // 0 means the file or folder as a whole
	Text string
}

// String writes "file:line: text".
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// Tree is the source of a repository, read once for all rules.
type Tree struct {
	Files []*File           // Go files, by path
	Texts map[string]string // every other text file that people write, by path
	paths map[string]bool   // every file and folder there is
	fset  *token.FileSet
}

// File is one Go file.
type File struct {
	Path   string
	Source string
	AST    *ast.File
}

// Folder is the folder of the file, "" for the top.
func (f *File) Folder() string { return folderOf(f.Path) }

// Test reports whether the file is compiled for tests only.
func (f *File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// Generated reports whether a program wrote the file.
func (f *File) Generated() bool { return ast.IsGenerated(f.AST) }

// Command reports whether the file belongs to a program of its own.
func (f *File) Command() bool { return f.AST.Name.Name == "main" }

// Read reads the tree below fsys. Folders that tools own, and test data, are
// known by name only.
func Read(fsys fs.FS) (*Tree, error) {
	t := &Tree{Texts: map[string]string{}, paths: map[string]bool{}, fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		t.paths[name] = true
		if d.IsDir() {
			if slices.Contains([]string{".git", ".cache", "bin", "node_modules"}, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		return t.add(fsys, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the tree: %w", err)
	}
	return t, nil
}

// add keeps a file if there is a rule about its kind.
func (t *Tree) add(fsys fs.FS, name string) error {
	inTestdata := slices.Contains(strings.Split(name, "/"), "testdata")
	isGo := path.Ext(name) == ".go"
	if inTestdata || !isGo && !isText(name) {
		return nil
	}
	source, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if !isGo {
		t.Texts[name] = string(source)
		return nil
	}
	parsed, err := parser.ParseFile(t.fset, name, source, parser.ParseComments)
	if err != nil {
		return err
	}
	t.Files = append(t.Files, &File{Path: name, Source: string(source), AST: parsed})
	return nil
}

// isText tells the files that people write beside Go: documents, scripts, the
// knowledge and the module files. Examples are inputs and not among them.
func isText(name string) bool {
	if strings.HasPrefix(name, "examples/") && path.Ext(name) != ".md" {
		return false
	}
	switch path.Ext(name) {
	case ".md", ".yaml", ".yml", ".mod", ".html", ".css", ".js", ".ts":
		return true
	case "":
		return path.Base(name) == "Makefile" || strings.HasPrefix(name, "scripts/") || strings.HasPrefix(name, ".ci/")
	}
	return false
}

// at is a problem at a place of a Go file.
func (t *Tree) at(f *File, pos token.Pos, format string, args ...any) Problem {
	return Problem{File: f.Path, Line: t.fset.Position(pos).Line, Text: fmt.Sprintf(format, args...)}
}

func (t *Tree) line(pos token.Pos) int { return t.fset.Position(pos).Line }

// folders lists the folders that hold Go files, each with its files.
func (t *Tree) folders() map[string][]*File {
	m := map[string][]*File{}
	for _, f := range t.Files {
		m[f.Folder()] = append(m[f.Folder()], f)
	}
	return m
}

func folderOf(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}

// order sorts problems by place, so that a run says the same each time.
func order(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return problems
}
