package estate

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
)

func on(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day)
	return t
}

func TestParseDelegations(t *testing.T) {
	d := parse(t, `
delegations:
  - {party: fabrikam, match: {tag: "managed-by=fabrikam"}, areas: [operating-system], from: 2026-02-01, to: 2026-11-30, contract: annex B}
  - {party: fabrikam, responsibilities: backup.restore-tested}
parties: [{id: fabrikam, contract: Contract 2025-17, from: 2026-01-01, to: 2026-12-31}]
`)
	want := []demarc.Delegation{
		{
			Party: "fabrikam", Match: demarc.Match{Tag: "managed-by=fabrikam"}, Areas: []string{"operating-system"},
			From: on("2026-02-01"), To: on("2026-11-30"), Contract: "annex B", Place: demarc.Place{File: d.File, Line: 3},
		},
		{ // what it does not say is that of the party
			Party: "fabrikam", Responsibilities: []string{"backup.restore-tested"},
			From: on("2026-01-01"), To: on("2026-12-31"), Contract: "Contract 2025-17", Place: demarc.Place{File: d.File, Line: 4},
		},
	}
	if !reflect.DeepEqual(d.Delegations, want) {
		t.Errorf("got %+v\nwant %+v", d.Delegations, want)
	}
}

func TestParseOwners(t *testing.T) {
	d := parse(t, `
ownerTags: [owner, team]
owners:
  - {owner: Platform team}
  - {match: {scope: rg-shop}, areas: [network-controls], responsibilities: [os.patch], owner: Shop team}
`)
	want := []demarc.OwnerRule{
		{Owner: "Platform team", Place: demarc.Place{File: d.File, Line: 4}},
		{
			Match: demarc.Match{Scope: "rg-shop"}, Areas: []string{"network-controls"}, Responsibilities: []string{"os.patch"}, Owner: "Shop team",
			Place: demarc.Place{File: d.File, Line: 5},
		},
	}
	if !reflect.DeepEqual(d.Owners, want) || !reflect.DeepEqual(d.OwnerTags, []string{"owner", "team"}) {
		t.Errorf("got %+v, %q\nwant %+v", d.Owners, d.OwnerTags, want)
	}
}

func TestObservedOf(t *testing.T) {
	const text = `
evidence:
  - {path: findings, observed: 2026-10-01}
  - {path: findings/old/, observed: 2026-05-01}
  - {path: "scans/*.csv", observed: 2026-09-01}
  - {path: "scans/a.???", observed: 2026-08-01}
`
	tests := []struct{ name, document, file, want string }{
		{"below a folder", "demarc.yaml", "findings/a/b.json", "2026-10-01"},
		{"the longest path", "demarc.yaml", "findings/old/b.json", "2026-05-01"},
		{"a name that only begins alike", "demarc.yaml", "findings-2/b.json", ""},
		{"a pattern", "demarc.yaml", "scans/b.csv", "2026-09-01"},
		{"as long, the earlier day", "demarc.yaml", "scans/a.csv", "2026-08-01"},
		{"a pattern matches one level", "demarc.yaml", "scans/x/b.csv", ""},
		{"another folder", "estate/demarc.yaml", "estate/findings/b.json", "2026-10-01"},
		{"standard input", "demarc.yaml", "-", ""},
		{"outside", "estate/demarc.yaml", "findings/b.json", ""},
		{"an absolute path", "/e/demarc.yaml", "/e/findings/b.json", "2026-10-01"},
		{"at the root", "/demarc.yaml", "/findings/b.json", "2026-10-01"},
	}
	if got := parse(t, "evidence: [{path: ., observed: 2026-10-01}]").ObservedOf("a/b.json"); !got.Equal(on("2026-10-01")) {
		t.Errorf("the whole folder was made on %v", got)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Parse(&demarc.File{Path: tt.document}, strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if day := d.ObservedOf(tt.file); !day.IsZero() {
				got = day.Format(time.DateOnly)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
