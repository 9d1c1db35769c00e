package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// moveOrder is what asks most of a person first.
var moveOrder = map[Move]int{
	NewlyUnmet: 0, NotAccepted: 1, GoneStale: 2, NewlyUnknown: 3, NowApplicable: 4, Begun: 5, PassedOn: 6, NewlyMet: 7, NowAccepted: 8, NowNotApplicable: 9, Over: 10,
}

// order puts all lists in an order that depends on nothing but what they say.
func (o *Difference) order() {
	byID := func(x, y *demarc.Assessed) int { return demarc.CompareFold(x.ID, y.ID) }
	for _, list := range [...][]Presence{o.Added, o.Removed} {
		slices.SortFunc(list, func(x, y Presence) int { return cmp.Or(byID(x.Assessed, y.Assessed), cmp.Compare(x.Cause, y.Cause)) })
	}
	slices.SortFunc(o.Changed, func(x, y ResourceChange) int { return cmp.Or(byID(x.After, y.After), -cmp.Compare(x.Cause, y.Cause)) })
	for i := range o.Cells {
		slices.SortFunc(o.Cells[i].Resources, byID)
	}
	for i := range o.Responsibilities {
		sortPlaces(o.Responsibilities[i].Places)
	}
	for i := range o.Owners {
		sortPlaces(o.Owners[i].Places)
	}
	slices.SortFunc(o.Cells, func(x, y CellChange) int {
		return cmp.Or(cmp.Compare(x.Cause, y.Cause), -cmp.Compare(len(x.Resources), len(y.Resources)), strings.Compare(x.Model, y.Model), strings.Compare(x.Area.ID, y.Area.ID),
			strings.Compare(x.Facet, y.Facet), slices.Compare(x.Before, y.Before), slices.Compare(x.After, y.After), strings.Compare(x.Reason, y.Reason))
	})
	slices.SortFunc(o.Responsibilities, compareTasks)
	slices.SortFunc(o.Owners, func(x, y OwnerChange) int {
		return cmp.Or(cmp.Compare(x.Cause, y.Cause), -cmp.Compare(len(x.Places), len(y.Places)), strings.Compare(x.Before.Name, y.Before.Name), strings.Compare(x.After.Name, y.After.Name), strings.Compare(x.Responsibility, y.Responsibility))
	})
	slices.SortFunc(o.Catalog, func(x, y CatalogChange) int {
		return cmp.Or(strings.Compare(string(x.Kind), string(y.Kind)), strings.Compare(x.ID, y.ID))
	})
}

func compareTasks(x, y TaskChange) int {
	return cmp.Or(
		cmp.Compare(x.Cause, y.Cause),
		cmp.Compare(moveOrder[x.Move], moveOrder[y.Move]),
		cmp.Compare(notOurs(x.Responsibility), notOurs(y.Responsibility)),
		-cmp.Compare(x.Responsibility.Severity, y.Responsibility.Severity),
		-cmp.Compare(x.Places[0].Level, y.Places[0].Level),
		strings.Compare(x.Responsibility.ID, y.Responsibility.ID),
		-cmp.Compare(len(x.Places), len(y.Places)),
		compareStands(&x.After, &y.After), compareStands(&x.Before, &y.Before),
		strings.Compare(x.Reason, y.Reason),
	)
}

// notOurs is 1 for what is another party's half.
func notOurs(r *demarc.Responsibility) int {
	if r.Party == demarc.Customer {
		return 0
	}
	return 1
}

func compareStands(x, y *Stand) int {
	return cmp.Or(cmp.Compare(x.Status, y.Status), strings.Compare(string(x.Unknown), string(y.Unknown)), strings.Compare(x.Party, y.Party), strings.Compare(x.Why, y.Why),
		cmp.Compare(truth(x.Accepted), truth(y.Accepted)), cmp.Compare(truth(x.Exists), truth(y.Exists)))
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func sortPlaces(list []demarc.Instance) {
	slices.SortFunc(list, func(x, y demarc.Instance) int {
		return cmp.Or(-cmp.Compare(x.Level, y.Level), comparePlaces(&x, &y))
	})
}

func comparePlaces(x, y *demarc.Instance) int {
	if x.Resource != nil && y.Resource != nil {
		return demarc.CompareFold(x.Resource.ID, y.Resource.ID)
	}
	return strings.Compare(placeOf(x), placeOf(y))
}

func compareFlows(x, y Flow) int {
	return cmp.Or(cmp.Compare(x.Cause, y.Cause), -cmp.Compare(x.Cells, y.Cells), slices.Compare(x.Before, y.Before), slices.Compare(x.After, y.After))
}
