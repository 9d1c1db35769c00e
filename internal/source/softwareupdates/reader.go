// Package softwareupdates reads which updates machines have and lack, as
// Configuration Manager, WSUS and Intune report it in tables: one row for each
// machine and update, or one row for each machine with how many it needs. An
// update that is needed is a piece of evidence; a machine that needs none of
// those in the report gives one that says so.
package softwareupdates

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// Tool and Patches are what the evidence stands under.
const (
	Tool    = "software-updates"
	Patches = "patches"
)

// Format is the format of update reports.
var Format = source.Format{
	Name:   "software-updates",
	Title:  "Update compliance of Configuration Manager, WSUS, Intune: machine, update, state (CSV)",
	Detect: detect,
	Read:   read,
}

// The headers by which each column is known, folded, the best first.
var (
	machineColumn  = []string{"devicename", "computername", "machinename", "hostname", "netbiosname", "netbiosname0", "fulldomainname", "computer", "machine", "device"}
	updateColumn   = []string{"updatename", "updatetitle", "updatedisplayname", "update", "softwareupdate", "qualityupdate", "title"}
	articleColumn  = []string{"kb", "kbarticle", "kbarticleid", "kbnumber", "kbid", "articleid", "targetkbnumber", "bulletinid"}
	stateColumn    = []string{"updatestate", "updateinstallationstate", "updateinstallstate", "installationstate", "installstate", "currentdeviceupdatestatus", "statename", "compliancestate", "state", "status", "compliance"}
	severityColumn = []string{"msrcseverity", "severityname", "updateseverity", "severity"}
	releaseColumn  = []string{"datereleased", "releasedate", "updatereleasetime", "released", "dateposted", "posted", "releasetime"}
	seenColumn     = []string{"lastscantime", "lastscan", "lastupdatescantime", "lastwuscantime", "laststatusreport", "laststatustime", "laststatuschangetime", "laststatuschange", "lastreportedtime", "lastreported", "lastsynctime", "statustime", "eventdatetimeutc", "reportdate", "asof"}
	neededColumn   = []string{"updatesneeded", "neededcount", "needed", "notinstalledcount", "updatesmissing", "missingupdates", "missingcount"}
	failedColumn   = []string{"updateswitherrors", "updatesfailed", "failedcount"}
	unknownColumn  = []string{"updateswithnostatus", "unknowncount", "nostatuscount"}
)

// detect wants a machine, and the state of an update or how many are needed. A
// title alone could be that of anything.
func detect(h source.Head) bool {
	c := h.CSV()
	has := func(names []string) bool { return slices.ContainsFunc(names, func(n string) bool { return c.Has(n) }) }
	if c.IsAzure() || !has(machineColumn) {
		return false
	}
	titled := has(updateColumn) && (has(severityColumn) || has(releaseColumn))
	return has(neededColumn) || has(stateColumn) && (has(articleColumn) || titled)
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	g := &gatherer{byName: map[string]*machine{}}
	_, err := graphrow.Table(ctx, in, sink, func(r *graphrow.Reader) func() {
		g.Reader = r
		return g.row
	})
	for _, m := range g.machines {
		g.close(m)
	}
	return err
}

// machine is what the rows of one machine said together.
type machine struct {
	name             string
	place            demarc.Place
	open, done, dark int // updates that are needed, that are not, and of which nobody knows
	oldest           time.Time
}

type gatherer struct {
	*graphrow.Reader
	machines []*machine
	byName   map[string]*machine
}

// row reads the row at hand.
func (g *gatherer) row() {
	name := g.Row.Text(machineColumn...)
	if name == "" {
		g.Note(demarc.NoteSkipped, "a row without a machine")
		return
	}
	if count := g.Row.Text(neededColumn...); count != "" {
		g.summary(name, count)
		return
	}
	g.update(g.machine(name))
}

func (g *gatherer) machine(name string) *machine {
	key := demarc.Fold(name)
	m, ok := g.byName[key]
	if !ok {
		m = &machine{name: name, place: g.Place()}
		g.byName[key] = m
		g.machines = append(g.machines, m)
	}
	return m
}

// state is what is said of one update of one machine.
type state uint8

const (
	strange state = iota // a word that nobody knows
	open
	done
	dark
)

