package policystates

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// state makes evidence of a compliance state: how one resource stands to one
// policy of one assignment.
func (d *decoder) state() {
	r := d.row
	d.e.Check = d.definition()
	if d.e.Check == "" {
		d.note(demarc.NoteSkipped, "a compliance state without a policy")
		return
	}
	if d.e.Subject.ID = r.Keep(r.Bytes(resourceOf)); d.e.Subject.ID == "" {
		d.note(demarc.NoteMalformed, "a compliance state that does not say of what")
	}
	d.e.Title = r.Sentence(titleOf)
	var known bool
	if d.e.Observed, known = r.Time(timeOf); !known {
		d.note(demarc.NoteMalformed, "the time of the evaluation is not readable")
	}
	d.complies(d.word())
	if d.e.Outcome != demarc.OutcomeUnknown && strings.EqualFold(r.Text(effectOf), "manual") {
		// A policy with this effect looks at nothing: somebody said so.
		d.e.Strength, d.e.Detail = demarc.Claim, "stated by hand (effect manual)"
	}
	d.sink.Evidence(&d.e)
}

// definition is the name of the policy's definition.
func (d *decoder) definition() string {
	if name := d.row.Text(definitionNameOf); name != "" {
		return name
	}
	return d.row.Intern(last(d.row.Bytes(definitionOf)))
}

// word is the state in one word. Older answers have a truth instead.
func (d *decoder) word() string {
	word := d.row.Text(stateOf)
	if word != "" {
		return word
	}
	switch compliant := d.row.Text(compliantOf); {
	case strings.EqualFold(compliant, "true"):
		return "Compliant"
	case strings.EqualFold(compliant, "false"):
		return "NonCompliant"
	}
	return ""
}

// complies reads a compliance state.
// See https://learn.microsoft.com/azure/governance/policy/concepts/compliance-states
func (d *decoder) complies(word string) {
	d.e.Outcome, d.e.Reason, d.e.Detail = demarc.OutcomeUnknown, demarc.NotAssessed, word
	switch source.FoldHeader(word) {
	case "compliant":
		d.e.Outcome, d.e.Reason, d.e.Detail = demarc.Pass, demarc.NoReason, ""
	case "noncompliant":
		d.e.Outcome, d.e.Reason, d.e.Detail = demarc.Fail, demarc.NoReason, ""
	case "exempt":
		d.e.Reason = demarc.Exempt
	case "notregistered":
		d.e.Reason = demarc.NotCollected
	case "conflict", "conflicting", "error", "notstarted", "unknown", "protected":
	case "":
		d.note(demarc.NoteMalformed, "a compliance state without a state")
	default:
		d.note(demarc.NoteMalformed, "a compliance state that is not known: "+word)
	}
}
