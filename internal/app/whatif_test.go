package app

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

const movesGroup = "/subscriptions/3b0c9a74-58d1-4e62-8f2a-71c4e6d0b915/resourceGroups/rg-shop"

func movesRequest(moves ...string) WhatIfRequest {
	q := WhatIfRequest{Request: Request{Paths: []string{"testdata/moves/estate"}, Today: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)}}
	for _, word := range moves {
		m, err := ParseMove(word)
		if err != nil {
			panic(err)
		}
		q.Moves = append(q.Moves, m)
	}
	return q
}

func whatIfOf(t *testing.T, q WhatIfRequest) *report.WhatIf {
	t.Helper()
	x, err := WhatIf(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// ranWhatIf runs both assessments and keeps them.
func ranWhatIf(t *testing.T, q WhatIfRequest) *whatIf {
	t.Helper()
	w := &whatIf{Request: q.Request, moves: q.Moves}
	for _, step := range []func() error{func() error { return w.first(context.Background()) }, w.choose, func() error { return w.second(context.Background()) }} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// reviewed writes a what-if as a list that a person can read through.
func reviewed(x *report.WhatIf) []byte {
	var b bytes.Buffer
	m := &x.Moves[0]
	fmt.Fprintf(&b, "# %s (%s) to %s (%s)\n", m.From.Label, m.From.Model, m.To.Label, m.To.Model)
	for _, list := range []struct {
		name string
		of   func(*report.WhatIfTask) bool
	}{
		{"passes", func(t *report.WhatIfTask) bool { return t.Fate == "passes" && !t.Elsewhere }},
		{"shared", func(t *report.WhatIfTask) bool { return t.Fate == "shares" && !t.Elsewhere }},
		{"unclear", func(t *report.WhatIfTask) bool { return t.Fate == "unclear" }},
		{"ends", func(t *report.WhatIfTask) bool { return t.Fate == "ends" && !t.Elsewhere }},
		{"leaves-and-stays-for-others", func(t *report.WhatIfTask) bool { return t.Elsewhere && t.Fate != "new" }},
		{"stays", func(t *report.WhatIfTask) bool { return t.Fate == "stays" && t.Level == "resource" }},
		{"stays-above", func(t *report.WhatIfTask) bool { return t.Fate == "stays" && t.Level != "resource" }},
		{"new", func(t *report.WhatIfTask) bool { return t.Fate == "new" && !t.Elsewhere }},
		{"yours-today", func(t *report.WhatIfTask) bool { return t.Fate == "new" && t.Elsewhere }},
	} {
		writeTasks(&b, list.name, m.Tasks, func(t *report.WhatIfTask) bool { return t.Whose == demarc.Customer && list.of(t) })
	}
	writeTasks(&b, "theirs", m.Tasks, func(t *report.WhatIfTask) bool { return t.Whose != demarc.Customer })
	b.WriteString("evidence-lost:\n")
	for _, e := range m.Evidence {
		fmt.Fprintf(&b, "  - {tool: %s, pieces: %d, settles: [%s]}\n", e.Tool, e.Pieces, strings.Join(e.Settled, ", "))
	}
	b.WriteString("cells:\n")
	for _, c := range m.Cells {
		fmt.Fprintf(&b, "  - {area: %s, facet: %q, before: [%s], after: [%s]}\n", c.Area, c.Facet, strings.Join(c.Before, ", "), strings.Join(c.After, ", "))
	}
	return b.Bytes()
}

func writeTasks(b *bytes.Buffer, name string, tasks []report.WhatIfTask, wanted func(*report.WhatIfTask) bool) {
	fmt.Fprintf(b, "%s:\n", name)
	for i := range tasks {
		t := &tasks[i]
		if !wanted(t) {
			continue
		}
		to := ""
		if len(t.To) > 0 {
			to = "to " + strings.Join(t.To, " and ") + "; "
		}
		fmt.Fprintf(b, "  - %s # %s%s; %s\n", t.Responsibility, to, t.Title, t.Level)
	}
}

// expected compares with a file, which go test -update writes again.
func expected(t *testing.T, path string, got []byte) {
	t.Helper()
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs: %s", path, firstDifference(string(got), string(want)))
	}
}

// TestReviewedMoves compares moves with lists that were read through against
// the published matrices.
func TestReviewedMoves(t *testing.T) {
	for name, move := range map[string]string{
		"vm-to-app-service":                 "vm-web=App Service",
		"sql-vm-to-sql-managed-instance":    "vm-sql=SQL managed instance",
		"sql-vm-to-sql-database":            "vm-sql=Azure SQL Database",
		"file-server-to-sharepoint":         "FS-01=SharePoint Online",
		"own-model-to-azure-openai":         "GPU-01=Azure OpenAI",
		"model-on-azure-vm-to-azure-openai": "vm-model=Azure OpenAI",
		"on-premises-vm-to-azure-vm":        "APP-01=Azure VM",
	} {
		t.Run(name, func(t *testing.T) {
			expected(t, "testdata/moves/"+name+".yaml", reviewed(whatIfOf(t, movesRequest(move))))
		})
	}
}

// TestNothingBecomesMet holds whatever moves where: what is new and what stays
// at the resource itself is known of nobody, and elsewhere nothing is better.
func TestNothingBecomesMet(t *testing.T) {
	for _, q := range []WhatIfRequest{
		movesRequest("vm-web=App Service"), movesRequest("vm-sql=SQL managed instance"), movesRequest("vm-sql=SQL database"), movesRequest("type:onprem/file-server=SharePoint"),
		movesRequest("GPU-01=Azure OpenAI"), movesRequest("type:onprem/virtual-machine=Azure VM"), movesRequest("vm-web=onprem/vm"), movesRequest("stshop=Microsoft.NetApp/netAppAccounts/capacityPools/volumes"),
		movesRequest("tag:app=shop=Azure Kubernetes Service", "FS-01=m365/onedrive"),
	} {
		t.Run(q.Moves[0].Selector+" "+q.Moves[0].Target, func(t *testing.T) {
			w := ranWhatIf(t, q)
			out := w.write()
			made := map[string]bool{}
			for _, home := range w.homes {
				for _, id := range append(besideIDs(home), home.id) {
					found, ok := byID(w.after, id)
					if !ok || found.resource < 0 {
						t.Fatalf("%s is not there afterwards", id)
					}
					made[demarc.Fold(id)] = true
				}
			}
			for i, r := range w.after.Resources {
				if !made[demarc.Fold(r.ID)] {
					sameAsBefore(t, w, i)
				}
			}
			if out.After.Met > out.Before.Met {
				t.Errorf("%d met, then %d", out.Before.Met, out.After.Met)
			}
			noneBetter(t, out)
		})
	}
}

// sameAsBefore checks that a resource that does not move stands as it did.
func sameAsBefore(t *testing.T, w *whatIf, after int) {
	t.Helper()
	r := w.after.Resources[after]
	was, ok := byID(w.before, r.ID)
	if !ok || was.resource < 0 {
		t.Errorf("%s appeared", r.ID)
		return
	}
	b, a := w.before.Verdicts.SetOf(was.resource).Verdicts, w.after.Verdicts.SetOf(after).Verdicts
	if !slices.EqualFunc(b, a, func(x, y demarc.SetVerdict) bool {
		return x.Responsibility.ID == y.Responsibility.ID && x.Judgement == y.Judgement
	}) {
		t.Errorf("%s stands otherwise than before", r.ID)
	}
}

func noneBetter(t *testing.T, x *report.WhatIf) {
	t.Helper()
	for _, m := range x.Moves {
		for _, task := range m.Tasks {
			switch own := task.Level == demarc.ResourceLevel.String(); {
			case task.Whose != demarc.Customer:
			case own && task.After.Met+task.After.Unmet > 0:
				t.Errorf("%s: %d met and %d unmet of something that nobody saw", task.Responsibility, task.After.Met, task.After.Unmet)
			case !own && task.Fate == "stays" && task.After.Met > task.Before.Met:
				t.Errorf("%s: %d met, then %d", task.Responsibility, task.Before.Met, task.After.Met)
			}
		}
	}
	for _, e := range x.Elsewhere {
		if e.After == demarc.Met.String() {
			t.Errorf("%s at %s is met then", e.Responsibility, e.Subject)
		}
	}
}

// TestNoMoveNoDifference runs the estate through a sink that takes nothing out.
func TestNoMoveNoDifference(t *testing.T) {
	w := &whatIf{Request: movesRequest().Request, rerouting: &rerouting{}}
	if err := w.first(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := w.second(context.Background()); err != nil {
		t.Fatal(err)
	}
	if d := w.difference(); !d.Empty() {
		t.Errorf("without a move %d cells and %d responsibilities differ", len(d.Cells), len(d.Responsibilities))
	}
	if jsonOf(t, w.before.Assessment) != jsonOf(t, w.after.Assessment) {
		t.Error("the second run without a move gives another assessment")
	}
}

func printedJSON(t *testing.T, x report.Printable) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Print(&b, "json", x, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOrderOfMovesDoesNotMatter(t *testing.T) {
	words := []string{"vm-web=App Service", "vm-sql=SQL database", "FS-01=SharePoint", "type:onprem/virtual-machine=Azure VM", "vm-web=Microsoft.Web/sites:app"}
	want := printedJSON(t, whatIfOf(t, movesRequest(words...)))
	for range len(words) {
		words = append(words[1:], words[0])
		if got := printedJSON(t, whatIfOf(t, movesRequest(words...))); got != want {
			t.Errorf("another order gives another result: %s", firstDifference(got, want))
		}
	}
}

// TestMovesTogether checks that what does not touch each other is the same
// together as alone.
func TestMovesTogether(t *testing.T) {
	one, other := whatIfOf(t, movesRequest("vm-web=App Service")), whatIfOf(t, movesRequest("FS-01=SharePoint"))
	both := whatIfOf(t, movesRequest("FS-01=SharePoint", "vm-web=App Service"))
	for _, alone := range []*report.WhatIf{one, other} {
		for _, m := range alone.Moves {
			i := slices.IndexFunc(both.Moves, func(x report.WhatIfMove) bool { return x.From == m.From && x.To == m.To })
			if i < 0 {
				t.Fatalf("%s to %s is missing", m.From.Label, m.To.Label)
			}
			own := func(list []report.WhatIfTask) (ids []string) {
				for _, task := range list {
					if task.Level == "resource" {
						ids = append(ids, task.Fate+" "+task.Responsibility+" "+strings.Join(task.To, "+"))
					}
				}
				return ids
			}
			if !slices.Equal(own(m.Tasks), own(both.Moves[i].Tasks)) || !slices.EqualFunc(m.Cells, both.Moves[i].Cells, func(a, b report.WhatIfCell) bool { return a.Reason == b.Reason }) {
				t.Errorf("%s to %s is another move together with others", m.From.Label, m.To.Label)
			}
		}
	}
	c := both.Counts
	if a, b := one.Counts, other.Counts; c.Passes != a.Passes+b.Passes || c.Shares != a.Shares+b.Shares || c.Ends != a.Ends+b.Ends || c.Evidence != a.Evidence+b.Evidence || c.UnmetPasses != a.UnmetPasses+b.UnmetPasses || c.Theirs != a.Theirs+b.Theirs {
		t.Errorf("together %+v, alone %+v and %+v", c, a, b)
	}
}

func TestSelectors(t *testing.T) {
	for _, tt := range []struct {
		moves           []string
		resources, left int
	}{
		{[]string{"vm-web=App Service"}, 1, 0},
		{[]string{movesGroup + "/providers/microsoft.compute/VIRTUALMACHINES/vm-web=app service"}, 1, 0},
		{[]string{"type:virtual machine=App Service"}, 2, 1}, // vm-sql has another job
		{[]string{"tag:APP=shop=App Service"}, 1, 2},
		{[]string{"tag:env=prod=Azure Kubernetes Service"}, 1, 1},
		{[]string{"group:rg-shop=App Service"}, 2, 2},
		{[]string{movesGroup + "=App Service"}, 2, 2},
		{[]string{"group:shop=App Service"}, 1, 2}, // the declared workload
		{[]string{"Headquarters=Azure VM"}, 4, 0},
		{[]string{"type:onprem/vm=Azure VM", "APP-01=Azure VM"}, 2, 0},
	} {
		t.Run(strings.Join(tt.moves, " "), func(t *testing.T) {
			x := whatIfOf(t, movesRequest(tt.moves...))
			if x.Counts.Resources != tt.resources || len(x.NotMoved) != tt.left {
				t.Errorf("%d move and %d do not, want %d and %d: %+v", x.Counts.Resources, len(x.NotMoved), tt.resources, tt.left, x.NotMoved)
			}
		})
	}
}

func TestSenselessMoves(t *testing.T) {
	for _, tt := range []struct{ move, want, hint string }{
		{"vm-web=Blub", `no type is called "Blub"`, "near: "},
		{"vm-web=Network interface", "is no workload but a setting of something else", "name the service"},
		{"vm-web=SQL server", "is no workload", ""},
		{"vm-web=Microsoft.CognitiveServices/accounts", "is of several kinds", "accounts:OpenAI"},
		{"vm-web=Virtual machine:large", `has no kind "large"`, "leave out"},
		{"vm-web=Azure VM", "vm-web is a Virtual machine already", ""},
		{"vm-web-nic=App Service", "it is a part of vm-web", "move " + movesGroup},
		{"vm-web-os=App Service", "it is a part of vm-web", "virtualMachines/vm-web"},
		{"stshop=SQL database", "it is there for files that people share; storage of objects", "these do: "},
		{"FS-01=App Service", "cannot become an App Service", "SharePoint Online"},
		{"vm-sql=App Service", "it is there for SQL Server databases", "SQL managed instance"},
		{"stshop=Bastion", "administration of machines", ""},
		{"nobody=App Service", `nothing in the estate is called "nobody"`, "demarc resources"},
		{"type:onprem/mainframe=Azure VM", "nothing in the estate is meant", ""},
		{"tag:app=nobody=App Service", "nothing in the estate is meant", "demarc resources"},
		{"tag:app=App Service", "names no value", ""},
		{"organisation=App Service", "is all there is", "type:TYPE"},
		{"group:vm-web=App Service", "is a resource and no group", "leave out group:"},
	} {
		t.Run(tt.move, func(t *testing.T) {
			_, err := WhatIf(context.Background(), movesRequest(tt.move))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			hinted, ok := err.(interface{ Hint() string })
			if tt.hint != "" && (!ok || !strings.Contains(hinted.Hint(), tt.hint)) {
				t.Errorf("%v has no hint %q", err, tt.hint)
			}
		})
	}
	for _, moves := range [][]string{{"vm-web=App Service", "vm-web=AKS"}, {"tag:app=shop=Azure Kubernetes Service", "vm-web=App Service"}} {
		if _, err := WhatIf(context.Background(), movesRequest(moves...)); err == nil || !strings.Contains(err.Error(), "is to become two things") {
			t.Errorf("%v: %v", moves, err)
		}
	}
	if _, err := WhatIf(context.Background(), movesRequest()); err == nil {
		t.Error("nothing to move is no error")
	}
	for _, word := range []string{"", "=", "vm", "vm=", "=App Service"} {
		if _, err := ParseMove(word); err == nil {
			t.Errorf("%q is a move", word)
		}
	}
}
