package assess

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// Resources that share tasks and rules are judged alike where nothing was seen
// of them but what the rules say: a task reads the results of a few rules, and
// where these are the same its verdict is, whatever the other rules say.

// alikeKey is what such resources have in common.
type alikeKey struct {
	duties  *duties
	program *policy.Program
}

// alike is what was found for all of them.
type alike struct {
	readers []reader
	lifts   [][]lift          // by rule, nil where no task above resources reads any
	codes   map[string]string // of all tasks of a resource, each once
	results []byte            // that a reader reads
}

// reader is a task of the resource itself that reads the results of rules.
type reader struct {
	duty  int   // its place among the duties
	rules []int // their places in the program
	said  map[string]code
}

// lift is a task above resources that reads the result of a rule.
type lift struct {
	task    *responsibility.Task
	binding uint8
}

// alikeOf is the key of a resource, ok false when more than checks and tasks
// decides its verdicts.
func (j *jury) alikeOf(i int, o *observed) (alikeKey, bool) {
	if o.checks == nil || j.told || len(j.wide) > 0 || len(j.exceptions) > 0 || j.evidenceAt(i) > 0 || len(j.parts[int32(i)]) > 0 {
		return alikeKey{}, false
	}
	return alikeKey{j.duties[o.Answer], o.checks.program}, true
}

// judgeAlike gives the codes of a resource that is judged like others, and hands
// its results on to the tasks above it.
func (j *jury) judgeAlike(i int, o *observed, key alikeKey) string {
	a := j.alikeBy(key)
	j.codes = append(j.codes[:0], j.bases.of(o).said...)
	if a.recall(o.checks.results, j.codes) {
		j.liftAll(i, o, a.lifts)
	} else {
		copy(j.codes, j.judgeAlone(i, o, key.duties)) // hands its results on, too
		a.learn(o.checks.results, j.codes)
	}
	return a.once(j.codes)
}

func (j *jury) alikeBy(key alikeKey) *alike {
	a, ok := j.alikes[key]
	if !ok {
		a = j.line.newAlike(key)
		j.alikes[key] = a
	}
	return a
}

// newAlike finds out which tasks read which rules.
func (l *Line) newAlike(key alikeKey) *alike {
	a := &alike{codes: map[string]string{}}
	for rule := range key.program.Rules {
		for b, binding := range l.readersOf(key.program.Rules[rule].Bound) {
			task := binding.Task
			if task.Level != demarc.ResourceLevel {
				if a.lifts == nil {
					a.lifts = make([][]lift, len(key.program.Rules))
				}
				a.lifts[rule] = append(a.lifts[rule], lift{task, uint8(b)})
				continue
			}
			if duty, found := key.duties.find(task); found {
				a.read(duty, rule)
			}
		}
	}
	return a
}

// read notes that a task reads the results of a rule.
func (a *alike) read(duty, rule int) {
	at := slices.IndexFunc(a.readers, func(r reader) bool { return r.duty == duty })
	if at < 0 {
		at = len(a.readers)
		a.readers = append(a.readers, reader{duty: duty, said: map[string]code{}})
	}
	a.readers[at].rules = append(a.readers[at].rules, rule)
}

// resultsFor are those results of a resource that one of its tasks reads.
func (a *alike) resultsFor(r *reader, results string) []byte {
	a.results = r.appendTo(a.results[:0], results)
	return a.results
}

// appendTo appends the results that a task reads.
func (r *reader) appendTo(to []byte, results string) []byte {
	for _, rule := range r.rules {
		to = append(to, results[rule])
	}
	return to
}

// recall puts the codes of the tasks that read results in place. It is false
// when one of them was not judged yet.
func (a *alike) recall(results string, codes []byte) bool {
	for n := range a.readers {
		r := &a.readers[n]
		said, known := r.said[string(a.resultsFor(r, results))]
		if !known {
			return false
		}
		codes[r.duty] = byte(said)
	}
	return true
}

// learn remembers the codes of a resource that was judged alone.
func (a *alike) learn(results string, codes []byte) {
	for n := range a.readers {
		r := &a.readers[n]
		if len(r.said) == mostCached {
			clear(r.said)
		}
		r.said[string(a.resultsFor(r, results))] = code(codes[r.duty])
	}
}

// once is a text that resources with the same codes share.
func (a *alike) once(codes []byte) string {
	made, ok := a.codes[string(codes)]
	if !ok {
		if len(a.codes) == mostCached {
			clear(a.codes)
		}
		made = string(codes)
		a.codes[made] = made
	}
	return made
}

// liftAll hands the results of a resource on to the tasks above it that read
// them.
func (j *jury) liftAll(i int, o *observed, lifts [][]lift) {
	if lifts == nil {
		return
	}
	levels := j.ladder.at(j.standpoint(o))
	number := uint32(j.firstRuled()) + j.ruled[i]
	j.line.eachTold(o.checks, func(rule int) {
		for _, l := range lifts[rule] {
			j.lift(levels[l.task.Level], l.task, lifted{ref: number, home: int32(i), binding: l.binding})
		}
		number++
	})
}

// actKnown adds the unmet verdicts of a resource to actions that are there
// already. It is false, and adds nothing, when one of them is new or may be
// older than the others: then the verdicts must be told in full.
func (c *conclusion) actKnown(i int) bool {
	o := c.all[i]
	if c.evidenceAt(i) > 0 || len(c.parts[int32(i)]) > 0 || len(c.wide) > 0 {
		return false
	}
	c.known = c.known[:0]
	for n, duty := range c.duties[o.Answer].own {
		said := code(c.own[i][n])
		if said != codeUnmet && said != codeAccepted {
			continue
		}
		found := c.ownerOfTask(duty.Task, c.bearer(duty, o), o)
		a := c.actions[actionKey{&duty.Task.Responsibility, found.Name, found.Named()}]
		if a == nil {
			return false
		}
		c.known = append(c.known, knownAction{a, said == codeAccepted, found.From})
	}
	for _, k := range c.known {
		k.action.Count++
		k.action.Owner.From = min(k.action.Owner.From, k.from)
		if k.accepted {
			k.action.Accepted++
		}
	}
	return true
}

// knownAction is an action that a resource needs, too.
type knownAction struct {
	action   *demarc.Action
	accepted bool
	from     string
}

// hasUnmet reports whether codes tell of something unmet.
func hasUnmet(codes string) bool {
	return strings.IndexByte(codes, byte(codeUnmet)) >= 0 || strings.IndexByte(codes, byte(codeAccepted)) >= 0
}
