package bench

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// Findings says which recommendations of Defender for Cloud to make for the
// resources of an export.
type Findings struct {
	Export
	Each   int      // findings a resource
	Checks []string // ids of the assessments that they are taken from
}

// findingText is the row of one assessment as Resource Graph gives it, about
// 1.5 KB long: $id is the resource, $check the assessment, $since the day since
// when its status is $code.
var findingText = cut(`{"id":"$id/providers/Microsoft.Security/assessments/$check","name":"$check","type":"microsoft.security/assessments",` +
	`"tenantId":"33333333-3333-3333-3333-333333333333","kind":"","location":"","resourceGroup":"","subscriptionId":"","sku":null,"plan":null,` +
	`"properties":{"displayName":"Assessment $check of resources","resourceDetails":{"Source":"Azure","Id":"$id"},"status":{"code":"$code",` +
	`"statusChangeDate":"$since","firstEvaluationDate":"2025-01-01T08:00:00.1234567Z"},` +
	`"links":{"azurePortal":"portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/$check"},` +
	`"metadata":{"severity":"High","assessmentType":"BuiltIn","policyDefinitionId":"/providers/Microsoft.Authorization/policyDefinitions/44444444-4444-4444-4444-444444444444",` +
	`"description":"` + strings.Repeat("What is wrong is told here. ", 3) + `","remediationDescription":"1. Open the \"Findings\" tab.\n2. ` + strings.Repeat("Follow the steps that it shows. ", 2) + `",` +
	`"categories":["Compute"],"threats":["dataExfiltration","accountBreach"],"userImpact":"Low","implementationEffort":"Low"}},"tags":null,"identity":null,"zones":null,"extendedLocation":null}`)

// WriteFindings writes the findings of all resources as the REST interface of
// Resource Graph answers, one row a line; the resources come in any order.
func WriteFindings(w io.Writer, f Findings) error {
	templates, err := readTemplates()
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<20)
	rows := f.Rows * f.Each
	fmt.Fprintf(b, `{"totalRecords":%d,"count":%d,"resultTruncated":"false","facets":[],"data":[`, rows, rows)
	r := rand.New(rand.NewPCG(f.Seed, uint64(rows)))
	var row, line []byte
	for n, k := range r.Perm(f.Rows) {
		t := templates[k%len(templates)]
		row = t.append(row[:0], set{f.Seed, uint64(k / len(templates))}, uint64(k))
		id := idOf(row)
		for i := range f.Each {
			if n+i > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
			line = f.appendFinding(line[:0], id, r)
			b.Write(line)
		}
	}
	b.WriteString("\n]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the findings: %w", err)
	}
	return nil
}

// idOf is the id that a row begins with.
func idOf(row []byte) string {
	id, _, _ := strings.Cut(string(row[len(`{"id":"`):]), `"`)
	return id
}

func (f Findings) appendFinding(dst []byte, id string, r *rand.Rand) []byte {
	words := map[string]string{"id": id, "check": f.Checks[r.IntN(len(f.Checks))], "code": "Healthy", "since": fmt.Sprintf("2025-12-%02dT08:00:00.1234567Z", 1+r.IntN(28))}
	if r.IntN(4) == 0 {
		words["code"] = "Unhealthy"
	}
	for i, part := range findingText {
		if i%2 == 0 {
			dst = append(dst, part...)
		} else {
			dst = append(dst, words[part]...)
		}
	}
	return dst
}
