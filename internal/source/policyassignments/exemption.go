package policyassignments

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// exemption keeps who took what out of a policy. A waiver accepts a risk. That
// something is mitigated by other means is a claim which needs its own proof.
func (d *decoder) exemption(id string) {
	r := d.row
	scope := above(id)
	if scope == "" {
		d.note(demarc.NoteSkipped, "an exemption without an id")
		return
	}
	expires, known := r.Time(expiresOf)
	if !known { // it must not hold for ever for that
		d.note(demarc.NoteMalformed, "the expiry of the exemption is not readable: it counts for nothing")
	}
	category := r.Text(categoryOf)
	waiver, mitigated := demarc.EqualFold(category, "waiver"), demarc.EqualFold(category, "mitigated")
	if !waiver && !mitigated {
		d.note(demarc.NoteMalformed, "an exemption that is neither a waiver nor mitigated: "+category)
	}
	references := r.Texts(referencesOf)
	taken := false
	if known {
		taken = d.exempts(demarc.PolicyExemption{ID: id, Name: r.Text(titleOf), Scope: scope, Assignment: r.Text(assignmentOf),
			References: references, Category: category, Expires: expires, Place: d.place()})
	}
	check := r.Text(assignmentOf)
	if len(references) > 0 {
		check += "#" + strings.Join(references, ",")
	}
	if waiver && taken {
		d.say("policy-exemption", id, demarc.Exception{ID: id, Tool: tool, Check: check, Scope: scope, Reason: r.Sentences(titleOf, descriptionOf),
			From: d.time(createdOf, "the beginning of the exemption"), Expires: expires, Place: d.place()})
		return
	}
	d.sink.Evidence(&demarc.Evidence{Tool: tool, Check: check, Subject: demarc.Subject{ID: scope}, Title: r.Sentence(titleOf),
		Reason: demarc.NotAssessed, Strength: demarc.Claim, Expires: expires, Place: d.place(),
		Detail: strings.TrimSuffix("exempted as "+category+": "+r.Sentence(descriptionOf), ": ")})
}

// exempts says the exemption as the evaluation reads it. One whose selectors
// are not readable would take out more than it does, and is not taken.
func (d *decoder) exempts(x demarc.PolicyExemption) bool {
	var ok bool
	if x.Selectors, ok = d.selectors(); !ok {
		d.note(demarc.NoteMalformed, "an exemption whose resource selectors cannot be read: it counts for nothing"+tooDeep)
		return false
	}
	if x.Assignment == "" {
		d.note(demarc.NoteMalformed, "an exemption that does not say of which assignment: it counts for nothing")
		return false
	}
	if x.Name == "" {
		x.Name = last(x.ID)
	}
	d.say("policy-exemption", x.ID, x)
	return true
}
