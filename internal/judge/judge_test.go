package judge_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
)

const day = int64(24 * 60 * 60)

// now is the end of the day that cases are judged as of.
const now = 20_000*day - 1

// ago is a moment some days before the end.
func ago(days int64) int64 { return now - days*day }

// item is evidence of today about the whole instance, changed as a test wants.
func item(check string, outcome demarc.Outcome, change ...func(*judge.Item)) judge.Item {
	i := judge.Item{Check: check, Name: check, Whole: true, Elements: bits[check], Refutes: check != "note", Measured: true, Outcome: outcome,
		Strength: demarc.Observed, Observed: ago(1), Amount: -1}
	for _, c := range change {
		c(&i)
	}
	return i
}

// bits are what the checks of the tests are: a and b are the elements of one
// set, a2 is a again under another name, c alone is another set, r refutes
// only, and note only supports.
var bits = map[string]uint64{"a": 1, "a2": 1, "b": 2, "c": 4}

var rule = judge.Rule{Sets: []uint64{1 | 2, 4}, Names: []string{"a", "b", "c"}, First: 1 | 4, MaxAge: 30 * 24 * time.Hour, Absent: demarc.NoEvidence}

func at(days int64) func(*judge.Item)           { return func(i *judge.Item) { i.Observed = ago(days) } }
func undated(i *judge.Item)                     { i.Observed = 0 }
func claim(i *judge.Item)                       { i.Strength = demarc.Claim }
func attested(i *judge.Item)                    { i.Strength = demarc.Attested }
func expired(i *judge.Item)                     { i.Expires = ago(1) }
func because(r demarc.Reason) func(*judge.Item) { return func(i *judge.Item) { i.Reason = r } }
func part(n uint32) func(*judge.Item) {
	return func(i *judge.Item) { i.Subject, i.Whole, i.Part, i.Ref = n, false, true, int(n) }
}
func setting(n uint32) func(*judge.Item) {
	return func(i *judge.Item) { i.Subject, i.Whole = n, false }
}

// parts says that an instance is made of so many parts.
func parts(n int) func([]int) bool {
	return func(refs []int) bool {
		for i := 1; i <= n; i++ {
			if !slices.Contains(refs, i) {
				return false
			}
		}
		return true
	}
}

const (
	pass = demarc.Pass
	fail = demarc.Fail
	na   = demarc.OutcomeNotApplicable
	dont = demarc.OutcomeUnknown
)

// said is a judgement in short: the status, and the reason of an unknown.
func said(j demarc.Judgement) string {
	if j.Status == demarc.UnknownStatus {
		return string(j.Reason)
	}
	return j.Status.String()
}

