// Package m365assess reads the tables that M365-Assess writes about a
// Microsoft 365 tenant: compared settings, which name their check, and lists
// of people, domains, policies and services, whose columns are read as checks
// that are named here (m365-assess:user-mfa-registered and so on). The tables
// name neither tenant nor day; the one about directory synchronisation names
// the tenant. A value that the tool did not get is unknown, whatever it says
// about it.
//
// See https://github.com/Galvnyz/M365-Assess.
package m365assess

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/tenantreport"
)

// Tool is the word for M365-Assess in data/responsibilities/tools.yaml.
const Tool = "m365-assess"

// ScoreTool is the word for Microsoft Secure Score, whose controls one of the
// tables repeats.
const ScoreTool = "secure-score"

// Format is the format of the tables.
var Format = source.Format{
	Name:     "m365-assess",
	Title:    "M365-Assess tables: compared settings, sign-in methods, roles, domains, mail and data protection (CSV)",
	Detect:   func(h source.Head) bool { return tableOf(h) != nil },
	Read:     read,
	Evidence: true,
}

// table is one kind of table: the columns by which it is known, folded, and
// who reads its rows.
type table struct {
	columns []string
	read    func(*decoder)
}

// tables are the tables that hold findings.
var tables = []table{
	{[]string{"setting", "currentvalue", "recommendedvalue", "status"}, (*decoder).setting},
	{[]string{"userprincipalname", "ismfaregistered"}, (*decoder).signIn},
	{[]string{"rolename", "memberupn"}, (*decoder).role},
	{[]string{"domain", "passwordvalidityperiod"}, (*decoder).passwords},
	{[]string{"domain", "spf", "dmarc"}, (*decoder).mailRecords},
	{[]string{"policytype", "name", "enabled", "keysettings"}, (*decoder).protection},
	{[]string{"itemtype", "name", "enabled", "details"}, (*decoder).dataProtection},
	{[]string{"itemtype", "name", "status", "details"}, (*decoder).mailFlow},
	{[]string{"actionname", "scoreimpact"}, (*decoder).action},
	{[]string{"sharingcapability", "isresharingbyexternalusersenabled"}, (*decoder).sharing},
	{[]string{"allowguestaccess", "allowthirdpartyapps"}, (*decoder).teams},
	{[]string{"tenantid", "onpremisessyncenabled", "dirsyncconfigured"}, (*decoder).sync},
}

// tableOf is the kind of a file, nil when it is none of these.
func tableOf(h source.Head) *table {
	c := h.CSV()
	if h.JSON().Kind != 0 || c.Delimiter == 0 {
		return nil
	}
	i := slices.IndexFunc(tables, func(t table) bool { return c.Has(t.columns...) })
	if i < 0 {
		return nil
	}
	return &tables[i]
}

func read(ctx context.Context, in *source.Input, sink source.Sink) error {
	t := tableOf(in.Head)
	if t == nil {
		return source.Refusal("a table without the columns of M365-Assess")
	}
	_, err := graphrow.Table(ctx, in, sink, func(g *graphrow.Reader) func() {
		d := &decoder{Reader: tenantreport.New(g, Tool)}
		return func() { t.read(d) }
	})
	return err
}

// decoder reads the row at hand. The tables do not say whose they are.
type decoder struct {
	*tenantreport.Reader
	tenant tenantreport.Tenant
}

// tell gives a piece of evidence of the row at hand.
func (d *decoder) tell(about demarc.Subject, check, title string, said finding) {
	d.Give(demarc.Evidence{
		Subject: about, Check: check, Title: title, Outcome: said.Outcome, Reason: said.Reason, Severity: said.severity,
		Detail: tenantreport.Plain(said.detail),
	}, d.Row.Line)
}

// missing notes a row that does not say what it is about.
func (d *decoder) missing(what string) { d.Note(demarc.NoteSkipped, "a row without "+what) }

// thing is something of the tenant that has a name and no id: a domain, a
// policy. The tables do not say more.
func (d *decoder) thing(name string) demarc.Subject { return d.tenant.Person(name, name) }

// finding is what a row says about one thing.
type finding struct {
	tenantreport.Meaning
	severity demarc.Severity
	detail   string
}

// absent reports whether the tool got no value.
func absent(value string) bool { return value == "" || demarc.EqualFold(value, "N/A") }

// wanted compares a value that is true or false with the one that is wanted.
// No value was not collected; one that is neither is a note.
func (d *decoder) wanted(value string, want bool, detail string) finding {
	f := finding{detail: detail}
	switch folded := demarc.Fold(value); {
	case folded == "true" || folded == "false":
		f.Outcome = demarc.Fail
		if (folded == "true") == want {
			f.Outcome = demarc.Pass
		}
	case absent(value) || folded == "unknown":
		f.Reason = demarc.NotCollected
	default:
		f.Reason = demarc.NotAssessed
		d.Note(demarc.NoteMalformed, fmt.Sprintf("neither true nor false: %.40q", value))
	}
	return f
}

// known is what a word means, where there is one.
func (d *decoder) known(words map[string]tenantreport.Meaning, word, detail string) finding {
	if absent(word) {
		return finding{Meaning: tenantreport.Meaning{Reason: demarc.NotCollected}, detail: detail}
	}
	return finding{Meaning: d.Mean(words, word, d.Row.Line), detail: detail}
}

// told is a finding that passes or fails where there is a value.
func told(value string, pass bool, detail string) finding {
	f := finding{detail: detail}
	switch {
	case absent(value):
		f.Reason = demarc.NotCollected
	case pass:
		f.Outcome = demarc.Pass
	default:
		f.Outcome = demarc.Fail
	}
	return f
}

// kebab writes a name of several capitals as words with dashes, for the id of
// a check: AntiPhish is anti-phish.
func kebab(name string) string {
	var b strings.Builder
	lower := false
	for _, c := range name {
		switch {
		case 'A' <= c && c <= 'Z':
			if lower {
				b.WriteByte('-')
			}
			b.WriteRune(c - 'A' + 'a')
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		lower = 'a' <= c && c <= 'z'
	}
	return strings.Trim(b.String(), "-")
}
