package assess_test

import (
	"reflect"
	"testing"

	"github.com/demarc-dev/demarc"
)

// ofResources are all verdicts about resources, or the first ones.
func ofResources(a *demarc.Assessment, most int) []demarc.Verdict {
	var list []demarc.Verdict
	a.Verdicts.(interface {
		OfResources(visit func(*demarc.Verdict) bool)
	}).OfResources(func(v *demarc.Verdict) bool {
		list = append(list, *v)
		return len(list) != most
	})
	return list
}

// TestOfResources: the verdicts about resources that are told one after the
// other are those of their sets, and, of resources that are there, those that
// each is told of itself.
func TestOfResources(t *testing.T) {
	for name, e := range countedEstates(t) {
		t.Run(name, func(t *testing.T) {
			a := e.assess(t).Assessment
			list := ofResources(a, 0)
			for n := 1; n < len(list); n *= 4 {
				if some := ofResources(a, n); !reflect.DeepEqual(some, list[:n]) {
					t.Errorf("told %d, and was to stop after %d", len(some), n)
				}
			}
			for i, r := range a.Resources {
				set := a.Verdicts.SetOf(i).Verdicts
				if len(list) < len(set) {
					t.Fatalf("%s: only %d of %d", r.ID, len(list), len(set))
				}
				inSet(t, list[:len(set)], set)
				if r.Standing == demarc.There {
					ofItself(t, list[:len(set)], a.Verdicts.Of(i))
				}
				list = list[len(set):]
			}
			if len(list) > 0 {
				t.Errorf("%d are told of nobody", len(list))
			}
		})
	}
}

// inSet compares verdicts with those of a set, which tells why only where
// nothing was seen.
func inSet(t *testing.T, list []demarc.Verdict, set []demarc.SetVerdict) {
	t.Helper()
	for n, v := range list {
		got, want := demarc.SetVerdict{Responsibility: v.Responsibility, Party: v.Party, Judgement: v.Judgement, Accepted: v.Accepted}, set[n]
		if want.Why == "" {
			got.Why = ""
		}
		if len(v.Evidence)+len(v.Checks) == 0 && got != want || got.Status != want.Status {
			t.Errorf("%s: got %+v, want %+v", v.Instance.Name(), got, want)
		}
	}
}

// ofItself compares verdicts with those of the same resource among all that it
// refers to.
func ofItself(t *testing.T, list, all []demarc.Verdict) {
	t.Helper()
	for _, v := range all {
		if len(list) > 0 && v.Instance.Resource == list[0].Instance.Resource {
			if !reflect.DeepEqual(list[0], v) {
				t.Errorf("%s: got %+v, want %+v", v.Instance.Name(), list[0], v)
			}
			list = list[1:]
		}
	}
	if len(list) > 0 {
		t.Errorf("%s: %d verdicts more", list[0].Instance.Name(), len(list))
	}
}
