package compare

import (
	"github.com/demarc-dev/demarc"
)

// aboveKey is where something exists once above resources.
type aboveKey struct {
	level demarc.Level
	place string
}

// above compares what exists once above resources. There is little of it
// beside the resources, so that one side is kept.
func (d *differ) above() {
	var kept []demarc.Verdict
	was, places := map[key]int{}, [2]map[aboveKey]bool{{}, {}}
	d.before.Verdicts.Above(func(v *demarc.Verdict) bool {
		k := keyOf(v)
		was[k] = len(kept)
		kept = append(kept, *v)
		places[0][aboveKey{k.level, k.place}] = true
		return true
	})
	taken := make([]bool, len(kept))
	d.after.Verdicts.Above(func(v *demarc.Verdict) bool {
		k := keyOf(v)
		places[1][aboveKey{k.level, k.place}] = true
		if n, ok := was[k]; ok {
			taken[n] = true
			d.aboveOne(&kept[n], v, places[0])
		} else {
			d.aboveOne(nil, v, places[0])
		}
		return true
	})
	for n := range kept {
		if !taken[n] {
			d.aboveOne(&kept[n], nil, places[1])
		}
	}
}

// aboveOne compares one responsibility above resources; either may be nil. The
// places are those of the side that lacks it.
func (d *differ) aboveOne(was, is *demarc.Verdict, places map[aboveKey]bool) {
	var c TaskChange
	at := is
	if was != nil {
		c.Before, c.Responsibility = standAbove(was), was.Responsibility
	}
	if is != nil {
		c.After, c.Responsibility = standAbove(is), is.Responsibility
	} else {
		at = was
	}
	switch {
	case was != nil && is != nil:
		d.owner(was.Responsibility.ID, was.Owner, is.Owner, at.Instance)
		if moveOf(&c.Before, &c.After) == AsBefore {
			return
		}
		c.Reason = d.taskReason(&c, asBefore)
	case is != nil:
		c.Reason = d.aboveReason(at, places, 0)
	default:
		c.Reason = d.aboveReason(at, places, 1)
	}
	d.task(&c, at.Instance)
}

// aboveReason says why something is asked above resources on one side only:
// the place is new or gone, the catalogue is another, or the resources are.
func (d *differ) aboveReason(v *demarc.Verdict, places map[aboveKey]bool, side int) string {
	place := "the " + v.Instance.Level.String()
	switch words := [...][3]string{
		{" is new", "the catalogue asks it now", "resources that ask for it came"},
		{" is gone", "the catalogue asks it no more", "no resource asks for it any more"},
	}[side]; {
	case v.Instance.Level != demarc.OrganisationLevel && !places[aboveKey{v.Instance.Level, placeOf(&v.Instance)}]:
		return place + words[0]
	case d.cause == ByCatalogue && !d.asked[side][v.Responsibility.ID]:
		return words[1]
	default:
		return words[2]
	}
}

func standAbove(v *demarc.Verdict) Stand {
	return Stand{Exists: true, Party: v.Party, Status: v.Status, Unknown: v.Reason, Accepted: v.Accepted, Why: v.Why}
}
