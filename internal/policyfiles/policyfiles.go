// Package policyfiles finds the policy definitions, initiatives and
// assignments in a folder, a clone or an archive, in whatever layout a team or
// Microsoft keeps them: plain JSON, Enterprise Policy as Code, the library of
// Azure landing zones, split rule files, built Bicep and Terraform. It does not
// judge what it finds: a definition goes on as the JSON it is.
package policyfiles

import (
	"path"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// File is a definition, an initiative or an assignment, and where it stands.
type File struct {
	Path       string // as the user named the place, and the path in it
	Pointer    string // to the place in the file, "" for all of it
	Line       int
	Set        bool // it is an initiative
	Assignment bool
	Gov        bool // it lies in a folder of Azure Government
	ID         string
	Raw        []byte // JSON without comments, as Azure Resource Manager spells it
}

// Place is where it stands, for notes and messages.
func (f *File) Place() demarc.Place {
	return demarc.Place{File: &demarc.File{Path: f.Path}, Line: f.Line}
}

// Find gives what is found below a path, one after the other. What cannot be
// read, or holds values that are not known in a file, becomes a note.
func Find(path string, each func(File) error) ([]demarc.Note, error) {
	t, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	return t.Find(each)
}

// Find gives what is found in a tree, one after the other.
func (t *Tree) Find(each func(File) error) ([]demarc.Note, error) {
	f := &finder{tree: t, each: each, taken: map[string]bool{}, notes: append([]demarc.Note(nil), t.notes...)}
	if err := f.terraform(); err != nil {
		return f.notes, err
	}
	for _, name := range t.names {
		if !hasExtension(name, ".json", ".jsonc") || f.taken[name] || f.beside(name) {
			continue
		}
		if err := f.json(name); err != nil {
			return f.notes, err
		}
	}
	return f.notes, nil
}

// finder looks through a tree.
type finder struct {
	tree  *Tree
	each  func(File) error
	taken map[string]bool // files that another file took in
	notes []demarc.Note
}

func (f *finder) note(kind demarc.NoteKind, name string, line int, message string) {
	place := demarc.Place{File: &demarc.File{Path: f.tree.shown(name)}, Line: line}
	f.notes = append(f.notes, demarc.Note{Kind: kind, Place: place, Message: message, Count: 1})
}

// json looks through one JSON file.
func (f *finder) json(name string) error {
	text, err := f.tree.text(name)
	if err != nil {
		f.note(demarc.NoteUnreadable, name, 0, err.Error())
		return nil
	}
	if strings.TrimSpace(text) == "" {
		return nil
	}
	top, err := jsontree.Parse(text)
	if err != nil {
		f.note(demarc.NoteUnreadable, name, 0, err.Error())
		return nil
	}
	d := &document{finder: f, name: name, left: maxMade + len(text)}
	return d.visit(top, "")
}

// The types of what is looked for, as ids spell them.
const (
	definitionPrefix = "/providers/Microsoft.Authorization/policyDefinitions/"
	setPrefix        = "/providers/Microsoft.Authorization/policySetDefinitions/"
	assignmentPart   = "/providers/Microsoft.Authorization/policyAssignments/"
)

// give hands something found on.
func (f *finder) give(name, pointer string, of File, n *jsontree.Node) error {
	of.Path, of.Pointer, of.Line, of.Gov = f.tree.shown(name), pointer, n.Line, isGov(name)
	of.Raw = n.AppendJSON(nil)
	return f.each(of)
}

// isGov reports whether a path leads through a folder of Azure Government.
func isGov(name string) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if demarc.EqualFold(part, "Azure Government") {
			return true
		}
	}
	return false
}

func hasExtension(name string, extensions ...string) bool {
	for _, e := range extensions {
		if strings.EqualFold(path.Ext(name), e) {
			return true
		}
	}
	return false
}

// ownName is what a definition is called that has no name: after its file, or
// after its folder where all files are called alike.
func ownName(name string) string {
	base := path.Base(name)
	base = strings.TrimSuffix(base, path.Ext(base))
	for _, suffix := range [...]string{".rules", ".rule", ".alz_policy_definition", ".alz_policy_set_definition", ".alz_policy_assignment"} {
		base = strings.TrimSuffix(base, suffix)
	}
	switch folder := path.Base(path.Dir(name)); strings.ToLower(base) {
	case "azurepolicy", "policy", "azurepolicyset", "policyset", "rule", "rules", "policyrule", "policyrules", "policy-rule", "policy_rule", "main":
		if folder != "." && folder != "/" {
			return folder
		}
	}
	return base
}
