//go:build conformance

package conformance

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/app"
)

// twoDays are the folders of the subscription that was exported on two days.
func twoDays(t *testing.T) (before, after string) {
	t.Helper()
	for _, path := range corpus(t, "azure-inventory/amex678-subscription") {
		switch folder := filepath.Dir(path); filepath.Base(folder) {
		case "2026-07-03":
			before = folder
		case "2026-07-06":
			after = folder
		}
	}
	return before, after
}

// idsIn are the folded ids of the rows of an export, as they stand in the file.
func idsIn(t *testing.T, folder string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(folder, "resources.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ ResourceID string }
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, strings.ToLower(r.ResourceID))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// TestTwoDaysOfASubscription: between the two days somebody deployed one
// machine with its disk, card, network, rules and extension into a group of its
// own, and nothing else changed. That is what a look into both files shows.
func TestTwoDaysOfASubscription(t *testing.T) {
	before, after := twoDays(t)
	q := app.Request{Today: time.Date(2026, 7, 7, 0, 0, 0, 0, time.UTC)}
	d, err := app.Diff(context.Background(), app.DiffRequest{Request: q, Before: before, After: after})
	if err != nil {
		t.Fatal(err)
	}
	var came, want []string
	for _, r := range d.Resources.Added {
		came = append(came, strings.ToLower(r.ID))
	}
	there := idsIn(t, before)
	for _, id := range idsIn(t, after) {
		if !slices.Contains(there, id) {
			want = append(want, id)
		}
	}
	slices.Sort(came)
	if len(want) != 6 || !slices.Equal(came, want) {
		t.Errorf("%q came, the files say %q", came, want)
	}
	if len(d.Resources.Removed)+len(d.Resources.Changed)+len(d.Cells)+len(d.Owners)+len(d.Catalog) > 0 {
		t.Errorf("%+v went, %+v changed, cells %+v, owners %+v", d.Resources.Removed, d.Resources.Changed, d.Cells, d.Owners)
	}
	yours, theirs := 0, 0
	for i := range d.Responsibilities {
		r := &d.Responsibilities[i]
		if r.Move != "new" || !strings.HasPrefix(r.Reason, "the resource is new") && r.Reason != "the workload is new" {
			t.Errorf("%s %s because %q", r.Move, r.Responsibility, r.Reason)
		}
		for _, at := range r.Places {
			if !strings.HasPrefix(at.Name, "mobvmghc-") && at.Name != "mobile-ghc-cli" {
				t.Errorf("%s at %s, which is no part of what was deployed", r.Responsibility, at.Name)
			}
		}
		if r.Half == "customer" {
			yours += r.Count
		} else {
			theirs += r.Count
		}
	}
	grown := d.After.Met + d.After.Unmet + d.After.Unknown + d.After.NotApplicable - d.Before.Met - d.Before.Unmet - d.Before.Unknown - d.Before.NotApplicable
	if yours != grown || yours == 0 || theirs == 0 {
		t.Errorf("%d new ones are yours and %d of others; the totals grew by %d", yours, theirs, grown)
	}
	t.Logf("%d resources came; %d new responsibilities of yours, %d of others", len(came), yours, theirs)
}
