// Package redact replaces what names things of an organisation by pseudonyms,
// so that a result can be shown to somebody who must not learn them: names and
// ids of resources, scopes, people, workloads, third parties, files, hosts and
// the estate. Types, areas, providers, tools, checks, rules, numbers and dates
// stay, and ids keep their shape, so that the result can still be read.
//
// A pseudonym is made from the name by a keyed hash: the same name gets the
// same pseudonym everywhere in an output, and in every output that is made with
// the same key. The key is what the person hands in, else it is derived from
// the ids of the estate's own scopes, which the output does not show. Lists are
// ordered by pseudonym, since the order of names would tell something of them.
//
// Free text of people and of tools about a single thing is replaced as a whole.
// In the program's own sentences everything is replaced that is a known name,
// stands between quotes, or looks like an id or an address.
package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Options say what to hide, and how.
type Options struct {
	// Secret keys the pseudonyms; "" derives the key from the estate.
	Secret string
	// Party reports whether a party is public knowledge, such as a provider.
	Party func(id string) bool
	// Names are names that only documents of the organisation give.
	Names []string
	// Paths are those that a person gave.
	Paths []string
	// Words are public words that names may be equal to without being hidden in
	// sentences, such as the display names of types.
	Words []string
}

// Redactor replaces the names of one estate.
type Redactor struct {
	key     [sha256.Size]byte
	options Options
	words   map[string]bool // folded
	types   map[string]bool // folded words that types are made of
	names   dictionary
}

// New learns the names of an assessment.
func New(a *demarc.Assessment, o Options) *Redactor {
	r := &Redactor{key: key(a, o.Secret), options: o, words: map[string]bool{}, types: map[string]bool{}, names: dictionary{kinds: map[uint64]kind{}}}
	r.learnWords(a)
	r.learnNames(a)
	return r
}

// key derives the key of the pseudonyms. The ids of tenants and subscriptions
// are random and change seldom; an estate without such scopes gives all its
// names, so that nobody can try names one by one.
func key(a *demarc.Assessment, secret string) [sha256.Size]byte {
	if secret != "" {
		return sha256.Sum256([]byte("demarc redaction by secret\x00" + secret))
	}
	var ids []string
	for _, s := range a.Scopes {
		if last := s.ID[strings.LastIndexByte(s.ID, '/')+1:]; isGUID(last) {
			ids = append(ids, s.ID)
		}
	}
	if len(ids) == 0 {
		for _, r := range a.Resources {
			ids = append(ids, demarc.Fold(r.ID))
		}
	}
	slices.Sort(ids)
	h := sha256.New()
	_, _ = io.WriteString(h, "demarc redaction by estate\x00"+a.Estate.Name)
	for _, id := range slices.Compact(ids) { // two sides of a difference have most of them twice
		_, _ = io.WriteString(h, "\x00"+id)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// kind says what a name names. It is told in front of the pseudonym.
type kind uint8

const (
	aResource kind = iota
	aTenant
	aManagementGroup
	aSubscription
	aGroup
	aSite
	aWorkload
	anOwner
	aPerson
	aParty
	anEstate
	aHost
	anAddress
	aText
	aFolder
	aFile
	aName // of which nobody knows what it names
	aPath // replaced piece by piece
)

var kindWords = [...]string{"res", "tenant", "mg", "sub", "rg", "site", "workload", "owner", "person", "party", "estate", "host", "address", "text", "dir", "file", "name", "path"}

// digits is how many hexadecimal digits of the hash a pseudonym has: enough to
// keep a million names apart.
const digits = 12

func (r *Redactor) mac(s string) []byte {
	h := hmac.New(sha256.New, r.key[:])
	_, _ = io.WriteString(h, s)
	return h.Sum(nil)
}

// name replaces a name of a kind. Names compare without case.
func (r *Redactor) name(k kind, s string) string {
	switch {
	case s == "":
		return ""
	case k == aPath:
		return r.path(s)
	case isGUID(s):
		return r.guid(s)
	}
	return kindWords[k] + "-" + hex.EncodeToString(r.mac(demarc.Fold(s)))[:digits]
}

// hash replaces an id that is a hash of content that was hidden.
func (r *Redactor) hash(id string) string {
	if id == "" {
		return ""
	}
	return hex.EncodeToString(r.mac("hash\x00" + id)[:8])
}

const zeroGUID = "00000000-0000-0000-0000-000000000000"

// guid replaces a GUID by another one.
func (r *Redactor) guid(s string) string {
	if s == zeroGUID {
		return s
	}
	h := hex.EncodeToString(r.mac(demarc.Fold(s)))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

// isGUID reports whether a text has the form of one.
func isGUID(s string) bool {
	if len(s) != len(zeroGUID) {
		return false
	}
	for i := range len(s) {
		if zeroGUID[i] == '-' {
			if s[i] != '-' {
				return false
			}
		} else if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// party replaces the id of a party unless it is public.
func (r *Redactor) party(id string) string {
	if id == "" || id == demarc.Customer || id == demarc.UnknownParty || r.options.Party != nil && r.options.Party(id) {
		return id
	}
	return r.name(aParty, id)
}

// whole replaces a text as a whole.
func (r *Redactor) whole(s string) string {
	if s == "" {
		return ""
	}
	return kindWords[aText] + "-" + hex.EncodeToString(r.mac("text\x00" + s))[:digits]
}
