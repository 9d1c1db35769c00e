package assess

import (
	"sync/atomic"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// saidTable is what each result of one bound definition says as evidence of our
// own, made when it is first asked for.
type saidTable [128]atomic.Pointer[finding]

// said is what a result of a bound definition says.
func (l *Line) saidBy(bound int, r policy.Result) *finding {
	at := &l.said[bound][r&127]
	if f := at.Load(); f != nil {
		return f
	}
	f := l.findingOf(bound, r)
	at.Store(f)
	return f
}

func (l *Line) findingOf(bound int, r policy.Result) *finding {
	check := &l.options.Policies.Checks[bound]
	key := findingKey{tool: check.Tool, check: check.Check, title: check.Title, outcome: r.Verdict().Outcome(), reason: r.Reason(),
		strength: demarc.Observed, computed: true}
	if check.Assignment != nil {
		key.by = check.Assignment.ID
	}
	return l.finding(key)
}

// readersOf are the tasks that read the results of a bound definition, whatever
// these are.
func (l *Line) readersOf(bound int) []responsibility.Binding { return l.saidBy(bound, 0).bindings }

// eachSaid visits what the results of a settled set say.
func (l *Line) eachSaid(set *checkSet, visit func(*finding)) {
	l.eachTold(set, func(rule int) {
		visit(l.saidBy(set.program.Rules[rule].Bound, policy.Result(set.results[rule])))
	})
}

// eachTold visits the rules of a settled set whose results are told. What
// several bindings of one definition say alike, such as those of two references
// in an initiative, is told once.
func (l *Line) eachTold(set *checkSet, visit func(rule int)) {
	twins := l.twinsOf(set.program)
	for i := range len(set.results) {
		r := policy.Result(set.results[i])
		if r == policy.Absent || twins != nil && saidBefore(set, twins[i], r) {
			continue
		}
		visit(i)
	}
}

func saidBefore(set *checkSet, twins []int, r policy.Result) bool {
	for _, i := range twins {
		if policy.Result(set.results[i]) == r {
			return true
		}
	}
	return false
}

// twinsOf lists for each rule of a program those before it that count as the
// same check of the same assignment; nil when there are none.
func (l *Line) twinsOf(p *policy.Program) [][]int {
	if made, ok := l.twins.Load(p); ok {
		return made.([][]int)
	}
	type same struct{ tool, check, by string }
	first := map[same][]int{}
	var twins [][]int
	for i := range p.Rules {
		check := &l.options.Policies.Checks[p.Rules[i].Bound]
		key := same{check.Tool, demarc.Fold(check.Check), ""}
		if check.Assignment != nil {
			key.by = check.Assignment.ID
		}
		if before := first[key]; before != nil && twins == nil {
			twins = make([][]int, len(p.Rules))
		}
		if twins != nil {
			twins[i] = first[key]
		}
		first[key] = append(first[key][:len(first[key]):len(first[key])], i)
	}
	l.twins.Store(p, twins)
	return twins
}
