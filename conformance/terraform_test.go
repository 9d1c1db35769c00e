//go:build conformance

package conformance

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/classify"
	"github.com/demarc-dev/demarc/internal/divide"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

// terraformScopes and terraformSettings are the resources in the corpus that
// are no resources in Azure or Entra, told by hand.
var (
	terraformScopes   = []string{"azurerm_resource_group", "azurerm_subscription"}
	terraformSettings = []string{"azurerm_firewall_network_rule_collection", "azuread_group_member"}
)

// terraformCounts is what a plain look into a plan or state counts.
type terraformCounts struct{ there, leaving, scopes, references, replaced int }

func (n *terraformCounts) add(mode, typ string, actions []string) {
	slices.Sort(actions)
	switch {
	case mode == "data" || slices.Contains(terraformSettings, typ):
		n.references++
	case slices.Contains(terraformScopes, typ):
		n.scopes++
	case slices.Equal(actions, []string{"delete"}):
		n.leaving++
	case slices.Equal(actions, []string{"create", "delete"}):
		n.replaced++
		n.there++
	default:
		n.there++
	}
}

// terraformLook counts with encoding/json and nothing of ours.
func terraformLook(t *testing.T, text []byte) terraformCounts {
	t.Helper()
	var file struct {
		Version   int
		Resources []struct {
			Mode, Type string
			Instances  []json.RawMessage
		}
		Changes []struct {
			Mode, Type string
			Change     struct{ Actions []string }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	var n terraformCounts
	for _, r := range file.Resources {
		for range r.Instances {
			n.add(r.Mode, r.Type, nil)
		}
	}
	for _, c := range file.Changes {
		n.add(c.Mode, c.Type, c.Change.Actions)
	}
	return n
}

// TestEveryTerraformFileIsRead: each plan and state of the corpus gives what a
// plain look into it counts, told apart by what the plan does.
func TestEveryTerraformFileIsRead(t *testing.T) {
	files := append(corpus(t, "terraform-plan"), corpus(t, "terraform-state")...)
	if len(files) != 12 {
		t.Fatalf("%d files in the corpus, want 12", len(files))
	}
	all := terraformCounts{}
	for _, path := range files {
		t.Run(path, func(t *testing.T) {
			want := terraformLook(t, contents(t, path))
			in := app.OpenInputs([]string{path}, nil)
			sink := sourcetest.NewSink(t)
			if err := in.Read(context.Background(), sink); err != nil {
				t.Fatal(err)
			}
			got := terraformCounts{scopes: len(sink.Scopes), references: len(sink.References)}
			for _, r := range sink.Resources {
				if r.Standing == demarc.Leaving {
					got.leaving++
				} else {
					got.there++
				}
				if r.ID == "" || r.Name == "" || strings.HasPrefix(r.Type, "terraform/") {
					t.Errorf("%+v", r.Resource)
				}
			}
			for _, n := range sink.Notes {
				if n.Kind == demarc.NoteRead && strings.HasPrefix(n.Message, "the plan replaces it") {
					got.replaced += n.Count
				}
			}
			if got != want || got.there == 0 {
				t.Errorf("got %+v, a plain look counts %+v", got, want)
			}
			records := want.there + want.leaving + want.scopes + want.references
			if f := in.Files[0]; f.Resources+f.Scopes+f.References+f.Notes != records || f.Format != "terraform" {
				t.Errorf("%d records, accounted for as %+v", records, *f)
			}
			all.there += got.there
			all.leaving += got.leaving
			all.replaced += got.replaced
		})
	}
	if want := (terraformCounts{there: 69, leaving: 4, replaced: 4}); all != want {
		t.Errorf("all files give %+v, want %+v", all, want)
	}
}

// openProperties are what classification and division read of a type and no
// attribute of its Terraform resource tells.
var openProperties = map[string][]string{
	"azurerm_app_service":         {"kind", "properties.hostingEnvironmentProfile.id"},
	"azurerm_function_app":        {"properties.hostingEnvironmentProfile.id"},
	"azurerm_logic_app_standard":  {"properties.hostingEnvironmentProfile.id"},
	"azurerm_mssql_database":      {"kind"},
	"azurerm_arc_machine":         {"properties.cloudMetadata.provider"},
	"azurerm_managed_application": {"properties.managementMode", "properties.authorizations[*].principalId"},
}

// TestTerraformMapsWhatIsRead: for the resources whose attributes are mapped,
// every property that an answer depends on is told by an attribute, cannot be
// there, is told by another resource, or is listed as open.
func TestTerraformMapsWhatIsRead(t *testing.T) {
	c, err := catalog.Parse(data.Compact)
	if err != nil {
		t.Fatal(err)
	}
	wishes := map[string]map[string]string{}
	for _, w := range append(classify.Wishes(c, nil), divide.Wishes(c)...) {
		typ := demarc.Fold(w.Type)
		if typ != "" {
			if wishes[typ] == nil {
				wishes[typ] = map[string]string{}
			}
			wishes[typ][demarc.Fold(w.Path)] = w.Path
		}
	}
	pointed := map[string]bool{}
	mapped := 0
	for _, f := range c.TerraformFiles {
		for _, r := range f.Resources {
			for _, p := range r.Points {
				pointed[demarc.Fold(p.Of+" "+p.Path)] = true
			}
		}
	}
	for _, f := range c.TerraformFiles {
		for _, r := range f.Resources {
			if len(r.Values) == 0 || r.Settings {
				continue
			}
			mapped++
			told := map[string]bool{}
			for _, v := range r.Values {
				told[demarc.Fold(v.To)] = true
			}
			for _, path := range append(slices.Clone(r.Never), openProperties[r.Resource]...) {
				told[demarc.Fold(path)] = true
			}
			typ := demarc.Fold(r.Type)
			for _, folded := range slices.Sorted(maps.Keys(wishes[typ])) {
				if !told[folded] && !pointed[typ+" "+folded] && !strings.HasPrefix(folded, "tags") {
					t.Errorf("%s: nothing tells %s", r.Resource, wishes[typ][folded])
				}
			}
		}
	}
	if mapped < 30 {
		t.Errorf("only %d resources have mapped attributes", mapped)
	}
}
