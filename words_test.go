package demarc

import (
	"strings"
	"testing"
)

func TestServiceModelsParseBack(t *testing.T) {
	for m := UnknownModel; m <= SaaS; m++ {
		for _, s := range []string{m.String(), strings.ToUpper(m.String()), m.Label()} {
			if got, err := ParseServiceModel(s); err != nil || got != m {
				t.Errorf("ParseServiceModel(%q) = %v, %v, want %v", s, got, err, m)
			}
		}
	}
	if len(ServiceModels) != int(SaaS) || ServiceModels[0] != OnPremises || ServiceModels[3] != SaaS {
		t.Errorf("ServiceModels = %v, want the published columns from left to right", ServiceModels)
	}
}

func TestRolesParseBack(t *testing.T) {
	rows := map[Role]bool{Workload: true, ThirdParty: true}
	for r := Workload; r <= ThirdParty; r++ {
		for _, s := range []string{r.String(), strings.ToUpper(r.String())} {
			if got, err := ParseRole(s); err != nil || got != r {
				t.Errorf("ParseRole(%q) = %v, %v, want %v", s, got, err, r)
			}
		}
		if r.HasRows() != rows[r] {
			t.Errorf("%v has rows: %v", r, r.HasRows())
		}
	}
}

func TestParsingRefuses(t *testing.T) {
	for _, s := range []string{"", "faas", " iaas", "iaas ", "invalid(9)"} {
		if m, err := ParseServiceModel(s); err == nil {
			t.Errorf("ParseServiceModel(%q) = %v, want an error", s, m)
		}
		if r, err := ParseRole(s); err == nil {
			t.Errorf("ParseRole(%q) = %v, want an error", s, r)
		}
	}
	_, err := ParseRole("boss")
	if want := `unknown role "boss"`; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestWordsAreDistinct(t *testing.T) {
	lists := map[string][]string{
		"service models": serviceModelNames[:], "labels": serviceModelLabels[:], "roles": roleNames[:],
		"seen": seenNames[:], "scope kinds": scopeKindNames[:],
	}
	for what, words := range lists {
		met := map[string]bool{}
		for _, w := range words {
			if w == "" || met[w] {
				t.Errorf("%s: %q is empty or met twice", what, w)
			}
			met[w] = true
		}
	}
	for got, want := range map[string]string{
		SeenNone.String(): "none", SeenFull.String(): "full", SeenDeclared.String(): "declared",
		OrganisationScope.String(): "organisation", SiteScope.String(): "site", ResourceGroupScope.String(): "resource-group",
		ServiceModel(9).String(): "invalid(9)", Role(200).String(): "invalid(200)",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPlaceString(t *testing.T) {
	f := &File{Path: "export/resources.json"}
	for _, tt := range []struct {
		place Place
		want  string
	}{{Place{}, ""}, {Place{File: f}, "export/resources.json"}, {Place{File: f, Line: 12}, "export/resources.json:12"}} {
		if got := tt.place.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestSharedIsComputed(t *testing.T) {
	for want, parties := range map[bool][]string{false: {Customer}, true: {Customer, Microsoft}} {
		if c := (Cell{Parties: parties}); c.Shared() != want {
			t.Errorf("a cell of %v is shared: %v", parties, c.Shared())
		}
	}
}
