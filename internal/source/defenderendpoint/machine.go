package defenderendpoint

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// meaning is what a word says of a check.
type meaning struct {
	outcome demarc.Outcome
	reason  demarc.Reason
}

var (
	pass   = meaning{demarc.Pass, demarc.NoReason}
	fail   = meaning{demarc.Fail, demarc.NoReason}
	nobody = meaning{demarc.OutcomeUnknown, demarc.NotAssessed} // nobody could look
	exempt = meaning{demarc.OutcomeUnknown, demarc.Exempt}
)

// onboarding are the words of onboarding. A system that Defender does not
// support is not known to be protected, and not known to be exempt from it.
// See https://learn.microsoft.com/defender-endpoint/api/machine
var onboarding = map[string]meaning{
	"onboarded": pass, "canbeonboarded": fail, "notonboarded": fail, "unsupported": nobody, "insufficientinfo": nobody, "offboarded": fail,
}

// sensor are the words of the sensor's health that take an onboarding back: one
// that does not report protects nothing, and of one that was long silent
// nobody knows.
var sensor = map[string]meaning{
	"active": pass, "inactive": nobody, "unknown": nobody, "misconfigured": fail, "impairedcommunication": fail, "impairedcommunications": fail,
	"nosensordata": fail, "nosensordataimpairedcommunication": fail, "nosensordataimpairedcommunications": fail,
	"impairedcommunicationsnosensordata": fail,
}

// antivirus are the words of the antivirus status of a machine.
var antivirus = map[string]meaning{
	"updated": pass, "notupdated": fail, "disabled": fail, "notsupported": nobody, "unknown": nobody, "notreported": nobody, "notreporting": nobody,
}

// modes are the modes of the antivirus. Where it is passive another product
// does the work, and nobody says how well.
// See https://learn.microsoft.com/defender-endpoint/api/device-health-api-methods-properties
var modes = map[string]meaning{
	"0": pass, "active": pass, "normal": pass, "1": nobody, "passive": nobody, "2": fail, "disabled": fail, "3": nobody, "other": nobody,
	"4": nobody, "edrblocked": nobody, "edrblockmode": nobody, "5": nobody, "passiveaudit": nobody, "unknown": nobody,
}

// machine gives what is said of the machine of the row at hand.
func (d *decoder) machine() {
	if d.subject() == (demarc.Subject{}) {
		d.Note(demarc.NoteSkipped, "a machine without a name and without an id")
		return
	}
	said := d.onboarded()
	said = d.antimalware() || said
	if !said {
		d.Note(demarc.NoteIgnored, "a machine of which neither onboarding nor antivirus is told")
	}
}

// onboarded says whether the machine is onboarded and its sensor reports.
func (d *decoder) onboarded() bool {
	status, health := d.Row.Text("onboardingstatus"), d.Row.Text("healthstatus", "sensorhealthstate")
	if status == "" {
		return false
	}
	m := d.word(onboarding, status)
	if m == pass && health != "" {
		m = d.word(sensor, health)
	}
	e := d.evidence(Onboarded)
	e.Title = "Onboarded to Microsoft Defender for Endpoint"
	e.Detail = strings.TrimPrefix(status+", sensor "+health, ", ")
	if health == "" {
		e.Detail = status
	}
	if demarc.EqualFold(d.Row.Text("isexcluded", "excluded"), "true") {
		m = exempt
		d.exclude(e)
	}
	d.give(e, m)
	return true
}

// exclude tells that somebody took the machine out of the inventory.
func (d *decoder) exclude(e *demarc.Evidence) {
	covered := e.Subject.ID
	if covered == "" {
		covered = e.Subject.Host
	}
	d.Sink.Statement(source.Statement{Kind: "exception", ID: covered, Place: e.Place, Content: demarc.Exception{
		Tool: Tool, Check: e.Check, Scope: covered, Reason: d.Row.Text("exclusionreason"), Place: e.Place,
	}})
}

