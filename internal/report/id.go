package report

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/demarc-dev/demarc"
)

// ScopeID is the id of a scope in outputs: a hash of its kind and folded id.
func ScopeID(s *demarc.Scope) string { return contentID("scope", s.Kind.String(), s.ID) }

// RuleID is the id of a rule in outputs: a hash of its path, which stays when
// the rule's source is compared again.
func RuleID(r *demarc.Rule) string { return contentID("rule", r.ID) }

// contentID hashes parts; 16 hexadecimal digits keep a million ids apart.
func contentID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
