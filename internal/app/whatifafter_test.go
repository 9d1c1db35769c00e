package app

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source"
)

// TestPlaces says where what is new lies.
func TestPlaces(t *testing.T) {
	for _, tt := range []struct{ move, into, want, note string }{
		{"vm-web=App Service", "", movesGroup + "/providers/Microsoft.Web/sites/vm-web", ""},
		{"vm-sql=SQL database", "", movesGroup + "/providers/Microsoft.Sql/servers/vm-sql/databases/vm-sql", ""},
		{"APP-01=Azure VM", "", "/subscriptions/{planned}/resourceGroups/{planned}/providers/Microsoft.Compute/virtualMachines/APP-01", "--into"},
		{"APP-01=Azure VM", "rg-shop", strings.ToLower(movesGroup) + "/providers/Microsoft.Compute/virtualMachines/APP-01", ""},
		{"APP-01=Azure VM", "/subscriptions/11111111-1111-1111-1111-111111111111", "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/{planned}/providers/Microsoft.Compute/virtualMachines/APP-01", "--into"},
		{"FS-01=SharePoint", "", "m365/sharepoint-online", ""},
		{"vm-web=onprem/vm", "Headquarters", "onprem/Headquarters/virtual-machine/vm-web", ""},
		{"vm-web=EC2 instance", "", "planned/aws/aws/ec2-instance/vm-web", ""},
	} {
		t.Run(tt.move+" "+tt.into, func(t *testing.T) {
			q := movesRequest(tt.move)
			q.Into = tt.into
			x := whatIfOf(t, q)
			if got := x.Moves[0].Resources[0].Becomes.ID; got != tt.want {
				t.Errorf("becomes %s, want %s", got, tt.want)
			}
			if notes := strings.Join(x.Notes, " "); (tt.note != "") != strings.Contains(notes, "--into") {
				t.Errorf("notes %q", notes)
			}
		})
	}
	q := movesRequest("APP-01=Azure VM")
	q.Into = "nowhere"
	if _, err := WhatIf(context.Background(), q); err == nil || !strings.Contains(err.Error(), `--into "nowhere" is no resource group or subscription`) {
		t.Errorf("a scope that is not there: %v", err)
	}
}

// TestOwnersGoAlong checks that tags, owner and workload are carried over.
func TestOwnersGoAlong(t *testing.T) {
	for _, word := range []string{"vm-web=App Service", "APP-01=Azure VM", "vm-web=onprem/vm"} {
		r := whatIfOf(t, movesRequest(word)).Moves[0].Resources[0]
		if r.Owner != "Shop team" || r.Becomes.Owner != r.Owner {
			t.Errorf("%s: owner %q, then %q", word, r.Owner, r.Becomes.Owner)
		}
	}
	w := ranWhatIf(t, movesRequest("vm-web=App Service"))
	i, _ := byID(w.after, w.homes[0].id)
	if got := w.after.WorkloadOf(i.resource); got != "shop" {
		t.Errorf("the new resource belongs to workload %q", got)
	}
}

