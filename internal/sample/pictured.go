package sample

import (
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
)

// cells says in the pictures how the customer's half stands. The tenant's
// administrators concern everything; of machines two stand badly and one well.
func (j *judged) cells() {
	for m := range j.a.Matrices {
		for i := range j.a.Matrices[m].Cells {
			c := &j.a.Matrices[m].Cells[i]
			for parties, n := range c.Parties {
				if slices.Contains(strings.Split(parties, "+"), demarc.Customer) {
					c.Done.Unknown += n
				} else {
					c.Done.Theirs += n
				}
			}
			switch {
			case c.Area.ID == "identities":
				c.Done.Unmet, c.Done.Unknown = c.Done.Unknown, 0
			case c.Area.ID == "operating-system" && c.Model == demarc.IaaS:
				c.Done.Unmet, c.Done.Accepted, c.Done.Met = 2, 1, 1
				c.Done.Unknown -= 3
			case c.Area.ID == "client-devices" && c.Model == demarc.OnPremises:
				c.Done.NotApplicable, c.Done.Unknown = c.Done.Unknown, 0
			}
		}
	}
}

// lists says what to do, what nobody took, and what people believe.
func (j *judged) lists() {
	a := j.a
	nobody := demarc.Owner{Name: "infrastructure-security", Party: demarc.Customer, Basis: demarc.ByDefaultRole, From: "role by default"}
	a.DoFirst = []demarc.Action{
		{Responsibility: j.admins, Owner: j.above[0].Owner, Count: 1, First: "contoso.example", Why: j.above[0].Why, Age: 24 * time.Hour},
		{Responsibility: j.patch, Owner: nobody, Count: 2, Accepted: 1, First: "vm-firewall", Why: "update-manager \"Missing updates\" failed", Age: 90 * 24 * time.Hour},
		{Responsibility: j.expose, Owner: demarc.Owner{Name: "\x1b[31m<b>shop|team</b>", Basis: demarc.ByResourceTag, From: "tag owner"}, Count: 1, First: "vm-\"><img src=x onerror=alert(1)>"},
	}
	a.Gaps = []demarc.Gap{
		{Kind: demarc.GapUndeclaredAccess, Subject: "Fabrikam", Text: "Fabrikam holds Contributor on Production by Lighthouse, and no delegation says what for", Count: 1, Place: demarc.Place{File: a.Estate.Files[0], Line: 9}},
		{Kind: demarc.GapNoOwner, Subject: "unmet", Text: "unmet without an owner by name: add a tag, or owners: in demarc.yaml", Count: 2},
	}
	a.Believed = []demarc.Belief{
		{Responsibility: j.patch, Count: 5, Unmet: 2, Unknown: 2},
		{Responsibility: j.data, Count: 16, Unknown: 16},
	}
	a.Settling = []demarc.Settling{
		{Tool: "azure-policy", Command: "az policy state list --all -o json", Count: 18, Kinds: 2},
		{Tool: "backup", Command: `az graph query -q "recoveryservicesresources" --first 1000 -o json`, Count: 16, Kinds: 1},
		{Tool: "update-manager", Command: patchCommand, Count: 2, Kinds: 1},
		{Tool: "attestation", Command: "demarc attest RESPONSIBILITY --by NAME --statement TEXT", Count: 1, Kinds: 1},
	}
	a.Offerings = []demarc.Offering{
		{Party: "fabrikam", Name: "Microsoft.Solutions", Resources: 1, Assured: 3},
		{Party: demarc.Microsoft, Name: "Microsoft.Compute", Resources: 6, Unknown: 12, Reason: demarc.NoAssurance},
		{Party: demarc.Microsoft, Name: "m365", Resources: 2, Assured: 4, Unknown: 2, Reason: demarc.NoAssurance},
	}
	a.Unattached = []demarc.Unattached{
		{Subject: "vm-old-01", Tool: "update-manager", Reason: "no machine of this name", Count: 2, First: demarc.Place{File: a.Estate.Files[3], Line: 8}},
		{Subject: "VM-OLD-01", Tool: "maester", Reason: "no machine of this name", Count: 1, First: demarc.Place{File: a.Estate.Files[2], Line: 8}},
	}
}

// Sets visits the sets that resources share.
func (j *judged) Sets(visit func(*demarc.VerdictSet) bool) {
	seen := map[*demarc.VerdictSet]bool{}
	for _, s := range j.of {
		if seen[s] {
			continue
		}
		seen[s] = true
		if !visit(s) {
			return
		}
	}
}

// SetOf is the set of a resource.
func (j *judged) SetOf(i int) *demarc.VerdictSet { return j.of[i] }

// Briefs visits resources with how each stands.
func (j *judged) Briefs(from, to int, visit func(int, *demarc.Brief) bool) {
	for i := from; i < to; i++ {
		b := &demarc.Brief{Vector: &demarc.Vector{Set: j.of[i], Whys: make([]string, len(j.of[i].Verdicts))}}
		for n, s := range j.of[i].Verdicts {
			for _, own := range j.own {
				if own.Instance.Resource == j.a.Resources[i] && own.Responsibility == s.Responsibility {
					b.Whys[n] = own.Why
				}
			}
		}
		if !visit(i, b) {
			return
		}
	}
}

// Of are all verdicts that a resource refers to.
func (j *judged) Of(i int) []demarc.Verdict {
	r := j.a.Resources[i]
	var list []demarc.Verdict
	for _, s := range j.of[i].Verdicts {
		v := demarc.Verdict{Responsibility: s.Responsibility, Party: s.Party, Judgement: s.Judgement, Accepted: s.Accepted,
			Instance: demarc.Instance{Level: demarc.ResourceLevel, Resource: r, Members: 1}}
		for _, own := range j.own {
			if own.Instance.Resource == r && own.Responsibility == v.Responsibility {
				v = own
			}
		}
		list = append(list, v)
	}
	if r.Answer.Division != nil {
		list = append(list, j.above...)
	}
	slices.SortFunc(list, func(x, y demarc.Verdict) int { return strings.Compare(x.Responsibility.ID, y.Responsibility.ID) })
	return list
}

// Own visits the verdicts about resources that rest on evidence.
func (j *judged) Own(visit func(*demarc.Verdict) bool) { walk(j.own, visit) }

// Above visits the verdicts about what exists once above resources.
func (j *judged) Above(visit func(*demarc.Verdict) bool) { walk(j.above, visit) }

// Each visits the resources with what they refer to.
func (j *judged) Each(visit func(i int, own, above *demarc.VerdictSet) bool) {
	above := &demarc.VerdictSet{}
	for _, v := range j.above {
		above.Verdicts = append(above.Verdicts, demarc.SetVerdict{Responsibility: v.Responsibility, Party: v.Party, Judgement: v.Judgement, Accepted: v.Accepted})
	}
	for i, own := range j.of {
		if !visit(i, own, above) {
			return
		}
	}
}

func walk(list []demarc.Verdict, visit func(*demarc.Verdict) bool) {
	for i := range list {
		if !visit(&list[i]) {
			return
		}
	}
}

// Len is how much evidence there is.
func (j *judged) Len() int { return len(j.pieces) }

// At is one piece of it.
func (j *judged) At(i int) demarc.AssessedEvidence { return j.pieces[i] }
