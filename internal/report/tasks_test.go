package report

import (
	"fmt"
	"slices"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
)

func taskOf(t *testing.T, tasks *Tasks, area string, column demarc.ServiceModel, id string) *Task {
	t.Helper()
	list := tasks.Of(area, column)
	i := slices.IndexFunc(list, func(x *Task) bool { return x.ID == id })
	if i < 0 {
		t.Fatalf("%s is not behind %s, %s", id, area, column)
	}
	return list[i]
}

func TestTasksBehindCells(t *testing.T) {
	tasks := NewTasks(sample.Judged())
	patch := taskOf(t, tasks, "operating-system", demarc.IaaS, "os.patch")
	if want := (demarc.Summary{Met: 1, Unmet: 2, Accepted: 1, Unknown: 2}); patch.Summary != want {
		t.Errorf("got %+v, want %+v", patch.Summary, want)
	}
	if !slices.Equal(patch.First, []string{"vm-firewall", "vm-web-01"}) || patch.Mark != MarkUnmet || patch.More != 0 {
		t.Errorf("first %q, mark %v, %d more", patch.First, patch.Mark, patch.More)
	}
	if list := tasks.Of("operating-system", demarc.PaaS); len(list) > 0 {
		t.Errorf("the provider's cells ask something of the customer: %+v", list[0])
	}
	if list := tasks.Of("physical-datacenter", demarc.PaaS); len(list) > 0 {
		t.Errorf("the provider's tasks are among the customer's: %+v", list[0])
	}
	data := taskOf(t, tasks, "customer-data", demarc.PaaS, "data.recovery")
	if data.Unknown != 7 || len(data.First) != maxTaskNames || data.More != 4 || data.Mark != MarkUnknown {
		t.Errorf("got %+v", data)
	}
}

// What exists once above resources is counted once, in the columns of those
// that refer to it.
func TestTasksAboveResources(t *testing.T) {
	tasks := NewTasks(sample.Judged())
	for _, column := range []demarc.ServiceModel{demarc.IaaS, demarc.PaaS, demarc.SaaS} {
		admins := taskOf(t, tasks, "identities", column, "identity.mfa-admins")
		if admins.Unmet != 1 || admins.Level != "tenant" || !slices.Equal(admins.First, []string{"contoso.example"}) {
			t.Errorf("%s: got %+v", column, admins)
		}
	}
}

// shuffled gives every resource a set of its own, which says the same.
type shuffled struct {
	demarc.VerdictList
	sets []*demarc.VerdictSet
}

func (s shuffled) Each(visit func(i int, own, above *demarc.VerdictSet) bool) {
	for i, set := range s.sets {
		visit(i, set, &demarc.VerdictSet{})
	}
}

func (shuffled) Above(func(*demarc.Verdict) bool) {}

// However many sets there are, the counts and names are the same.
func TestTasksDoNotDependOnSets(t *testing.T) {
	const n = maxPool + 500
	a := sample.Large(n)
	r := &demarc.Responsibility{ID: "a.b", Title: "A", Area: "customer-data", Party: demarc.Customer}
	one := shuffled{}
	for i := range a.Resources {
		set := &demarc.VerdictSet{ID: fmt.Sprint(i), Verdicts: []demarc.SetVerdict{{Responsibility: r, Party: demarc.Customer}}}
		if i%2 == 0 {
			set.Verdicts[0].Status = demarc.Unmet
		}
		one.sets = append(one.sets, set)
	}
	a.Verdicts = one
	got := taskOf(t, NewTasks(a), "customer-data", demarc.IaaS, "a.b")
	want, first := demarc.Summary{}, []string(nil)
	for i, x := range a.Resources {
		if x.Answer.Model != demarc.IaaS || x.Answer.Division == nil {
			continue
		}
		if i%2 != 0 {
			want.Unknown++
			continue
		}
		want.Unmet++
		if len(first) < maxTaskNames {
			first = append(first, x.Name)
		}
	}
	if got.Summary != want || !slices.Equal(got.First, first) || got.More != want.Unmet-len(first) {
		t.Errorf("got %+v and %q, want %+v and %q", got.Summary, got.First, want, first)
	}
}

func TestTasksOfAnAssessmentWithoutVerdicts(t *testing.T) {
	if list := NewTasks(sample.Contoso()).Of("customer-data", demarc.PaaS); len(list) > 0 {
		t.Errorf("got %+v", list[0])
	}
}
