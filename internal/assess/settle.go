package assess

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// Settled is an assessment together with what explains it.
type Settled struct {
	*demarc.Assessment
	line    *Line
	looks   map[string]*look // of watched resources, by id
	Watched []Watched
	checker *checker // see TraceChecks
	tally   *tally   // see RollUps
}

// Settle decides what needs all resources and builds the assessment. The
// shards must not be used afterwards.
func (l *Line) Settle(shards []*Shard, files []*demarc.File) *Settled {
	s := &settler{line: l, answers: map[answerKey]*group{}, dangling: map[string]bool{}, divisions: map[string]*demarc.Division{},
		owners: map[*demarc.Scope]manager{}, deployed: map[*observed][]*demarc.Division{}}
	for _, shard := range shards {
		shard.known = nil // all ids are at hand now
	}
	if extra := l.acquaint(shards); extra != nil {
		shards = append(slices.Clip(shards), extra)
	}
	s.tree(shards)
	s.register = newRegister(shards, s.unite)
	s.claim(shards)
	s.link()
	s.answer()
	s.settleChecks(shards)
	return s.build(shards, files)
}

// settler holds what is known of all resources together.
type settler struct {
	*register
	line      *Line
	scopes    map[string]*demarc.Scope
	named     map[*demarc.Scope]bool              // whose own record gave the name
	clouds    map[*demarc.Scope]*catalog.Provider // of subscriptions
	managers  map[*demarc.Scope]string            // id of the manager, from the scope's own record
	owners    map[*demarc.Scope]manager
	deployed  map[*observed][]*demarc.Division // of the AI models deployed in a resource, in order of id, each once
	answers   map[answerKey]*group
	dangling  map[string]bool // ids that resources named and the estate lacks
	divisions map[string]*demarc.Division
	scopeTags map[*demarc.Scope]scopeTag
	notes     []demarc.Note

	scopeChecks []scopeCheck // what policies say of subscriptions and groups
	explains    *checker     // kept where somebody asks how checks came about
}

// manager is the resource that manages a resource group, and the facet that
// what lies there belongs to.
type manager struct {
	id    string
	facet string
}

// group is the resources that share an answer.
type group struct {
	answer *demarc.Answer
	count  int // of those that are there
	first  *observed

	conditional int
}

// unite notes that a resource was met again and that its first record, in
// order of what was seen and of content, is kept.
func (s *settler) unite(kept, other *observed) {
	kind, message := demarc.NoteDuplicate, "the same resource again; counted once"
	if kept.Seen == other.Seen && fingerprint(kept) != fingerprint(other) {
		kind, message = demarc.NoteConflict, "the same resource again with other content; the first in order of content is kept"
	}
	s.notes = append(s.notes, demarc.Note{Kind: kind, Place: other.Place, Message: message, Count: 1})
}

// fingerprint tells records of one resource apart by what they lead to.
func fingerprint(o *observed) string {
	return strings.Join([]string{demarc.Fold(o.Type), o.look.class.Key, o.look.variant.String(),
		demarc.Fold(o.named()), strconv.FormatBool(o.look.managed), strconv.FormatBool(o.look.unclaimed), scopeID(o.Scope)}, "\x00")
}

func scopeID(s *demarc.Scope) string {
	if s == nil {
		return ""
	}
	return s.ID
}

// endOfDay is the moment that an assessment as of a day stands for, in seconds
// since 1970.
func endOfDay(day time.Time) int64 {
	return day.UTC().Truncate(24*time.Hour).Unix() + 24*60*60 - 1
}