func TestRules(t *testing.T) {
	type items = []judge.Item
	tests := []struct {
		name  string
		items items
		want  string
	}{
		{"nothing", nil, "no evidence"},
		{"one set complete", items{item("a", pass), item("b", pass)}, "met"},
		{"the other set", items{item("c", pass)}, "met"},
		{"half a set", items{item("a", pass)}, "part of the proof"},
		{"halves of two ways", items{item("b", pass), item("note", pass)}, "part of the proof"},
		{"the same element twice is not two", items{item("a", pass), item("a2", pass)}, "part of the proof"},
		{"another name of an element", items{item("a2", pass), item("b", pass)}, "met"},
		{"one name fails, the other passes", items{item("a", fail), item("a2", pass), item("b", pass)}, "unmet"},
		{"one name cannot tell, the other passes", items{item("a", dont), item("a2", pass), item("b", pass)}, "met"},
		{"attested", items{item("c", pass, attested)}, "met"},

		{"a fail", items{item("a", fail)}, "unmet"},
		{"a fail beside a complete set", items{item("a", fail), item("c", pass)}, "unmet"},
		{"a check that only refutes", items{item("r", fail), item("c", pass)}, "unmet"},
		{"its pass settles nothing", items{item("r", pass)}, "part of the proof"},
		{"what only supports does not refute", items{item("note", fail), item("c", pass)}, "met"},
		{"what only supports, alone", items{item("note", fail)}, "not assessed"},
		{"a person does not outvote a tool", items{item("a", fail), item("c", pass, attested)}, "unmet"},
		{"a tool does not outvote a person", items{item("a", fail, attested), item("c", pass)}, "unmet"},

		{"a later pass clears a fail", items{item("c", fail, at(5)), item("c", pass, at(2))}, "met"},
		{"an earlier pass does not", items{item("c", pass, at(5)), item("c", fail, at(2))}, "unmet"},
		{"a later pass of another check does not", items{item("a", fail, at(5)), item("c", pass, at(2))}, "unmet"},
		{"a later pass about another subject does not", items{item("c", fail, at(5), setting(1)), item("c", pass, at(2), setting(2))}, "unmet"},
		{"a later unknown does not", items{item("c", fail, at(5)), item("c", dont, at(2))}, "unmet"},
		{"a later not applicable does not", items{item("c", fail, at(5)), item("c", na, at(2))}, "unmet"},
		{"a later claim does not", items{item("c", fail, at(5)), item("c", pass, at(2), claim)}, "unmet"},
		{"a claim at the same instant does not", items{item("c", fail), item("c", pass, claim)}, "unmet"},
		{"a later unknown does not take back a pass", items{item("c", pass, at(5)), item("c", dont, at(2))}, "met"},
		{"fail, pass, fail", items{item("c", fail, at(9)), item("c", pass, at(5)), item("c", fail, at(2))}, "unmet"},
		{"pass, fail, pass", items{item("c", pass, at(9)), item("c", fail, at(5)), item("c", pass, at(2))}, "met"},
		{"a later fail that ran out leaves the earlier one", items{item("c", fail, at(9)), item("c", fail, at(5), expired)}, "unmet"},

		{"both at the same instant", items{item("c", pass), item("c", fail)}, "conflicting"},
		{"both at the same instant, and another set", items{item("a", pass), item("a", fail), item("c", pass)}, "conflicting"},
		{"both at the same instant of what only supports", items{item("note", pass), item("note", fail), item("c", pass)}, "met"},
		{"both at once, then a pass", items{item("c", pass, at(5)), item("c", fail, at(5)), item("c", pass, at(2))}, "met"},
		{"both at once, then a fail", items{item("c", pass, at(5)), item("c", fail, at(5)), item("c", fail, at(2))}, "unmet"},
		{"both at once about two subjects", items{item("c", pass, setting(1)), item("c", fail, setting(2))}, "unmet"},
		{"both at once, long ago", items{item("c", pass, at(40)), item("c", fail, at(40))}, "stale"},

		{"undated pass", items{item("c", pass, undated)}, "undated"},
		{"undated pass beside half a set", items{item("a", pass), item("b", pass, undated)}, "undated"},
		{"undated fail", items{item("c", fail, undated)}, "unmet"},
		{"undated fail of one check, pass of another", items{item("r", fail, undated), item("c", pass)}, "unmet"},
		{"undated fail and dated pass of one check", items{item("c", fail, undated), item("c", pass)}, "conflicting"},
		{"undated fail and undated pass", items{item("c", fail, undated), item("c", pass, undated)}, "conflicting"},
		{"undated pass does not clear a fail", items{item("c", fail), item("c", pass, undated)}, "unmet"},
		{"undated not applicable", items{item("c", na, undated)}, "undated"},

		{"a claim", items{item("c", pass, claim)}, "only a claim"},
		{"a claim beside half a set", items{item("a", pass), item("b", pass, claim)}, "only a claim"},
		{"a claim that it does not concern", items{item("c", na, claim)}, "only a claim"},
		{"a claim that it fails is a fail", items{item("c", fail, claim)}, "unmet"},

		{"old pass", items{item("c", pass, at(31))}, "stale"},
		{"pass on the last day", items{item("c", pass, at(30))}, "met"},
		{"old fail", items{item("c", fail, at(31))}, "stale"},
		{"old fail and fresh pass of another", items{item("a", fail, at(31)), item("c", pass)}, "met"},
		{"old pass beside half a set", items{item("a", pass), item("b", pass, at(31))}, "stale"},
		{"expired pass", items{item("c", pass, expired)}, "stale"},
		{"expired fail", items{item("c", fail, expired)}, "stale"},
		{"expired and fresh pass at once", items{item("c", pass, expired), item("c", pass)}, "met"},
		{"expired fail and fresh unknown at once", items{item("c", fail, expired), item("c", dont)}, "stale"},
		{"expired pass, an expiry tomorrow", items{item("c", pass, func(i *judge.Item) { i.Expires = now + day })}, "met"},
		{"old not applicable", items{item("c", na, at(31))}, "stale"},

		{"not applicable", items{item("c", na)}, "not-applicable"},
		{"half passes, half does not apply", items{item("a", pass), item("b", na)}, "met"},
		{"half does not apply", items{item("a", na)}, "not assessed"},
		{"it stopped to apply", items{item("c", pass, at(5)), item("c", na, at(2))}, "not-applicable"},
		{"half does not apply, and nothing else", items{item("b", na), item("note", pass)}, "not assessed"},
		{"one way passes, another does not apply", items{item("a", na), item("b", na), item("c", pass)}, "met"},

		{"could not look", items{item("c", dont, because(demarc.NotPermitted))}, "no permission"},
		{"exempt", items{item("c", dont, because(demarc.Exempt))}, "exempt"},
		{"no word why", items{item("c", dont)}, "not assessed"},
		{"unknown is nearer than a part", items{item("a", pass), item("b", dont, because(demarc.NotCollected))}, "not collected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i := range tt.items {
				tt.items[i].Ref = i
			}
			got, refs := judge.Judge(judge.Case{Rule: &rule, AsOf: now, Items: slices.Clone(tt.items)})
			if said(got) != tt.want {
				t.Errorf("%s (%s), want %s", said(got), got.Why, tt.want)
			}
			if got.Why == "" || (len(refs) == 0) != (len(tt.items) == 0) {
				t.Errorf("why %q, evidence %v", got.Why, refs)
			}
		})
	}
}

