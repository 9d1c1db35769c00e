package json

import (
	"maps"
	"slices"
	"strconv"

	"github.com/demarc-dev/demarc"
)

// appendSummary appends the numbers of the customer's responsibilities, and
// ends the object.
func appendSummary(dst []byte, s demarc.Summary) []byte {
	dst = appendNumber(dst, `,"met":`, s.Met)
	dst = appendNumber(dst, `,"unmet":`, s.Unmet)
	dst = appendNumber(dst, `,"unknown":`, s.Unknown)
	dst = appendNumber(dst, `,"notApplicable":`, s.NotApplicable)
	dst = appendNumber(dst, `,"accepted":`, s.Accepted)
	dst = append(dst, `,"coverage":`...)
	return append(strconv.AppendFloat(dst, s.Coverage(), 'f', -1, 64), '}')
}

// conclusions writes what was concluded from all verdicts.
func (d *document) conclusions(a *demarc.Assessment) {
	d.buf = append(d.buf, `,"unknown":{`...)
	for i, reason := range slices.Sorted(maps.Keys(a.Unknown)) {
		if i > 0 {
			d.buf = append(d.buf, ',')
		}
		d.buf = AppendText(d.buf, string(reason))
		d.buf = appendNumber(d.buf, ":", a.Unknown[reason])
	}
	d.buf = append(d.buf, '}')
	list(d, `,"doFirst":[`, a.DoFirst, appendAction)
	list(d, `,"gaps":[`, a.Gaps, appendGap)
	list(d, `,"believed":[`, a.Believed, appendBelief)
	list(d, `,"settling":[`, a.Settling, appendSettling)
	list(d, `,"offerings":[`, a.Offerings, appendOffering)
	list(d, `,"responsibilities":[`, a.Responsibilities, appendResponsibility)
}

func appendAction(dst []byte, a demarc.Action) []byte {
	dst = append(dst, `{"responsibility":`...)
	dst = AppendText(dst, a.Responsibility.ID)
	dst = append(dst, `,"severity":`...)
	dst = AppendText(dst, a.Responsibility.Severity.String())
	dst = append(dst, `,"owner":`...)
	dst = appendOwner(dst, &a.Owner)
	dst = appendNumber(dst, `,"count":`, a.Count)
	dst = appendNumber(dst, `,"accepted":`, a.Accepted)
	dst = append(dst, `,"first":`...)
	dst = AppendText(dst, a.First)
	dst = append(dst, `,"why":`...)
	dst = appendOptional(dst, a.Why)
	dst = append(dst, `,"ageDays":`...)
	return append(appendDays(dst, a.Age), '}')
}

func appendOwner(dst []byte, o *demarc.Owner) []byte {
	dst = append(dst, `{"name":`...)
	dst = appendOptional(dst, o.Name)
	dst = append(dst, `,"party":`...)
	dst = appendOptional(dst, o.Party)
	dst = append(dst, `,"basis":`...)
	dst = AppendText(dst, o.Basis.String())
	dst = append(dst, `,"from":`...)
	return append(appendOptional(dst, o.From), '}')
}

func appendGap(dst []byte, g demarc.Gap) []byte {
	dst = append(dst, `{"kind":`...)
	dst = AppendText(dst, string(g.Kind))
	dst = append(dst, `,"subject":`...)
	dst = appendOptional(dst, g.Subject)
	dst = append(dst, `,"text":`...)
	dst = AppendText(dst, g.Text)
	dst = appendNumber(dst, `,"count":`, g.Count)
	dst = append(dst, `,"place":`...)
	return append(appendOptional(dst, g.Place.String()), '}')
}

func appendBelief(dst []byte, b demarc.Belief) []byte {
	dst = append(dst, `{"responsibility":`...)
	dst = AppendText(dst, b.Responsibility.ID)
	dst = appendNumber(dst, `,"count":`, b.Count)
	dst = appendNumber(dst, `,"unmet":`, b.Unmet)
	return append(appendNumber(dst, `,"unknown":`, b.Unknown), '}')
}

func appendSettling(dst []byte, s demarc.Settling) []byte {
	dst = append(dst, `{"tool":`...)
	dst = AppendText(dst, s.Tool)
	dst = append(dst, `,"command":`...)
	dst = appendOptional(dst, s.Command)
	dst = appendNumber(dst, `,"count":`, s.Count)
	return append(appendNumber(dst, `,"kinds":`, s.Kinds), '}')
}

func appendOffering(dst []byte, o demarc.Offering) []byte {
	dst = append(dst, `{"party":`...)
	dst = AppendText(dst, o.Party)
	dst = append(dst, `,"name":`...)
	dst = AppendText(dst, o.Name)
	dst = appendNumber(dst, `,"resources":`, o.Resources)
	dst = appendNumber(dst, `,"assured":`, o.Assured)
	dst = appendNumber(dst, `,"unknown":`, o.Unknown)
	dst = append(dst, `,"reason":`...)
	return append(appendOptional(dst, string(o.Reason)), '}')
}

func appendResponsibility(dst []byte, r *demarc.Responsibility) []byte {
	for _, m := range [...]struct{ key, text string }{
		{`{"id":`, r.ID}, {`,"title":`, r.Title}, {`,"text":`, r.Text}, {`,"area":`, r.Area}, {`,"level":`, r.Level.String()},
		{`,"party":`, r.Party}, {`,"severity":`, r.Severity.String()}, {`,"doneWhen":`, r.DoneWhen}, {`,"disproved":`, r.Disproved},
	} {
		dst = AppendText(append(dst, m.key...), m.text)
	}
	dst = append(dst, `,"maxAgeDays":`...)
	dst = appendDays(dst, r.MaxAge)
	dst = append(dst, `,"requirement":`...)
	dst = appendOptional(dst, r.Requirement)
	dst = append(dst, `,"controls":`...)
	dst = appendArray(dst, r.Controls, appendControl)
	dst = append(dst, `,"settles":`...)
	dst = appendArray(dst, r.Settle, appendSettle)
	for _, m := range [...]struct{ key, text string }{
		{`,"ownerRole":`, r.OwnerRole}, {`,"believed":`, r.Believed}, {`,"source":`, r.Source}, {`,"checked":`, r.Checked}, {`,"rule":`, r.Rule},
	} {
		dst = appendOptional(append(dst, m.key...), m.text)
	}
	return append(dst, '}')
}

func appendControl(dst []byte, c demarc.Control) []byte {
	dst = append(dst, `{"framework":`...)
	dst = AppendText(dst, c.Framework)
	dst = append(dst, `,"version":`...)
	dst = appendOptional(dst, c.Version)
	dst = append(dst, `,"id":`...)
	return append(AppendText(dst, c.ID), '}')
}

func appendSettle(dst []byte, s demarc.Settle) []byte {
	dst = append(dst, `{"checks":`...)
	dst = appendArray(dst, s.Checks, func(dst []byte, c demarc.CheckRef) []byte { return AppendText(dst, c.String()) })
	dst = append(dst, `,"command":`...)
	return append(appendOptional(dst, s.Command), '}')
}
