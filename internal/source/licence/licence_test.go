package licence

import (
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func services(t *testing.T) *Services {
	t.Helper()
	known, err := catalog.Parse(data.Compact)
	if err != nil {
		t.Fatal(err)
	}
	return NewServices(known)
}

// given are the ids of what a set gives, in order.
func given(t *testing.T, s *Services) string {
	t.Helper()
	sink := sourcetest.NewSink(t)
	file := &demarc.File{Path: "in"}
	s.Give(sink, file)
	var ids []string
	for _, r := range sink.Resources {
		if !r.MadeUp || r.Name == "" || r.Place.File != file || r.Seen != demarc.SeenNone {
			t.Errorf("%+v", r.Resource)
		}
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

func TestServicesAreGivenOnce(t *testing.T) {
	tests := []struct {
		name string
		add  func(*Services) bool
		want string
	}{
		{"a plan", func(s *Services) bool { return s.Plan("", "SWAY", 1) }, "m365/sway"},
		{"a plan with two services", func(s *Services) bool { return s.Plan("T", "SHAREPOINTSTANDARD", 1) }, "tenants/t/m365/onedrive tenants/t/m365/sharepoint-online"},
		{"a plan that adds to others", func(s *Services) bool { return s.Plan("T", "EXCHANGE_S_FOUNDATION", 1) }, ""},
		{"two plans with one service", func(s *Services) bool {
			return s.Plan("t", "EXCHANGE_S_STANDARD", 1) && s.Plan("T", "EXCHANGE_S_ENTERPRISE", 2)
		}, "tenants/t/m365/exchange-online"},
		{"two tenants", func(s *Services) bool { return s.Plan("b", "SWAY", 1) && s.Plan("a", "SWAY", 2) }, "tenants/a/m365/sway tenants/b/m365/sway"},
		{"a product", func(s *Services) bool { return s.Product("", "FLOW_FREE", 3) }, "power-platform/dataverse power-platform/power-automate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := services(t)
			if !tt.add(s) {
				t.Error("not known")
			}
			if got := given(t, s); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	s := services(t)
	if s.Plan("", "FABRIKAM", 1) || s.Product("", "FABRIKAM", 1) || given(t, s) != "" {
		t.Error("what nobody knows brings something")
	}
}

// TestFirstLineCounts: whoever comes first, the place is that of the first line.
func TestFirstLineCounts(t *testing.T) {
	s := services(t)
	var group sync.WaitGroup
	for line := 20; line > 2; line-- {
		group.Go(func() { s.Add("", "m365/teams", line) })
	}
	group.Wait()
	sink := sourcetest.NewSink(t)
	s.Give(sink, &demarc.File{})
	if len(sink.Resources) != 1 || sink.Resources[0].Place.Line != 3 || sink.Resources[0].Name != "Microsoft Teams" {
		t.Errorf("%+v", sink.Resources)
	}
}
