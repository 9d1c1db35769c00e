package assess

import "github.com/demarc-dev/demarc"

// OfResources visits every verdict about a resource itself, whether or not it
// rests on evidence, in order of resource and responsibility, until visit
// returns false. The verdict is good until visit returns. Evidence about what is
// not there counts for nothing, as in sets. With what Above visits these are all
// verdicts there are.
func (d *docket) OfResources(visit func(*demarc.Verdict) bool) {
	t := &teller{docket: d, visit: visit}
	next, seen, more := 0, 0, true
	d.eachOwn(func(rested []demarc.Verdict) bool {
		home := int(d.homes[seen])
		more = t.unseen(next, home) && t.tell(home, rested)
		next, seen = home+1, seen+1
		return more
	})
	if more {
		t.unseen(next, len(d.all))
	}
}

// teller tells the verdicts about one resource after the other.
type teller struct {
	*docket
	visit   func(*demarc.Verdict) bool
	verdict demarc.Verdict // is reused
}

// unseen tells of a range of resources of which nothing was seen.
func (t *teller) unseen(from, to int) bool {
	for i := from; i < to; i++ {
		if !t.tell(i, nil) {
			return false
		}
	}
	return true
}

// tell tells of a resource: the verdicts that rest on evidence, and between
// them those that do not.
func (t *teller) tell(i int, rested []demarc.Verdict) bool {
	o := t.all[i]
	bare := t.bases.of(o).set()
	for n, duty := range t.duties[o.Answer].own {
		v := &t.verdict
		if len(rested) > 0 && rested[0].Responsibility == &duty.Task.Responsibility {
			v, rested = &rested[0], rested[1:]
		} else {
			*v = t.newVerdict(i, duty, bare.Verdicts[n].Judgement)
		}
		if !t.visit(v) {
			return false
		}
	}
	return true
}
