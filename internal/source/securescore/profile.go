package securescore

import (
	"fmt"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// state is what somebody decided about a control.
type state uint8

const (
	open    state = iota // nothing, or that it is to be done: the score speaks
	ignored              // the risk is accepted
	claimed              // somebody says that it is done by other means
)

// states are the words for it, of Graph and of the portal, folded as names are.
// See https://learn.microsoft.com/graph/api/resources/securescorecontrolstateupdate
var states = map[string]state{
	"": open, "default": open, "toaddress": open, "planned": open, "completed": open, "notset": open,
	"ignored": ignored, "ignore": ignored, "riskaccepted": ignored,
	"thirdparty": claimed, "reviewed": claimed, "alternatemitigation": claimed, "alternativemitigation": claimed,
	"resolvedthroughthirdparty": claimed, "resolvedthroughalternatemitigation": claimed,
}

func fold(word string) string { return source.FoldHeader(word) }

// unknownState notes a state that nobody knows.
func (d *decoder) unknownState(word string) {
	d.Note(demarc.NoteMalformed, fmt.Sprintf("a state that nobody knows: %.40q", word))
}

// decision is the newest state that somebody gave a control.
type decision struct {
	word, comment string
	at            time.Time
}

// profile reads the profile of a control: what somebody decided about it, else
// that it is there.
func (d *decoder) profile(tenant tenantreport.Tenant) {
	id := d.Row.Text("id", "controlname")
	if id == "" {
		d.Note(demarc.NoteSkipped, "the profile of a control without an id")
		return
	}
	decided := d.decided()
	state, known := states[fold(decided.word)]
	if !known {
		d.unknownState(decided.word)
	}
	switch {
	case !known:
		d.decide(tenant, id, decided, demarc.Evidence{Reason: demarc.NotAssessed})
	case state == ignored:
		d.except(tenant, id, decided)
		d.decide(tenant, id, decided, demarc.Evidence{Reason: demarc.Exempt})
	case state == claimed:
		d.decide(tenant, id, decided, demarc.Evidence{Outcome: demarc.Pass})
	default:
		d.Sink.Statement(source.Statement{Kind: "secure-score-control", ID: id, Place: d.Place()})
	}
}

// decided is the newest of the states in the profile at hand. Those without a
// day are older than those with one.
func (d *decoder) decided() decision {
	var newest decision
	d.Row.Elements("controlstateupdates", func(raw []byte) {
		if d.update.Object(raw, d.Row.Line) != nil {
			d.Note(demarc.NoteMalformed, "the state of a control that is no object")
			return
		}
		u := decision{word: d.update.Text("state"), comment: d.update.Text("comment"), at: d.when(d.update, "updateddatetime")}
		if !u.at.Before(newest.at) {
			newest = u
		}
	})
	return newest
}

// decide gives what somebody decided as a claim.
func (d *decoder) decide(tenant tenantreport.Tenant, id string, of decision, e demarc.Evidence) {
	e.Subject, e.Tool, e.Check, e.Title = tenant.Subject(""), tool, id, d.Row.Text("title")
	e.Strength, e.Observed, e.Place = demarc.Claim, of.at, d.Place()
	e.Detail = tenantreport.Join("state "+of.word, of.comment)
	d.Sink.Evidence(&e)
}

// except states the exception of a control. Without a tenant nothing tells what
// it covers, and it is told without content.
func (d *decoder) except(tenant tenantreport.Tenant, id string, of decision) {
	said := source.Statement{Kind: "exception", ID: tool + ":" + id, Place: d.Place()}
	if tenant.ID != "" {
		said.Content = demarc.Exception{
			Tool: tool, Check: id, Scope: source.TenantID(tenant.ID), Reason: tenantreport.Plain(of.comment), From: of.at, Place: d.Place(),
		}
	}
	d.Sink.Statement(said)
}
