package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
	"github.com/demarc-dev/demarc/internal/store"
)

// Life is an estate that changes at random, so that a store can be asked what
// it remembers of it. The same seed lives the same life.
type Life struct {
	random *rand.Rand
	day    int
	things []*thing // all that were ever there
	kinds  []*kind
	scopes []*demarc.Scope
	owners []demarc.Owner
	notes  []string
	extra  int   // what only roll-ups count
	above  []int // how often the status of what exists once changed, by responsibility
	inputs []bool
}

// thing is a resource, now or before.
type thing struct {
	demarc.Assessed // without its answer
	there           bool
	kind            int
	owner           int
	workload        string
	own             map[int]judged // what is known of it alone, by place in the tasks of its kind
}

// judged is how a responsibility stands.
type judged struct {
	demarc.Judgement
	accepted bool
}

// kind is what many resources have in common.
type kind struct {
	model demarc.ServiceModel
	why   string
	tasks []int    // of lifeTasks
	says  []judged // by place in the tasks, where the zero value is no evidence
	above []int    // of lifeTasks
	third bool     // a third party has the first area
}

// lifeTasks are the responsibilities of a life, in order of id.
var lifeTasks = func() []*demarc.Responsibility {
	var list []*demarc.Responsibility
	for i, level := range []demarc.Level{demarc.ResourceLevel, demarc.ResourceLevel, demarc.ResourceLevel, demarc.ResourceLevel, demarc.TenantLevel, demarc.TenantLevel,
		demarc.SubscriptionLevel, demarc.ResourceGroupLevel, demarc.WorkloadLevel, demarc.OrganisationLevel} {
		r := &demarc.Responsibility{ID: fmt.Sprintf("life.task-%d", i), Title: fmt.Sprintf("Task %d", i), Area: lifeAreas[i%len(lifeAreas)].ID, Party: demarc.Customer, Level: level,
			Severity: demarc.Severity(1 + i%4), OwnerRole: "operations", MaxAge: time.Hour}
		if i == 3 {
			r.Party = "provider"
		}
		list = append(list, r)
	}
	return list
}()

var (
	lifeAreas  = []demarc.Area{{ID: "customer-data", Label: "Customer data"}, {ID: "identities", Label: "Identities"}, {ID: "operating-system", Label: "Operating system"}}
	lifeModels = []demarc.ServiceModel{demarc.IaaS, demarc.PaaS, demarc.SaaS}
)

const firstAbove = 4 // of lifeTasks that exist once above resources

// NewLife begins a life with about so many resources.
func NewLife(seed uint64, resources int) *Life {
	l := &Life{random: rand.New(rand.NewPCG(seed, 17)), above: make([]int, len(lifeTasks)), inputs: make([]bool, 24), notes: []string{"begun"}}
	l.owners = []demarc.Owner{{}, {Name: "Ada", Party: demarc.Customer, Basis: demarc.ByOwnerRule, From: "demarc.yaml:3"},
		{Name: "platform", Party: demarc.Customer, Basis: demarc.ByResourceTag, From: "tag owner"}, {Name: "operations", Party: demarc.Customer, Basis: demarc.ByDefaultRole, From: "role by default"}}
	l.plant()
	for i := range 5 {
		k := &kind{model: lifeModels[i%len(lifeModels)], why: fmt.Sprintf("kind %d is what it is", i)}
		for task := range lifeTasks {
			switch {
			case l.random.IntN(3) == 0:
			case task < firstAbove:
				k.tasks = append(k.tasks, task)
			default:
				k.above = append(k.above, task)
			}
		}
		k.says = make([]judged, len(k.tasks))
		l.kinds = append(l.kinds, k)
	}
	for range resources {
		l.bear()
	}
	for i := range l.inputs {
		l.inputs[i] = l.random.IntN(2) == 0
	}
	return l
}

// plant makes the tree of scopes, with one that has the empty id.
func (l *Life) plant() {
	scope := func(id string, kind demarc.ScopeKind, parent *demarc.Scope) *demarc.Scope {
		s := &demarc.Scope{ID: id, Kind: kind, Name: "name of " + id, Parent: parent}
		l.scopes = append(l.scopes, s)
		return s
	}
	root := scope("", demarc.OrganisationScope, nil)
	tenant := scope("tenant", demarc.TenantScope, root)
	managed := scope("tenant/managed", demarc.ManagementGroupScope, tenant)
	for i := range 3 {
		sub := scope(fmt.Sprintf("/subscriptions/s%d", i), demarc.SubscriptionScope, tenant)
		scope(sub.ID+"/resourcegroups/green", demarc.ResourceGroupScope, sub)
		scope(sub.ID+"/resourcegroups/größe", demarc.ResourceGroupScope, sub)
		if i == 0 {
			sub.Parent = managed
		}
	}
	scope("site:plant", demarc.SiteScope, root)
}

