//go:build conformance

package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/cli"
	"github.com/demarc-dev/demarc/internal/report"
)

// remembering saves folders of the corpus as snapshots of one workspace.
type remembering struct {
	*testing.T
	app.Place
}

func remember(t *testing.T) remembering {
	t.Helper()
	return remembering{t, app.Place{Database: filepath.Join(t.TempDir(), "demarc.db"), Workspace: "amex678"}}
}

func (r remembering) request(paths ...string) app.Request {
	return app.Request{Paths: paths, Today: time.Date(2026, 7, 7, 0, 0, 0, 0, time.UTC), Place: r.Place}
}

// save assesses as of a day and keeps the result.
func (r remembering) save(day string, paths ...string) {
	r.Helper()
	q := r.request(paths...)
	q.AsOf = day
	if _, _, err := app.Save(context.Background(), q, r.Place, "test"); err != nil {
		r.Fatal(err)
	}
}

func (r remembering) diff(before, after string) *report.Diff {
	r.Helper()
	d, err := app.Diff(context.Background(), app.DiffRequest{Request: r.request(), Before: before, After: after})
	if err != nil {
		r.Fatal(err)
	}
	return d
}

// sound checks the store and its ledger.
func (r remembering) sound(snapshots int) {
	r.Helper()
	ledgers, err := app.VerifyLedgers(context.Background(), r.Place)
	if err != nil || len(ledgers.Ledgers) != 1 || !ledgers.Ledgers[0].Holds {
		r.Errorf("the ledger is %+v, %v", ledgers, err)
	}
	found, err := app.CheckStore(context.Background(), r.Place)
	if err != nil || len(found.Faults) > 0 || found.Snapshots != snapshots {
		r.Errorf("the check finds %+v, %v", found, err)
	}
}

// rowsOf reads the rows of an export as they stand in the file.
func rowsOf(t *testing.T, path string) (rows []map[string]any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, &rows)
	}
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// theMachine is what somebody deployed between the two days.
const theMachine = "mobvmghc-vm-yypwhhh6st5ky"

// TestTwoDaysRemembered: two snapshots of a subscription tell what a comparison
// of the files tells, with reasons; a what-if stands on the newest one.
func TestTwoDaysRemembered(t *testing.T) {
	before, after := twoDays(t)
	r := remember(t)
	r.save("2026-07-03", before)
	r.save("2026-07-06", after)
	remembered := r.twoDays()
	q := r.request()
	q.AsOf = "2026-07-06"
	fromFiles, err := app.Diff(context.Background(), app.DiffRequest{Request: q, Before: before, After: after})
	if err != nil {
		t.Fatal(err)
	}
	sameChanges(t, remembered, fromFiles)
	if s := remembered.Before; s.AsOf != "2026-07-03" || s.Resources != len(idsIn(t, before)) || remembered.After.Resources != len(idsIn(t, after)) {
		t.Errorf("the sides are %+v and %+v", s, remembered.After)
	}
}

// twoDays looks at the two snapshots of the two days.
func (r remembering) twoDays() *report.Diff {
	r.Helper()
	d := r.diff("1", "latest")
	if len(d.Resources.Added) != 6 || !slices.ContainsFunc(d.Resources.Added, func(x report.DiffPresence) bool { return x.Name == theMachine }) {
		r.Errorf("%+v came", d.Resources.Added)
	}
	r.moved()
	r.sound(2)
	return d
}

// sameChanges compares differences in all but where the two sides lay.
func sameChanges(t *testing.T, got, want *report.Diff) {
	t.Helper()
	for name, pair := range map[string][2]any{"resources": {got.Resources, want.Resources}, "cells": {got.Cells, want.Cells},
		"responsibilities": {got.Responsibilities, want.Responsibilities}, "owners": {got.Owners, want.Owners}, "catalog": {got.Catalog, want.Catalog}} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			x, _ := json.Marshal(pair[0]) // only to be looked at
			y, _ := json.Marshal(pair[1])
			t.Errorf("%s are\n%s, and of the files\n%s", name, x, y)
		}
	}
	for i := range got.Responsibilities {
		if got.Responsibilities[i].Reason == "" {
			t.Errorf("nobody says why %s is %s", got.Responsibilities[i].Responsibility, got.Responsibilities[i].Move)
		}
	}
}

// moved asks what would be if the new machine were an App Service: its operating
// system passes to Microsoft, and nothing becomes met by that.
func (r remembering) moved() {
	r.Helper()
	move, err := app.ParseMove(theMachine + "=App Service")
	if err != nil {
		r.Fatal(err)
	}
	x, err := app.WhatIf(context.Background(), app.WhatIfRequest{Request: r.request("@latest"), Moves: []app.Move{move}})
	if err != nil {
		r.Fatal(err)
	}
	if x.AsOf != "2026-07-06" || len(x.Moves) != 1 || len(x.Moves[0].Resources) != 1 || x.Moves[0].Resources[0].Name != theMachine {
		r.Fatalf("%+v moves as of %s", x.Moves, x.AsOf)
	}
	if x.After.Met > x.Before.Met || x.Counts.Passes == 0 || x.Counts.Stays == 0 || x.Counts.Theirs != x.Counts.TheirsUnknown {
		r.Errorf("from %+v to %+v: %+v", x.Before, x.After, x.Counts)
	}
	passes := slices.ContainsFunc(x.Moves[0].Cells, func(c report.WhatIfCell) bool {
		return c.Area == "operating-system" && slices.Equal(c.Before, []string{"customer"}) && slices.Equal(c.After, []string{"microsoft"}) && c.Reason != ""
	})
	if !passes {
		r.Errorf("the operating system does not pass to Microsoft: %+v", x.Moves[0].Cells)
	}
}