// The evidence that is named is what decided, and no other.
func TestDecidingEvidence(t *testing.T) {
	tests := []struct {
		name  string
		items []judge.Item
		want  []int
		words string
	}{
		{"a fail", []judge.Item{item("c", pass), item("a", fail)}, []int{1}, "a failed (2024-10-02)"},
		{"two fails", []judge.Item{item("a", fail), item("c", pass), item("r", fail)}, []int{0, 2}, "a failed (2024-10-02) and 1 more"},
		{"a set", []judge.Item{item("a", pass), item("b", pass), item("r", pass)}, []int{0, 1}, "b passed (2024-10-02)"},
		{"the pass that cleared", []judge.Item{item("c", fail, at(4)), item("c", pass)}, []int{1}, "c passed (2024-10-02)"},
		{"undated", []judge.Item{item("a", fail, undated)}, []int{0}, "a failed (undated)"},
		{"a named subject", []judge.Item{item("a", fail, func(i *judge.Item) { i.About = "web01" })}, []int{0}, "a failed on web01 (2024-10-02)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i := range tt.items {
				tt.items[i].Ref = i
			}
			got, refs := judge.Judge(judge.Case{Rule: &rule, AsOf: now, Items: tt.items})
			slices.Sort(refs)
			if !slices.Equal(refs, tt.want) || got.Why != tt.words {
				t.Errorf("%v (%s), want %v (%s)", refs, got.Why, tt.want, tt.words)
			}
		})
	}
}