// antimalware says whether the antivirus runs and is up to date.
func (d *decoder) antimalware() bool {
	status, mode := d.Row.Text("defenderavstatus", "antivirusstatus", "avstatus"), d.Row.Text("avmode")
	e := d.evidence(Antimalware)
	e.Title = "Microsoft Defender Antivirus"
	switch {
	case status != "":
		e.Detail = status
		d.give(e, d.word(antivirus, status))
	case mode != "":
		m := d.word(modes, mode)
		signatures := d.Row.Text("avissignatureuptodate")
		e.Detail = "mode " + mode + ", signatures up to date: " + signatures
		switch demarc.Fold(signatures) {
		case "true", "1":
		case "false", "0":
			if m == pass {
				m = fail
			}
		default:
			if m == pass {
				m = nobody
			}
		}
		d.give(e, m)
	default:
		return false
	}
	return true
}

// word finds what a status says. One that nobody knows is noted.
func (d *decoder) word(known map[string]meaning, status string) meaning {
	m, ok := known[source.FoldHeader(strings.NewReplacer(",", "", "'", "").Replace(status))]
	if !ok {
		d.Note(demarc.NoteMalformed, "a status that nobody knows: "+status)
		return nobody
	}
	return m
}

func (d *decoder) give(e *demarc.Evidence, m meaning) {
	e.Outcome, e.Reason = m.outcome, m.reason
	e.Observed = d.seen()
	d.Sink.Evidence(e)
}

// subject is the machine of the row at hand: by its id in Azure, else by its
// name, else by its id in the directory, else by Defender's own.
func (d *decoder) subject() demarc.Subject {
	id := d.Row.Text("machineid", "deviceid")
	if id == "" && d.Row.Shows("computerdnsname") {
		id = d.Row.Text("id")
	}
	name := d.Row.Text("devicename", "computerdnsname")
	if name == "" {
		name = d.names[id]
	}
	if azure := resourceID(d.Row); azure != "" {
		return demarc.Subject{ID: azure, Name: name}
	}
	if strings.HasPrefix(name, "/subscriptions/") {
		return demarc.Subject{ID: name}
	}
	directory := d.Row.Text("aaddeviceid", "azureaddeviceid")
	switch {
	case name != "":
		return demarc.Subject{Host: name}
	case scope.IsGUID(directory):
		return demarc.Subject{ID: "devices/" + demarc.Fold(directory)}
	case id != "":
		return demarc.Subject{ID: Tool + "/machines/" + id, Name: id}
	}
	return demarc.Subject{}
}

// resourceID is the id of the machine in Azure, where it has one.
func resourceID(r *graphrow.Row) string {
	id := r.Text("azureresourceid", "azurevmid")
	_ = jsonspan.Members(r.Raw("vmmetadata"), func(name, value []byte) { // what came before a mistake is kept
		if strings.EqualFold(string(name), `"resourceId"`) && len(value) > 1 && value[0] == '"' {
			id = string(value[1 : len(value)-1])
		}
	})
	if !scope.Parse(id).IsResource() {
		return ""
	}
	return id
}

// machinesBeside reads the names of machines from lists of machines that lie
// beside a list which names them by id only. A list that cannot be read says
// what is wrong with it when it is read on its own.
func machinesBeside(in *source.Input) map[string]string {
	names := map[string]string{}
	for _, sibling := range in.Siblings() {
		if sibling == in.Name() || !strings.Contains(demarc.Fold(sibling), "machine") {
			continue
		}
		list, err := in.Sibling(sibling)
		if err != nil || !list.Head.JSON().Has("id", "computerdnsname") {
			continue
		}
		root, err := jsontree.Read(list)
		if err != nil {
			continue
		}
		if rows := root.Get("value"); rows != nil {
			root = rows
		}
		for _, machine := range root.Elements {
			keepName(names, machine)
		}
	}
	return names
}

// keepName keeps the id in Azure of a machine, else its name.
func keepName(names map[string]string, machine *jsontree.Node) {
	id, name := machine.Get("id").String(), machine.Get("computerDnsName").String()
	if azure := machine.Get("vmMetadata").Get("resourceId").String(); scope.Parse(azure).IsResource() {
		name = azure
	}
	if id != "" && name != "" {
		names[id] = name
	}
}
