package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// Controls knows which control of which framework a group of an initiative
// stands for. It is read-only.
type Controls struct {
	list []grouped // the longest beginnings first, those of named initiatives before the others
}

// grouped is a framework with one beginning of the ids of its groups.
type grouped struct {
	framework *catalog.Framework
	prefix    string // folded
	spellings []spelling
}

type spelling struct {
	match *regexp.Regexp
	as    string
}

// NewControls takes the frameworks whose groups are known. The error names an
// expression that is none.
func NewControls(frameworks []catalog.Framework) (*Controls, error) {
	c := &Controls{}
	for i := range frameworks {
		f := &frameworks[i]
		g := grouped{framework: f}
		for _, s := range f.Spellings {
			match, err := whole(s.Match)
			if err != nil {
				return nil, err
			}
			g.spellings = append(g.spellings, spelling{match, s.As})
		}
		for _, prefix := range f.Groups {
			g.prefix = demarc.Fold(prefix)
			c.list = append(c.list, g)
		}
	}
	slices.SortStableFunc(c.list, func(a, b grouped) int {
		if n := len(b.prefix) - len(a.prefix); n != 0 {
			return n
		}
		return len(b.framework.Sets) - len(a.framework.Sets)
	})
	return c, nil
}

func whole(expression string) (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + expression + `)$`)
}

// Of is the control that a group of an initiative stands for. A group whose
// framework nobody described keeps its name, under a framework that is named
// as the initiative is; described says which it was.
func (c *Controls) Of(s *Set, g Group) (control demarc.Control, described bool) {
	for _, id := range [...]string{lastPart(g.MetadataID), g.Name} {
		if control, ok := c.find(s.Name, id); ok {
			return control, true
		}
	}
	name := s.DisplayName
	if name == "" {
		name = s.Name
	}
	id := g.Name
	if g.MetadataID != "" {
		id = lastPart(g.MetadataID) // names of groups may hold the texts of controls
	}
	return demarc.Control{Framework: name, ID: id}, false
}

// Published is the control that an id of published metadata stands for.
func (c *Controls) Published(metadataID string) (demarc.Control, bool) {
	return c.find("", lastPart(metadataID))
}

// find looks an id up among the groups of an initiative.
func (c *Controls) find(set, id string) (demarc.Control, bool) {
	folded := demarc.Fold(id)
	for i := range c.list {
		g := &c.list[i]
		rest, ok := strings.CutPrefix(folded, g.prefix)
		if !ok || len(g.framework.Sets) > 0 && !slices.ContainsFunc(g.framework.Sets, func(s string) bool { return demarc.EqualFold(s, set) }) {
			continue
		}
		switch {
		case rest == "":
			rest = id // of no control in particular
		case len(folded) == len(id): // else the place of the rest in the id is not known
			rest = id[len(g.prefix):]
		}
		return demarc.Control{Framework: g.framework.ID, Version: g.framework.Version, ID: g.canonical(rest)}, true
	}
	return demarc.Control{}, false
}

// canonical is the spelling of the framework, as far as it can be reached.
func (g *grouped) canonical(id string) string {
	id = strings.TrimSuffix(id, ".")
	for _, s := range g.spellings {
		if s.match.MatchString(id) {
			return s.match.ReplaceAllString(id, s.as)
		}
	}
	return id
}