// Met needs the whole level.
func TestWholeLevel(t *testing.T) {
	type items = []judge.Item
	tests := []struct {
		name    string
		items   items
		covered func([]int) bool
		want    string
	}{
		{"all parts", items{item("c", pass, part(1)), item("c", pass, part(2))}, parts(2), "met"},
		{"one of two parts", items{item("c", pass, part(1))}, parts(2), "part of the proof"},
		{"nobody can tell the parts", items{item("c", pass, part(1))}, nil, "part of the proof"},
		{"one part twice", items{item("c", pass, part(1)), item("c", pass, part(1), at(3))}, parts(2), "part of the proof"},
		{"one part does not apply", items{item("c", pass, part(1)), item("c", na, part(2))}, parts(2), "met"},
		{"one part fails", items{item("c", pass, part(1)), item("c", fail, part(2))}, parts(2), "unmet"},
		{"one part could not be read", items{item("c", pass, part(1)), item("c", dont, part(2), because(demarc.NotPermitted))}, parts(2), "no permission"},
		{"one part is stale", items{item("c", pass, part(1)), item("c", pass, part(2), at(31))}, parts(2), "stale"},
		{"a later pass of one part does not clear the other", items{item("c", fail, part(1), at(5)), item("c", pass, part(2), at(1))}, parts(2), "unmet"},
		{"the whole passes", items{item("c", pass)}, parts(2), "met"},
		{"the whole passes, a part fails", items{item("c", pass), item("c", fail, part(1), at(3))}, parts(2), "unmet"},
		{"the whole passes, a part in front could not tell", items{item("c", pass, func(i *judge.Item) { i.Subject = 9 }), item("c", dont, part(1))}, parts(2), "met"},
		{"the whole passes, a part behind could not tell", items{item("c", pass), item("c", dont, part(1))}, parts(2), "met"},
		{"the whole could not tell, all parts pass", items{item("c", dont), item("c", pass, part(1)), item("c", pass, part(2))}, parts(2), "not assessed"},
		{"the whole does not apply, one part passes", items{item("c", na), item("c", pass, part(1))}, parts(2), "met"},
		{"parts by two checks do not add up", items{item("a", pass, part(1)), item("a2", pass, part(2)), item("b", pass)}, parts(2), "part of the proof"},
		{"all settings that a tool looked at", items{item("c", pass, setting(1)), item("c", pass, setting(2))}, nil, "met"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := judge.Judge(judge.Case{Rule: &rule, AsOf: now, Items: tt.items, Covered: tt.covered})
			if said(got) != tt.want {
				t.Errorf("%s (%s), want %s", said(got), got.Why, tt.want)
			}
		})
	}
}

func since(days int64) func(*judge.Item) { return func(i *judge.Item) { i.Since = ago(days) } }
func severity(s demarc.Severity) func(*judge.Item) {
	return func(i *judge.Item) { i.Severity = s }
}
func amount(d time.Duration) func(*judge.Item) { return func(i *judge.Item) { i.Amount = d } }
func word(i *judge.Item)                       { i.Measured = false }

const days = 24 * time.Hour

