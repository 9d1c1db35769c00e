package assess

import (
	"runtime"

	"github.com/demarc-dev/demarc"
)

// piece is so many resources that are judged again at once.
const piece = 128

// eachOwn visits the verdicts of the resources that evidence decides something
// of, resource by resource in order. They are judged ahead on all processors,
// a few pieces at most, while earlier ones are visited.
func (d *docket) eachOwn(visit func([]demarc.Verdict) bool) {
	type answer chan [][]demarc.Verdict
	ahead := make(chan answer, runtime.GOMAXPROCS(0))
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(ahead)
		for from := 0; from < len(d.homes); from += piece {
			one := make(answer, 1)
			select {
			case ahead <- one:
				go func() { one <- d.judgePiece(d.homes[from:min(from+piece, len(d.homes))]) }()
			case <-stop:
				return
			}
		}
	}()
	for one := range ahead {
		for _, list := range <-one {
			if !visit(list) {
				return
			}
		}
	}
}

// judgePiece judges some resources again.
func (d *docket) judgePiece(homes []int32) [][]demarc.Verdict {
	j := d.newJury()
	lists := make([][]demarc.Verdict, len(homes))
	for n, i := range homes {
		lists[n] = d.ownVerdicts(j, int(i))
		j.above = j.above[:0]
	}
	return lists
}
