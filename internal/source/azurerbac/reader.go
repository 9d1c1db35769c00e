// Package azurerbac reads who may do what in Azure: role assignments, and the
// eligibilities that must be activated first, as the Azure CLI, Az PowerShell,
// the portal, Azure Resource Manager and Resource Graph list them. Each becomes
// a statement; how many owners are too many is decided elsewhere.
package azurerbac

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
)

// ListingType is the type that listings of role assignments name.
const ListingType = "Microsoft.Authorization/roleAssignments"

// EligibilityType is the type that listings of eligibilities name.
const EligibilityType = "Microsoft.Authorization/roleEligibilitySchedules"

// Format is the format of role assignments.
var Format = source.Format{
	Name:   "azure-rbac",
	Title:  "Azure role assignments: az role assignment list, Get-AzRoleAssignment, portal, REST, Resource Graph (JSON, CSV)",
	Detect: detect,
	Read:   read,
}

// kinds are the types of rows, folded, and whether what they say must be
// activated first.
var kinds = map[string]bool{
	"microsoft.authorization/roleassignments":                  false,
	"microsoft.authorization/roleassignmentschedules":          false,
	"microsoft.authorization/roleassignmentscheduleinstances":  false,
	"microsoft.authorization/roleeligibilityschedules":         true,
	"microsoft.authorization/roleeligibilityscheduleinstances": true,
}

// detect wants the type that Azure writes, or the columns that only lists of
// role assignments have together.
func detect(h source.Head) bool {
	if j := h.JSON(); j.Kind != 0 {
		if _, ok := kinds[demarc.Fold(j.Row["type"].Text)]; ok {
			return true
		}
		return j.Has("roledefinitionname", "objectid", "scope") || j.Has("principalid", "roledefinitionid", "scope")
	}
	c := h.CSV()
	return c.Has("roledefinitionname", "scope") && (c.Has("objectid") || c.Has("principalid"))
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	seen := &seen{}
	listing, isList, err := graphrow.List(ctx, in, sink, func(r *graphrow.Reader) func() {
		return (&decoder{Reader: r, properties: graphrow.New(), inner: graphrow.New(), seen: seen}).decode
	})
	if isList {
		seen.list(sink, listing)
	}
	return err
}

type decoder struct {
	*graphrow.Reader
	properties, inner *graphrow.Row
	seen              *seen
}

// decode reads the row at hand.
func (d *decoder) decode() {
	eligible, ok := d.kind()
	if !ok {
		d.Note(demarc.NoteSkipped, "not a role assignment: "+d.Row.Text("type"))
		return
	}
	if raw := d.Row.Raw("properties"); len(raw) == 0 || d.properties.Object(raw, d.Row.Line) != nil {
		_ = d.properties.Object([]byte("{}"), d.Row.Line)
	}
	a := d.assignment()
	a.Eligible = eligible
	switch {
	case a.Principal == "" && a.Name == "":
		d.Note(demarc.NoteSkipped, "a role assignment that does not say to whom")
		return
	case a.Role == "":
		d.Note(demarc.NoteSkipped, "a role assignment that does not say which role")
		return
	case a.Scope == "":
		d.Note(demarc.NoteSkipped, "a role assignment that does not say where")
		return
	}
	d.seen.add(eligible)
	d.Sink.Statement(source.Statement{Kind: "role-assignment", ID: d.id(), Place: a.Place, Content: a})
	d.seen.subscription(d.Sink, a)
}

// kind tells whether the row at hand is an eligibility, and false when it is
// neither that nor an assignment.
func (d *decoder) kind() (eligible, ok bool) {
	typ := demarc.Fold(d.Row.Text("type"))
	if eligible, ok := kinds[typ]; ok {
		return eligible, true
	}
	return false, !strings.Contains(typ, "/") && d.Row.Shows("roledefinitionname", "roledefinitionid")
}

func (d *decoder) id() string {
	return d.Row.Text("roleassignmentid", "id", "roleassignmentname", "name")
}

// text is the text of a member of the row or of its properties.
func (d *decoder) text(names ...string) string {
	if text := d.properties.Text(names...); text != "" {
		return text
	}
	return d.Row.Text(names...)
}

// assignment is what the row at hand says.
func (d *decoder) assignment() demarc.RoleAssignment {
	a := demarc.RoleAssignment{
		Principal: d.text("principalid", "objectid"),
		Kind:      d.text("principaltype", "objecttype"),
		Name:      d.text("displayname", "signinname", "principalname"),
		Role:      d.text("roledefinitionname"),
		Scope:     d.scope(),
		Place:     d.Place(),
	}
	d.expanded(&a)
	if a.Role == "" {
		a.Role = last(d.text("roledefinitionid"))
	}
	return a
}

// expanded takes names from what schedules show of whom and what they name.
func (d *decoder) expanded(a *demarc.RoleAssignment) {
	raw := d.properties.Raw("expandedproperties")
	if len(raw) == 0 || d.inner.Object(raw, d.Row.Line) != nil {
		return
	}
	principal, role := d.inner.Raw("principal"), d.inner.Raw("roledefinition")
	if d.inner.Object(principal, d.Row.Line) == nil && a.Name == "" {
		a.Name = d.inner.Text("displayname", "email")
	}
	if d.inner.Object(role, d.Row.Line) == nil && a.Role == "" {
		a.Role = d.inner.Text("displayname")
	}
}

// scope is where the row at hand grants: what it says, else what its id hangs
// below.
func (d *decoder) scope() string {
	scope := d.text("scope")
	if scope == "" {
		id := d.id()
		i := strings.Index(demarc.Fold(id), "/providers/microsoft.authorization/")
		switch {
		case i == 0:
			return "/"
		case i > 0:
			scope = id[:i]
		}
	}
	if scope == "/" {
		return scope
	}
	return strings.TrimRight(scope, "/")
}

// last is the last segment of an id.
func last(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
