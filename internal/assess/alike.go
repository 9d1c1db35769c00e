package assess

import (
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// Resources that share tasks and of which policies say the same, while nothing
// else was seen of them, are judged alike: once.

// alikeKey is what the verdicts of such a resource depend on.
type alikeKey struct {
	duties *duties
	base   *baseVerdicts
	set    *checkSet
}

// alike is what was found for all of them.
type alike struct {
	codes string
	lifts []lift
}

// lift is a result that a task above resources reads.
type lift struct {
	task    *responsibility.Task
	nth     uint32 // of the results of the resource
	binding uint8
}

// alikeOf is the key of a resource, ok false when more than checks and tasks
// decides its verdicts.
func (j *jury) alikeOf(i int, o *observed) (alikeKey, bool) {
	if o.checks == nil || j.told || len(j.wide) > 0 || len(j.exceptions) > 0 || j.evidenceAt(i) > 0 || len(j.parts[int32(i)]) > 0 {
		return alikeKey{}, false
	}
	return alikeKey{j.duties[o.Answer], j.bases.of(o), o.checks}, true
}

// judgeAlike gives the codes of a resource that is judged like others, and hands
// its results on to the tasks above it.
func (j *jury) judgeAlike(i int, o *observed, key alikeKey) string {
	made, ok := j.alikes[key]
	if !ok {
		made = &alike{codes: j.judgeAlone(i, o, key.duties), lifts: j.liftsOf(key)}
		if j.alikes == nil || len(j.alikes) == mostCached {
			j.alikes = map[alikeKey]*alike{}
		}
		j.alikes[key] = made
		return made.codes
	}
	if len(made.lifts) == 0 {
		return made.codes
	}
	levels := j.ladder.at(j.standpoint(o))
	first := uint32(j.firstRuled()) + j.ruled[i]
	for _, l := range made.lifts {
		j.lift(levels[l.task.Level], l.task, lifted{ref: first + l.nth, home: int32(i), binding: l.binding})
	}
	return made.codes
}

// liftsOf are the results of a set that tasks above resources read.
func (j *jury) liftsOf(key alikeKey) []lift {
	var list []lift
	nth := uint32(0)
	j.line.eachSaid(key.set, func(f *finding) {
		for b := range f.bindings {
			if task := f.bindings[b].Task; task.Level != demarc.ResourceLevel {
				list = append(list, lift{task, nth, uint8(b)})
			}
		}
		nth++
	})
	return list
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