// lettersOfIDs have some that fold to others, and to shorter or longer ones.
var lettersOfIDs = []rune("abcdeABCDEéÉßſKİ-_.")

// bear makes a resource that never was there.
func (l *Life) bear() {
	t := &thing{there: true, kind: l.random.IntN(len(l.kinds)), owner: l.random.IntN(len(l.owners)), own: map[int]judged{}}
	at := l.scopes[l.random.IntN(len(l.scopes))]
	t.Type = []string{"Microsoft.Compute/virtualMachines", "Microsoft.Storage/storageAccounts", "saas/Mail"}[t.kind%3]
	word := make([]rune, 3+l.random.IntN(12))
	for i := range word {
		word[i] = lettersOfIDs[l.random.IntN(len(lettersOfIDs))]
	}
	t.ID = fmt.Sprintf("%s/providers/%s/%s%d", at.ID, t.Type, string(word), len(l.things))
	t.Name = t.ID[strings.LastIndexByte(t.ID, '/')+1:]
	if l.random.IntN(4) == 0 {
		t.Name = fmt.Sprintf("name %d %s", len(l.things)%7, l.noise(l.random.IntN(1500)))
	}
	if l.random.IntN(8) > 0 {
		t.Scope = at
	}
	t.Seen, t.MadeUp = demarc.Seen(l.random.IntN(4)), l.random.IntN(9) == 0
	t.Place.Line = 1 + len(l.things)
	l.workload(t)
	l.things = append(l.things, t)
}

// noise is a text that does not compress.
func (l *Life) noise(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('!' + l.random.IntN(90))
	}
	return string(b)
}

func (l *Life) workload(t *thing) {
	t.workload = []string{"", "shop", "Shop", "plant 7"}[l.random.IntN(4)]
}

// Input is something that was read.
type Input struct {
	Turn, Kind byte
	Record     string
}

// Inputs are those of now.
func (l *Life) Inputs() []Input {
	var list []Input
	for i, there := range l.inputs {
		if there {
			list = append(list, Input{byte(i % 3), byte(i % 4), fmt.Sprintf("input %d %s", i, strings.Repeat("x", i*400))})
		}
	}
	return list
}

// Save saves the life as it is now, into a saving that was begun.
func (l *Life) Save(s *store.Saving) (*store.Publication, *store.Snapshot, error) {
	k := s.Keeper()
	for _, in := range l.Inputs() {
		k.Keep(in.Turn, in.Kind, []byte(in.Record), nil)
	}
	k.Flush()
	p := l.Publication()
	snap, err := s.Publish(p)
	return p, snap, err
}

// Publication is what is concluded of the life as it is now.
func (l *Life) Publication() *store.Publication {
	a := sample.Judged()
	a.AsOf = sample.AsOf.Truncate(24*time.Hour).AddDate(0, 0, l.day)
	a.Estate.Name = fmt.Sprintf("a life on day %d", l.day)
	a.Responsibilities = append(a.Responsibilities, lifeTasks...)
	a.Notes = a.Notes[:0:0]
	for _, text := range l.notes {
		a.Notes = append(a.Notes, demarc.Note{Kind: demarc.NoteRead, Place: demarc.Place{File: a.Estate.Files[0], Line: 2}, Message: text, Count: 1})
	}
	w := &writer{life: l, scopes: map[*demarc.Scope]*demarc.Scope{}, vectors: map[string]*demarc.Vector{}}
	w.write(a)
	return &store.Publication{Assessment: a, RollUps: l.rollUps(a), Taken: sample.AsOf, Program: "test", Catalog: "test", Checks: []string{"own"}}
}

// Step changes a few things at random. Sometimes nothing changes.
func (l *Life) Step() {
	changes := []func(){
		func() {}, l.come, l.come, l.goAway, l.goAway, l.rename, l.respell, l.judgeOne, l.judgeKind, func() { l.day++ }, l.changeOwner, l.changeScope, l.move,
		func() { l.extra++ }, func() { l.above[firstAbove+l.random.IntN(len(lifeTasks)-firstAbove)]++ }, l.changeKind, l.note, l.leave,
	}
	for range 1 + l.random.IntN(4) {
		changes[l.random.IntN(len(changes))]()
	}
	if l.random.IntN(3) > 0 {
		l.read()
	}
}

