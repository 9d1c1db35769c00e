package judge_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
)

// checks of generated cases; what each is to the rule is drawn with the rule.
var checkNames = []string{"a", "b", "c", "d", "e", "f"}

// generate draws a rule and evidence. Numbers of evidence are those of the
// subjects, which the parts of an instance are counted by.
func generate(r *rand.Rand) judge.Case {
	drawn := judge.Rule{MaxAge: 10 * days, Absent: demarc.NoEvidence}
	for range 1 + r.IntN(3) {
		drawn.Sets = append(drawn.Sets, 1+r.Uint64N(15))
		drawn.Ways = append(drawn.Ways, []string{"x", "y"}[r.IntN(2)])
	}
	elements := map[string]uint64{}
	for _, name := range checkNames[:5] {
		elements[name] = r.Uint64N(16)
	}
	c := judge.Case{Rule: &drawn, AsOf: now, Covered: parts(2)}
	for range r.IntN(9) {
		name := checkNames[r.IntN(len(checkNames))]
		i := judge.Item{Check: name, Name: name, Elements: elements[name], Refutes: name != "f", Amount: -1,
			Outcome: demarc.Outcome(r.IntN(4)), Strength: demarc.Strength(r.IntN(3)), Observed: []int64{0, ago(0), ago(1), ago(2), ago(9), ago(11)}[r.IntN(6)]}
		if r.IntN(8) == 0 {
			i.Expires = ago(r.Int64N(4) - 1)
		}
		switch r.IntN(3) {
		case 0:
			i.Whole = true
		case 1:
			i.Subject, i.Part = uint32(1+r.IntN(2)), true
		case 2:
			i.Subject = uint32(10 + r.IntN(2))
		}
		i.Ref = int(i.Subject)
		c.Items = append(c.Items, i)
	}
	return c
}

func judged(c judge.Case) demarc.Judgement {
	c.Items = slices.Clone(c.Items)
	got, _ := judge.Judge(c)
	return got
}

// with is the case with other evidence.
func with(c judge.Case, change func(judge.Item) (judge.Item, bool)) judge.Case {
	var kept []judge.Item
	for _, i := range c.Items {
		if changed, keep := change(i); keep {
			kept = append(kept, changed)
		}
	}
	c.Items = kept
	return c
}

// fresh reports whether an item may settle something.
func fresh(c *judge.Case, i *judge.Item) bool {
	return i.Observed != 0 && c.AsOf-i.Observed <= int64(c.Rule.MaxAge/time.Second) && (i.Expires == 0 || i.Expires >= c.AsOf)
}

// forMany runs a property over many generated cases, and wants that it was put
// to the test often enough.
func forMany(t *testing.T, least int, property func(t *testing.T, r *rand.Rand, c judge.Case, got demarc.Judgement) bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(22, 11))
	tested := 0
	for range 10_000 {
		c := generate(r)
		if property(t, r, c, judged(c)) {
			tested++
		}
		if t.Failed() {
			t.Fatalf("of %+v %+v", *c.Rule, c.Items)
		}
	}
	if tested < least {
		t.Errorf("put to the test %d times only", tested)
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	forMany(t, 6_000, func(t *testing.T, r *rand.Rand, c judge.Case, _ demarc.Judgement) bool {
		first, a := judge.Judge(with(c, func(i judge.Item) (judge.Item, bool) { return i, true }))
		r.Shuffle(len(c.Items), func(i, j int) { c.Items[i], c.Items[j] = c.Items[j], c.Items[i] })
		again, b := judge.Judge(c)
		if slices.Sort(a); first != again {
			t.Errorf("%+v, in another order %+v", first, again)
		}
		if slices.Sort(b); !slices.Equal(a, b) {
			t.Errorf("decided by %v, in another order by %v", a, b)
		}
		return len(c.Items) > 1
	})
}

func TestNoEvidenceIsNeverMet(t *testing.T) {
	forMany(t, 10_000, func(t *testing.T, _ *rand.Rand, c judge.Case, _ demarc.Judgement) bool {
		c.Items = nil
		if got := judged(c); got.Status != demarc.UnknownStatus || got.Reason != demarc.NoEvidence {
			t.Errorf("%+v", got)
		}
		return true
	})
}

// A fail of today of a check that refutes makes it unmet, whatever else there is.
func TestACurrentFailIsNeverMet(t *testing.T) {
	forMany(t, 10_000, func(t *testing.T, r *rand.Rand, c judge.Case, _ demarc.Judgement) bool {
		name := checkNames[r.IntN(5)]
		c.Items = append(c.Items, judge.Item{Check: name, Name: name, Subject: 77, Ref: 77, Refutes: true, Outcome: demarc.Fail, Strength: demarc.Strength(r.IntN(3)), Observed: ago(r.Int64N(10)), Amount: -1})
		if r.IntN(4) == 0 { // of an unknown day
			c.Items[len(c.Items)-1].Observed = 0
		}
		if got := judged(c); got.Status != demarc.Unmet {
			t.Errorf("%+v", got)
		}
		return true
	})
}

