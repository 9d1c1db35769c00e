//go:build conformance

package conformance

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/pack"
	"github.com/demarc-dev/demarc/internal/policyfiles"
)

// builtIns is the archive of published definitions.
func builtIns() string { return shared("data", "azure-policy-builtins.tar.gz") }

func TestPublishedDefinitionsAreFound(t *testing.T) {
	var got [2][2]int // set, government
	notes, err := policyfiles.Find(builtIns(), func(f policyfiles.File) error {
		set, gov := 0, 0
		if f.Set {
			set = 1
		}
		if f.Gov {
			gov = 1
		}
		got[set][gov]++
		return nil
	})
	if want := [2][2]int{{3594, 1415}, {181, 76}}; err != nil || len(notes) > 0 || got != want {
		t.Errorf("got %v, want %v; %v %v", got, want, notes, err)
	}
}

func TestPublishedDefinitionsCompile(t *testing.T) {
	c, err := app.CompilePolicies([]string{builtIns()})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Refusals {
		t.Error(r)
	}
	if c.Compiled != c.Total || c.Definitions != c.Total+c.Static+c.DataPlane || c.Definitions != 3594+1415 {
		t.Errorf("compiled %d of %d, %d static, %d data-plane, %d in all", c.Compiled, c.Total, c.Static, c.DataPlane, c.Definitions)
	}
}

// TestPublishedPack: a pack of all definitions says where they come from, is
// small and opens at once.
func TestPublishedPack(t *testing.T) {
	folder := t.TempDir()
	added, err := app.AddPolicyPack(app.PackRequest{Folder: folder, Name: "azure-policy", Path: builtIns(), Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if added.Definitions != 3594 || added.Government != 1415 || added.Sets != 181 || added.GovernmentSets != 76 || added.Licence != "MIT" || len(added.Commit) != 40 || len(added.Notes) > 0 {
		t.Errorf("%+v", added)
	}
	best := time.Hour
	var p *pack.Pack
	for range 10 {
		started := time.Now()
		if p, err = pack.Open(filepath.Join(folder, "azure-policy.pack")); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(started))
	}
	if best > 20*time.Millisecond {
		t.Errorf("opened in %v", best)
	}
	storage, err := p.For("Microsoft.Storage/storageAccounts")
	if err != nil || len(storage) < 20 {
		t.Errorf("%d definitions about storage accounts, %v", len(storage), err)
	}
	if all, err := p.All(); err != nil || len(all) != 3594+1415 {
		t.Errorf("%d definitions, %v", len(all), err)
	}
}
