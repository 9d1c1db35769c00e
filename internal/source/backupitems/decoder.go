package backupitems

import (
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/pathrow"
)

// What is wanted of a row.
const (
	idOf = iota
	typeOf
	sourceOf
	nameOf
	kindOf
	stateOf
	healthOf
	lastOf
	pointOf
	policyOf
	deletedOf
	operationOf
	statusOf
	endOf
	softDeleteOf
	lockOf
	guardOf
	guardedOf
)

var paths = pathrow.New(
	[]string{"id"},
	[]string{"type"},
	[]string{"properties.sourceresourceid", "properties.virtualmachineid", "properties.datasourceinfo.resourceid", "properties.datasourceid", "datasourceid"},
	append([]string{"properties.friendlyname", "properties.datasourceinfo.resourcename", "properties.entityfriendlyname", "properties.datasourcename"}, nameColumns...),
	[]string{"properties.backupmanagementtype", "properties.workloadtype", "datasourcetype", "backupmanagementtype"},
	[]string{"properties.protectionstate", "properties.currentprotectionstate", "protectionstate", "protectionstatus"},
	[]string{"properties.healthstatus", "properties.protectionstatus", "backupprecheck"},
	[]string{"properties.lastbackupstatus", "lastbackupstatus"},
	append([]string{"properties.lastrecoverypoint"}, pointColumns...),
	[]string{"properties.policyname", "properties.policyinfo.name", "policy", "policyname", "backuppolicy"},
	[]string{"properties.isscheduledfordeferreddelete"},
	[]string{"properties.operation", "properties.operationcategory"},
	[]string{"properties.status"},
	[]string{"properties.endtime"},
	[]string{"properties.securitysettings.softdeletesettings.softdeletestate", "properties.securitysettings.softdeletesettings.state"},
	[]string{"properties.securitysettings.immutabilitysettings.state"},
	[]string{"properties.securitysettings.multiuserauthorization"},
	[]string{"properties.isvaultprotectedbyresourceguard"},
)

// decoder reads rows of Azure Backup. It is used by one goroutine.
type decoder struct {
	sink   source.Sink
	file   *demarc.File
	row    *pathrow.Row
	vaults bool // a vault gives evidence, and is left to others as a resource
	listed bool // all rows are items, whatever they lack
}

func newDecoder(sink source.Sink, file *demarc.File) *decoder {
	return &decoder{sink: sink, file: file, row: paths.NewRow()}
}

// Decode reads a row of a JSON file, false when it is somebody else's.
func (d *decoder) Decode(r jsonrows.Row) bool {
	err := d.row.JSON(r)
	kind := d.kind()
	if !slices.Contains(Table.Types, kind) {
		return d.other(kind)
	}
	if err != nil {
		d.note(demarc.NoteSkipped, err.Error())
		return true
	}
	if !d.row.Valid {
		d.note(demarc.NoteMalformed, "bytes that are not UTF-8")
	}
	d.give(kind)
	return true
}

// DecodeFields reads a line of a table, false when it is somebody else's.
func (d *decoder) DecodeFields(header, fields []string, line int) bool {
	d.row.Fields(header, fields, line)
	kind := d.kind()
	if !slices.Contains(Table.Types, kind) {
		return d.other(kind)
	}
	d.give(kind)
	return true
}

// kind is the type of the row, folded; where it has none, as its id tells.
func (d *decoder) kind() string {
	switch typ := d.row.Text(typeOf); {
	case d.listed:
		return items
	case typ != "":
		return demarc.Fold(typ)
	case strings.Contains(demarc.Fold(string(d.row.Bytes(idOf))), "/protecteditems/"):
		return items
	}
	return ""
}

// other gives the evidence of a vault, which is a resource all the same.
func (d *decoder) other(kind string) bool {
	if d.vaults && (kind == vaults || kind == newVaults) {
		d.vault()
	}
	return false
}

func (d *decoder) give(kind string) {
	about := d.subject()
	switch {
	case about == (demarc.Subject{}):
		d.note(demarc.NoteSkipped, "a row that does not say what is protected")
	case kind == itemJobs || kind == jobs:
		d.job(about)
	default:
		d.item(about)
	}
}

// subject is what is protected: by its id, else a machine or another thing by
// its name.
func (d *decoder) subject() demarc.Subject {
	if id := d.row.Keep(d.row.Bytes(sourceOf)); strings.HasPrefix(id, "/") {
		return demarc.Subject{ID: id}
	}
	name := d.row.Sentence(nameOf)
	name = name[strings.LastIndexByte(name, ';')+1:] // items are called "VM;iaasvmcontainerv2;<group>;<machine>"
	machine := source.FoldHeader(d.row.Text(kindOf))
	if d.listed && machine == "" || strings.Contains(machine, "virtualmachine") || strings.Contains(machine, "iaasvm") || machine == "mab" {
		return demarc.Subject{Host: name}
	}
	return demarc.Subject{Name: name}
}

// meaning is what a word says of protection.
type meaning struct {
	outcome demarc.Outcome
	reason  demarc.Reason
}

var (
	pass   = meaning{demarc.Pass, demarc.NoReason}
	fail   = meaning{demarc.Fail, demarc.NoReason}
	nobody = meaning{demarc.OutcomeUnknown, demarc.NotAssessed}
)

