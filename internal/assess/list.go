package assess

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// Sets visits the sets that resources share, each once, in the order of the
// first resource that has it.
func (d *docket) Sets(visit func(*demarc.VerdictSet) bool) {
	seen := map[string]bool{}
	last := map[verdicts]bool{} // those met lately, so that most are not written out
	for i := range d.all {
		v := d.verdictsOf(i)
		if last[v] {
			continue
		}
		if len(last) == mostSets {
			clear(last)
		}
		last[v] = true
		if set := d.written.of(v); !seen[set.ID] {
			seen[set.ID] = true
			if !visit(set) {
				return
			}
		}
	}
}

// SetOf is the set of a resource.
func (d *docket) SetOf(i int) *demarc.VerdictSet { return d.written.of(d.verdictsOf(i)) }

// Of are all verdicts that a resource refers to: its own, those of what
// governs it, and those of what exists above it.
func (d *docket) Of(i int) []demarc.Verdict {
	list := d.ofResource(i)
	for _, governor := range d.governors[int32(i)] {
		list = append(list, d.ofResource(int(governor))...)
	}
	list = append(list, d.aboveOf(i)...)
	slices.SortStableFunc(list, func(a, b demarc.Verdict) int { return cmp.Compare(a.Responsibility.ID, b.Responsibility.ID) })
	return list
}

// ofResource are the verdicts about the resource itself.
func (d *docket) ofResource(i int) []demarc.Verdict {
	o := d.all[i]
	own := d.ownVerdicts(d.newJury(), i)
	list := make([]demarc.Verdict, 0, len(own)+4)
	set := d.verdictsOf(i).set()
	for n, duty := range d.duties[o.Answer].own {
		v := d.newVerdict(i, duty, set.Verdicts[n].Judgement)
		for _, rested := range own {
			if rested.Responsibility == v.Responsibility {
				v = rested
			}
		}
		list = append(list, v)
	}
	return list
}

// aboveOf are the verdicts of what exists once above the resource.
func (d *docket) aboveOf(i int) []demarc.Verdict {
	o := d.all[i]
	var list []demarc.Verdict
	at := d.standpoint(o)
	for _, duty := range d.duties[o.Answer].above {
		if key, ok := d.keyAt(duty.Task.Level, at); ok {
			if x := d.instances.byKey[key]; x != nil { // where nothing is there, nothing is asked
				if at := x.find(duty.Task); at != nil {
					list = append(list, d.verdictAt(x, at))
				}
			}
		}
	}
	return list
}

// Own visits the verdicts about resources that rest on evidence.
func (d *docket) Own(visit func(*demarc.Verdict) bool) {
	d.eachOwn(func(list []demarc.Verdict) bool {
		for n := range list {
			if !visit(&list[n]) {
				return false
			}
		}
		return true
	})
}

// Above visits the verdicts about what exists once above resources.
func (d *docket) Above(visit func(*demarc.Verdict) bool) {
	for _, i := range d.instances.all {
		for n := range i.tasks {
			at := &i.tasks[n]
			if v := d.verdictAt(i, at); !visit(&v) {
				return
			}
		}
	}
}

// ownVerdicts judges again the tasks of a resource of which something was
// seen.
func (d *docket) ownVerdicts(j *jury, i int) []demarc.Verdict {
	o := d.all[i]
	of := d.duties[o.Answer]
	j.gather(i, o, of)
	var list []demarc.Verdict
	for n, duty := range of.own {
		if len(j.items[n]) == 0 || theirs(duty.Task) {
			continue
		}
		said, deciding := d.verdict(i, duty.Task, j.items[n], false)
		v := d.newVerdict(i, duty, said)
		v.Evidence, v.Checks = d.sources(deciding)
		if said.Status == demarc.Unmet {
			v.Exception, v.Accepted = d.exceptionOf(d.unmet(duty, o, deciding))
			v.Age = d.age(v.Evidence)
		}
		list = append(list, v)
	}
	return list
}

func (d *docket) newVerdict(i int, duty responsibility.Duty, said demarc.Judgement) demarc.Verdict {
	o := d.all[i]
	v := demarc.Verdict{Responsibility: &duty.Task.Responsibility, Party: d.bearer(duty, o), Judgement: said,
		Instance: demarc.Instance{Level: demarc.ResourceLevel, Resource: &o.Assessed, Members: 1}}
	v.Owner = d.ownerOfTask(duty.Task, v.Party, o)
	return v
}

// bearer is who bears a task at a resource: who took this very task by a
// delegation, else whoever a cell names. A delegated area is in the cells,
// where the organisation's own word about a resource may have overruled it.
func (d *docket) bearer(duty responsibility.Duty, o *observed) string {
	took := d.delegated(duty.Task, func(n int, m demarc.Match) bool { return d.matches(len(d.line.options.OwnerRules)+n, m, o) })
	if took != nil && (o.Answer.Division == nil || !byArea(took, &duty.Task.Responsibility)) {
		return took.Party
	}
	return duty.Party
}

// byArea reports whether a delegation takes a task only with its area.
func byArea(x *demarc.Delegation, r *demarc.Responsibility) bool {
	return len(x.Areas) > 0 && !slices.ContainsFunc(x.Responsibilities, func(id string) bool { return demarc.EqualFold(id, r.ID) })
}

