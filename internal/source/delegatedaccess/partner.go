package delegatedaccess

import (
	"fmt"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/moment"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// inForce are the states of a relationship in which the partner holds access,
// or held it until a day that is told. Others were never approved or have been
// ended, and nobody knows when.
// See https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship
var inForce = map[string]bool{
	"active": true, "expiring": true, "expired": true, "terminationrequested": true, "terminating": true,
	"created": false, "approvalpending": false, "approved": false, "activating": false, "terminated": false,
}

// relationship reads a relationship of a partner with a customer. Graph lists
// them in the partner's tenant, which it does not name.
func (d *decoder) relationship() {
	into(d.inner, d.Row.Raw("customer"), d.Row.Line)
	customer := tenantreport.NewTenant(d.inner.Text("tenantid"), d.inner.Text("displayname"))
	name, status := d.Row.Text("displayname"), d.Row.Text("status")
	holds, known := inForce[demarc.Fold(status)]
	switch {
	case status == "" || !known:
		d.Note(demarc.NoteMalformed, fmt.Sprintf("a state of a relationship that nobody knows: %.40q; it is taken as in force", status))
	case !holds:
		d.Note(demarc.NoteIgnored, "a relationship that gives no access: "+status)
		return
	}
	if customer.ID == "" {
		d.Note(demarc.NoteSkipped, "a relationship that does not name the customer's tenant")
		return
	}
	customer.Give(d.Sink, d.Place())
	access := demarc.Access{
		Kind: "gdap", Name: name, Scope: source.TenantID(customer.ID), Roles: d.unified(),
		From: d.when("activateddatetime"), To: d.when("enddatetime"), Place: d.Place(),
	}
	id := d.Row.Text("id")
	if id == "" {
		id = name
	}
	d.Sink.Statement(source.Statement{Kind: "access", ID: id, Place: d.Place(), Content: access})
}

// unified are the roles of the directory that the relationship at hand gives.
func (d *decoder) unified() []string {
	access := graphrow.New()
	into(access, d.Row.Raw("accessdetails"), d.Row.Line)
	return d.roles(access, "unifiedroles")
}

// when reads an instant of the row at hand. What is none is a note.
func (d *decoder) when(name string) time.Time {
	text := d.Row.Text(name)
	if text == "" {
		return time.Time{}
	}
	t, ok := moment.Parse(text)
	if !ok {
		d.Note(demarc.NoteMalformed, fmt.Sprintf("%.40q is no day that has one meaning", text))
	}
	return t
}
