package app

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/json"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// keptRecord is a record in memory.
type keptRecord struct {
	kind          recorded.Kind
	record, aside string
}

// tape keeps records in memory, and is what is played.
type tape struct {
	mu   *sync.Mutex
	list *[]keptRecord
}

func newTape() tape { return tape{&sync.Mutex{}, &[]keptRecord{}} }

// Keep adds a record.
func (t tape) Keep(kind recorded.Kind, record, aside []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*t.list = append(*t.list, keptRecord{kind, string(record), string(aside)})
}

// Fork is the tape itself.
func (t tape) Fork() recorded.Keeper { return t }

// Each gives the plans and then the rest, in a buffer that is used again.
func (t tape) Each(_ context.Context, visit func(kind recorded.Kind, record, aside []byte) error) error {
	var record, aside []byte
	for _, plans := range []bool{true, false} {
		for _, k := range *t.list {
			if (k.kind == recorded.KindPlan) != plans {
				continue
			}
			record, aside = append(record[:0], k.record...), append(aside[:0], k.aside...)
			if err := visit(k.kind, record, aside); err != nil {
				return err
			}
			clear(record)
			clear(aside)
		}
	}
	return nil
}

// changed is a tape of what becomes of the records.
func (t tape) changed(change func([]keptRecord) []keptRecord) tape {
	list := change(slices.Clone(*t.list))
	return tape{&sync.Mutex{}, &list}
}

func shuffled(list []keptRecord) []keptRecord {
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// once leaves one of records that say the same.
func once(list []keptRecord) []keptRecord {
	seen := map[keptRecord]bool{}
	return slices.DeleteFunc(list, func(k keptRecord) bool {
		k.aside = ""
		was := seen[k]
		seen[k] = true
		return was
	})
}

func jsonOf(t *testing.T, a *demarc.Assessment) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Write(&b, a, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// recordedOf assesses files and gives what was kept of them.
func recordedOf(t *testing.T, q Request) (*demarc.Assessment, tape) {
	t.Helper()
	kept := newTape()
	a, err := AssessKeeping(t.Context(), q, kept)
	if err != nil {
		t.Fatal(err)
	}
	return a, kept
}

func replayed(t *testing.T, q Request, of Records) *demarc.Assessment {
	t.Helper()
	q.Paths = nil
	a, err := AssessRecorded(t.Context(), q, of)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// firstDifference shows where two texts part.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			from := max(0, i-8)
			return "got\n" + strings.Join(g[from:min(len(g), i+4)], "\n") + "\nwant\n" + strings.Join(w[from:min(len(w), i+4)], "\n")
		}
	}
	return "one is longer"
}

