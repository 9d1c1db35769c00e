package scubaresults

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

var format = New(sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) }))

func TestCases(t *testing.T) { sourcetest.Cases(t, format) }

// FuzzRead reads without knowledge of plans, which says nothing about how a
// report is read.
func FuzzRead(f *testing.F) {
	sourcetest.Fuzz(f, New(func() (*catalog.Catalog, error) { return &catalog.Catalog{}, nil }))
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(someAnswers))
	sourcetest.Fuzz(f, Answers)
}

const someAnswers = `[
{"PolicyId":"MS.AAD.1.1v1","Criticality":"Shall","RequirementMet":true,"ReportDetails":"1 policy found<br/>","Commandlet":["Get-X"],"ActualValue":[]},
{"PolicyId":"MS.AAD.3.1v1","Criticality":"Shall","RequirementMet":false,"ReportDetails":"none"},
{"PolicyId":"MS.AAD.3.7v1","Criticality":"Should","RequirementMet":false,"ReportDetails":"none"},
{"PolicyId":"MS.AAD.4.1v1","Criticality":"Shall/Not-Implemented","RequirementMet":false,"ReportDetails":"by hand"},
{"Control":"Defender 2.5","Requirement":"Tips SHALL be on","Criticality":"Shall","RequirementMet":true,"ReportDetails":"met"},
{"PolicyId":"MS.EXO.1.1v2","Criticality":"Shall/Conditional","RequirementMet":false},
{"PolicyId":"MS.EXO.2.1v2","Criticality":"Shall","RequirementMet":"perhaps"},
{"Criticality":"Shall","RequirementMet":true}]
`

func TestAnswers(t *testing.T) {
	const want = `evidence scubagear:MS.AAD.1.1v1 pass line=2
  about id=entra/entra-id type=entra/entra-id
  severity=high
  "Shall: 1 policy found"
evidence scubagear:MS.AAD.3.1v1 fail line=3
  about id=entra/entra-id type=entra/entra-id
  severity=high
  "Shall: none"
evidence scubagear:MS.AAD.3.7v1 fail line=4
  about id=entra/entra-id type=entra/entra-id
  severity=medium
  "Should: none"
evidence scubagear:MS.AAD.4.1v1 unknown reason=not assessed line=5
  about id=entra/entra-id type=entra/entra-id
  severity=high
  "Shall/Not-Implemented: by hand"
evidence scubagear:Defender 2.5 pass line=6
  about type=entra/tenant
  severity=high
  "Tips SHALL be on"
  "Shall: met"
evidence scubagear:MS.EXO.1.1v2 unknown reason=not assessed line=7
  about id=m365/exchange-online type=m365/exchange-online
  severity=high
  "Shall/Conditional"
evidence scubagear:MS.EXO.2.1v2 unknown reason=not assessed line=8
  about id=m365/exchange-online type=m365/exchange-online
  severity=high
  "Shall"
note malformed line=8: an answer that is neither true nor false
note skipped line=9: an answer without an id
note read line=0: answers of ScubaGear name neither tenant nor day nor commands that failed: what passes in them settles nothing; ScubaResults.json of the same run tells all three
`
	if got := sourcetest.Read(t, Answers, []byte(someAnswers)); got != want {
		t.Errorf("gives\n%s\nwant\n%s", got, want)
	}
}

// TestParts holds that answers are read with the report of the same run only.
func TestParts(t *testing.T) {
	const report = `{"MetaData":{"TenantId":"x"},"Summary":{},"Results":{"AAD":[{"Controls":[
		{"Control ID":"MS.AAD.1.1v1","Result":"Pass"},{"Control ID":"MS.AAD.3.1v1","Result":"Fail"},{"Control ID":"MS.AAD.3.7v1","Result":"Warning"},
		{"Control ID":"MS.AAD.4.1v1","Result":"N/A"},{"Control ID":"MS.AAD.5.1v1","Result":"Error"},{"Control ID":"MS.AAD.6.1v1","Result":"Omitted"}]}]}}`
	answers := func(changes ...string) string {
		return strings.NewReplacer(changes...).Replace(`[{"PolicyId":"MS.AAD.1.1v1","Criticality":"Shall","RequirementMet":true},{"PolicyId":"MS.AAD.3.1v1","Criticality":"Shall","RequirementMet":false},
			{"PolicyId":"MS.AAD.3.7v1","Criticality":"Should","RequirementMet":false},{"PolicyId":"MS.AAD.4.1v1","Criticality":"Shall/3rd Party","RequirementMet":false},
			{"PolicyId":"MS.AAD.5.1v1","Criticality":"Shall","RequirementMet":true},{"PolicyId":"MS.AAD.6.1v1","Criticality":"Shall","RequirementMet":false}]`)
	}
	tests := []struct {
		name, file, text string
		want             []string
	}{
		{"the same run", "TestResults.json", answers(), []string{"run/TestResults.json"}},
		{"a name of one's own", "contoso-testresults-1.json", answers(), []string{"run/contoso-testresults-1.json"}},
		{"a name that ScubaGear does not give", "x.json", answers(), nil},
		{"another run", "TestResults.json", answers(`MS.AAD.1.1v1","Criticality":"Shall","RequirementMet":true`, `MS.AAD.1.1v1","Criticality":"Shall","RequirementMet":false`), nil},
		{"a run of other products", "TestResults.json", answers("MS.AAD.1.1v1", "MS.EXO.1.1v1"), nil},
		{"something else", "TestResults.json", `{"a":1}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := source.NewFolder(fstest.MapFS{"run/ScubaResults.json": {Data: []byte(report)}, "run/" + tt.file: {Data: []byte(tt.text)}})
			in, err := source.NewInput(&demarc.File{Path: "run/ScubaResults.json"}, strings.NewReader(report))
			if err != nil {
				t.Fatal(err)
			}
			in.Within(folder, "run/ScubaResults.json")
			if got := format.Parts(context.Background(), in); !slices.Equal(got, tt.want) {
				t.Errorf("takes in %q, want %q", got, tt.want)
			}
		})
	}
}

func TestServiceOf(t *testing.T) {
	tests := []struct{ id, want string }{
		{"MS.AAD.1.1v1", "entra/entra-id"},
		{"ms.exo.4.2v1", "m365/exchange-online"},
		{"MS.SHAREPOINT.1.1v1", "m365/sharepoint-online"},
		{"MS.TEAMS.1.1v1", "m365/teams"},
		{"MS.POWERPLATFORM.1.1v1", "power-platform/power-apps"},
		{"MS.POWERBI.1.1v1", "m365/power-bi"},
		{"MS.DEFENDER.1.1v1", ""},
		{"MS.SECURITYSUITE.1.1v1", ""},
		{"Teams 2.4", ""},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			if got := serviceOf(tt.id); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