// The same where it is about a subject of which there is more evidence: never
// met, and unmet unless the same check passed at the same instant or the day of
// the fail is not known.
func TestAFailOfAKnownSubjectIsNeverMet(t *testing.T) {
	forMany(t, 4_500, func(t *testing.T, _ *rand.Rand, c judge.Case, _ demarc.Judgement) bool {
		if len(c.Items) == 0 || !c.Items[0].Refutes {
			return false
		}
		i := c.Items[0]
		i.Outcome, i.Observed, i.Expires = demarc.Fail, ago(0), 0
		clash := slices.ContainsFunc(c.Items, func(o judge.Item) bool {
			return o.Check == i.Check && o.Subject == i.Subject && o.Observed == i.Observed && o.Outcome == demarc.Pass
		})
		c.Items = append(c.Items, i)
		if got := judged(c); got.Status == demarc.Met || got.Status == demarc.NotApplicable || got.Status != demarc.Unmet && !clash {
			t.Errorf("%+v", got)
		}
		return true
	})
}

// What is met rests on a fresh pass, by more than a claim, of each check of one
// sufficient set; what is unmet on a fail; what does not apply on evidence that
// says so.
func TestNothingWithoutItsProof(t *testing.T) {
	proved := func(c *judge.Case, outcomes ...demarc.Outcome) bool {
		return slices.ContainsFunc(c.Rule.Sets, func(set uint64) bool {
			var have uint64
			for n := range c.Items {
				if i := &c.Items[n]; fresh(c, i) && i.Strength != demarc.Claim && slices.Contains(outcomes, i.Outcome) {
					have |= i.Elements
				}
			}
			return have&set == set
		})
	}
	forMany(t, 1_200, func(t *testing.T, _ *rand.Rand, c judge.Case, got demarc.Judgement) bool {
		switch got.Status {
		case demarc.Met:
			if !proved(&c, demarc.Pass, demarc.OutcomeNotApplicable) || !slices.ContainsFunc(c.Items, func(i judge.Item) bool { return fresh(&c, &i) && i.Outcome == demarc.Pass }) {
				t.Errorf("met without proof (%s)", got.Why)
			}
		case demarc.NotApplicable:
			if !proved(&c, demarc.OutcomeNotApplicable) {
				t.Errorf("not applicable without proof (%s)", got.Why)
			}
		case demarc.Unmet:
			if !slices.ContainsFunc(c.Items, func(i judge.Item) bool { return i.Outcome == demarc.Fail && i.Refutes }) {
				t.Errorf("unmet without a fail (%s)", got.Why)
			}
		case demarc.UnknownStatus:
			if got.Reason == demarc.NoReason {
				t.Error("unknown without a reason")
			}
			return false
		}
		return true
	})
}

// Without the passes of one element of every sufficient set nothing is met.
func TestEveryPassOfTheProofIsNeeded(t *testing.T) {
	forMany(t, 300, func(t *testing.T, _ *rand.Rand, c judge.Case, got demarc.Judgement) bool {
		if got.Status != demarc.Met {
			return false
		}
		var needed uint64
		for _, set := range c.Rule.Sets {
			needed |= set & -set // its first element
		}
		less := with(c, func(i judge.Item) (judge.Item, bool) { return i, i.Outcome != demarc.Pass || i.Elements&needed == 0 })
		if left := judged(less); left.Status == demarc.Met && !restsOnOthers(&less, needed) {
			t.Errorf("still met (%s), before: %s", left.Why, got.Why)
		}
		return true
	})
}

// restsOnOthers reports whether each needed element is said not to apply.
func restsOnOthers(c *judge.Case, needed uint64) bool {
	return slices.ContainsFunc(c.Items, func(i judge.Item) bool { return i.Outcome == demarc.OutcomeNotApplicable && i.Elements&needed != 0 })
}