// some are a few of the things that are there, or of those that are not.
func (l *Life) some(there bool) []*thing {
	var list []*thing
	for _, t := range l.things {
		if t.there == there {
			list = append(list, t)
		}
	}
	l.random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(len(list), 1+l.random.IntN(8))]
}

func (l *Life) come() {
	for _, t := range l.some(false) {
		t.there = true
	}
	for range l.random.IntN(4) {
		l.bear()
	}
}

func (l *Life) goAway() {
	for _, t := range l.some(true) {
		t.there = false
	}
}

// leave empties the estate, which is rare, or fills it again.
func (l *Life) leave() {
	if l.random.IntN(4) > 0 {
		return
	}
	all := len(l.some(true)) > 0
	for _, t := range l.things {
		t.there = !all
	}
}

func (l *Life) rename() {
	for _, t := range l.some(true) {
		t.Name = []string{"", "name 3", "Ärger", t.ID}[l.random.IntN(4)]
	}
}

// respell writes the ids of a few in another case.
func (l *Life) respell() {
	for _, t := range l.some(true) {
		t.ID = demarc.Fold(t.ID)
		if l.random.IntN(2) == 0 {
			t.ID = strings.ReplaceAll(t.ID, "a", "A")
		}
	}
}

func (l *Life) verdict(task int) judged {
	var j judged
	switch j.Status = demarc.Status(l.random.IntN(4)); j.Status {
	case demarc.UnknownStatus:
		j.Reason = []demarc.Reason{demarc.NoEvidence, demarc.Stale, demarc.Conflicting, demarc.NotDeployedYet}[l.random.IntN(4)]
	case demarc.Unmet:
		j.accepted = l.random.IntN(3) == 0
	case demarc.Met, demarc.NotApplicable:
	}
	j.Why = fmt.Sprintf("seen of %d: %d", task, l.random.IntN(3))
	return j
}

func (l *Life) judgeOne() {
	for _, t := range l.some(true) {
		for i, task := range l.kinds[t.kind].tasks {
			if l.random.IntN(2) == 0 {
				t.own[i] = l.verdict(task)
			} else {
				delete(t.own, i)
			}
		}
	}
}

func (l *Life) judgeKind() {
	k := l.kinds[l.random.IntN(len(l.kinds))]
	for i, task := range k.tasks {
		if l.random.IntN(2) == 0 {
			k.says[i] = l.verdict(task)
		}
	}
}

// changeKind changes what is said of all of a kind, or makes a kind like
// another one.
func (l *Life) changeKind() {
	k, other := l.kinds[l.random.IntN(len(l.kinds))], l.kinds[l.random.IntN(len(l.kinds))]
	switch l.random.IntN(4) {
	case 0:
		k.why = fmt.Sprintf("why %d", l.random.IntN(3))
	case 1:
		k.model = lifeModels[l.random.IntN(len(lifeModels))]
	case 2:
		k.third = !k.third
	case 3:
		*k = *other
		k.says = slices.Clone(k.says)
		for _, t := range l.things {
			clear(t.own)
		}
	}
}

// changeOwner gives a few another owner, or all of one owner.
func (l *Life) changeOwner() {
	for _, t := range l.some(true) {
		t.owner = l.random.IntN(len(l.owners))
	}
	if l.random.IntN(2) == 0 {
		l.owners[1].Name = []string{"Ada", "Grace"}[l.random.IntN(2)]
	}
}

// changeScope renames a scope and hangs another one elsewhere.
func (l *Life) changeScope() {
	s := l.scopes[l.random.IntN(len(l.scopes))]
	s.Name = fmt.Sprintf("renamed %d", l.random.IntN(3))
	for _, s := range l.scopes {
		if s.Kind == demarc.SubscriptionScope && l.random.IntN(2) == 0 {
			s.Parent = l.scopes[1+l.random.IntN(2)]
			return
		}
	}
}

// move changes where a few are and how they were seen.
func (l *Life) move() {
	for _, t := range l.some(true) {
		switch l.random.IntN(5) {
		case 0:
			t.Scope = l.scopes[l.random.IntN(len(l.scopes))]
		case 1:
			t.PartOf = l.things[l.random.IntN(len(l.things))].ID
		case 2:
			t.Seen = demarc.Seen(l.random.IntN(4))
		case 3:
			t.Standing = demarc.Standing(l.random.IntN(3))
		case 4:
			l.workload(t)
		}
	}
}

func (l *Life) note() { l.notes = append(l.notes[l.random.IntN(2):], fmt.Sprintf("note %d", l.day)) }

// read lets inputs come and go.
func (l *Life) read() {
	for range l.random.IntN(9) {
		i := l.random.IntN(len(l.inputs))
		l.inputs[i] = !l.inputs[i]
	}
}
