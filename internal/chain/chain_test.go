package chain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/chain"
)

func date(s string) time.Time {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return day
}

var today = date("2026-11-22")

const sub = "/subscriptions/11111111-1111-1111-1111-111111111111"

func TestGaps(t *testing.T) {
	file := &demarc.File{Path: "demarc.yaml"}
	msp := demarc.Delegation{Party: "northwind", Areas: []string{"operating-system"}, Match: demarc.Match{Scope: sub}, Place: demarc.Place{File: file, Line: 7}}
	changed := func(d demarc.Delegation, change func(*demarc.Delegation)) demarc.Delegation { change(&d); return d }
	lighthouse := demarc.Access{Kind: "lighthouse", Name: "Northwind Managed Services", Tenant: "aaaa", Scope: sub, Roles: []string{"Contributor"}}
	stranger := demarc.Access{Kind: "gdap", Name: "Fabrikam", Roles: []string{"Global Administrator", "User Administrator"}}
	parties := []demarc.Party{{ID: "northwind", Name: "Northwind"}, {ID: "adventure", Name: "Adventure Works"}}
	ended := []demarc.Party{{ID: "northwind", Name: "Northwind", Until: date("2026-06-30")}}
	tests := []struct {
		name string
		c    chain.Case
		want []string // kind, subject and a piece of the text
	}{
		{"nothing said and nothing exported", chain.Case{}, nil},
		{"a delegation, nothing exported", chain.Case{Delegations: []demarc.Delegation{msp}, Parties: parties}, nil},
		{"delegation and access fit", chain.Case{Delegations: []demarc.Delegation{msp}, Accesses: []demarc.Access{lighthouse}, Parties: parties}, nil},
		{"the party is declared by its tenant", chain.Case{Delegations: []demarc.Delegation{changed(msp, func(d *demarc.Delegation) { d.Party = "AAAA" })},
			Accesses: []demarc.Access{{Kind: "lighthouse", Tenant: "aaaa"}}}, nil},
		{"access without a delegation", chain.Case{Accesses: []demarc.Access{stranger}}, []string{"undeclared-access|Fabrikam|holds gdap access as Global Administrator, User Administrator"}},
		{"access of somebody else", chain.Case{Delegations: []demarc.Delegation{msp}, Accesses: []demarc.Access{lighthouse, stranger}, Parties: parties}, []string{"undeclared-access|Fabrikam|no delegation says what for"}},
		{"access by tenant id only", chain.Case{Accesses: []demarc.Access{{Kind: "lighthouse", Tenant: "bbbb", Scope: sub}}}, []string{"undeclared-access|bbbb|to " + sub}},
		{"access that ended", chain.Case{Accesses: []demarc.Access{{Kind: "gdap", Name: "Fabrikam", To: date("2026-11-21")}}}, nil},
		{"access until today", chain.Case{Accesses: []demarc.Access{{Kind: "gdap", Name: "Fabrikam", To: today}}}, []string{"undeclared-access|Fabrikam|"}},
		{"access to come", chain.Case{Accesses: []demarc.Access{{Kind: "gdap", Name: "Fabrikam", From: date("2026-12-01")}}}, nil},
		{"a delegation to come explains nothing", chain.Case{Delegations: []demarc.Delegation{changed(msp, func(d *demarc.Delegation) { d.From = date("2027-01-01") })},
			Accesses: []demarc.Access{lighthouse}, Parties: parties}, []string{"undeclared-access|Northwind Managed Services|"}},
		{"a party that cannot get in", chain.Case{Delegations: []demarc.Delegation{msp, changed(msp, func(d *demarc.Delegation) { d.Party, d.Areas = "adventure", []string{"applications"} })},
			Accesses: []demarc.Access{lighthouse}, Parties: parties}, []string{"no-access|adventure|Adventure Works took applications and holds no access"}},
		{"in one's own rooms no export shows access", chain.Case{Delegations: []demarc.Delegation{msp, changed(msp, func(d *demarc.Delegation) {
			d.Party, d.Match, d.Areas = "adventure", demarc.Match{Scope: "Berlin"}, []string{"applications"}
		})},
			Accesses: []demarc.Access{lighthouse}, Parties: parties}, nil},
		{"two parties for one area", chain.Case{Delegations: []demarc.Delegation{msp, changed(msp, func(d *demarc.Delegation) {
			d.Party, d.Match = "adventure", demarc.Match{Scope: sub + "/resourceGroups/rg"}
		})}, Parties: parties},
			[]string{"overlap|operating-system|Northwind and Adventure Works both took operating-system (demarc.yaml:7)"}},
		{"two parties for everything and an area", chain.Case{Delegations: []demarc.Delegation{msp, {Party: "adventure"}}, Parties: parties}, []string{"overlap|operating-system|"}},
		{"two parties in two places", chain.Case{Delegations: []demarc.Delegation{msp, changed(msp, func(d *demarc.Delegation) { d.Party, d.Match = "adventure", demarc.Match{Scope: sub + "2"} })}, Parties: parties}, nil},
		{"two parties for two areas", chain.Case{Delegations: []demarc.Delegation{msp, changed(msp, func(d *demarc.Delegation) { d.Party, d.Areas = "adventure", []string{"applications"} })}, Parties: parties}, nil},
		{"the same party twice", chain.Case{Delegations: []demarc.Delegation{msp, msp}, Parties: parties}, nil},
		{"one after the other", chain.Case{Delegations: []demarc.Delegation{changed(msp, func(d *demarc.Delegation) { d.To = today }), changed(msp, func(d *demarc.Delegation) { d.Party, d.From = "adventure", date("2026-11-23") })}, Parties: parties}, nil},
		{"a delegation that ended", chain.Case{Delegations: []demarc.Delegation{changed(msp, func(d *demarc.Delegation) { d.To = date("2026-11-21") })}, Parties: parties}, []string{"ended|northwind|ended on 2026-11-21: it is yours again"}},
		{"a delegation on its last day", chain.Case{Delegations: []demarc.Delegation{changed(msp, func(d *demarc.Delegation) { d.To = today })}, Parties: parties}, nil},
		{"a delegation that was renewed", chain.Case{Delegations: []demarc.Delegation{changed(msp, func(d *demarc.Delegation) { d.To = date("2026-11-21") }), msp}, Parties: parties}, nil},
		{"one renewed for something else", chain.Case{Delegations: []demarc.Delegation{changed(msp, func(d *demarc.Delegation) { d.To = date("2026-11-21") }), changed(msp, func(d *demarc.Delegation) { d.Areas = []string{"applications"} })}, Parties: parties}, []string{"ended|northwind|"}},
		{"a contract that ended", chain.Case{Parties: ended, Holds: map[string]int{"northwind": 12}}, []string{"nobody|northwind|areas of 12 resources lie with Northwind, whose contract ended on 2026-06-30"}},
		{"a contract that ended, and single tasks", chain.Case{Parties: ended, Delegations: []demarc.Delegation{{Party: "northwind", Responsibilities: []string{"os.patch"}}}}, []string{"nobody|northwind|os.patch lies with Northwind"}},
		{"a contract that ended and held nothing", chain.Case{Parties: ended}, nil},
		{"a contract that lasts", chain.Case{Parties: parties, Holds: map[string]int{"northwind": 12}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.Day = today
			gaps := chain.Gaps(&tt.c)
			if len(gaps) != len(tt.want) {
				t.Fatalf("%+v, want %d gaps", gaps, len(tt.want))
			}
			for i, g := range gaps {
				kind, rest, _ := strings.Cut(tt.want[i], "|")
				subject, text, _ := strings.Cut(rest, "|")
				if string(g.Kind) != kind || g.Subject != subject || !strings.Contains(g.Text, text) || g.Count < 1 {
					t.Errorf("%+v, want %s", g, tt.want[i])
				}
			}
		})
	}
}
