package scope

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// Covers says whether a resource is one that a match is about. tag gives the
// value of a tag by its key. A tag that was not seen leaves it open. A match
// that names nothing covers everything.
func Covers(m demarc.Match, r *demarc.Resource, tag func(key string) demarc.Value) demarc.Truth {
	switch {
	case m == demarc.Match{}:
		return demarc.True
	case m.ID != "":
		return demarc.TruthOf(demarc.EqualFold(m.ID, r.ID))
	case m.Tag != "":
		key, want, _ := CutTag(m.Tag)
		v := tag(key)
		if v.IsUnknown() {
			return demarc.MaybeTrue
		}
		return demarc.TruthOf(v.Kind() == demarc.KindText && demarc.EqualFold(v.Text(), want))
	case m.Scope != "":
		return demarc.TruthOf(within(r, m.Scope))
	}
	return demarc.TruthOf(demarc.EqualFold(m.Type, r.Type))
}

// CutTag cuts "key=value".
func CutTag(tag string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(tag, "=")
	return strings.TrimSpace(key), strings.TrimSpace(value), ok
}

// TagPath is the path of a tag's value among the values of a resource.
func TagPath(key string) string { return "tags['" + demarc.Fold(key) + "']" }

// within reports whether a resource hangs below a scope: its id says so, or,
// for resources whose ids say nothing, the scope that its input gave.
func within(r *demarc.Resource, scope string) bool {
	if below(r.ID, scope) {
		return true
	}
	return r.Scope != nil && (demarc.EqualFold(r.Scope.ID, scope) || below(r.Scope.ID, scope))
}

func below(id, scope string) bool {
	scope = strings.TrimSuffix(scope, "/")
	return len(id) > len(scope) && id[len(scope)] == '/' && demarc.EqualFold(id[:len(scope)], scope)
}
