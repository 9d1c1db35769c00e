// Package defenderendpoint reads what Microsoft Defender for Endpoint knows of
// machines: whether they are onboarded and their antivirus is up to date
// (device inventory of the portal, machines of the API, antivirus health), and
// which weaknesses their software has (vulnerabilities by machine of the API,
// exports of vulnerability management, advanced hunting).
//
// Names of people and addresses are never read.
package defenderendpoint

import (
	"context"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/paging"
)

// Tool is the word under which the evidence stands.
const Tool = "defender-for-endpoint"

// The checks.
const (
	Onboarded       = "onboarded"
	Antimalware     = "antimalware"
	Patches         = "patches"
	Vulnerabilities = "vulnerabilities"
)

// Format is the format of Defender for Endpoint.
var Format = source.Format{
	Name:   "defender-for-endpoint",
	Title:  "Defender for Endpoint: device inventory, machines, antivirus health, vulnerabilities (API JSON, portal CSV)",
	Detect: detect,
	Read:   read,
}

// shows reports whether rows have all of these members, named folded.
type shows func(names ...string) bool

func (has shows) any(names ...string) bool {
	for _, name := range names {
		if has(name) {
			return true
		}
	}
	return false
}

func detect(h source.Head) bool {
	has := shows(h.CSV().Has)
	if h.JSON().Kind != 0 {
		has = h.JSON().Has
	}
	return isVulnerability(has) || isMachine(has)
}

// isVulnerability wants a weakness of a machine.
func isVulnerability(has shows) bool {
	return has("cveid") && (has("machineid") || has.any("deviceid", "devicename") && has.any("softwarename", "vulnerabilityseveritylevel"))
}

// isMachine wants what only Defender says of a machine.
func isMachine(has shows) bool {
	named := has.any("computerdnsname", "devicename")
	return named && (has.any("onboardingstatus", "defenderavstatus", "avmode") || has("healthstatus", "exposurelevel"))
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	names := map[string]string{}
	if h := in.Head.JSON(); h.Kind != 0 && isVulnerability(h.Has) && !shows(h.Has).any("devicename", "computerdnsname") {
		names = machinesBeside(in)
	}
	visitor := func(r *graphrow.Reader) func() {
		d := &decoder{Reader: r, names: names}
		return d.row
	}
	if in.Head.JSON().Kind != 0 {
		return graphrow.JSON(ctx, in, sink, visitor)
	}
	rows, err := graphrow.Table(ctx, in, sink, visitor)
	paging.Rows(sink, in.File, rows, paging.REST)
	return err
}

type decoder struct {
	*graphrow.Reader
	names map[string]string // of machines by Defender's id, read-only
}

// row reads the row at hand.
func (d *decoder) row() {
	has := shows(func(names ...string) bool {
		for _, name := range names {
			if !d.Row.Shows(name) {
				return false
			}
		}
		return true
	})
	switch {
	case d.Row.Text("cveid") != "":
		d.vulnerability()
	case isMachine(has):
		d.machine()
	default:
		d.Note(demarc.NoteSkipped, "neither a machine nor a vulnerability of one")
	}
}

// evidence begins a piece of evidence about the machine of the row at hand.
func (d *decoder) evidence(check string) *demarc.Evidence {
	return &demarc.Evidence{Subject: d.subject(), Tool: Tool, Check: check, Strength: demarc.Observed, Place: d.Place()}
}
