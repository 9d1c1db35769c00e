package defender

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
)

// graphRow is an assessment of about 1.5 KB, as Resource Graph writes them.
func graphRow(i int) string {
	id := fmt.Sprintf("/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-web-prod/providers/Microsoft.Compute/virtualMachines/vm-web-%06d", i/5)
	check := fmt.Sprintf("22222222-2222-2222-2222-%012d", i%40)
	return `{"id":"` + id + `/providers/Microsoft.Security/assessments/` + check + `","name":"` + check + `","type":"microsoft.security/assessments",` +
		`"tenantId":"33333333-3333-3333-3333-333333333333","kind":"","location":"","resourceGroup":"rg-web-prod","subscriptionId":"11111111-1111-1111-1111-111111111111",` +
		`"managedBy":"","sku":null,"plan":null,"properties":{"displayName":"Machines should have findings resolved ` + check[30:] + `","resourceDetails":{"Source":"Azure","Id":"` + id + `",` +
		`"ResourceName":"vm-web","ResourceType":"virtualmachines","ResourceProvider":"Microsoft.Compute"},"status":{"code":"Unhealthy","statusChangeDate":"2026-05-01T08:00:00.1234567Z",` +
		`"firstEvaluationDate":"2026-01-01T08:00:00.1234567Z"},"links":{"azurePortal":"portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/` + check + `"},` +
		`"metadata":{"severity":"High","assessmentType":"BuiltIn","policyDefinitionId":"/providers/Microsoft.Authorization/policyDefinitions/44444444-4444-4444-4444-444444444444",` +
		`"description":"` + strings.Repeat("Remediate the findings. ", 8) + `","remediationDescription":"1. Open the \"Findings\" tab.\n2. ` + strings.Repeat("Follow the steps. ", 8) + `",` +
		`"categories":["Compute"],"threats":["dataExfiltration","accountBreach"],"userImpact":"Low","implementationEffort":"Low"}},"tags":null,"identity":null,"zones":null,"extendedLocation":null}`
}

// discard is a sink that counts evidence only.
type discard struct {
	plans *slots.Layout
	n     int
}

func (*discard) Resource(source.Resource)     {}
func (*discard) Scope(source.Scope)           {}
func (*discard) Reference(source.Reference)   {}
func (*discard) Statement(source.Statement)   {}
func (d *discard) Evidence(*demarc.Evidence)  { d.n++ }
func (*discard) Note(demarc.Note)             {}
func (*discard) Incomplete(demarc.Incomplete) {}
func (d *discard) Fork() source.Sink          { return &discard{plans: d.plans} }
func (d *discard) Plans() *slots.Layout       { return d.plans }

func newDiscard(t testing.TB) *discard {
	t.Helper()
	plans, err := slots.NewLayout(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &discard{plans: plans}
}

// BenchmarkDecode measures one decoder on one core.
func BenchmarkDecode(b *testing.B) {
	d := newDecoder(newDiscard(b), &demarc.File{})
	rows := make([]jsonrows.Row, 5000)
	size := 0
	for i := range rows {
		rows[i] = jsonrows.Row{Raw: []byte(graphRow(i)), Line: i}
		size += len(rows[i].Raw)
	}
	b.SetBytes(int64(size / len(rows)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.Decode(rows[i%len(rows)])
	}
}

// BenchmarkRead reads 75 MB through splitter and decoders, on all cores.
func BenchmarkRead(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`{"count":50000,"data":[`)
	for i := range 50_000 {
		if i > 0 {
			text.WriteString(",\n")
		}
		text.WriteString(graphRow(i))
	}
	text.WriteString("]}")
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		in, err := source.NewInput(&demarc.File{}, bytes.NewReader(text.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		if err := New().Read(context.Background(), in, newDiscard(b)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDecodeAllocates holds the decoder to one allocation a row, the id of
// what it is about, and to none where that is the id of the row before.
func TestDecodeAllocates(t *testing.T) {
	d := newDecoder(newDiscard(t), &demarc.File{})
	row := jsonrows.Row{Raw: []byte(graphRow(7)), Line: 1}
	if !d.Decode(row) {
		t.Fatal("not taken")
	}
	if n := testing.AllocsPerRun(100, func() { d.Decode(row) }); n > 0 {
		t.Errorf("a row of the same resource allocates %v times", n)
	}
	rows := make([]jsonrows.Row, 101)
	for i := range rows {
		rows[i] = jsonrows.Row{Raw: []byte(graphRow((i % 4) + 1000*i)), Line: 1}
	}
	for i := range 40 {
		d.Decode(jsonrows.Row{Raw: []byte(graphRow(i))})
	}
	i := 0
	if n := testing.AllocsPerRun(100, func() { d.Decode(rows[i]); i++ }); n > 1 {
		t.Errorf("a row of another resource allocates %v times", n)
	}
}