// TestEvidenceRemembered: the role assignments and the findings of the same
// subscription come in with the second snapshot. What became known is what a
// look into those files shows.
func TestEvidenceRemembered(t *testing.T) {
	before, after := twoDays(t)
	shared := filepath.Join(before, "..", "..", "..")
	roles := filepath.Join(shared, "azure-rbac", "amex678-subscription", "2026-07-03")
	findings := filepath.Join(shared, "defender", "amex678-subscription", "2026-07-03")
	r := remember(t)
	r.save("2026-07-03", before)
	r.save("2026-07-03", before, roles, findings)
	r.save("2026-07-06", after, roles, findings)

	d := r.diff("1", "2")
	failed := rowsOf(t, filepath.Join(findings, "defender-recommendations.json"))
	for task, check := range map[string]string{
		"data.vm-backup":                "Azure Backup should be enabled for virtual machines",
		"os.guest-configuration":        "Guest Configuration extension should be installed on machines",
		"network.virtual-network-rules": "Storage accounts should restrict network access using virtual network rules",
	} {
		if got, want := newlyUnmet(d, task, check), failedAt(failed, check); len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s became unmet at %q, and %q failed at %q", task, got, check, want)
		}
	}
	owners := map[any]bool{} // of the subscription itself and of what it lies in
	for _, row := range rowsOf(t, filepath.Join(roles, "rbac.json")) {
		if scope, _ := row["Scope"].(string); row["RoleDefinitionName"] == "Owner" && !strings.Contains(strings.ToLower(scope), "/resourcegroups/") {
			owners[row["ObjectId"]] = true
		}
	}
	if got := newlyUnmet(d, "identity.owners-limited", "A subscription has at most three owners"); (len(got) == 1) != (len(owners) > 3) {
		t.Errorf("there are %d owners, and unmet is %q", len(owners), got)
	}
	for i := range d.Responsibilities {
		if x := &d.Responsibilities[i]; x.Before == nil || x.Before.Status != "unknown" || x.Cause != "estate" {
			t.Errorf("%s of %+v because %s", x.Responsibility, x.Before, x.Reason)
		}
	}

	later := r.diff("2", "3")
	if len(later.Resources.Added) != 6 || len(later.Resources.Removed)+len(later.Resources.Changed) > 0 {
		t.Errorf("%d came, %+v went, %+v changed", len(later.Resources.Added), later.Resources.Removed, later.Resources.Changed)
	}
	for i := range later.Responsibilities {
		if x := &later.Responsibilities[i]; x.Move != "new" {
			t.Errorf("%s %s because %s", x.Move, x.Responsibility, x.Reason)
		}
	}
	r.moved()
	r.sound(3)
}

// newlyUnmet are the names of the places where a responsibility became unmet
// because of a check.
func newlyUnmet(d *report.Diff, task, check string) (names []string) {
	for i := range d.Responsibilities {
		if x := &d.Responsibilities[i]; x.Responsibility == task && x.Move == "new-unmet" && strings.Contains(x.Reason, `"`+check+`" failed`) {
			for _, p := range x.Places {
				names = append(names, strings.ToLower(p.Name))
			}
		}
	}
	slices.Sort(names)
	return names
}

// failedAt are the names of the resources at which a check failed.
func failedAt(rows []map[string]any, check string) (names []string) {
	for _, row := range rows {
		if name, _ := row["ResourceName"].(string); row["DisplayName"] == check && row["Status"] == "Unhealthy" {
			names = append(names, strings.ToLower(name))
		}
	}
	slices.Sort(names)
	return names
}

// TestTwoDaysOnTheCommandLine is the same through the program as people run it.
func TestTwoDaysOnTheCommandLine(t *testing.T) {
	before, after := twoDays(t)
	database := filepath.Join(t.TempDir(), "demarc.db")
	words := func(text string) string { return strings.Join(strings.Fields(text), " ") } // however lines are wrapped
	run := func(want string, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := cli.Run(context.Background(), append(args, "--database", database), strings.NewReader(""), &out, &errs, nil); code != 0 {
			t.Fatalf("%q ends with %d: %s", args, code, errs.String())
		}
		if !strings.Contains(words(out.String()+errs.String()), want) {
			t.Errorf("%q does not say %q:\n%s%s", args, want, errs.String(), out.String())
		}
		return out.String()
	}
	run("saved as snapshot 1 of default", "assess", before, "--as-of", "2026-07-03", "--save")
	run("saved as snapshot 2 of default", "assess", after, "--as-of", "2026-07-06", "--save")
	told := run("the resource is new", "diff", "1", "2")
	for _, r := range rowsOf(t, filepath.Join(after, "resources.json")) {
		name, _ := r["Name"].(string)
		if came := strings.HasPrefix(name, "mobvmghc-"); came != strings.Contains(told, name+": ") {
			t.Errorf("%s came: %t\n%s", name, came, told)
		}
	}
	if again := run("", "diff", "2026-07-03", "2026-07-06"); again != told {
		t.Errorf("days tell\n%s and numbers\n%s", again, told)
	}
	run("first seen", "history", theMachine)
	run("VIRTUAL MACHINE → APP SERVICE", "whatif", "@latest", "--move", theMachine+"=App Service")
	run("holds yes", "store", "verify")
	run("all is as it was written", "store", "check")
}
