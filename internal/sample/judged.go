package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/demarc-dev/demarc"
)

// Judged is Contoso with evidence: some of what is asked is met, some is not,
// one thing is accepted, most is unknown, and somebody is missing everywhere.
func Judged() *demarc.Assessment {
	a := Contoso()
	j := &judged{a: a, sets: map[string]*demarc.VerdictSet{}}
	j.responsibilities()
	j.evidence()
	for i := range a.Resources {
		j.resource(i)
	}
	j.tenant()
	j.count()
	j.cells()
	j.lists()
	a.Verdicts, a.Evidence = j, j
	return a
}

// judged is the verdicts and the evidence of a sample.
type judged struct {
	a      *demarc.Assessment
	patch  *demarc.Responsibility // of machines
	expose *demarc.Responsibility // of platform services
	data   *demarc.Responsibility // of everything with data
	admins *demarc.Responsibility // of the tenant
	theirs *demarc.Responsibility // the provider's

	sets   map[string]*demarc.VerdictSet // by id
	of     []*demarc.VerdictSet          // by resource
	own    []demarc.Verdict
	above  []demarc.Verdict
	pieces []demarc.AssessedEvidence
}

func (j *judged) responsibilities() {
	one := func(id, title, area string, level demarc.Level, severity demarc.Severity) *demarc.Responsibility {
		r := &demarc.Responsibility{ID: id, Title: title, Area: area, Party: demarc.Customer, Level: level, Severity: severity, MaxAge: 14 * 24 * time.Hour,
			Text: title + ", and show it.", DoneWhen: "A check of the last two weeks says so.", Disproved: "One check says otherwise.",
			OwnerRole: "infrastructure-security", Source: learn + id, Checked: checked, Rule: area + "/all.yaml#" + id,
			Controls: []demarc.Control{{Framework: "mcsb", Version: "v1", ID: "PV-6"}}}
		j.a.Responsibilities = append(j.a.Responsibilities, r)
		return r
	}
	j.data = one("data.recovery", "Be able to go back to a point in time", "customer-data", demarc.ResourceLevel, demarc.High)
	j.data.Believed = "Replicated storage is a backup."
	j.admins = one("identity.mfa-admins", "Strong sign-in of administrators", "identities", demarc.TenantLevel, demarc.Critical)
	j.expose = one("network.public-access", "Public access to platform services", "network-controls", demarc.ResourceLevel, demarc.Medium)
	j.patch = one("os.patch", "Security updates of the operating system", "operating-system", demarc.ResourceLevel, demarc.High)
	j.patch.Believed, j.patch.Requirement = "Azure installs updates inside of virtual machines by itself.", "patchWindow"
	j.patch.Settle = []demarc.Settle{{Checks: []demarc.CheckRef{{Tool: "update-manager", Check: "patches"}}, Command: patchCommand}}
	j.theirs = one("provider.physical-security", "Guarded buildings", "physical-datacenter", demarc.ResourceLevel, demarc.High)
	j.theirs.Party = "provider"
}

const patchCommand = `az graph query -q "patchassessmentresources" --first 1000 -o json`

// evidence is three pieces about machines and one about the tenant.
func (j *judged) evidence() {
	updates := &demarc.File{Path: "exports/updates.json", Format: "update-manager", Evidence: 3}
	rules := &demarc.File{Path: "exports/maester.json", Format: "maester", Evidence: 4, Statements: 1}
	j.a.Estate.Files = append(j.a.Estate.Files, rules, updates)
	add := func(name string, line int, outcome demarc.Outcome, age, since int) {
		e := demarc.AssessedEvidence{ID: "00000000000000" + string(rune('a'+line)) + "0", Responsibilities: []string{j.patch.ID}}
		e.Evidence = demarc.Evidence{Tool: "update-manager", Check: "patches", Title: "Missing updates", Outcome: outcome, Severity: demarc.High, Strength: demarc.Observed,
			Observed: AsOf.AddDate(0, 0, -age), Place: demarc.Place{File: updates, Line: line}}
		if since > 0 {
			e.Since = AsOf.AddDate(0, 0, -since)
		}
		e.Resource = j.named(name)
		e.Subject.ID = e.Resource.ID
		j.pieces = append(j.pieces, e)
	}
	add("vm-firewall", 2, demarc.Fail, 3, 90)
	add("vm-web-01", 3, demarc.Fail, 3, 41)
	add("vm-web-02", 4, demarc.Pass, 3, 0)
	e := demarc.AssessedEvidence{ID: "00000000000000f0", About: j.scope("contoso.example"), Responsibilities: []string{j.admins.ID}}
	e.Evidence = demarc.Evidence{Tool: "maester", Check: "MT.1006", Title: "Strong sign-in of administrators", Outcome: demarc.Fail, Strength: demarc.Observed,
		Observed: AsOf.AddDate(0, 0, -1), Place: demarc.Place{File: rules, Line: 7}}
	e.Subject.Scope = e.About.ID
	j.pieces = append(j.pieces, e)
}

