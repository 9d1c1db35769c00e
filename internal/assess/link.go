package assess

import (
	"cmp"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
)

// claim finds out which resource groups are managed: by a resource that names
// the group, or by the group's own record.
func (s *settler) claim(shards []*Shard) {
	for _, shard := range shards {
		for _, c := range shard.claims {
			s.claimGroup(c)
		}
	}
	for sc, id := range s.managers {
		if _, claimed := s.owners[sc]; claimed {
			continue
		}
		if o := s.nearest(id); o != nil {
			id = o.ID
		} else {
			s.dangling[id] = true
		}
		s.owners[sc] = manager{id: id}
	}
}

func (s *settler) claimGroup(c claim) {
	group := demarc.Fold(c.group)
	if !strings.Contains(group, "/") {
		sub := subscriptionOf(c.owner.Scope)
		if sub == nil {
			return
		}
		group = sub.ID + "/resourcegroups/" + group
	}
	sc, ok := s.scopes[group]
	if !ok {
		return // nothing of that group was exported
	}
	w := manager{id: s.find(c.owner.ID).ID, facet: c.facet}
	if held, ok := s.owners[sc]; !ok || cmp.Or(demarc.CompareFold(w.id, held.id), strings.Compare(w.facet, held.facet)) < 0 {
		s.owners[sc] = w
	}
}

// link replaces the ids that resources named by those of resources that are
// there, spelled as they are.
func (s *settler) link() {
	var mu sync.Mutex
	inParallel(len(s.all), len(s.all), func(from, to int) {
		var absent []string
		for _, o := range s.all[from:to] {
			if whole := s.beside(o); whole != nil {
				o.PartOf = whole.ID
				continue
			}
			o.PartOf = o.named()
			if o.PartOf == "" && (o.look.class.Parent || o.look.class.Role == demarc.Part) {
				o.PartOf = parentOf(o.ID)
			}
			if o.PartOf == "" {
				continue
			}
			switch whole := s.nearest(o.PartOf); whole {
			case nil:
				absent = append(absent, o.PartOf)
			case o:
			default:
				o.PartOf = whole.ID
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for _, id := range absent {
			s.dangling[id] = true
		}
	})
}

// deployment reports whether o is a deployed AI model: its type has a property
// that names the model's publisher, seen or not.
func deployment(o *observed) bool {
	class := o.look.class
	return class.AI != "" && class.Entry != nil && class.Entry.Type.Publisher != ""
}

// host is the AI resource that a model deployment is nested in, nil when o is
// no deployment.
func (s *settler) host(o *observed) *observed {
	if !deployment(o) {
		return nil
	}
	h := s.nearest(parentOf(o.ID))
	if h == nil || h.look.class.AI == "" {
		return nil
	}
	return h
}

// ownerOf is the manager of the group that a resource lies in, unless the
// resource is the manager itself.
func (s *settler) ownerOf(o *observed) (manager, bool) {
	if len(s.owners) == 0 {
		return manager{}, false
	}
	for sc := o.Scope; sc != nil; sc = sc.Parent {
		if w, ok := s.owners[sc]; ok && !demarc.EqualFold(w.id, o.ID) {
			return w, true
		}
	}
	return manager{}, false
}
