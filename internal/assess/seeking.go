package assess

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/slots"
)

// checker settles the checks that related resources decide.
type checker struct {
	*settler
	policies  *Policies
	found     map[container][]*sought // by what they lie in
	present   map[*policy.Program]bool
	kept      map[*observed]*slots.Values
	classes   map[*demarc.Scope]*class
	singled   map[string]bool                         // folded ids of resources that the manifest or an assignment names
	entries   map[string]map[string]*demarc.Collected // of the manifest, by folded scope and type
	assigned  bool                                    // an assignment is in force somewhere
	types     []string                                // that rules look for
	relations []relation                              // by bound definition
	spots     int                                     // how many numbers relations have
	plain     *class                                  // of scopes where nothing is special
	joined    map[*observed]*slots.Values             // of those whose lists were put together
	again     *Shard                                  // in which they were asked once more
}

// container is a resource, group or subscription, with what lies in it of one
// type.
type container struct {
	hash    uint64
	program *policy.Program
}

// settledKey is what the results of a resource depend on to which nothing is
// related.
type settledKey struct {
	set   *checkSet
	class *class
}

// settleChecks decides what waited for all resources to be known, and works
// out for every set what its results say.
func (s *settler) settleChecks(shards []*Shard) {
	p := s.line.policies()
	if p == nil {
		return
	}
	c := &checker{settler: s, policies: p, found: map[container][]*sought{}, present: map[*policy.Program]bool{}, kept: map[*observed]*slots.Values{}}
	if c.again = c.join(shards); c.again != nil {
		shards = append(slices.Clip(shards), c.again)
	}
	c.gather(shards)
	c.relate()
	c.classify()
	inParallel(len(s.all), len(s.all), func(from, to int) {
		w := c.newSeeker()
		for i := from; i < to; i++ {
			if o := s.all[i]; o.checks != nil {
				o.checks = w.settle(o)
			}
		}
	})
	s.scopeChecks = c.ofScopes()
	for _, shard := range shards {
		shard.checked = checked{}
	}
	if s.line.options.Watch != nil {
		s.explains = c
	}
}

// gather indexes what may be related to others by what it lies in.
func (c *checker) gather(shards []*Shard) {
	for _, shard := range shards {
		for i := range shard.kept {
			if o := shard.kept[i].of; c.keeps(o) && c.stands(shard, o) {
				c.kept[o] = shard.kept[i].values
			}
		}
		for i := range shard.sought {
			x := &shard.sought[i]
			if x.of.Standing == demarc.Leaving || !c.keeps(x.of) || !c.stands(shard, x.of) {
				continue // not there, or a second record of the same
			}
			c.present[x.program] = true
			c.index(x, placesOf(x.program))
		}
	}
}

// placesOf are the places in which anybody looks for resources of a program.
func placesOf(p *policy.Program) (places [policy.SeekPlaces]bool) {
	for i := range p.Sought {
		seek := p.Sought[i].Seek
		places[seek.Place] = true
		places[policy.InGroup] = places[policy.InGroup] || seek.ByGroup
	}
	return places
}

// index places a resource where it may be looked for.
func (c *checker) index(x *sought, places [policy.SeekPlaces]bool) {
	id := strings.TrimRight(x.of.ID, "/")
	for nth, above := range lyingIn(id) {
		if nth == 0 && (places[policy.OnResource] || places[policy.OnSubscription]) {
			c.place(container{idHash(above) ^ directly, x.program}, x)
		}
		if places[kindOfPlace(above)] {
			c.place(container{idHash(above), x.program}, x)
		}
	}
}

// kindOfPlace tells subscriptions and resource groups from what lies in them.
func kindOfPlace(id string) policy.SeekPlace {
	switch id {
	case head(id, 2):
		return policy.InSubscription
	case head(id, 4):
		return policy.InGroup
	}
	return policy.BelowResource
}

// directly marks what lies in something without anything between them.
const directly = 0x5bd1e9955bd1e995

func (c *checker) place(at container, x *sought) { c.found[at] = append(c.found[at], x) }

// around is what lies where a rule looks that does not name the group. All rules
// that look there for the same type share it.
func (s *seeker) around(seek *policy.Seek, id string) *nearby {
	to := &s.relations[seek.Bound]
	there := &s.near[to.near]
	if there.turn != s.turn {
		at := s.containerAt(id, seek, to.program)
		*there = nearby{at, s.found[at], s.turn}
	}
	return there
}

// containerAt is where a rule looks around a resource.
func (s *seeker) containerAt(id string, seek *policy.Seek, program *policy.Program) container {
	last := &s.places[seek.Place]
	if at := placeOf(id, seek.Place); at != last.id {
		*last = placeHash{at, containerOf(at, seek, nil).hash}
	}
	return container{last.hash, program}
}

// lookedAt is what lies where a rule looks, ok false when its group cannot be
// told.
func (s *seeker) lookedAt(seek *policy.Seek, id string) (there *nearby, ok bool) {
	if !seek.ByGroup {
		return s.around(seek, id), true
	}
	place, ok := s.searched(seek, id)
	at := containerOf(place, seek, s.relations[seek.Bound].program)
	return &nearby{container: at, lies: s.found[at]}, ok
}

