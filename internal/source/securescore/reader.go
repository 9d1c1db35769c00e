// Package securescore reads Microsoft Secure Score as Microsoft Graph gives it:
// the scores of one or several days with what each control reached, and the
// profiles of the controls with the states that people gave them. A score says
// what Microsoft saw; a state says what somebody decided.
package securescore

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// tool is the word for Microsoft Secure Score in data/responsibilities/tools.yaml.
const tool = "secure-score"

// Format is the format of Microsoft Secure Score.
var Format = source.Format{
	Name:   "secure-score",
	Title:  "Microsoft Secure Score: Graph secureScores, secureScoreControlProfiles (JSON)",
	Detect: detect,
	Read:   read,
}

// detect wants what scores have together, or what profiles have.
func detect(h source.Head) bool {
	j := h.JSON()
	if j.Kind == 0 || j.Table {
		return false
	}
	return j.Has("azuretenantid", "currentscore") || j.Has("controlscores") || isProfile(func(name string) bool { return j.Has(name) })
}

// isProfile tells a profile of a control by its members.
func isProfile(has func(name string) bool) bool {
	return has("controlcategory") && has("maxscore") && (has("controlstateupdates") || has("remediation") || has("actiontype"))
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	return graphrow.JSON(ctx, in, sink, func(r *graphrow.Reader) func() {
		return (&decoder{Reader: r, control: graphrow.New(), update: graphrow.New()}).decode
	})
}

type decoder struct {
	*graphrow.Reader
	control, update *graphrow.Row
}

// decode reads the row at hand.
func (d *decoder) decode() {
	tenant := d.tenant()
	switch {
	case d.Row.Shows("controlscores"):
		d.score(tenant)
	case isProfile(func(name string) bool { return d.Row.Shows(name) }):
		d.profile(tenant)
	case d.Row.Shows("currentscore"):
		d.Note(demarc.NoteSkipped, "a score without its controls (controlScores): the sum alone says nothing about any of them")
	default:
		d.Note(demarc.NoteSkipped, "neither a score nor the profile of a control")
	}
}

// tenant is the tenant of the row at hand.
func (d *decoder) tenant() tenantreport.Tenant {
	id := d.Row.Text("azuretenantid")
	tenant := tenantreport.NewTenant(id, "")
	if id != "" && tenant.ID == "" {
		// Published samples cover their ids; two of them are still two tenants.
		d.Note(demarc.NoteMalformed, "the tenant id is not a GUID: "+tenantreport.Plain(id))
		tenant.ID = id
	}
	return tenant
}
