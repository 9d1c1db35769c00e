package estate

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-dev/demarc"
)

// delegation reads who takes the customer's half of what.
func (p *parser) delegation(n *yaml.Node) demarc.Delegation {
	d := demarc.Delegation{Place: p.place(n)}
	p.mapping(n, "a delegation", fields{
		"party": p.text(&d.Party), "match": p.match(&d.Match), "areas": p.texts(&d.Areas), "responsibilities": p.texts(&d.Responsibilities),
		"from": p.day(&d.From), "to": p.day(&d.To), "contract": p.text(&d.Contract),
	})
	switch {
	case d.Party == "":
		p.fail(n, "a delegation without a party")
	case len(d.Areas)+len(d.Responsibilities) == 0:
		p.fail(n, "a delegation that takes nothing: it needs areas or responsibilities")
	}
	p.period(n, "a delegation", d.From, d.To)
	return d
}

// delegated wants the party of every delegation to be declared. What a
// delegation does not say about its contract is that of its party.
func (p *parser) delegated(d *Document) {
	parties := map[string]*Party{}
	for i := range d.Parties {
		parties[d.Parties[i].ID] = &d.Parties[i]
	}
	for i := range d.Delegations {
		to := &d.Delegations[i]
		party, ok := parties[to.Party]
		switch {
		case to.Party == "":
			continue
		case !ok:
			p.errs = append(p.errs, fmt.Errorf("%s: a delegation to %q, who is not among the parties", to.Place, to.Party))
			continue
		}
		if to.Contract == "" {
			to.Contract = party.Contract
		}
		if to.From.IsZero() {
			to.From = party.From
		}
		if to.To.IsZero() {
			to.To = party.To
		}
	}
}

// period wants what begins to end later.
func (p *parser) period(n *yaml.Node, what string, from, to time.Time) {
	if !to.IsZero() && to.Before(from) {
		p.fail(n, "%s that ends before it begins", what)
	}
}

// ownerRule reads who owns what.
func (p *parser) ownerRule(n *yaml.Node) demarc.OwnerRule {
	o := demarc.OwnerRule{Place: p.place(n)}
	p.mapping(n, "an owner", fields{
		"match": p.match(&o.Match), "areas": p.texts(&o.Areas), "responsibilities": p.texts(&o.Responsibilities), "owner": p.text(&o.Owner),
	})
	if strings.TrimSpace(o.Owner) == "" {
		p.fail(n, "an owner without a name: it needs owner")
	}
	return o
}

// ownerTags reads the names of the tags that hold an owner.
func (p *parser) ownerTags(d *Document) func(*yaml.Node) {
	return func(n *yaml.Node) {
		p.texts(&d.OwnerTags)(n)
		if slices.Contains(d.OwnerTags, "") {
			p.fail(n, "a tag without a name among ownerTags")
		}
	}
}

// evidenceDate reads on which day files were made.
func (p *parser) evidenceDate(n *yaml.Node) EvidenceDate {
	e := EvidenceDate{Place: p.place(n)}
	p.mapping(n, "an entry of evidence", fields{"path": p.text(&e.Path), "observed": p.day(&e.Observed)})
	if e.Path == "" || e.Observed.IsZero() {
		p.fail(n, "an entry of evidence needs a path and the day observed")
	}
	e.Path = path.Clean(strings.ReplaceAll(e.Path, `\`, "/"))
	_, err := path.Match(e.Path, "")
	switch {
	case path.IsAbs(e.Path) || e.Path == ".." || strings.HasPrefix(e.Path, "../"):
		p.fail(n, "path %q leads out of the folder of this document", e.Path)
	case err != nil:
		p.fail(n, "path %q is not a pattern", e.Path)
	}
	return e
}

// requirement reads what is demanded of a data class or a workload.
func (p *parser) requirement(n *yaml.Node) Requirement {
	r := Requirement{Requirement: demarc.Requirement{Place: p.place(n)}}
	p.mapping(n, "a requirement", fields{
		"dataClass": p.text(&r.DataClass), "workload": p.text(&r.Workload),
		"patchWindow": p.patchWindow(&r), "recoveryPoint": p.duration(&r.RecoveryPoint), "recoveryTime": p.duration(&r.RecoveryTime),
		"retentionMin": p.duration(&r.RetentionMin), "retentionMax": p.duration(&r.RetentionMax),
		"regions": p.texts(&r.Regions), "regulations": p.texts(&r.Regulations),
	})
	switch {
	case (r.DataClass == "") == (r.Workload == ""):
		p.fail(n, "a requirement needs either a dataClass or a workload")
	case r.RetentionMax > 0 && r.RetentionMin > r.RetentionMax:
		p.fail(n, "retentionMin is longer than retentionMax")
	}
	r.ID = r.DataClass + r.Workload
	return r
}

// patchWindow reads times by severity.
func (p *parser) patchWindow(r *Requirement) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.PatchWindow = map[demarc.Severity]time.Duration{}
		known := fields{}
		for _, severity := range [...]demarc.Severity{demarc.Critical, demarc.High, demarc.Medium, demarc.Low} {
			known[severity.String()] = func(value *yaml.Node) {
				var window time.Duration
				p.duration(&window)(value)
				r.PatchWindow[severity] = window
			}
		}
		p.mapping(n, "a patchWindow", known)
	}
}