// containerOf is where a rule looks.
func containerOf(place string, seek *policy.Seek, program *policy.Program) container {
	hash := idHash(place)
	if seek.Place == policy.OnResource || seek.Place == policy.OnSubscription {
		hash ^= directly
	}
	return container{hash, program}
}

// lyingIn are the ids of all that the id of a resource says it lies in:
// resources above it, what it extends, its group and its subscription.
func lyingIn(id string) []string {
	var list []string
	for rest := id; ; {
		rest = cutSegment(cutSegment(rest)) // a name and its type
		if demarc.EqualFold(lastSegment(cutSegment(rest)), "providers") {
			rest = cutSegment(cutSegment(rest)) // the namespace
		}
		if rest == "" {
			return list
		}
		list = append(list, rest)
	}
}

// cutSegment takes the last segment off a path.
func cutSegment(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return ""
}

func lastSegment(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// seeker settles resources one after the other.
type seeker struct {
	*checker
	asked, related *policy.Machine
	bytes          []byte
	sets           setCache
	settled        map[settledKey]*checkSet
	known          map[lookKeyOf]policy.Fulfilment
	places         [policy.SeekPlaces]placeHash // around the last resources
	near           []nearby                     // by the number of a relation
	turn           int                          // counts the resources
}

// placeHash is the hash of a place. Resources of a group mostly follow each
// other.
type placeHash struct {
	id   string
	hash uint64
}

// nearby is what lies where rules look for a type.
type nearby struct {
	container
	lies []*sought
	turn int // of the resource around which it was looked up
}

type lookKeyOf struct {
	container
	sought int
	name   string
}

func (c *checker) newSeeker() *seeker {
	return &seeker{checker: c, asked: policy.NewMachine(c.line.around()), related: policy.NewMachine(c.line.around()),
		sets: setCache{}, settled: map[settledKey]*checkSet{}, known: map[lookKeyOf]policy.Fulfilment{}, near: make([]nearby, c.spots)}
}

// settle is the settled set of a resource. Where nothing is related to it, its
// own results and its class decide.
func (s *seeker) settle(o *observed) *checkSet {
	class := s.classOf(s.homeOf(o))
	s.turn++
	if o.checks.pending && s.anyRelated(o) {
		s.asked.Take(o.checks.program, policy.Subject{ID: o.ID, Name: o.Name}, s.kept[o])
		return s.finished(o.checks.program, s.decide(o.checks, class, o.ID))
	}
	key := settledKey{o.checks, class}
	made, ok := s.settled[key]
	if !ok {
		made = s.finished(o.checks.program, s.decide(o.checks, class, o.ID))
		if len(s.settled) == mostCached {
			clear(s.settled)
		}
		s.settled[key] = made
	}
	return made
}

// anyRelated reports whether something is there that may be what the resource
// looks for.
func (s *seeker) anyRelated(o *observed) bool {
	set := o.checks
	for i := range len(set.results) {
		if !policy.Result(set.results[i]).Pending() {
			continue
		}
		seek := set.program.Rules[i].Seek
		if s.relations[seek.Bound].at < 0 {
			continue
		}
		if seek.Valued || seek.ByGroup || len(s.around(seek, o.ID).lies) > 0 {
			return true
		}
	}
	return false
}

// placeOf is the id of where a related resource is looked for.
func placeOf(id string, place policy.SeekPlace) string {
	switch place {
	case policy.InSubscription, policy.OnSubscription:
		return head(id, 2)
	case policy.InGroup:
		return head(id, 4)
	case policy.BelowResource, policy.OnResource:
	}
	return id
}

// head is the first segments of an id, all of it when it has no more.
func head(id string, segments int) string {
	end := 0
	for range segments {
		next := strings.IndexByte(id[min(end+1, len(id)):], '/')
		if next < 0 {
			return id
		}
		end += 1 + next
	}
	return id[:end]
}

// decide settles the results of a resource. It must have been taken where
// anything may be related to it. The bytes are overwritten by the next.
func (s *seeker) decide(set *checkSet, class *class, id string) []byte {
	s.bytes = append(s.bytes[:0], set.results...)
	for i, b := range s.bytes {
		switch r := policy.Result(b); {
		case class.absent != nil && class.out(set.program.Rules[i].Bound):
			s.bytes[i] = byte(policy.Absent)
		case r.Pending():
			s.bytes[i] = byte(s.decideOne(r, set.program.Rules[i].Seek, class, id))
		}
	}
	return s.bytes
}

// decideOne settles the result of a rule that seeks something.
func (s *seeker) decideOne(r policy.Result, seek *policy.Seek, class *class, id string) policy.Result {
	r = r.Settled(s.fulfilment(seek, id), class.whole[seek.Type])
	if r.Reason() == demarc.NotCollected {
		if why := class.denied[seek.Type]; why != "" {
			return policy.Because(why)
		}
	}
	return r
}

// relation is where a rule finds the condition of what it seeks.
type relation struct {
	program *policy.Program
	at      int         // of what the program's resources are sought as, -1 when none are there
	near    int         // number of its place and type
	name    *soughtName // nil where it is worked out for each resource
}

// soughtName is the folded name of what a rule seeks.
type soughtName struct {
	text    string
	unknown bool
}

func newSoughtName(v armexpr.Value) soughtName {
	return soughtName{demarc.Fold(v.Text()), v.IsUnknown()}
}

// relate looks the relations up once.
func (c *checker) relate() {
	type spot struct {
		place   policy.SeekPlace
		program *policy.Program
	}
	spots := map[spot]int{}
	nobody := policy.NewMachine(c.line.around())
	c.relations = make([]relation, len(c.policies.Book.Bound()))
	for _, seek := range c.policies.Book.Seeks() {
		to := relation{program: c.policies.Book.Program(seek.Type), at: -1}
		if c.present[to.program] {
			to.at = slices.IndexFunc(to.program.Sought, func(x policy.Sought) bool { return x.Seek == seek })
		}
		if to.at >= 0 {
			at := spot{seek.Place, to.program}
			if _, ok := spots[at]; !ok {
				spots[at] = len(spots)
			}
			to.near = spots[at]
			if v, ok := seek.CommonName(nobody); ok {
				name := newSoughtName(v)
				to.name = &name
			}
		}
		c.relations[seek.Bound] = to
	}
	c.spots = len(spots)
}

// fulfilment looks for what a rule seeks. Where there is nothing, its name does
// not matter.
func (s *seeker) fulfilment(seek *policy.Seek, id string) policy.Fulfilment {
	to := &s.relations[seek.Bound]
	if to.at < 0 {
		return policy.NoneFound
	}
	there, ok := s.lookedAt(seek, id)
	if !ok {
		return policy.UnknownFulfilment(demarc.PropertyNotSeen)
	}
	if len(there.lies) == 0 {
		return policy.NoneFound
	}
	name := s.nameOf(seek, to)
	if name.unknown {
		return policy.UnknownFulfilment(demarc.PropertyNotSeen)
	}
	const few = 8 // looking at them is as fast as remembering
	if seek.Private || len(there.lies) <= few {
		return s.among(there.lies, seek, name.text)
	}
	key := lookKeyOf{there.container, to.at, name.text}
	made, ok := s.known[key]
	if !ok {
		if len(s.known) == 4*mostCached {
			clear(s.known)
		}
		made = s.among(there.lies, seek, name.text)
		s.known[key] = made
	}
	return made
}

// nameOf is the name that the related resource of the one that was taken must
// have.
func (s *seeker) nameOf(seek *policy.Seek, to *relation) soughtName {
	if to.name != nil {
		return *to.name
	}
	return newSoughtName(seek.Name(s.asked))
}

// searched is the id of where a rule looks for related resources, which a
// resource group that cannot be told leaves open.
func (s *seeker) searched(seek *policy.Seek, id string) (place string, ok bool) {
	if !seek.ByGroup {
		return placeOf(id, seek.Place), true
	}
	group := seek.Group(s.asked)
	if own := group.Text(); own != "" {
		return placeOf(id, policy.InSubscription) + "/resourceGroups/" + own, true
	}
	return placeOf(id, seek.Place), !group.IsUnknown()
}

// among joins what the related resources of a name fulfil.
func (s *seeker) among(lies []*sought, seek *policy.Seek, name string) policy.Fulfilment {
	all := policy.NoneFound
	for _, x := range lies {
		switch {
		case !isNamed(x.of.ID, name):
		case x.of.Standing == demarc.Conditional:
			all = all.Or(policy.UnknownFulfilment(demarc.NotDeployedYet))
		default:
			all = all.Or(s.fulfilledBy(x, seek))
		}
	}
	return all
}

// fulfilledBy says whether a related resource is what a rule seeks: as was worked
// out while it streamed by, unless the condition reads the resource that looks.
func (s *seeker) fulfilledBy(x *sought, seek *policy.Seek) policy.Fulfilment {
	of := &x.program.Sought[s.relations[seek.Bound].at]
	if !seek.Private {
		return policy.FulfilmentAt(x.fulfilled, of.At)
	}
	s.related.Take(x.program, policy.Subject{ID: x.of.ID, Name: x.of.Name}, x.values)
	s.related.Behind(s.asked)
	return s.related.Fulfils(of)
}

// isNamed reports whether a resource has a folded name: its own, or with those
// of what it lies in; "" is any, and so is a last part of "?".
func isNamed(id, name string) bool {
	if name == "" || name == "?" || strings.HasSuffix(name, "/?") {
		return true
	}
	whole := policy.Subject{ID: id}
	if strings.Contains(name, "/") {
		return demarc.EqualFold(whole.Full(), name)
	}
	return demarc.EqualFold(lastSegment(strings.TrimRight(id, "/")), name)
}

// finished is the set of settled results; those of the last resources are
// looked through for the same one.
func (s *seeker) finished(program *policy.Program, results []byte) *checkSet {
	return s.sets.find(program, results, func(set *checkSet) { s.line.eachTold(set, func(int) { set.listed++ }) })
}