// A requirement of the organisation is the measure.
func TestRequirements(t *testing.T) {
	type items = []judge.Item
	windows := &demarc.Requirement{PatchWindow: map[demarc.Severity]time.Duration{demarc.Critical: 7 * days, demarc.High: 20 * days}}
	point := &demarc.Requirement{RecoveryPoint: 24 * time.Hour}
	keep := &demarc.Requirement{RetentionMin: 30 * days, RetentionMax: 90 * days}
	high, critical := severity(demarc.High), severity(demarc.Critical)
	tests := []struct {
		name, needs string
		requirement *demarc.Requirement
		items       items
		want        string
	}{
		{"no requirement", "patchWindow", nil, items{item("c", fail, since(90), high)}, "no requirement"},
		{"a requirement that does not say", "patchWindow", point, items{item("c", pass)}, "no requirement"},
		{"nothing open", "patchWindow", windows, items{item("c", pass)}, "met"},
		{"open inside of the window", "patchWindow", windows, items{item("c", fail, since(19), high)}, "met"},
		{"open on the last day", "patchWindow", windows, items{item("c", fail, since(20), high)}, "met"},
		{"open past the window", "patchWindow", windows, items{item("c", fail, since(21), high)}, "unmet"},
		{"the window of its severity", "patchWindow", windows, items{item("c", fail, since(10), critical)}, "unmet"},
		{"one of several open is past", "patchWindow", windows, items{item("c", fail, since(2), high), item("c", fail, since(40), high)}, "unmet"},
		{"several open and all inside", "patchWindow", windows, items{item("c", fail, since(2), high), item("c", fail, since(5), critical)}, "met"},
		{"one of several of unknown age", "patchWindow", windows, items{item("c", fail, since(2), high), item("c", fail, high)}, "age"},
		{"one past and one of unknown age", "patchWindow", windows, items{item("c", fail, since(40), high), item("c", fail, high)}, "unmet"},
		{"a newer look finds only what is inside", "patchWindow", windows, items{item("c", fail, since(40), high, at(5)), item("c", fail, since(2), high)}, "met"},
		{"unknown age", "patchWindow", windows, items{item("c", fail, high)}, "age"},
		{"unknown age, and another tool finds nothing open", "patchWindow", windows, items{item("r", fail, high), item("c", pass)}, "age"},
		{"unknown age, then it could not tell", "patchWindow", windows, items{item("c", pass, at(9)), item("c", fail, high, at(5)), item("c", dont, at(1))}, "age"},
		{"unknown age, then nothing open", "patchWindow", windows, items{item("c", fail, high, at(5)), item("c", pass, at(1))}, "met"},
		{"unknown age without a day", "patchWindow", windows, items{item("c", fail, high, undated), item("c", pass)}, "age"},
		{"open since a day to come", "patchWindow", windows, items{item("c", fail, since(-3), high)}, "age"},
		{"unknown severity past all windows", "patchWindow", windows, items{item("c", fail, since(21))}, "unmet"},
		{"unknown severity between the windows", "patchWindow", windows, items{item("c", fail, since(10))}, "age"},
		{"unknown severity inside of all", "patchWindow", windows, items{item("c", fail, since(7))}, "met"},
		{"nothing is demanded of this severity", "patchWindow", windows, items{item("c", fail, since(400), severity(demarc.Low))}, "met"},
		{"inside of the window long ago", "patchWindow", windows, items{item("c", fail, since(31), at(31), severity(demarc.Low))}, "stale"},
		{"inside of the window on an unknown day", "patchWindow", windows, items{item("c", fail, since(2), high, undated)}, "undated"},
		{"nothing open and something past at once", "patchWindow", windows, items{item("c", pass), item("c", fail, since(40), high)}, "conflicting"},

		{"fresh copy", "recoveryPoint", point, items{item("c", pass, amount(3*time.Hour))}, "met"},
		{"copy as old as allowed", "recoveryPoint", point, items{item("c", pass, amount(24*time.Hour))}, "met"},
		{"copy too old", "recoveryPoint", point, items{item("c", pass, amount(25*time.Hour))}, "unmet"},
		{"copy of unknown age", "recoveryPoint", point, items{item("c", pass)}, "age"},
		{"copy of unknown age by one tool only", "recoveryPoint", point, items{item("a", pass), item("b", pass), item("c", pass, amount(time.Hour))}, "met"},
		{"age from the day of the copy", "recoveryPoint", point, items{item("c", pass, at(1), since(3))}, "unmet"},
		{"no copy", "recoveryPoint", point, items{item("c", fail)}, "unmet"},
		{"a person's word is not measured", "recoveryPoint", point, items{item("c", pass, word)}, "met"},
		{"only the first check of a set is measured", "recoveryPoint", point, items{item("a", pass, amount(time.Hour)), item("b", pass)}, "met"},
		{"recovery time", "recoveryTime", &demarc.Requirement{RecoveryTime: time.Hour}, items{item("c", pass, amount(2*time.Hour))}, "unmet"},

		{"kept long enough", "retention", keep, items{item("c", pass, amount(30*days))}, "met"},
		{"kept too short", "retention", keep, items{item("c", pass, amount(29*days))}, "unmet"},
		{"kept too long", "retention", keep, items{item("c", pass, amount(91*days))}, "unmet"},
		{"only a minimum", "retention", &demarc.Requirement{RetentionMin: 30 * days}, items{item("c", pass, amount(9000*days))}, "met"},
		{"only a maximum", "retention", &demarc.Requirement{RetentionMax: 30 * days}, items{item("c", pass, amount(days))}, "met"},
		{"the tool compared the regions", "regions", &demarc.Requirement{Regions: []string{"westeurope"}}, items{item("c", pass)}, "met"},
		{"outside of the regions", "regions", &demarc.Requirement{Regions: []string{"westeurope"}}, items{item("c", fail)}, "unmet"},
		{"no regions", "regions", keep, items{item("c", pass)}, "no requirement"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			measured := rule
			measured.Needs = tt.needs
			got, _ := judge.Judge(judge.Case{Rule: &measured, Requirement: tt.requirement, AsOf: now, Items: tt.items})
			if said(got) != tt.want {
				t.Errorf("%s (%s), want %s", said(got), got.Why, tt.want)
			}
		})
	}
}

