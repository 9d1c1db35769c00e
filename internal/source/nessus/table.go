package nessus

import (
	"context"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/moment"
)

// The headers of each column in the tables of Nessus, of Tenable Vulnerability
// Management, old and new, and of Security Center: folded, the best first.
var (
	pluginColumn    = []string{"pluginid", "plugin", "definition.id"}
	nameColumn      = []string{"name", "pluginname", "definition.name"}
	familyColumn    = []string{"pluginfamily", "family", "definition.family"}
	riskColumn      = []string{"risk", "severity"}
	hostColumn      = []string{"fqdn", "dnsname", "asset.displayfqdn", "asset.hostname", "netbios", "netbiosname", "asset.netbiosname", "host", "asset.name", "ipaddress", "asset.displayipv4address"}
	systemColumn    = []string{"os", "operatingsystem", "asset.operatingsystem"}
	cveColumn       = []string{"cve", "definition.cve"}
	outputColumn    = []string{"pluginoutput", "output"}
	stateColumn     = []string{"vulnerabilitystate", "state"}
	publishedColumn = []string{"patchpublicationdate", "definition.patchpublished"}
	weaknessColumn  = []string{"vulnpublicationdate", "definition.vulnerabilitypublished"}
	firstColumn     = []string{"firstfound", "firstdiscovered", "firstobserved"}
	endColumn       = []string{"hostend", "hostscanend"}
	seenColumn      = []string{"lastfound", "lastobserved", "lastdiscovered", "lastseen"}
	insideColumn    = []string{"lastauthenticatedresultsdate"}
)

// isTable wants a plugin, its risk and its machine.
func isTable(h source.Head) bool {
	c := h.CSV()
	has := func(names []string) bool { return slices.ContainsFunc(names, func(n string) bool { return c.Has(n) }) }
	return has(pluginColumn) && has(nameColumn) && has(riskColumn) && has(hostColumn)
}

func readTable(ctx context.Context, in *source.Input, sink source.Sink) error {
	s := newScan(sink, in.File)
	_, err := graphrow.Table(ctx, in, sink, func(r *graphrow.Reader) func() {
		return func() { s.row(r) }
	})
	s.give()
	return err
}

// row takes the row at hand.
func (s *scan) row(r *graphrow.Reader) {
	name := machine(r.Row.Text(hostColumn...))
	plugin := r.Row.Text(pluginColumn...)
	if name == "" || plugin == "" {
		r.Note(demarc.NoteSkipped, "a row without a machine or a plugin")
		return
	}
	h := s.host(name, r.Row.Line)
	if h.system == "" {
		h.system = r.Row.Text(systemColumn...)
	}
	if r.Row.Text(insideColumn...) != "" && h.credentials == unsaid {
		h.credentials = yes
	}
	ended, ok := moment.Parse(r.Row.Text(endColumn...))
	if ok && ended.After(h.observed) {
		h.observed = ended
	}
	s.take(h, rowRecord(r.Row, plugin))
}

func rowRecord(r *graphrow.Row, plugin string) *record {
	state := demarc.Fold(r.Text(stateColumn...))
	rec := &record{
		finding: finding{plugin: plugin, name: r.Text(nameColumn...), cve: strings.TrimPrefix(r.Text(cveColumn...), "N/A"), line: r.Line},
		family:  r.Text(familyColumn...), risk: r.Text(riskColumn...), output: r.Text(outputColumn...), fixed: state == "fixed",
	}
	switch demarc.Fold(rec.risk) {
	case "passed", "failed", "warning":
		rec.compliance = true
	}
	rec.published, _ = moment.Parse(r.Text(publishedColumn...))
	rec.weakness, _ = moment.Parse(r.Text(weaknessColumn...))
	rec.first, _ = moment.Parse(r.Text(firstColumn...))
	rec.observed, _ = moment.Parse(r.Text(seenColumn...))
	return rec
}
