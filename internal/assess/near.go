package assess

import (
	"strings"

	"github.com/demarc-dev/demarc/internal/scope"
)

// near shortens the id of the resource that another one names when both hang
// in the same scope, as nearly all do: the scope's part is the beginning of
// the resource's own id, and need not be kept once more for each of millions.
func near(id, named string) (rest string, ok bool) {
	in := id[:len(scope.Parse(id).Scope)]
	rest, ok = strings.CutPrefix(named, in)
	if in == "" || !ok || !strings.HasPrefix(rest, "/") {
		return named, false
	}
	return strings.Clone(rest), true
}

// named is the id that the resource itself named as the whole it is a piece
// of, in full. It is asked only until the resources are linked.
func (o *observed) named() string {
	if !o.look.near {
		return o.PartOf
	}
	return o.ID[:len(scope.Parse(o.ID).Scope)] + o.PartOf
}