// states are the words of the tools, folded. An update that waits for a
// restart is not in force yet.
var states = map[string]state{
	"2": open, "required": open, "needed": open, "missing": open, "notinstalled": open, "noncompliant": open, "notcompliant": open, "applicable": open,
	"failed": open, "error": open, "installationfailed": open, "failedtoinstallupdate(s)": open, "downloadfailed": open, "failedtodownloadupdate(s)": open,
	"pendingrestart": open, "pendingsystemrestart": open, "pendingreboot": open, "rebootrequired": open, "restartrequired": open,
	"downloading": open, "downloaded": open, "downloadedupdate(s)": open, "installing": open, "installingupdate(s)": open, "waitingforanotherinstallationtocomplete": open,
	"pending": open, "scheduled": open, "offerready": open, "inprogress": open, "needsattention": open, "notstarted": open, "paused": open, "cancelled": open, "detected": open,
	"3": done, "installed": done, "compliant": done, "successfullyinstalledupdate(s)": done, "installed/notapplicable": done, "uptodate": done, "success": done,
	"1": done, "notrequired": done, "notapplicable": done, "notneeded": done, "superseded": done,
	"0": dark, "unknown": dark, "detectionstateunknown": dark, "nostatus": dark, "notreported": dark, "compliancestateunknown": dark, "enforcementstateunknown": dark, "": dark,
}

// update gives one update of a machine.
func (g *gatherer) update(m *machine) {
	word := g.Row.Text(stateColumn...)
	seen, _ := moment.Parse(g.Row.Text(seenColumn...))
	if !seen.IsZero() && (m.oldest.IsZero() || seen.Before(m.oldest)) {
		m.oldest = seen
	}
	e := g.evidence(m.name, g.Place())
	e.Observed = seen
	e.Title, e.Detail = g.title(), word
	switch states[source.FoldHeader(word)] {
	case open:
		m.open++
		e.Outcome = demarc.Fail
		e.Severity = g.severity()
		e.Since, _ = moment.Parse(g.Row.Text(releaseColumn...))
		g.Sink.Evidence(e)
		return
	case done:
		m.done++
		g.Note(demarc.NoteIgnored, "updates that are installed or not needed: they count for their machine")
		return
	case strange:
		if _, known := states[source.FoldHeader(word)]; !known {
			g.Note(demarc.NoteMalformed, "a state that nobody knows: "+word)
		}
	}
	m.dark++
	e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.NotAssessed
	g.Sink.Evidence(e)
}

// title names the update of the row at hand.
func (g *gatherer) title() string {
	article, title := g.Row.Text(articleColumn...), g.Row.Text(updateColumn...)
	if article != "" && strings.Trim(article, "0123456789") == "" {
		article = "KB" + article
	}
	if article == "" || strings.Contains(title, article) {
		return title
	}
	return strings.TrimSpace(article + " " + title)
}

// severities are the words of Microsoft's security response center.
// See https://www.microsoft.com/msrc/security-update-severity-rating-system
var severities = map[string]demarc.Severity{
	"critical": demarc.Critical, "important": demarc.High, "high": demarc.High, "moderate": demarc.Medium, "medium": demarc.Medium, "low": demarc.Low,
}

func (g *gatherer) severity() demarc.Severity {
	return severities[demarc.Fold(g.Row.Text(severityColumn...))]
}

// close says of a machine of which no update is open that none is, as far as
// the report shows.
func (g *gatherer) close(m *machine) {
	if m.open+m.dark > 0 || m.done == 0 {
		return
	}
	e := g.evidence(m.name, m.place)
	e.Outcome, e.Observed = demarc.Pass, m.oldest
	e.Detail = fmt.Sprintf("none of %d updates in the report is open", m.done)
	g.Sink.Evidence(e)
}

// summary gives a machine that is reported with numbers.
func (g *gatherer) summary(name, count string) {
	needed, err := strconv.Atoi(count)
	failed, _ := strconv.Atoi(g.Row.Text(failedColumn...))
	unknown, _ := strconv.Atoi(g.Row.Text(unknownColumn...))
	e := g.evidence(name, g.Place())
	e.Observed, _ = moment.Parse(g.Row.Text(seenColumn...))
	switch {
	case err != nil || needed < 0:
		g.Note(demarc.NoteMalformed, "a number of needed updates that is none: "+count)
		e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.NotAssessed
	case needed+failed > 0:
		e.Outcome = demarc.Fail
		e.Detail = fmt.Sprintf("%d needed, %d failed", needed, failed)
	case unknown > 0:
		e.Outcome, e.Reason = demarc.OutcomeUnknown, demarc.NotAssessed
		e.Detail = fmt.Sprintf("%d without a status", unknown)
	default:
		e.Outcome = demarc.Pass
		e.Detail = "none needed"
	}
	g.Sink.Evidence(e)
}

func (g *gatherer) evidence(name string, place demarc.Place) *demarc.Evidence {
	return &demarc.Evidence{Subject: demarc.Subject{Host: name}, Tool: Tool, Check: Patches, Strength: demarc.Observed, Place: place}
}