// Where nothing was seen, the reason says what is missing.
func TestAbsent(t *testing.T) {
	tests := []struct {
		name   string
		rule   judge.Rule
		want   demarc.Reason
		phrase string
	}{
		{"no evidence", judge.Rule{Absent: demarc.NoEvidence}, demarc.NoEvidence, "nothing that was read"},
		{"a provider's half", judge.Rule{Absent: demarc.NoAssurance}, demarc.NoAssurance, "no report or certificate"},
		{"a published default", judge.Rule{Absent: demarc.NoEvidence, Default: "kept for 30 days"}, demarc.DefaultAssumed, "kept for 30 days"},
		{"a requirement comes first", judge.Rule{Absent: demarc.NoEvidence, Default: "kept for 30 days", Needs: "retention"}, demarc.NoRequirement, "retentionMin"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, refs := judge.Judge(judge.Case{Rule: &tt.rule, AsOf: now})
			if got.Status != demarc.UnknownStatus || got.Reason != tt.want || !strings.Contains(got.Why, tt.phrase) || refs != nil {
				t.Errorf("%+v, evidence %v", got, refs)
			}
		})
	}
}

// A tool with a check for each kind of thing says nothing with one of them
// about the others.
func TestWaysOfATool(t *testing.T) {
	kinds := judge.Rule{Sets: []uint64{1, 2, 4}, Ways: []string{"tool", "tool", "attestation"}, MaxAge: 30 * 24 * time.Hour}
	tests := []struct {
		name  string
		items []judge.Item
		want  string
	}{
		{"one kind does not apply", []judge.Item{item("a", na)}, "not assessed"},
		{"one does not apply, the other passes", []judge.Item{item("a", na), item("b", pass)}, "met"},
		{"one does not apply, the other fails", []judge.Item{item("a", na), item("b", fail)}, "unmet"},
		{"one does not apply, the other could not tell", []judge.Item{item("a", na), item("b", dont, because(demarc.NotPermitted))}, "no permission"},
		{"no kind applies", []judge.Item{item("a", na), item("b", na)}, "not-applicable"},
		{"a person says that it does not apply", []judge.Item{item("c", na, attested)}, "not-applicable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := judge.Judge(judge.Case{Rule: &kinds, AsOf: now, Items: tt.items})
			if said(got) != tt.want {
				t.Errorf("%s (%s), want %s", said(got), got.Why, tt.want)
			}
		})
	}
}