// What settles nothing: passes without a day, claims, what is too old or ran
// out, parts of which nobody knows how many there are.
func TestWhatNeverSettles(t *testing.T) {
	tests := []struct {
		name string
		weak func(*judge.Item)
	}{
		{"undated", func(i *judge.Item) { i.Observed = 0 }},
		{"claims", func(i *judge.Item) { i.Strength = demarc.Claim }},
		{"too old", func(i *judge.Item) { i.Observed = ago(11) }},
		{"expired", func(i *judge.Item) { i.Expires = ago(1) }},
		{"could not tell", func(i *judge.Item) { i.Outcome = demarc.OutcomeUnknown }},
		{"of no sufficient set", func(i *judge.Item) { i.Elements = 0 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			forMany(t, 4_500, func(t *testing.T, _ *rand.Rand, c judge.Case, _ demarc.Judgement) bool {
				weak := with(c, func(i judge.Item) (judge.Item, bool) { tt.weak(&i); return i, true })
				if got := judged(weak); got.Status == demarc.Met || got.Status == demarc.NotApplicable {
					t.Errorf("%v (%s)", got.Status, got.Why)
				}
				return slices.ContainsFunc(weak.Items, func(i judge.Item) bool { return i.Outcome == demarc.Pass || tt.name == "could not tell" })
			})
		})
	}
	t.Run("parts alone", func(t *testing.T) {
		forMany(t, 4_500, func(t *testing.T, _ *rand.Rand, c judge.Case, _ demarc.Judgement) bool {
			c.Covered = nil
			only := with(c, func(i judge.Item) (judge.Item, bool) { i.Whole, i.Part = false, true; return i, true })
			if got := judged(only); got.Status == demarc.Met {
				t.Errorf("met (%s)", got.Why)
			}
			return len(only.Items) > 0
		})
	})
}

// What is too old never decides, in either direction.
func TestStaleIsUnknown(t *testing.T) {
	forMany(t, 6_000, func(t *testing.T, _ *rand.Rand, c judge.Case, _ demarc.Judgement) bool {
		old := with(c, func(i judge.Item) (judge.Item, bool) { i.Observed -= 11 * day; return i, i.Observed > 0 })
		if got := judged(old); got.Status != demarc.UnknownStatus {
			t.Errorf("%v (%s)", got.Status, got.Why)
		}
		return len(old.Items) > 0
	})
}

// A fail counts until a later pass of the same check about the same subject,
// and no longer.
func TestALaterPassClearsAFail(t *testing.T) {
	forMany(t, 3_000, func(t *testing.T, r *rand.Rand, c judge.Case, got demarc.Judgement) bool {
		if got.Status == demarc.Unmet || slices.ContainsFunc(c.Items, func(i judge.Item) bool { return i.Observed == 0 }) {
			return false
		}
		i := judge.Item{Check: "e", Name: "e", Subject: 99, Ref: 99, Refutes: true, Outcome: demarc.Fail, Strength: demarc.Observed, Observed: ago(5), Amount: -1}
		c.Items = append(c.Items, i)
		if with := judged(c); with.Status != demarc.Unmet {
			t.Errorf("with a fail %+v", with)
		}
		i.Outcome, i.Observed = demarc.Pass, ago(6)
		c.Items = append(c.Items, i)
		if early := judged(c); early.Status != demarc.Unmet {
			t.Errorf("with an earlier pass %+v", early)
		}
		i.Observed = ago(r.Int64N(5))
		c.Items = append(c.Items, i)
		if cleared := judged(c); cleared.Status == demarc.Unmet {
			t.Errorf("with a later pass %+v", cleared)
		}
		return true
	})
}

// FuzzJudge judges whatever comes: it ends, its answer does not depend on the
// order, and it gives a reason.
func FuzzJudge(f *testing.F) {
	f.Add("patchWindow", uint64(3), uint64(4), []byte("aP0w bF1w cU2p"))
	f.Add("retention", uint64(1<<63), uint64(0), []byte{0, 1, 2, 3, 4, 5, 6, 7})
	f.Add("", ^uint64(0), uint64(1), []byte(strings.Repeat("aPbF", 9)))
	f.Fuzz(func(t *testing.T, needs string, one, two uint64, text []byte) {
		c := judge.Case{Rule: &judge.Rule{Sets: []uint64{one, two}, Needs: needs, MaxAge: days}, AsOf: now,
			Requirement: &demarc.Requirement{PatchWindow: map[demarc.Severity]time.Duration{demarc.High: days}, RetentionMin: days}}
		for text = text[:min(len(text), 400)]; len(text) >= 4; text = text[4:] {
			c.Items = append(c.Items, judge.Item{Check: string(text[:1]), Outcome: demarc.Outcome(text[1] % 5), Strength: demarc.Strength(text[1] / 5 % 3),
				Severity: demarc.Severity(text[1] / 15 % 5), Observed: int64(text[2]%4) * (now / 3), Since: int64(text[2]/4%3) * (now / 2), Measured: text[2] > 64,
				Whole: text[3]&1 != 0, Part: text[3]&2 != 0, Subject: uint32(text[3] >> 6), Refutes: text[3]&4 != 0, Elements: uint64(text[3] >> 3), Amount: time.Duration(int8(text[3])) * days})
		}
		got := judged(c)
		slices.Reverse(c.Items)
		if again := judged(c); got != again {
			t.Errorf("%+v, in another order %+v", got, again)
		}
		if got.Status > demarc.NotApplicable || (got.Status == demarc.UnknownStatus) != (got.Reason != demarc.NoReason) || got.Why == "" {
			t.Errorf("%+v", got)
		}
		if len(c.Items) == 0 && got.Status != demarc.UnknownStatus {
			t.Errorf("%v of nothing", got.Status)
		}
	})
}
