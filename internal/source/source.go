// Package source turns files into the words of Demarc. It stands first on the
// line: one folder per input format reads bytes from outside and writes to one
// [Sink]. Readers translate; they never classify and never judge.
package source

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
)

// Sink takes what readers find. A Sink is used by one goroutine at a time;
// Fork gives another goroutine its own. What was read is never lost: each
// record becomes a resource, a scope, a reference, evidence, a statement or a note.
type Sink interface {
	// Resource takes one resource with the values of its type's plan. Both
	// are copied; the caller may reuse them. The scope is told by ScopeID.
	Resource(r Resource)
	// Scope takes a node of the scope tree that the input shows as a record.
	Scope(s Scope)
	// Reference takes what an input points to without describing it.
	Reference(r Reference)
	// Statement takes what a document says.
	Statement(s Statement)
	// Evidence takes a dated observation about a resource or scope. It is
	// copied; the caller may reuse it, but not the bytes behind its texts.
	Evidence(e *demarc.Evidence)
	// Note takes what was not understood, with its place.
	Note(n demarc.Note)
	// Incomplete takes the news that rows are absent.
	Incomplete(i demarc.Incomplete)
	// Fork returns a sink for another goroutine.
	Fork() Sink
	// Plans tells which values of a resource anybody will ask for.
	Plans() *slots.Layout
}

// Resource is a resource on its way from a reader to a sink.
type Resource struct {
	demarc.Resource
	// ScopeID is the id of the scope it hangs in, in any case; "" when the
	// resource id tells it.
	ScopeID string
	// DisplayType is set where the input has the display name of a type only,
	// as the portal's CSV does. A Type beside it is taken when nobody knows the
	// name.
	DisplayType string
	// Address is what the resource is called where it is declared, such as its
	// address in a Terraform plan; "" when the id is all that names it.
	Address string
	// Change is what the input does to the resource.
	Change Change
	// Values are the values of the plan of the resource's type. A nil Values
	// means that nothing was seen.
	Values *slots.Values
}

// Scope is a scope on its way from a reader to a sink.
type Scope struct {
	ID        string // in any case
	Name      string
	ManagedBy string            // id of the resource that manages a resource group, "" if none
	Tags      map[string]string // by folded name, nil when none were shown
	Place     demarc.Place
}

// Reference is something that an input points to without deploying or
// describing it: an existing resource of a template, a data source of a plan.
type Reference struct {
	ID    string // as far as it is known
	Type  string
	From  string // id of the resource that points, "" for the file as a whole
	Place demarc.Place
}

// Statement is what a document says, apart from resources: a requirement, an
// override, an exception, who may do what. Kind names it; what the documents
// of the estate itself say is kept by the reader of demarc.yaml.
type Statement struct {
	Kind  string
	ID    string
	Place demarc.Place
	// Content is what the assessment reads, nil for nothing: a
	// [demarc.Exception], a [demarc.Assurance], a [demarc.Access], a
	// [demarc.RoleAssignment], a [demarc.Listing]; of Azure Policy a
	// [demarc.PolicyAssignment], a [demarc.PolicyExemption], a
	// [demarc.PolicyDefinition], a [demarc.PolicyMetadata]; of a manifest a
	// [demarc.Collected].
	Content any
}

// Format is one kind of input.
type Format struct {
	// Name is the word that outputs show, for example "resource-graph".
	Name string
	// Title says in a few words what it is, for the list of formats.
	Title string
	// Detect says from the first bytes of a file whether this reader
	// understands it. It never looks at the file's name.
	Detect func(Head) bool
	// Read reads the file to its end. It returns an error only when the file
	// as a whole cannot be read; one bad record is a note.
	Read func(context.Context, *Input, Sink) error
	// Evidence says that a file holds observations about what other files
	// describe. It is read after them, which saves memory and changes nothing.
	Evidence bool
	// First says that a file holds statements that shape how resources are
	// judged: assignments, definitions, what was collected. It is read before
	// the line is built, and once more with all files.
	First bool
	// Before says that the reader can tell what a change finds, see
	// [Input.Before].
	Before bool
	// Parts, where it is set, names the files beside the input that reading it
	// takes in as well, so that they are not read once more on their own.
	Parts func(context.Context, *Input) []string
}

// Refusal is the error of a reader that understands a file and says why it
// holds no inventory.
type Refusal string

// Error is the reason.
func (r Refusal) Error() string { return string(r) }

// OnPremisesID makes up the id of something that stands in one's own rooms.
func OnPremisesID(site, kind, name string) string {
	return "onprem/" + site + "/" + kind + "/" + name
}
