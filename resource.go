package demarc

import "strconv"

// Place says where something was read: a file of the estate and the line in
// it, counted from 1. Line 0 means the file as a whole.
type Place struct {
	File *File
	Line int
}

// String writes "path:line" or "path".
func (p Place) String() string {
	switch {
	case p.File == nil:
		return ""
	case p.Line == 0:
		return p.File.Path
	}
	return p.File.Path + ":" + strconv.Itoa(p.Line)
}

// File is one input of an estate.
type File struct {
	Path   string // as the user named it, "-" for standard input
	Format string // the name of the reader that understood it
	// What the file gave, see rule 7 of the design: nothing read is lost.
	Resources, Scopes, References, Evidence, Statements, Notes int
}

// Resource is one item of an estate as its input showed it.
type Resource struct {
	ID       string // as it was spelled; made up and marked where the input has none
	Name     string
	Type     string // canonical spelling when the catalogue knows it, else as it was spelled
	Scope    *Scope // the innermost scope it hangs in, nil when the input does not say
	Place    Place
	Seen     Seen
	MadeUp   bool // the id was made up by the reader
	Standing Standing
}

// Scope is a node of the tree that resources hang in: tenant, management
// group, subscription, resource group, site. A scope is not a resource.
type Scope struct {
	ID     string // folded id of the scope, "" of the root
	Kind   ScopeKind
	Name   string
	Parent *Scope
}

// ScopeKind says which level of the tree a scope is.
type ScopeKind uint8

// The kinds of scopes, from the root.
const (
	OrganisationScope ScopeKind = iota
	TenantScope
	ManagementGroupScope
	SubscriptionScope
	ResourceGroupScope
	SiteScope
)

var scopeKindNames = [...]string{"organisation", "tenant", "management-group", "subscription", "resource-group", "site"}

// String is the word of outputs.
func (k ScopeKind) String() string { return nameOf(scopeKindNames[:], uint8(k)) }

// ParseScopeKind reads the words that String writes, in any case.
func ParseScopeKind(s string) (ScopeKind, error) {
	i, err := parseName("kind of scope", scopeKindNames[:], s)
	return ScopeKind(i), err
}

// Note is something a reader or the assessment did not understand or wants a
// person to know: kind, place and a message, merged with its like.
type Note struct {
	Kind    NoteKind
	Place   Place
	Message string
	Count   int // how many times, at least 1
}

// NoteKind groups notes; the kind is a stable word for filters.
type NoteKind string

// The kinds of notes.
const (
	NoteSkipped    NoteKind = "skipped"    // a record that could not be read
	NoteUnreadable NoteKind = "unreadable" // a file that could not be read
	NoteIncomplete NoteKind = "incomplete" // the input says or suggests that rows are absent
	NoteDuplicate  NoteKind = "duplicate"  // the same resource more than once
	NoteConflict   NoteKind = "conflict"   // the same resource with different content
	NoteMalformed  NoteKind = "malformed"  // an id or value that breaks its own rules, read as it stands
	NoteUndecided  NoteKind = "undecided"  // a property that was not seen would change the answer
	NoteIgnored    NoteKind = "ignored"    // a file or record that holds nothing for an assessment
	NoteOverride   NoteKind = "override"   // an override that matches nothing or does not fit
	NoteEstate     NoteKind = "estate"     // something about demarc.yaml
	NoteRead       NoteKind = "read"       // how an input was understood: what was told apart, what a column was taken for
)