func (d *docket) verdictAt(i *instance, at *atInstance) demarc.Verdict {
	v := demarc.Verdict{Responsibility: &at.task.Responsibility, Party: at.party, Judgement: d.judgementOf(i, at), Accepted: at.said == codeAccepted,
		Instance: demarc.Instance{Level: i.level, Scope: i.scope, Workload: i.workload, Members: int(at.members)},
	}
	if at.seen != nil {
		v.Exception = at.seen.exception
		v.Evidence, v.Checks = d.sources(at.seen.deciding)
	}
	if took := d.delegated(at.task, func(_ int, m demarc.Match) bool { return d.matchesInstance(m, i) }); took != nil {
		v.Party = took.Party
	}
	v.Owner = d.ownerAt(i, at)
	if v.Status == demarc.Unmet {
		v.Age = d.age(v.Evidence)
	}
	return v
}

// sources tells evidence from outside from what was computed here.
func (d *docket) sources(deciding []int) (evidence, checks []int) {
	for _, n := range slices.Compact(slices.Sorted(slices.Values(deciding))) {
		if n < d.Len() {
			evidence = append(evidence, n)
		} else {
			checks = append(checks, n-d.Len())
		}
	}
	return evidence, checks
}

// computed is what was computed here, as a list of its own.
type computed struct{ *joined }

// Len is how much was computed.
func (c computed) Len() int { return len(c.others) - c.imported + c.ruledTotal() + len(c.ofScopes) }

// At makes one result.
func (c computed) At(n int) demarc.AssessedEvidence {
	number := c.joined.Len() + n
	if number >= c.firstRuled() {
		return c.ruledAt(number)
	}
	e, f := c.at(number)
	return numbered(e, f)
}

// age is how long ago the oldest of what decided began, or was seen.
func (d *docket) age(evidence []int) time.Duration {
	var oldest int64
	for _, n := range evidence {
		s := d.sightingOf(n)
		began := cmp.Or(int64(s.since), s.observed)
		if began != 0 && (oldest == 0 || began < oldest) {
			oldest = began
		}
	}
	if oldest == 0 {
		return 0
	}
	return time.Duration(max(d.asOf-oldest, 0)) * time.Second
}

// Len is how much evidence was joined to something.
func (j *joined) Len() int { return len(j.byResource) + j.imported }

// At makes a piece of evidence.
func (j *joined) At(n int) demarc.AssessedEvidence {
	e, _ := j.at(n)
	return named(e)
}

// at makes a piece of evidence that has no id yet.
func (j *joined) at(n int) (demarc.AssessedEvidence, *finding) {
	if n >= len(j.byResource) {
		l := &j.others[n-len(j.byResource)]
		e := j.evidence(l.sighting)
		e.About, e.Subject = l.target.Scope, demarc.Subject{ID: scopeID(l.target.Scope), Name: l.about}
		if l.target.Workload != "" {
			e.Subject.ID = l.target.Workload
		}
		return e, l.finding
	}
	e := j.evidence(j.byResource[n])
	e.Resource = &j.all[j.resourceAt(n)].Assessed
	e.Subject = demarc.Subject{ID: e.Resource.ID, Name: j.childOf(j.byResource[n])}
	return e, j.byResource[n].finding
}

func (j *joined) evidence(s *sighting) demarc.AssessedEvidence {
	f := s.finding
	e := demarc.AssessedEvidence{Evidence: demarc.Evidence{
		Tool: f.tool, Check: f.findingKey.check, Title: f.title, Outcome: f.outcome, Reason: f.reason, Detail: f.detail, Severity: f.severity,
		Strength: f.strength, By: f.by, Observed: moment(s.observed), Expires: moment(f.expires), Since: moment(int64(s.since)),
		Place: demarc.Place{File: f.file, Line: int(s.line)},
	}}
	if s.amount >= 0 {
		e.Amount = time.Duration(s.amount) * time.Minute
	}
	e.Responsibilities = f.tasks
	return e
}

func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// named gives a piece of evidence an id of what it says and where it was read.
func named(e demarc.AssessedEvidence) demarc.AssessedEvidence {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%s\x00%s\x00%v\x00%s\x00%s\x00%d\x00%d\x00%d\x00%s", demarc.Fold(e.Subject.ID), e.Subject.Name,
		e.Tool, e.Check, e.Title, e.Detail, e.Outcome, e.Reason, e.By, seconds(e.Observed), seconds(e.Since), e.Amount, e.Place))
	e.ID = hex.EncodeToString(sum[:8])
	return e
}

// numbered gives a result of a check an id of what was checked, by what, and
// what came of it. There may be tens of millions, so it is not the hash of
// [named]; where the resource was read does not change it.
func numbered(e demarc.AssessedEvidence, f *finding) demarc.AssessedEvidence {
	hash := (idHash(e.Subject.ID) ^ f.identity) * fnvPrime
	if e.Subject.Name != "" {
		hash = (hash ^ foldedHash(e.Subject.Name)) * fnvPrime
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], hash)
	var text [16]byte
	hex.Encode(text[:], b[:])
	e.ID = string(text[:])
	return e
}

// identity is the part of the id of a check's result that all subjects share.
func (k *findingKey) identity() uint64 {
	return foldedHash(strings.Join([]string{k.tool, k.check, k.by, k.outcome.String(), k.detail}, "\x00"))
}
