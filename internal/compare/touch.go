package compare

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/scope"
)

// Reach widens what a change names, by folded id, to the resources that it
// concerns all the same: whose piece a touched resource is, or whose settings.
// It returns the folded ids of these.
func Reach(after *demarc.Assessment, named func(foldedID string) bool) map[string]bool {
	reached := map[string]bool{}
	for _, r := range after.Resources {
		if named(demarc.Fold(r.ID)) {
			reach(after, r, reached)
		}
	}
	return reached
}

// reach adds what a resource is a piece of, as far up as that goes.
func reach(a *demarc.Assessment, r *demarc.Assessed, reached map[string]bool) {
	for {
		whole := wholeOf(a, r)
		if whole == nil || reached[demarc.Fold(whole.ID)] {
			return
		}
		reached[demarc.Fold(whole.ID)] = true
		r = whole
	}
}

// wholeOf is the resource that a part or a setting belongs to: the one that it
// names, else the nearest in whose id its own lies.
func wholeOf(a *demarc.Assessment, r *demarc.Assessed) *demarc.Assessed {
	if r.Answer == nil || r.Answer.Role != demarc.Part && r.Answer.Role != demarc.Configuration {
		return nil
	}
	if i, ok := find(a, r.PartOf); ok && a.Resources[i] != r {
		return a.Resources[i]
	}
	for id := scope.Parse(r.ID).Parent; id != ""; id = scope.Parse(id).Parent {
		if i, ok := find(a, id); ok && a.Resources[i] != r {
			return a.Resources[i]
		}
	}
	return nil
}