// estates are what is tried.
func estates(t *testing.T) map[string]Request {
	t.Helper()
	list := map[string]Request{}
	for _, name := range []string{"contoso", "plan", "tenant"} {
		path, err := filepath.Abs("../../examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		list[name] = Request{Paths: []string{path}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	}
	hidden := list["contoso"]
	hidden.Redact.On = true
	list["contoso, redacted"] = hidden
	none := list["contoso"]
	none.Checks.NotOwn, none.AsOf = true, "2026-06-01"
	list["contoso without checks on another day"] = none
	return list
}

// TestReplayGivesTheSame: what was recorded of an estate gives the same
// assessment as its files, whatever the order of the records.
func TestReplayGivesTheSame(t *testing.T) {
	for name, q := range estates(t) {
		t.Run(name, func(t *testing.T) {
			a, kept := recordedOf(t, q)
			want := jsonOf(t, a)
			for how, of := range map[string]tape{"as recorded": kept, "shuffled": kept.changed(shuffled), "backwards": kept.changed(backwards)} {
				again := q
				again.Today, again.AsOf = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), "" // the day is that of the records
				if got := jsonOf(t, replayed(t, again, of)); got != want {
					t.Errorf("%s: %s", how, firstDifference(got, want))
				}
			}
		})
	}
}

func backwards(list []keptRecord) []keptRecord {
	slices.Reverse(list)
	return list
}

// allReaders makes an estate of the test cases of all readers, but for the
// estate's own documents, which would contradict each other.
func allReaders(t *testing.T) Request {
	t.Helper()
	paths, err := filepath.Glob("../source/*/testdata/*.txt")
	if err != nil || len(paths) < 100 {
		t.Fatalf("%d cases, %v", len(paths), err)
	}
	files := map[string]string{}
	for _, path := range paths {
		reader := filepath.Base(filepath.Dir(filepath.Dir(path)))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		input, _, ok := strings.Cut(string(text), "\n---- want\n")
		if ok && reader != "estate" {
			files[filepath.Join("e", reader, filepath.Base(path), "input")] = input
		}
	}
	estateOf(t, files)
	return Request{Paths: []string{"e"}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
}

// TestReplayOfAllReaders: whatever a reader gives is recorded.
func TestReplayOfAllReaders(t *testing.T) {
	q := allReaders(t)
	var want string
	for _, n := range []int{1, 2} {
		before := runtime.GOMAXPROCS(n)
		a, kept := recordedOf(t, q)
		runtime.GOMAXPROCS(before)
		want = jsonOf(t, a)
		for _, of := range []tape{kept, kept.changed(shuffled)} {
			if got := jsonOf(t, replayed(t, q, of)); got != want {
				t.Fatal(firstDifference(got, want))
			}
		}
		kinds := map[recorded.Kind]int{}
		for _, k := range *kept.list {
			kinds[k.kind]++
		}
		for k := recorded.KindPlan; k <= recorded.KindEstate; k++ {
			if k != recorded.KindDocument && kinds[k] == 0 {
				t.Errorf("no %v was recorded", k)
			}
		}
	}
}

// standings are how all resources and what is above them stand: by resource or
// instance and responsibility, the status and the reason.
func standings(a *demarc.Assessment) map[string]demarc.Judgement {
	list := map[string]demarc.Judgement{}
	for i, r := range a.Resources {
		for _, v := range a.Verdicts.SetOf(i).Verdicts {
			list[r.ID+" "+v.Responsibility.ID+" "+v.Party] = v.Judgement
		}
	}
	a.Verdicts.Above(func(v *demarc.Verdict) bool {
		id := v.Instance.Workload
		if v.Instance.Scope != nil {
			id = v.Instance.Scope.ID
		}
		list[v.Instance.Level.String()+" "+id+" "+v.Responsibility.ID+" "+v.Party] = v.Judgement
		return true
	})
	return list
}

// TestOnceIsEnough: of records that say the same one may be kept. That takes
// away notes of what came twice and counts of evidence, and changes no verdict.
func TestOnceIsEnough(t *testing.T) {
	for name, q := range map[string]Request{"contoso": estates(t)["contoso"], "all readers": allReaders(t)} {
		t.Run(name, func(t *testing.T) {
			a, kept := recordedOf(t, q)
			fewer := kept.changed(once)
			b := replayed(t, q, fewer)
			if name == "all readers" && len(*fewer.list) == len(*kept.list) {
				t.Error("nothing was there twice")
			}
			if got, want := standings(b), standings(a); !reflect.DeepEqual(got, want) {
				for id, w := range want {
					if got[id] != w {
						t.Errorf("%s: %v, want %v", id, got[id], w)
					}
				}
			}
			if !reflect.DeepEqual(b.Summary, a.Summary) || len(b.Resources) != len(a.Resources) || len(b.Notes) > len(a.Notes) || b.Evidence.Len() > a.Evidence.Len() {
				t.Errorf("%+v, want %+v", b.Summary, a.Summary)
			}
		})
	}
}

// TestReplayAsksForMore: under a layout that asks for more than was kept, what
// is new is not collected. Nothing is met or unmet for it that the files do not
// say.
func TestReplayAsksForMore(t *testing.T) {
	for name, q := range map[string]Request{"contoso": estates(t)["contoso"], "all readers": allReaders(t)} {
		t.Run(name, func(t *testing.T) {
			few := q
			few.Checks.NotOwn = true
			_, kept := recordedOf(t, few)
			real, err := Assess(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			again := replayed(t, q, kept)
			want, unknown := checksOf(real), 0
			for id, got := range checksOf(again) {
				if got.Outcome == demarc.OutcomeUnknown && got.Reason == demarc.NotCollected {
					unknown++
				}
				if got.Outcome != demarc.OutcomeUnknown && got.Outcome != want[id].Outcome {
					t.Errorf("%s: %v %v, the files say %v", id, got.Outcome, got.Detail, want[id].Outcome)
				}
			}
			if unknown == 0 {
				t.Error("nothing is unknown because it was not collected")
			}
			is := standings(real)
			for id, got := range standings(again) {
				if got.Status != demarc.UnknownStatus && got.Status != is[id].Status {
					t.Errorf("%s: %v (%s), the files say %v", id, got.Status, got.Why, is[id].Status)
				}
			}
		})
	}
}

// checksOf are the results of checks by check and subject.
func checksOf(a *demarc.Assessment) map[string]demarc.Evidence {
	list := map[string]demarc.Evidence{}
	for i := range a.Checks.Len() {
		e := a.Checks.At(i)
		list[e.Check+" of "+e.Subject.ID] = e.Evidence
	}
	return list
}

// TestReplayWithPolicies: what shapes the line is heard before it is built.
func TestReplayWithPolicies(t *testing.T) {
	files := map[string]string{
		"e/rows.json":   shopRows,
		"e/policy.json": `{"value":[` + tiered("tiers", "") + "," + assigning("one", customID+"tiers", `{"tiers":{"value":["hot"]}}`, "") + `]}`,
	}
	estateOf(t, files)
	q := october()
	a, kept := recordedOf(t, q)
	said := 0
	for i := range a.Checks.Len() {
		if e := a.Checks.At(i); e.Tool == azureTool && e.Outcome == demarc.Fail {
			said++
		}
	}
	if said != 1 {
		t.Fatalf("%d results of the assignment", said)
	}
	want := jsonOf(t, a)
	for _, of := range []tape{kept, kept.changed(shuffled), kept.changed(backwards)} {
		if got := jsonOf(t, replayed(t, q, of)); got != want {
			t.Error(firstDifference(got, want))
		}
	}
}

// TestReplayUnderOverrides: what the organisation says today decides over what
// was recorded then, as it would over the files.
func TestReplayUnderOverrides(t *testing.T) {
	estateOf(t, map[string]string{"e/rows.json": shopRows})
	_, kept := recordedOf(t, october())
	const text = "overrides:\n  - match: {id: " + shopStore + "}\n    model: saas\n    reason: sold as a service\n"
	recorded.KeepDocument(kept, recorded.Document{Path: "e/demarc.yaml", Text: []byte(text)})
	again := replayed(t, october(), kept)
	estateOf(t, map[string]string{"e/rows.json": shopRows, "e/demarc.yaml": text})
	want, err := Assess(t.Context(), october())
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Resources[0]; got.Answer.Model != demarc.SaaS || got.Answer.Model != want.Resources[0].Answer.Model || !reflect.DeepEqual(standings(again), standings(want)) {
		t.Errorf("the model is %v, want %v", got.Answer.Model, want.Resources[0].Answer.Model)
	}
}

// TestReplayOfAReplay: what is played can be recorded, and is the same.
func TestReplayOfAReplay(t *testing.T) {
	q := estates(t)["contoso"]
	_, kept := recordedOf(t, q)
	second := newTape()
	q.keeper = second
	replayed(t, q, kept)
	sorted := func(list []keptRecord) []string {
		var out []string
		for _, k := range list {
			out = append(out, fmt.Sprint(k.kind, k.record, k.aside))
		}
		slices.Sort(out)
		return out
	}
	if !slices.Equal(sorted(*kept.list), sorted(*second.list)) {
		t.Errorf("%d records became %d", len(*kept.list), len(*second.list))
	}
}

// TestBrokenRecords: an error says what was done.
func TestBrokenRecords(t *testing.T) {
	q := estates(t)["plan"]
	_, kept := recordedOf(t, q)
	for kind, want := range map[recorded.Kind]string{
		recorded.KindPlan:     "look into what was recorded: read a record of kind plan: ",
		recorded.KindEstate:   "look into what was recorded: read a record of kind estate: ",
		recorded.KindResource: "play what was recorded: read a record of kind resource: ",
	} {
		broken := kept.changed(func(list []keptRecord) []keptRecord {
			for i := range list {
				if list[i].kind == kind {
					list[i].record = "\x02" + list[i].record[1:]
				}
			}
			return list
		})
		_, err := AssessRecorded(t.Context(), q, broken)
		if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "newer version") {
			t.Errorf("%v: %v", kind, err)
		}
	}
}
