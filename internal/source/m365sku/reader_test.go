package m365sku

import (
	"sync"
	"testing"

	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

var format = New(sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) }))

func TestCases(t *testing.T) { sourcetest.Cases(t, format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, format) }

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"licences of a user", `{"value":[{"id":"x","skuId":"y","skuPartNumber":"SPE_E5","servicePlans":[]}]}`, false},
		{"licences of a tenant", `{"value":[{"skuId":"y","skuPartNumber":"SPE_E5","consumedUnits":3,"servicePlans":[]}]}`, true},
		{"resources of Azure", `{"value":[{"id":"/subscriptions/x","name":"a","sku":{"name":"S1"}}]}`, false},
		{"users with licences", "UserPrincipalName,SkuPartNumber\na@b,SPE_E5\n", false},
		{"admin center", "Product title,Total licenses,Assigned licenses\nMicrosoft 365 E5,1,1\n", true},
		{"prices", "Product title,Price\nMicrosoft 365 E5,1\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}
