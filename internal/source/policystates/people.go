package policystates

import (
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
)

// assigned names what an attestation is about: policies of an
// initiative by their references in it, else all that an assignment brings.
func (d *decoder) assigned() string {
	if reference := d.row.Text(referenceOf); reference != "" {
		return reference
	}
	assignment := d.row.Text(assignmentOf)
	if references := d.row.Texts(referencesOf); len(references) > 0 {
		return assignment + "#" + strings.Join(references, ",")
	}
	return assignment
}

// attestation keeps what a person answers for.
func (d *decoder) attestation() {
	r := d.row
	d.e.Check = d.assigned()
	scope := above(d.id())
	if d.e.Check == "" || scope == nil {
		d.note(demarc.NoteSkipped, "an attestation without an id or an assignment")
		return
	}
	d.e.Subject.ID = r.Keep(scope)
	d.complies(r.Text(stateOf))
	d.e.Strength, d.e.By = demarc.Attested, r.Text(ownerOf)
	if d.e.By == "" {
		d.e.Strength = demarc.Claim
		d.note(demarc.NoteMalformed, "an attestation without an owner: nobody answers for it")
	}
	if comments := r.Sentence(commentsOf); comments != "" {
		d.e.Detail = comments
	}
	if d.e.Observed = d.time(assessedOf, "the date of the assessment"); d.e.Observed.IsZero() {
		d.e.Observed = d.time(changedOf, "the date of the attestation")
	}
	var known bool
	if d.e.Expires, known = r.Time(expiresOf); !known {
		d.e.Strength = demarc.Claim // it must not hold for ever for that
		d.note(demarc.NoteMalformed, "the expiry of the attestation is not readable: it settles nothing")
	}
	d.sink.Evidence(&d.e)
}

// time reads a date, and notes what is none.
func (d *decoder) time(value int, what string) time.Time {
	at, known := d.row.Time(value)
	if !known {
		d.note(demarc.NoteMalformed, what+" is not readable")
	}
	return at
}
