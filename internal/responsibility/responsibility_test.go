package responsibility_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/data"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// task is a complete task that a test changes.
func task(id string, change ...func(*catalog.Task)) catalog.Task {
	t := catalog.Task{ID: id, Title: id, Level: "resource", Severity: "high", MaxAge: "30d", Owner: "somebody", Settles: [][]string{{"attestation"}}}
	for _, c := range change {
		c(&t)
	}
	return t
}

func book(t *testing.T, files ...catalog.Responsibilities) *responsibility.Book {
	t.Helper()
	b, err := responsibility.New(&catalog.Catalog{Responsibilities: files})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ids(duties []responsibility.Duty) string {
	var list []string
	for _, d := range duties {
		list = append(list, d.Task.ID+"="+d.Party)
	}
	return strings.Join(list, " ")
}

// cellOf is a cell of an area.
func cellOf(area, facet string, model demarc.ServiceModel, parties ...string) demarc.Cell {
	return demarc.Cell{AreaID: area, Facet: facet, FacetModel: model, Parties: parties, NotApplicable: len(parties) == 0}
}

// Who bears a task is who has its half in the cell of its area.
func TestWhoBears(t *testing.T) {
	b := book(t, catalog.Responsibilities{Area: "operating-system", List: []catalog.Task{
		task("os.ours"), task("os.theirs", func(t *catalog.Task) { t.Party = "provider" }), task("os.publishers", func(t *catalog.Task) { t.Party = "publisher" }),
	}})
	delegated := cellOf("operating-system", "guest", demarc.IaaS, "northwind")
	delegated.Basis = demarc.ByDelegated
	overridden := cellOf("operating-system", "guest", demarc.IaaS, "microsoft", "northwind")
	overridden.Basis = demarc.ByOverride
	deviation := cellOf("operating-system", "guest", demarc.IaaS, "fabrikam")
	deviation.Basis = demarc.ByDeviation
	tests := []struct {
		name     string
		provider string
		cells    []demarc.Cell
		want     string
	}{
		{"the customer alone", "microsoft", []demarc.Cell{cellOf("operating-system", "guest", demarc.IaaS, "customer")}, "os.ours=customer"},
		{"the provider alone", "microsoft", []demarc.Cell{cellOf("operating-system", "service", demarc.PaaS, "microsoft")}, "os.theirs=microsoft"},
		{"both", "microsoft", []demarc.Cell{cellOf("operating-system", "node", demarc.PaaS, "customer", "microsoft")}, "os.ours=customer os.theirs=microsoft"},
		{"a publisher beside the customer", "microsoft", []demarc.Cell{cellOf("operating-system", "guest", demarc.IaaS, "customer", "fabrikam")}, "os.ours=customer os.publishers=fabrikam"},
		{"a publisher alone is no stand-in", "microsoft", []demarc.Cell{deviation}, "os.publishers=fabrikam"},
		{"a party by delegation stands in", "microsoft", []demarc.Cell{delegated}, "os.ours=northwind"},
		{"a party by override stands in", "microsoft", []demarc.Cell{overridden}, "os.ours=northwind os.theirs=microsoft"},
		{"one's own rooms have no provider's half", "customer", []demarc.Cell{cellOf("operating-system", "service", demarc.OnPremises, "customer")}, "os.ours=customer"},
		{"no operating system", "microsoft", []demarc.Cell{cellOf("operating-system", "service", demarc.IaaS)}, ""},
		{"another area", "microsoft", []demarc.Cell{cellOf("applications", "service", demarc.IaaS, "customer")}, ""},
		{"the second facet has it", "microsoft", []demarc.Cell{cellOf("operating-system", "service", demarc.PaaS, "microsoft"), cellOf("operating-system", "node", demarc.IaaS, "customer", "microsoft")}, "os.ours=customer os.theirs=microsoft"},
		{"no division", "microsoft", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := responsibility.Case{Type: "a/b", Folder: "azure", Provider: tt.provider}
			if tt.cells != nil {
				c.Division = &demarc.Division{Cells: tt.cells}
			}
			if got := ids(b.Duties(c)); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// What a task applies to is narrowed by family, type, service model, facet and
// column of the AI matrix.
func TestWhatItAppliesTo(t *testing.T) {
	applies := func(a catalog.Applies) func(*catalog.Task) { return func(t *catalog.Task) { t.Applies = a } }
	b := book(t, catalog.Responsibilities{Area: "x", Families: []string{"azure"}, List: []catalog.Task{
		task("t.all"), task("t.aws", applies(catalog.Applies{Families: []string{"aws"}})), task("t.type", applies(catalog.Applies{Types: []string{"Microsoft.Sql/servers"}})),
		task("t.types", applies(catalog.Applies{Types: []string{"microsoft.SQL/*"}})), task("t.except", applies(catalog.Applies{Except: []string{"Microsoft.Sql/*"}})),
		task("t.type-elsewhere", applies(catalog.Applies{Types: []string{"onprem/server"}})),
		task("t.iaas", applies(catalog.Applies{Models: []string{"iaas"}})), task("t.node", applies(catalog.Applies{Facets: []string{"node"}})),
		task("t.assistant", applies(catalog.Applies{AI: []string{"saas"}})),
		task("t.provider", func(t *catalog.Task) { t.Party, t.Applies.Types = "provider", []string{"Microsoft.Sql/servers"} }),
	}}, catalog.Responsibilities{Area: "x", List: []catalog.Task{task("u.all")}})
	of := func(cells ...demarc.Cell) *demarc.Division { return &demarc.Division{Cells: cells} }
	tests := []struct {
		name string
		c    responsibility.Case
		want string
	}{
		{"a server", responsibility.Case{Type: "Microsoft.Sql/servers", Folder: "azure", Division: of(cellOf("x", "service", demarc.PaaS, "customer"))}, "t.all t.type t.types u.all"},
		{"its database", responsibility.Case{Type: "microsoft.sql/servers/databases", Folder: "azure", Division: of(cellOf("x", "service", demarc.PaaS, "customer"))}, "t.all t.types u.all"},
		{"a machine", responsibility.Case{Type: "Microsoft.Compute/virtualMachines", Folder: "azure", Division: of(cellOf("x", "guest", demarc.IaaS, "customer"))}, "t.all t.except t.iaas u.all"},
		{"a cluster", responsibility.Case{Type: "Microsoft.ContainerService/managedClusters", Folder: "azure", Division: of(cellOf("x", "service", demarc.PaaS, "customer"), cellOf("x", "node", demarc.IaaS, "customer"))}, "t.all t.except t.iaas t.node u.all"},
		{"another cloud", responsibility.Case{Type: "aws/s3-bucket", Folder: "aws", Division: of(cellOf("x", "service", demarc.PaaS, "customer"))}, "t.aws u.all"},
		{"a type of another family is meant by name", responsibility.Case{Type: "onprem/server", Folder: "onprem", Division: of(cellOf("x", "service", demarc.OnPremises, "customer"))}, "t.type-elsewhere u.all"},
		{"an assistant", responsibility.Case{Type: "m365/copilot", Folder: "m365", Division: of(cellOf("x", "service", demarc.SaaS, "customer"))}, "u.all"},
		{"a setting is meant by name only, and by the customer's tasks", responsibility.Case{Type: "microsoft.sql/SERVERS", Folder: "azure"}, "t.type t.types"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range b.Duties(tt.c) {
				got = append(got, d.Task.ID)
			}
			if want := strings.Fields(tt.want); !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

// Checks are found in any case, by wildcards too; the same check may settle one
// task, refute another and support a third.
func TestBindings(t *testing.T) {
	b := book(t, catalog.Responsibilities{Area: "x", List: []catalog.Task{
		task("t.a", func(t *catalog.Task) {
			t.Settles, t.Refutes = [][]string{{"scuba:MS.EXO.1.1v*", "scuba:MS.EXO.2.1v1"}, {"scuba:MS.EXO.1.1v*", "attestation"}}, []string{"scuba:MS.EXO.1.1v1"}
		}),
		task("t.b", func(t *catalog.Task) { t.Refutes = []string{"Scuba:MS.EXO.2.*"} }),
		task("t.c", func(t *catalog.Task) { t.Supports = []string{"scuba:ms.exo.2.1v1"} }),
	}})
	tests := []struct{ tool, check, want string }{
		{"scuba", "MS.EXO.1.1v2", "t.a:1:true"},
		{"SCUBA", "ms.exo.1.1V1", "t.a:1:true"},
		{"scuba", "MS.EXO.2.1v1", "t.a:2:true t.b:0:true t.c:0:false"},
		{"scuba", "MS.EXO.2.1v12", "t.b:0:true"},
		{"scuba", "MS.EXO.1.1", ""},
		{"other", "MS.EXO.2.1v1", ""},
		{"attestation", "T.A", "t.a:4:true"},
		{"attestation", "t.b", "t.b:1:true"},
		{"attestation", "t.nobody", ""},
	}
	for _, tt := range tests {
		t.Run(tt.tool+":"+tt.check, func(t *testing.T) {
			var got []string
			for _, x := range b.Bindings(tt.tool, tt.check) {
				got = append(got, x.Task.ID+":"+string(rune('0'+x.Elements))+":"+map[bool]string{true: "true", false: "false"}[x.Refutes])
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%v, want %s", got, tt.want)
			}
		})
	}
	if a := b.Task("T.a"); a == nil || !slices.Equal(a.Sets, []uint64{3, 5}) || len(a.Elements) != 3 || b.Task("t.nobody") != nil {
		t.Errorf("%+v", a)
	}
}

func TestWhatDoesNotCompile(t *testing.T) {
	var many []string
	for i := range 65 {
		many = append(many, "tool:"+string(rune('A'+i)))
	}
	for name, wrong := range map[string]catalog.Task{
		"level":    task("t.a", func(t *catalog.Task) { t.Level = "planet" }),
		"severity": task("t.a", func(t *catalog.Task) { t.Severity = "awful" }),
		"age":      task("t.a", func(t *catalog.Task) { t.MaxAge = "30" }),
		"control":  task("t.a", func(t *catalog.Task) { t.Controls = []string{"mcsb"} }),
		"check":    task("t.a", func(t *catalog.Task) { t.Settles = [][]string{{"nothing"}} }),
		"refute":   task("t.a", func(t *catalog.Task) { t.Refutes = []string{":x"} }),
		"support":  task("t.a", func(t *catalog.Task) { t.Supports = []string{"x:"} }),
		"too many": task("t.a", func(t *catalog.Task) { t.Settles = [][]string{many} }),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := responsibility.New(&catalog.Catalog{Responsibilities: []catalog.Responsibilities{{List: []catalog.Task{wrong}}}})
			if err == nil || name != "refute" && name != "support" && !strings.Contains(err.Error(), "t.a") {
				t.Errorf("error = %v", err)
			}
		})
	}
}

var knowledge = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Parse(data.Compact) })

// Of the tasks that are published, each says what a person runs or does, and
// each tool's checks lead back to it.
func TestPublishedTasks(t *testing.T) {
	c, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	b, err := responsibility.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for i, task := range b.Tasks {
		if task.Index != i || i > 0 && b.Tasks[i-1].ID >= task.ID {
			t.Errorf("%s is out of order", task.ID)
		}
		for n, set := range task.Settle {
			if set.Command == "" || len(task.Tools[n]) == 0 || task.Sets[n] == 0 {
				t.Errorf("%s: set %d is %+v by %v", task.ID, n, set, task.Tools[n])
			}
		}
		for bit, ref := range task.Elements {
			check := strings.TrimSuffix(ref.Check, "*")
			found := slices.ContainsFunc(b.Bindings(ref.Tool, check), func(x responsibility.Binding) bool { return x.Task == task && x.Refutes && x.Elements>>bit&1 == 1 })
			if !found {
				t.Errorf("%s does not come back to %s", ref, task.ID)
			}
		}
	}
}
