package entraapps

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) { sourcetest.Described(t, types[publisherApplication:]...) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"service principals", `{"value":[{"id":"1","appId":"2","servicePrincipalType":"Application"}]}`, true},
		{"registrations", `{"value":[{"id":"1","appId":"2","signInAudience":"AzureADMyOrg","displayName":"x"}]}`, false},
		{"resources of Azure", `[{"id":"/subscriptions/x","name":"a","appId":"2"}]`, false},
		{"admin center", "displayName,id,appId,applicationType\nSlack,1,2,Enterprise Application\n", true},
		{"sign-ins", "Date,User,Application,Application ID\nx,y,z,1\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// TestPublisher: the publisher whom Microsoft verified comes before the one
// that the application names, and the name of the application is the last.
func TestPublisher(t *testing.T) {
	const owner = `"appOwnerOrganizationId":"11111111-1111-1111-1111-111111111111"`
	tests := []struct{ name, row, want string }{
		{"verified", `{"appId":"1","displayName":"Tool",` + owner + `,"publisherName":"Other","verifiedPublisher":{"displayName":"Fabrikam Inc"}}`, "Fabrikam Inc"},
		{"named", `{"appId":"1","displayName":"Tool",` + owner + `,"publisherName":"Fabrikam","verifiedPublisher":{"displayName":null}}`, "Fabrikam"},
		{"neither", `{"appId":"1","displayName":"Tool",` + owner + `,"verifiedPublisher":null}`, "Tool"},
		{"own", `{"appId":"1","displayName":"Tool",` + owner + `,"signInAudience":"AzureADMyOrg","publisherName":"Contoso"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader([]byte(tt.row)))
			if err != nil {
				t.Fatal(err)
			}
			sink := sourcetest.NewSink(t, slots.Wish{Path: providerPath})
			if err := Format.Read(context.Background(), in, sink); err != nil {
				t.Fatal(err)
			}
			if got := sink.Resources[0].Values[providerPath].Text(); got != tt.want {
				t.Errorf("publisher %q, want %q", got, tt.want)
			}
		})
	}
}

// TestManyRows: a large list is read by several goroutines, and what its last
// row tells of the tenant holds for all rows.
func TestManyRows(t *testing.T) {
	const rows = 4000
	var text bytes.Buffer
	text.WriteString(`{"value":[`)
	for i := range rows {
		owner := i % 2 // one of two tenants
		fmt.Fprintf(&text, `{"id":"s%d","appId":"a%d","displayName":"App %d","servicePrincipalType":"Application","appOwnerOrganizationId":"0000000%d-0000-0000-0000-000000000000","signInAudience":"AzureADMultipleOrgs"},`+"\n", i, i, i, owner)
	}
	text.WriteString(`{"id":"last","appId":"x","displayName":"Own","servicePrincipalType":"Application","appOwnerOrganizationId":"00000001-0000-0000-0000-000000000000","signInAudience":"AzureADMyOrg"}]}`)
	in, err := source.NewInput(&demarc.File{Path: "in"}, &text)
	if err != nil {
		t.Fatal(err)
	}
	sink := sourcetest.NewSink(t)
	if err := Format.Read(context.Background(), in, sink); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, r := range sink.Resources {
		count[r.Type]++
	}
	if len(sink.Resources) != rows+1 || count[ownApplication.typ()] != rows/2+1 || count[publisherApplication.typ()] != rows/2 {
		t.Errorf("%d resources: %v", len(sink.Resources), count)
	}
}