// TestExistingServiceTakesOver moves into a service that is there.
func TestExistingServiceTakesOver(t *testing.T) {
	dir := t.TempDir()
	doc := "resources:\n  - {name: SharePoint Online, type: m365/sharepoint-online}\n"
	if err := os.WriteFile(dir+"/demarc.yaml", []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	q := movesRequest("FS-01=SharePoint")
	q.Paths = append(q.Paths, dir)
	x := whatIfOf(t, q)
	if r := x.Moves[0].Resources[0]; !r.Becomes.Existing || x.Counts.New != 0 || x.Counts.AlreadyThere == 0 || x.Counts.Passes == 0 || len(x.Moves[0].Cells) == 0 {
		t.Errorf("%+v, counts %+v", r, x.Counts)
	}
	if x.After.Met+x.After.Unmet+x.After.Unknown >= x.Before.Met+x.Before.Unmet+x.Before.Unknown {
		t.Errorf("before %+v, after %+v", x.Before, x.After)
	}
}

// TestWhatDecidesAnArea is told whole, whatever the parties are called, and is
// what decides it at the new resource: a delegation that has nothing left to
// cover decides nothing.
func TestWhatDecidesAnArea(t *testing.T) {
	q := WhatIfRequest{Request: contoso(false), Moves: []Move{{Selector: "Slack", Target: "Microsoft Teams"}, {Selector: "vm-erp-sql-01", Target: "Microsoft.Sql/managedInstances"}}}
	n := 0
	for _, m := range whatIfOf(t, q).Moves {
		for _, c := range m.Cells {
			n++
			if !strings.HasPrefix(c.Because, "PaaS column of ") && !strings.HasPrefix(c.Because, "SaaS column of ") {
				t.Errorf("%s at what becomes %s: %q", c.Area, m.To.Label, c.Because)
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d cells change", n)
	}
}

// TestAssuranceCoversTheirs checks that what providers do is known only where
// an assurance on file covers it, and that this makes nothing of ours met.
func TestAssuranceCoversTheirs(t *testing.T) {
	dir := t.TempDir()
	q := movesRequest("vm-web=App Service")
	without := whatIfOf(t, q)
	doc := "assurances:\n  - {id: soc, party: microsoft, kind: SOC 2 Type 2, cloud: azure, services: [Microsoft.Web/*], from: 2026-01-01, until: 2026-12-31, document: soc.pdf}\n"
	if err := os.WriteFile(dir+"/assurances.yaml", []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	q.Paths = append(q.Paths, dir)
	with := whatIfOf(t, q)
	if without.Counts.TheirsUnknown != without.Counts.Theirs || without.Counts.Theirs == 0 || with.Counts.TheirsUnknown != 0 {
		t.Errorf("without %+v, with %+v", without.Counts, with.Counts)
	}
	if with.After.Met != without.After.Met {
		t.Errorf("an assurance makes %d of ours met, %d without", with.After.Met, without.After.Met)
	}
	for n, x := range []*report.WhatIf{without, with} {
		for _, u := range x.Moves[0].Unmet {
			if strings.Contains(u.After, "no assurance") != (n == 0) {
				t.Errorf("%s is then %s", u.Responsibility, u.After)
			}
		}
	}
}

// TestEvidenceIsLost counts by tool what does not tell any more.
func TestEvidenceIsLost(t *testing.T) {
	x := whatIfOf(t, movesRequest("vm-sql=SQL managed instance"))
	got := map[string]report.WhatIfEvidence{}
	for _, e := range x.Moves[0].Evidence {
		got[e.Tool] = e
	}
	if e := got["update-manager"]; e.Pieces != 1 || !slices.Contains(e.Settled, "os.patch") {
		t.Errorf("update manager: %+v", e)
	}
	if e := got["defender"]; e.Pieces != 1 || !slices.Contains(e.Settled, "network.no-public-management-ports") {
		t.Errorf("defender: %+v", e)
	}
	w := ranWhatIf(t, movesRequest("vm-sql=SQL managed instance"))
	for i := range w.after.Evidence.Len() {
		if e := w.after.Evidence.At(i); strings.Contains(e.Subject.ID, "vm-sql") {
			t.Errorf("evidence about %s is left", e.Subject.ID)
		}
	}
	if w.after.Evidence.Len() != w.before.Evidence.Len()-x.Counts.Evidence {
		t.Errorf("%d pieces, then %d, and %d lost", w.before.Evidence.Len(), w.after.Evidence.Len(), x.Counts.Evidence)
	}
}

// TestWordsOfAllAreNotOfTheNew moves a database of a workload of which somebody
// attested that nobody tried a restore.
func TestWordsOfAllAreNotOfTheNew(t *testing.T) {
	q := movesRequest("shop=SQL managed instance")
	q.Paths = []string{"../../examples/contoso"}
	w := ranWhatIf(t, q)
	x := w.write()
	i := slices.IndexFunc(x.Moves[0].Tasks, func(task report.WhatIfTask) bool { return task.Responsibility == "data.restore-test" })
	if task := x.Moves[0].Tasks[i]; task.Before.Unmet != 1 || task.After.Unmet != 0 || task.After.Unknown != 1 {
		t.Errorf("%+v", task)
	}
	if x.After.Unmet != w.after.Summary.Unmet-2 || x.After.Unknown != w.after.Summary.Unknown+2 {
		t.Errorf("%+v of %+v", x.After, w.after.Summary)
	}
}

// TestPartsGoWithTheirWhole moves a group in which one thing lies in another.
func TestPartsGoWithTheirWhole(t *testing.T) {
	q := movesRequest("group:rg-ai-prod=OpenAI API")
	q.Paths = []string{"../../examples/contoso"}
	x := whatIfOf(t, q)
	for _, m := range x.Moves {
		for _, r := range m.Resources {
			if strings.Contains(r.ID, "/deployments/") {
				t.Errorf("%s moves by itself", r.ID)
			}
			if r.Name == "oai-contoso-prod" && !slices.ContainsFunc(r.With, func(id string) bool { return strings.HasSuffix(id, "/deployments/gpt-4o") }) {
				t.Errorf("%s goes with %v", r.Name, r.With)
			}
		}
	}
	for _, l := range x.NotMoved {
		if strings.Contains(l.ID, "/deployments/") {
			t.Errorf("%s goes along, and is told not to move", l.ID)
		}
	}
	if x.Counts.Resources != 2 || len(x.NotMoved) != 1 {
		t.Errorf("%d move, %+v do not", x.Counts.Resources, x.NotMoved)
	}
}

// TestNamesOfSeveral refuses a name that two resources have, with their ids.
func TestNamesOfSeveral(t *testing.T) {
	dir := t.TempDir()
	rows := `[{"id":"` + strings.Replace(movesGroup, "rg-shop", "rg-two", 1) + `/providers/Microsoft.Compute/virtualMachines/vm-web","name":"vm-web","type":"microsoft.compute/virtualmachines","properties":{}}]`
	if err := os.WriteFile(dir+"/rows.json", []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	q := movesRequest("vm-web=App Service")
	q.Paths = append(q.Paths, dir)
	_, err := WhatIf(context.Background(), q)
	if err == nil || !strings.Contains(err.Error(), "2 things are called") || strings.Count(err.Error(), "virtualMachines/vm-web") != 2 {
		t.Errorf("error %v", err)
	}
	q.Moves[0].Selector = "type:virtual machine"
	names := map[string]bool{}
	for _, r := range whatIfOf(t, q).Moves[0].Resources {
		names[r.Becomes.ID] = true
	}
	if len(names) != 3 {
		t.Errorf("three machines become %v", names)
	}
}

// TestTenantKeepsItsEvidence moves the directory of a tenant away, at which the
// settings of the tenant were seen.
func TestTenantKeepsItsEvidence(t *testing.T) {
	q := movesRequest("Microsoft Entra ID=Azure VM")
	q.Paths = []string{"../../examples/contoso"}
	if x := whatIfOf(t, q); len(x.Elsewhere) != 0 {
		t.Errorf("of the tenant is forgotten: %+v", x.Elsewhere)
	}
}

// TestReplayedWhatIf asks of what was recorded, and gets the same.
func TestReplayedWhatIf(t *testing.T) {
	q := movesRequest("vm-web=App Service", "tag:app=answers=Azure OpenAI", "FS-01=SharePoint")
	want := whatIfOf(t, q)
	_, records := recordedOf(t, q.Request)
	q.Records, q.Paths = records, nil
	got := whatIfOf(t, q)
	if got.Estate = want.Estate; printedJSON(t, got) != printedJSON(t, want) {
		t.Errorf("replayed: %s", firstDifference(printedJSON(t, got), printedJSON(t, want)))
	}
}

// TestTargetsAreFound checks that every type with a job can be named as a
// target, by its type and kind.
func TestTargetsAreFound(t *testing.T) {
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Moves {
		for _, job := range c.Moves[i].Jobs {
			for _, typ := range job.Types {
				to, err := targetOf(c, typ)
				if err != nil {
					t.Errorf("%s of job %s: %v", typ, job.ID, err)
				} else if does := jobs(c.Jobs(to.entry.Type.Type, to.kind)); !slices.ContainsFunc(does, func(j *catalog.Job) bool { return j.ID == job.ID }) {
					t.Errorf("%s as a target does not do %s", typ, job.ID)
				}
			}
		}
		for _, k := range c.Moves[i].Kinds {
			for _, name := range k.Names {
				if to, err := targetOf(c, strings.ToUpper(name)); err != nil || to.kind != k.Kind {
					t.Errorf("%s means %+v, %v", name, to, err)
				}
			}
		}
	}
}

func TestWhatIfFitsItsSchema(t *testing.T) {
	raw, err := os.ReadFile("../../docs/schema/whatif.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	closed(doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("whatif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema := c.MustCompile("whatif.json")
	q := movesRequest("vm-web=App Service", "vm-sql=SQL database", "FS-01=SharePoint", "group:rg-shop=App Service")
	q.Moves = q.Moves[:3]
	for _, redacted := range []bool{false, true} {
		q.Redact.On = redacted
		text := printedJSON(t, whatIfOf(t, q))
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("redacted %v: %v", redacted, err)
		}
		for _, name := range []string{"vm-web", "vm-sql", "FS-01", "Workplace team", "Shop team", "3b0c9a74", "rg-shop"} {
			if redacted && strings.Contains(text, name) {
				at := strings.Index(text, name)
				t.Errorf("%s is left: %s", name, text[max(0, at-80):min(len(text), at+80)])
			}
		}
	}
}

// TestRerouteLeavesOut checks the small words of the sink that stands in between.
func TestRerouteLeavesOut(t *testing.T) {
	r := &rerouting{gone: map[string]bool{"/subscriptions/s/resourcegroups/g/providers/a.b/c/d": true}, subjects: map[demarc.Subject]bool{{Host: "web01"}: true}}
	for id, want := range map[string]bool{
		"/subscriptions/s/resourcegroups/g/providers/a.b/c/d": true, "/subscriptions/s/resourcegroups/g/providers/a.b/c/d/e/f": true,
		"/subscriptions/s/resourcegroups/g/providers/a.b/c/d/providers/x.y/z/w": true, "/subscriptions/s/resourcegroups/g/providers/a.b/c/d2": false,
		"/subscriptions/s/resourcegroups/g": false, "": false,
	} {
		if got := r.leaves(id); got != want {
			t.Errorf("%s leaves: %v", id, got)
		}
	}
	if !r.about(&demarc.Subject{Host: "WEB01"}) || r.about(&demarc.Subject{Host: "web02"}) || r.about(&demarc.Subject{}) {
		t.Error("what evidence is about is told wrongly")
	}
	var _ source.Sink = newReroute(r, nil)
}