func (j *judged) named(name string) *demarc.Assessed {
	return j.a.Resources[slices.IndexFunc(j.a.Resources, func(r *demarc.Assessed) bool { return r.Name == name })]
}

func (j *judged) scope(name string) *demarc.Scope {
	return j.a.Scopes[slices.IndexFunc(j.a.Scopes, func(s *demarc.Scope) bool { return s.Name == name })]
}

// resource gives a resource its set of verdicts.
func (j *judged) resource(i int) {
	r := j.a.Resources[i]
	set := &demarc.VerdictSet{ID: "-"}
	add := func(task *demarc.Responsibility, party string, said demarc.Judgement, accepted bool) {
		set.Verdicts = append(set.Verdicts, demarc.SetVerdict{Responsibility: task, Party: party, Judgement: said, Accepted: accepted})
		set.ID += said.Status.String()[:3] + task.ID[:2] + "-"
		if accepted {
			set.ID += "accepted-"
		}
	}
	if r.Answer.Division != nil {
		add(j.data, demarc.Customer, demarc.Judgement{Reason: demarc.NoEvidence}, false)
		if r.Answer.Model == demarc.PaaS {
			add(j.expose, demarc.Customer, demarc.Judgement{Reason: demarc.NotCollected}, false)
		}
		if r.Type == "Microsoft.Compute/virtualMachines" {
			said, accepted := j.patched(r)
			add(j.patch, demarc.Customer, said, accepted)
		}
		if r.Answer.Provider == demarc.Microsoft {
			add(j.theirs, demarc.Microsoft, demarc.Judgement{Reason: demarc.NoAssurance}, false)
		}
	}
	sum := sha256.Sum256([]byte(set.ID))
	set.ID = hex.EncodeToString(sum[:8])
	if known, ok := j.sets[set.ID]; ok {
		set = known
	}
	j.sets[set.ID] = set
	j.of = append(j.of, set)
}

// patched says how a machine stands, and keeps the verdict that rests on
// evidence.
func (j *judged) patched(r *demarc.Assessed) (demarc.Judgement, bool) {
	at := slices.IndexFunc(j.pieces, func(e demarc.AssessedEvidence) bool { return e.Resource == r })
	if at < 0 {
		return demarc.Judgement{Reason: demarc.NoEvidence}, false
	}
	e := &j.pieces[at]
	v := demarc.Verdict{Responsibility: j.patch, Party: demarc.Customer, Evidence: []int{at},
		Instance: demarc.Instance{Level: demarc.ResourceLevel, Resource: r, Members: 1},
		Owner:    demarc.Owner{Name: "infrastructure-security", Party: demarc.Customer, Basis: demarc.ByDefaultRole, From: "role by default"}}
	v.Status, v.Why = demarc.Met, "update-manager \"Missing updates\" passed"
	if e.Outcome == demarc.Fail {
		v.Status, v.Why, v.Age = demarc.Unmet, "update-manager \"Missing updates\" failed", AsOf.Sub(e.Since)
	}
	if r.Name == "vm-firewall" {
		v.Accepted = true
		v.Exception = &demarc.Exception{ID: "x1", Responsibility: j.patch.ID, Reason: "replaced in spring", Approver: "ciso@contoso.example", From: AsOf.AddDate(0, -1, 0)}
	}
	j.own = append(j.own, v)
	return demarc.Judgement{Status: v.Status}, v.Accepted
}

// tenant judges what exists once for the tenant.
func (j *judged) tenant() {
	v := demarc.Verdict{Responsibility: j.admins, Party: demarc.Customer, Evidence: []int{3}, Age: 24 * time.Hour,
		Instance: demarc.Instance{Level: demarc.TenantLevel, Scope: j.scope("contoso.example"), Members: len(j.a.Resources)},
		Owner:    demarc.Owner{Name: "identity team", Party: demarc.Customer, Basis: demarc.ByOwnerRule, From: "demarc.yaml:14"}}
	v.Status, v.Why = demarc.Unmet, "maester \"Strong sign-in of administrators\" failed"
	j.above = append(j.above, v)
}

// count adds up the customer's half.
func (j *judged) count() {
	a := j.a
	a.Unknown = map[demarc.Reason]int{}
	add := func(s demarc.Judgement, accepted bool) {
		switch s.Status {
		case demarc.Met:
			a.Summary.Met++
		case demarc.Unmet:
			a.Summary.Unmet++
			if accepted {
				a.Summary.Accepted++
			}
		case demarc.NotApplicable:
			a.Summary.NotApplicable++
		case demarc.UnknownStatus:
			a.Summary.Unknown++
			a.Unknown[s.Reason]++
		}
	}
	for _, set := range j.of {
		for _, v := range set.Verdicts {
			if v.Responsibility.Party == demarc.Customer {
				add(v.Judgement, v.Accepted)
			}
		}
	}
	for _, v := range j.above {
		add(v.Judgement, v.Accepted)
	}
}