// states are the states of protection. Where the first copy is still to come,
// nothing can be restored yet; copies kept after protection stopped grow old.
// See https://learn.microsoft.com/rest/api/backup/protected-items/get
var states = map[string]meaning{
	"protected": pass, "protectionconfigured": pass, "healthy": pass, "passed": pass,
	"irpending": fail, "protectionerror": fail, "protectionstopped": fail, "protectionpaused": fail, "backupssuspended": fail, "notprotected": fail,
	"softdeleted": fail, "softdeleting": fail, "backupschedulesuspended": fail, "retentionschedulesuspended": pass, "updatingprotection": pass,
	"configuringprotection": fail, "configuringprotectionfailed": fail, "backgroundinprogress": nobody, "invalid": nobody, "invalidprotection": nobody, "unhealthy": fail,
	"initialbackuppending": fail, "protectionstoppedwithretaindata": fail, "warning(initialbackuppending)": fail, "critical": fail,
}

// item says whether something is protected, and when its newest copy was made.
func (d *decoder) item(about demarc.Subject) {
	e := d.evidence(about, Protected)
	state, last := d.row.Text(stateOf), d.row.Text(lastOf)
	e.Title = "a recovery point is there"
	m := nobody
	switch known := false; {
	case state != "":
		if m, known = states[source.FoldHeader(state)]; !known {
			m = nobody
			d.note(demarc.NoteMalformed, "a state of protection that nobody knows: "+state)
		}
		e.Detail = state
	case d.row.Has(pointOf):
		m = pass
	}
	if m == pass && string(d.row.Bytes(deletedOf)) == "true" {
		m, e.Detail = fail, "deleted, and kept for a while"
	}
	var known bool
	if e.Since, known = d.row.Time(pointOf); !known {
		d.note(demarc.NoteMalformed, "the day of the newest recovery point is not readable")
	}
	if broken := source.FoldHeader(last); m == pass && (broken == "failed" || broken == "unhealthy" || broken == "irpending" && e.Since.IsZero()) {
		m = fail
	}
	if last != "" {
		e.Detail = strings.TrimPrefix(e.Detail+", last backup "+last, ", ")
	}
	if policy := d.row.Sentence(policyOf); policy != "" {
		e.Detail = strings.TrimPrefix(e.Detail+", policy "+policy, ", ")
	}
	d.say(e, m)
}

// results are what the end of a job says.
var results = map[string]meaning{
	"completed": pass, "completedwithwarnings": pass, "failed": fail, "cancelled": nobody, "inprogress": nobody, "cancelling": nobody,
}

// job gives a restore: that it ended well says that the copies can be read.
func (d *decoder) job(about demarc.Subject) {
	operation, status := demarc.Fold(d.row.Text(operationOf)), d.row.Text(statusOf)
	if !strings.Contains(operation, "restore") && !strings.Contains(operation, "recovery") {
		d.note(demarc.NoteIgnored, "jobs that restore nothing: what was saved is told by the items")
		return
	}
	e := d.evidence(about, RestoreTested)
	e.Detail = d.row.Sentences(operationOf, statusOf)
	var known bool
	if e.Observed, known = d.row.Time(endOf); !known {
		d.note(demarc.NoteMalformed, "the end of a job is not readable")
	}
	m, ok := results[source.FoldHeader(status)]
	if !ok {
		m = nobody
		d.note(demarc.NoteMalformed, "a status of a job that nobody knows: "+status)
	}
	d.say(e, m)
}

// vault says whether one stolen administrator can destroy its copies: they
// cannot be shortened, and it takes a second person or it is locked for good.
// See https://learn.microsoft.com/azure/backup/backup-azure-immutable-vault-concept
func (d *decoder) vault() {
	lock, soft := source.FoldHeader(d.row.Text(lockOf)), source.FoldHeader(d.row.Text(softDeleteOf))
	if lock == "" && soft == "" {
		return
	}
	guarded := demarc.EqualFold(d.row.Text(guardOf), "enabled") || demarc.EqualFold(d.row.Text(guardedOf), "true")
	e := d.evidence(demarc.Subject{ID: string(d.row.Bytes(idOf))}, Isolated)
	e.Detail = "immutability " + orElse(lock, "not told") + ", soft delete " + orElse(soft, "not told")
	if guarded {
		e.Detail += ", a second person is needed"
	}
	m := fail
	switch {
	case soft == "disabled" || soft == "off":
	case lock == "locked", lock == "unlocked" && guarded:
		m = pass
	case lock == "":
		m = meaning{demarc.OutcomeUnknown, demarc.NotCollected}
	}
	d.say(e, m)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (d *decoder) evidence(about demarc.Subject, check string) *demarc.Evidence {
	return &demarc.Evidence{Subject: about, Tool: Tool, Check: check, Strength: demarc.Observed, Place: demarc.Place{File: d.file, Line: d.row.Line}}
}

// say gives evidence with what a word means. A copy that does not exist has no
// age.
func (d *decoder) say(e *demarc.Evidence, m meaning) {
	e.Outcome, e.Reason = m.outcome, m.reason
	if m == fail {
		e.Since = time.Time{}
	}
	d.sink.Evidence(e)
}

func (d *decoder) note(kind demarc.NoteKind, message string) {
	d.sink.Note(demarc.Note{Kind: kind, Place: demarc.Place{File: d.file, Line: d.row.Line}, Message: message, Count: 1})
}
