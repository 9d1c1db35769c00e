package assess

import (
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// witnessed is what one shard was told beside resources. Evidence may come in
// millions of pieces: what many share lies in a finding, and what remains of a
// subject that the estate knows is a hash of its id.
type witnessed struct {
	known     *Known
	subjects  map[uint64]uint32 // hash of the subject -> its number
	hashes    []uint64          // by number
	strangers map[uint32]demarc.Subject
	last      string // id of the last subject
	lastIndex uint32
	// lastStrange says that the last subject is none that is known to be there.
	lastStrange bool
	sightings   [][]sighting
	findings    map[findingKey]*finding
	hosts       []foundHost       // machines that evidence names
	aliases     map[uint64]string // hash of the folded address -> id

	exceptions []demarc.Exception
	assurances []demarc.Assurance
	accesses   []demarc.Access
	roles      []demarc.RoleAssignment
	listings   []demarc.Listing
	rules      []tenantRule
	// What shapes how resources are judged by policies.
	policyAssignments []demarc.PolicyAssignment
	policyExemptions  []demarc.PolicyExemption
	policyDefinitions []demarc.PolicyDefinition
	policyMetadata    []demarc.PolicyMetadata
	collected         []demarc.Collected

	governors []tie // settings, with what they govern
	governed  []tie // what may be governed
}

// sighting is one piece of evidence as it is kept.
type sighting struct {
	finding  *finding
	observed int64 // seconds since 1970, 0 when undated
	since    uint32
	amount   int32 // minutes, -1 when no length of time was observed
	subject  uint32
	line     int32
}

// finding is what many pieces of evidence share.
type finding struct {
	findingKey
	bindings []responsibility.Binding
	check    string   // tool and check, folded
	words    string   // the check for people
	tasks    []string // ids of the bindings' tasks
	identity uint64   // of what was computed, see numbered
}

type findingKey struct {
	tool, check, title, detail, by string
	outcome                        demarc.Outcome
	reason                         demarc.Reason
	severity                       demarc.Severity
	strength                       demarc.Strength
	expires                        int64
	file                           *demarc.File
	computed                       bool // here, and not read from outside
}

func newWitnessed() witnessed {
	return witnessed{subjects: map[uint64]uint32{}, strangers: map[uint32]demarc.Subject{}, findings: map[findingKey]*finding{}}
}

// longest is how much of a tool's own words is kept.
const longest = 300

// Witness keeps a piece of evidence.
func (s *Shard) Witness(e *demarc.Evidence) { s.witness(e, false) }

func (s *Shard) witness(e *demarc.Evidence, computed bool) {
	key := findingKey{tool: e.Tool, check: e.Check, title: e.Title, detail: e.Detail, by: e.By, outcome: e.Outcome, reason: e.Reason,
		severity: e.Severity, strength: e.Strength, expires: seconds(e.Expires), file: e.Place.File, computed: computed}
	f, ok := s.findings[key]
	if !ok {
		f = s.line.finding(key)
		s.findings[f.findingKey] = f
		if f.findingKey != key {
			s.findings[key] = f
		}
	}
	last := len(s.sightings) - 1
	if last < 0 || len(s.sightings[last]) == cap(s.sightings[last]) {
		size := chunk
		if last < 0 {
			size = 64
		}
		s.sightings = append(s.sightings, make([]sighting, 0, size))
		last++
	}
	amount := int32(-1)
	if e.Amount != 0 {
		amount = int32(min(e.Amount/time.Minute, 1<<30))
	}
	s.sightings[last] = append(s.sightings[last], sighting{finding: f, observed: seconds(e.Observed), since: uint32(max(seconds(e.Since), 0)),
		amount: amount, subject: s.subject(&e.Subject), line: int32(min(e.Place.Line, 1<<31-1))})
}

// seconds since 1970, 0 for no time at all.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(t.Unix(), 1)
}

// finding finds or makes the finding of a key, with the tasks that it says
// something about. Its texts are copies, so that no row of a file is held.
func (l *Line) finding(key findingKey) *finding {
	if len(key.detail) > longest {
		key.detail = strings.ToValidUTF8(key.detail[:longest], "") + "…"
	}
	return shared(&l.findings, key, func() *finding {
		for _, text := range [...]*string{&key.tool, &key.check, &key.title, &key.detail, &key.by} {
			*text = strings.Clone(*text)
		}
		f := &finding{findingKey: key, bindings: l.book.Bindings(key.tool, key.check),
			check: demarc.Fold(key.tool) + ":" + demarc.Fold(key.check), words: key.words(), identity: key.identity()}
		for i := range f.bindings {
			f.tasks = append(f.tasks, f.bindings[i].Task.ID)
		}
		return f
	})
}

// words is the check for people.
func (k *findingKey) words() string {
	if k.title == "" || k.tool == attestation {
		return k.tool + " " + k.check
	}
	return k.tool + " \"" + k.title + "\""
}

// subject gives a subject its number in the shard.
func (s *Shard) subject(of *demarc.Subject) uint32 {
	if of.ID != "" && of.ID == s.last && !s.lastStrange {
		return s.lastIndex
	}
	hash := subjectHash(of)
	i, ok := s.subjects[hash]
	if !ok {
		i = uint32(len(s.hashes))
		s.subjects[hash] = i
		s.hashes = append(s.hashes, hash)
		if of.ID == "" || !s.known.has(hash) {
			s.strangers[i] = cloned(of)
		}
	} else if have, strange := s.strangers[i]; strange && have != *of {
		if both := together(have, of); both != have {
			s.strangers[i] = cloned(&both)
		}
	}
	if of.ID != "" && of.ID != s.last {
		_, s.lastStrange = s.strangers[i]
		s.last, s.lastIndex = strings.Clone(of.ID), i
	}
	return i
}

func cloned(of *demarc.Subject) demarc.Subject {
	c := *of
	for _, text := range [...]*string{&c.ID, &c.Type, &c.Name, &c.Host, &c.Identity, &c.Scope} {
		*text = strings.Clone(*text)
	}
	return c
}

// Alias keeps what a resource is called where it is declared.
func (s *Shard) Alias(address, id string) {
	if s.aliases == nil {
		s.aliases = map[uint64]string{}
	}
	hash := foldedHash(demarc.Fold(address))
	if have, ok := s.aliases[hash]; !ok || id < have {
		s.aliases[hash] = id
	}
}

// Say keeps what a statement says.
func (s *Shard) Say(content any) {
	switch c := content.(type) {
	case demarc.Exception:
		s.exceptions = append(s.exceptions, c)
	case demarc.Assurance:
		s.assurances = append(s.assurances, c)
	case demarc.Access:
		s.accesses = append(s.accesses, c)
	case demarc.RoleAssignment:
		s.roles = append(s.roles, c)
	case demarc.Listing:
		s.listings = append(s.listings, c)
	default:
		s.sayPolicy(content)
	}
}

// sayPolicy keeps what a statement says about policies and about what was
// collected.
func (s *Shard) sayPolicy(content any) {
	switch c := content.(type) {
	case demarc.PolicyAssignment:
		s.policyAssignments = append(s.policyAssignments, c)
	case demarc.PolicyExemption:
		s.policyExemptions = append(s.policyExemptions, c)
	case demarc.PolicyDefinition:
		s.policyDefinitions = append(s.policyDefinitions, c)
	case demarc.PolicyMetadata:
		s.policyMetadata = append(s.policyMetadata, c)
	case demarc.Collected:
		s.collected = append(s.collected, c)
	}
}
