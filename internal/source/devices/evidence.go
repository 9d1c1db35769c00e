package devices

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// tool is the word under which the evidence stands.
const tool = "intune"

// meaning is what a word says of a check.
type meaning struct {
	outcome demarc.Outcome
	reason  demarc.Reason
}

var (
	pass   = meaning{demarc.Pass, demarc.NoReason}
	fail   = meaning{demarc.Fail, demarc.NoReason}
	nobody = meaning{demarc.OutcomeUnknown, demarc.NotAssessed}
)

// encrypted are the words for whether the storage of a device is encrypted.
var encrypted = map[string]meaning{
	"true": pass, "yes": pass, "encrypted": pass, "false": fail, "no": fail, "notencrypted": fail, "unknown": nobody,
}

// compliant are the words for whether a device complies with its policies. One
// in its period of grace does not comply. Policies that contradict each other
// or could not be evaluated say nothing, and neither does Intune of a device
// that Configuration Manager looks after.
// See https://learn.microsoft.com/graph/api/resources/intune-devices-compliancestate
var compliant = map[string]meaning{
	"compliant": pass, "noncompliant": fail, "notcompliant": fail, "ingraceperiod": fail, "conflict": nobody, "error": nobody,
	"unknown": nobody, "configmanager": nobody, "notevaluated": nobody, "notapplicable": nobody,
}

// evidence gives what Intune says of the device at hand. The directory repeats
// some of it without saying of which day it is, which is left alone.
func (d *decoder) evidence(about demarc.Subject) {
	if !d.Row.Shows("devicename", "manageddevicename") {
		return
	}
	observed, _ := moment.Parse(d.Row.Text("lastsyncdatetime", "lastcheckin", "lastcontact", "lastsync"))
	for _, check := range [...]struct {
		id, title string
		word      string
		words     map[string]meaning
	}{
		{"encrypted", "The storage of the device is encrypted", d.Row.Text("isencrypted", "encrypted", "encryptionstatus"), encrypted},
		{"compliant", "The device complies with its policies", d.Row.Text("compliancestate", "compliance", "compliancestatus"), compliant},
	} {
		if check.word == "" {
			continue
		}
		m, known := check.words[source.FoldHeader(check.word)]
		if !known {
			d.Note(demarc.NoteMalformed, "a state that nobody knows: "+check.id+" "+check.word)
			m = nobody
		}
		d.Sink.Evidence(&demarc.Evidence{
			Subject: about, Tool: tool, Check: check.id, Title: check.title, Detail: check.word, Outcome: m.outcome, Reason: m.reason,
			Strength: demarc.Observed, Observed: observed, Place: d.Place(),
		})
	}
}
