package assess

import (
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/judge"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// docket works out, for the whole estate, which responsibilities exist where,
// what was seen of them, and whether they are met. Verdicts that many
// resources share are kept once; what rests on evidence of its own is judged
// again when somebody asks for it.
type docket struct {
	*joined
	duties     map[*demarc.Answer]*duties
	rules      []*judge.Rule
	asOf       int64
	day        time.Time
	needs      requirements
	exceptions []demarc.Exception
	assurances []demarc.Assurance
	accesses   []demarc.Access
	roles      []demarc.RoleAssignment
	areas      map[string]int // number of an area in statuses

	instances  instances
	holding    map[*demarc.Scope][]*demarc.Scope   // scopes with residents, by what they lie in; see inhabited
	population map[*demarc.Scope][]resident        // see residents
	wide       map[*responsibility.Task][]*located // about more than one resource at once
	parts      map[int32][]int32                   // evidence about parts, by the resource that answers for them
	partCounts map[partKey]int                     // how many parts such a resource has
	reached    map[reachKey]map[*instance]int      // what scopes hold
	governors  map[int32][]int32                   // settings that are resources of their own, by what they govern
	homes      []int32                             // the resources that evidence decides something of, in order

	ties    *sync.Map // rules that contradict each other, and notes
	bases   baseTable
	written writtenSets
	told    bool     // requirements or delegations tell resources apart that share an answer
	own     []string // codes by resource, "" where nothing was seen of it
}

// memberBit marks the numbers of subjects that are resources of the estate.
const memberBit = 1 << 31

// attestation is the tool of people who answer for what they say.
const attestation = "attestation"

func (s *settler) newDocket(shards []*Shard) *docket {
	d := &docket{joined: s.joinEvidence(append(slices.Clip(shards), s.checks(shards))), duties: s.dutiesOf(), rules: rules(s.line.book), asOf: endOfDay(s.line.options.AsOf),
		day: s.line.options.AsOf.UTC().Truncate(24 * time.Hour), needs: newRequirements(&s.line.options), areas: areaNumbers(s.line.catalog), ties: new(sync.Map)}
	d.told = len(s.line.options.Requirements)+len(s.line.options.Delegations) > 0
	d.statements(shards)
	d.bases = baseTable{docket: d, made: new(sync.Map)}
	d.populate()
	d.spread()
	d.judgeResources()
	if d.own != nil {
		d.govern()
	}
	d.judgeInstances()
	return d
}

// item is a piece of evidence as the judge reads it.
func (d *docket) item(s *sighting, b *responsibility.Binding, ref int) judge.Item {
	f := s.finding
	amount := time.Duration(-1)
	if s.amount >= 0 {
		amount = time.Duration(s.amount) * time.Minute
	}
	return judge.Item{
		Check: f.check, Name: f.words, Elements: b.Elements, Refutes: b.Refutes, Measured: f.tool != attestation || amount >= 0,
		Outcome: f.outcome, Reason: f.reason, Strength: f.strength, Severity: f.severity,
		Observed: s.observed, Expires: f.expires, Since: int64(s.since), Amount: amount, Ref: ref,
	}
}

// judgeInstances gives every task above the level of resources its verdict.
func (d *docket) judgeInstances() {
	classes := map[string]int32{}
	var key []byte
	for _, i := range d.instances.all {
		key = key[:0]
		for n := range i.tasks {
			at := &i.tasks[n]
			at.said = d.judgeInstance(i, at)
			key = binary.AppendUvarint(key, uint64(at.task.Index))
			key = append(key, byte(at.said))
		}
		class, ok := classes[string(key)]
		if !ok {
			class = int32(len(classes)) + 1
			classes[string(key)] = class
		}
		i.class = class
	}
}

func (d *docket) judgeInstance(i *instance, at *atInstance) code {
	if at.seen == nil || theirs(at.task) {
		return codeOf(d.judgementOf(i, at), false)
	}
	s, accepted := at.seen, false
	s.judgement, s.deciding = judge.Judge(d.judged(i, at))
	if s.judgement.Status == demarc.Unmet {
		s.exception, accepted = d.exceptionOf(&unmet{task: at.task, scope: i.scope, workload: i.workload, deciding: s.deciding,
			owner: func() demarc.Owner { return d.ownerAt(i, at) }})
	}
	return codeOf(s.judgement, accepted)
}

// judgementOf is the judgement of a task at an instance.
func (d *docket) judgementOf(i *instance, at *atInstance) demarc.Judgement {
	switch {
	case theirs(at.task):
		return d.assured(at.task, at.party, "")
	case at.seen != nil:
		return at.seen.judgement
	}
	said, _ := judge.Judge(judge.Case{Rule: d.rules[at.task.Index], Requirement: d.needs.ofInstance(i), AsOf: d.asOf})
	return said
}
