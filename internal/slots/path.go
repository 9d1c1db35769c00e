// Package slots knows which values of a resource anybody will ask for. The
// stations declare the paths they want, by resource type; a [Layout] merges
// the wishes, and readers pull exactly those values out of a record while it
// streams by. Whole property trees are never built.
package slots

import (
	"fmt"
	"strings"

	"github.com/demarc-dev/demarc"
)

// step is one name of a path, folded, and how many lists are entered behind it.
type step struct {
	name  string
	lists int
}

// parsePath reads "a.b", "a.b[*].c" and "tags['x.y']".
func parsePath(path string) ([]step, error) {
	var steps []step
	rest := path
	for rest != "" {
		var name string
		switch {
		case strings.HasPrefix(rest, "['"):
			end := strings.Index(rest[2:], "']")
			if end < 0 {
				return nil, fmt.Errorf("path %q: no closing ']", path)
			}
			name, rest = rest[2:2+end], rest[2+end+2:]
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			name, rest = rest[:end], rest[end:]
		}
		if name == "" {
			return nil, fmt.Errorf("path %q: empty name", path)
		}
		s := step{name: demarc.Fold(name)}
		for strings.HasPrefix(rest, "[*]") {
			s.lists++
			rest = rest[3:]
		}
		steps = append(steps, s)
		switch {
		case rest == ".":
			return nil, fmt.Errorf("path %q ends in a dot", path)
		case strings.HasPrefix(rest, "."):
			rest = rest[1:]
		case rest != "" && !strings.HasPrefix(rest, "['"):
			return nil, fmt.Errorf("path %q: no dot in front of %q", path, rest)
		}
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("empty path")
	}
	return steps, nil
}
