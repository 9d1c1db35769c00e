// Package delegatedaccess reads which other tenants hold access: registrations
// of Azure Lighthouse in subscriptions and resource groups, and the granular
// delegated admin privileges (GDAP) that a partner holds in the tenants of its
// customers. Each becomes a statement that is compared with what the
// organisation declared.
package delegatedaccess

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// Format is the format of delegated access.
var Format = source.Format{
	Name:   "delegated-access",
	Title:  "Delegated access: Azure Lighthouse registrations, Graph delegatedAdminRelationships (JSON)",
	Detect: detect,
	Read:   read,
}

// The types of rows that Azure writes, folded.
const (
	assignmentType = "microsoft.managedservices/registrationassignments"
	definitionType = "microsoft.managedservices/registrationdefinitions"
)

func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind == 0 || j.Table {
		return false
	}
	typ := demarc.Fold(j.Row["type"].Text)
	return typ == assignmentType || typ == definitionType || isRelationship(func(name string) bool { return j.Has(name) })
}

// isRelationship tells a relationship of a partner by its members.
func isRelationship(has func(name string) bool) bool {
	return has("accessdetails") && has("displayname") && (has("customer") || has("duration") || has("status"))
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	known := &definitions{}
	err := graphrow.JSON(ctx, in, sink, func(r *graphrow.Reader) func() { return newDecoder(r, known).decode })
	known.settle(sink)
	return err
}

type decoder struct {
	*graphrow.Reader
	known                     *definitions
	properties, inner, detail *graphrow.Row
}

func newDecoder(r *graphrow.Reader, known *definitions) *decoder {
	return &decoder{Reader: r, known: known, properties: graphrow.New(), inner: graphrow.New(), detail: graphrow.New()}
}

// decode reads the row at hand.
func (d *decoder) decode() {
	switch typ := demarc.Fold(d.Row.Text("type")); {
	case typ == assignmentType:
		d.assignment()
	case typ == definitionType:
		d.definition()
	case isRelationship(func(name string) bool { return d.Row.Shows(name) }):
		d.relationship()
	default:
		d.Note(demarc.NoteSkipped, "neither a registration of Azure Lighthouse nor a relationship with a partner")
	}
}

// into reads an object into a row that is empty when there is none.
func into(row *graphrow.Row, raw []byte, line int) bool {
	if len(raw) == 0 || raw[0] != '{' || row.Object(raw, line) != nil {
		_ = row.Object([]byte("{}"), line)
		return false
	}
	return true
}

// holder is the Row in which the properties of the row at hand are: an object
// of their own, or flattened into the row as PowerShell does.
func (d *decoder) holder() *graphrow.Row {
	if into(d.properties, d.Row.Raw("properties"), d.Row.Line) {
		return d.properties
	}
	return d.Row
}

// roles are the last segments of the ids of the roles in a list.
func (d *decoder) roles(of *graphrow.Row, list string) (roles []string) {
	of.Elements(list, func(raw []byte) {
		if into(d.detail, raw, d.Row.Line) {
			roles = append(roles, last(d.detail.Text("roledefinitionid")))
		}
	})
	return roles
}

// last is the last segment of an id.
func last(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
