package assess

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/slots"
)

// joints are the lists whose elements may be resources that stand apart, such
// as the rules of a network security group.
type joints struct {
	in map[string][]*catalog.JoinedList // by folded type that has them
	of map[string]*catalog.JoinedList   // by folded type of the elements
}

func newJoints(c *catalog.Catalog) *joints {
	j := &joints{in: map[string][]*catalog.JoinedList{}, of: map[string]*catalog.JoinedList{}}
	for i := range c.PolicyJoins.Lists {
		list := &c.PolicyJoins.Lists[i]
		typ := demarc.Fold(list.Type)
		j.in[typ] = append(j.in[typ], list)
		j.of[demarc.Fold(list.Of)] = list
	}
	return j
}

// apartWishes are what the policies about a list need of a resource that may be
// an element of it, and of one that has it: the names, by which the same
// element is known.
func (o *Options) apartWishes(j *joints) func(typ string) []slots.Wish {
	return func(typ string) []slots.Wish {
		var wishes []slots.Wish
		if o.Policies == nil {
			return nil
		}
		for _, list := range j.in[typ] {
			if _, read := elementWish(o.Policies.Book, list); read {
				wishes = append(wishes, slots.Wish{Path: list.Path, Whole: true, Only: []string{"name"}})
			}
		}
		if list := j.of[typ]; list != nil {
			if w, read := elementWish(o.Policies.Book, list); read {
				wishes = append(wishes, w)
			}
		}
		return wishes
	}
}

// elementWish is what the policies need of the properties of an element; read
// is false when none of them reads the list.
func elementWish(book *policy.Rulebook, list *catalog.JoinedList) (wish slots.Wish, read bool) {
	wish = slots.Wish{Path: "properties", Whole: true, Only: []string{}}
	for _, w := range book.Wishes(list.Type) {
		at, path := demarc.Fold(w.Path), demarc.Fold(list.Path)
		if at != path && !strings.HasPrefix(path, at+".") {
			continue
		}
		read = true
		if w.Only == nil || at != path {
			wish.Only = nil
		}
		for _, only := range w.Only {
			switch rest, ok := strings.CutPrefix(demarc.Fold(only), "properties"); {
			case wish.Only == nil || !ok && !list.Flat:
			case list.Flat:
				wish.Only = append(wish.Only, only)
			case rest == "":
				wish.Only = nil
			default:
				wish.Only = append(wish.Only, strings.TrimPrefix(rest, "."))
			}
		}
	}
	return wish, read
}

// apart is what one shard keeps of lists that may have to be put together.
type apart struct {
	ties   map[string]*ties // by type as spelled
	lists  []keptValues     // of resources with such lists that were not seen in full
	pieces []loose
}

// ties say which lists the policies read of a type, and in which it may stand.
type ties struct {
	in []*catalog.JoinedList
	of *catalog.JoinedList
}

// loose is an element of a list that stands apart.
type loose struct {
	of         *observed
	list       *catalog.JoinedList
	properties demarc.Value
}

// takeApart keeps what is needed to put lists together once all resources are
// known. A resource that was seen in full shows its lists as they are.
func (s *Shard) takeApart(p *Policies, o *observed, values *slots.Values) {
	t, ok := s.ties[o.Type]
	if !ok {
		if s.ties == nil {
			s.ties = map[string]*ties{}
		}
		t = s.line.joints.ties(p.Book, demarc.Fold(o.Type))
		s.ties[o.Type] = t
	}
	switch {
	case t == nil:
	case t.of != nil && o.Standing != demarc.Leaving:
		one := loose{of: o, list: t.of}
		if values != nil {
			one.properties = values.At(values.Plan().Slot("properties"))
		}
		s.pieces = append(s.pieces, one)
	case len(t.in) > 0 && o.Seen != demarc.SeenFull:
		kept := keptValues{of: o}
		if values != nil {
			kept.values = values.Snapshot()
		}
		s.lists = append(s.lists, kept)
	}
}

// ties are those of a folded type, nil for none.
func (j *joints) ties(book *policy.Rulebook, typ string) *ties {
	t := &ties{}
	for _, list := range j.in[typ] {
		if _, read := elementWish(book, list); read {
			t.in = append(t.in, list)
		}
	}
	if list := j.of[typ]; list != nil {
		if _, read := elementWish(book, list); read {
			t.of = list
		}
	}
	if len(t.in) == 0 && t.of == nil {
		return nil
	}
	return t
}

// join puts lists together with what stands apart and asks the
// policies once more, in a shard of its own; nil when nothing stands apart.
func (c *checker) join(shards []*Shard) *Shard {
	pieces := map[*observed][]*loose{}
	for _, shard := range shards {
		for i := range shard.pieces {
			x := &shard.pieces[i]
			if c.find(x.of.ID) != x.of {
				continue // a second record of the same
			}
			if whole := c.find(cutSegment(cutSegment(x.of.ID))); whole != nil {
				pieces[whole] = append(pieces[whole], x)
			}
		}
	}
	if len(pieces) == 0 {
		return nil
	}
	again := c.line.NewShard()
	c.joined = map[*observed]*slots.Values{}
	for _, shard := range shards {
		for _, whole := range shard.lists {
			if mine := pieces[whole.of]; len(mine) > 0 && c.find(whole.of.ID) == whole.of {
				values := c.line.complete(whole, shard.ties[whole.of.Type].in, mine)
				c.joined[whole.of] = values
				again.check(whole.of, values)
			}
		}
	}
	for _, shard := range shards {
		for i := range shard.watched {
			if values := c.joined[shard.watched[i].of]; values != nil {
				shard.watched[i].values = values
			}
		}
	}
	again.lists, again.pieces = nil, nil
	return again
}

// stands reports whether what a shard kept of a resource is still so: its lists
// were not put together, or this is the shard in which they were.
func (c *checker) stands(shard *Shard, o *observed) bool {
	return c.joined[o] == nil || shard == c.again
}

// complete gives a resource its lists with what stands apart.
func (l *Line) complete(whole keptValues, lists []*catalog.JoinedList, pieces []*loose) *slots.Values {
	values := whole.values
	if values == nil {
		values = slots.NewValues()
		values.Reset(l.layout.For(whole.of.Type))
	}
	slices.SortFunc(pieces, func(a, b *loose) int { return demarc.CompareFold(a.of.ID, b.of.ID) })
	for _, list := range lists {
		var own []*loose
		for _, x := range pieces {
			if x.list == list {
				own = append(own, x)
			}
		}
		if len(own) > 0 {
			values.Set(list.Path, assembled(valueAt(values, list.Path), own))
			values.Set(propertiesPath, demarc.Object()) // what stands apart was shown
		}
	}
	return values
}

// assembled is a list with the elements that stand apart. What is not known of
// the list itself stays so: a rule that stands apart is there for certain, and
// there may be others.
func assembled(list demarc.Value, apart []*loose) demarc.Value {
	elements := slices.Clone(list.Elements())
	named := map[string]bool{}
	for _, e := range elements {
		if name, ok := e.Member("name"); ok {
			named[demarc.Fold(name.Text())] = true
		}
	}
	open, why := list.IsUnknown(), list.Reason()
	for _, x := range apart {
		switch {
		case named[demarc.Fold(x.of.Name)]:
		case x.of.Standing != demarc.There:
			open, why = true, "under a condition"
		default:
			elements = append(elements, x.element())
		}
	}
	if open {
		return demarc.OpenList(elements, why)
	}
	return demarc.List(elements)
}

// element is a resource as it looks in the list of the one that it lies in.
func (x *loose) element() demarc.Value {
	if x.list.Flat {
		return x.properties.With("name", demarc.Text(x.of.Name))
	}
	e := demarc.ObjectOf([]string{"id", "name", "properties"}, []demarc.Value{demarc.Text(x.of.ID), demarc.Text(x.of.Name), x.properties})
	if x.of.Seen != demarc.SeenFull {
		return e.Opened()
	}
	return e
}

// valueAt is the value at a path, also where only one around it was asked for.
func valueAt(values *slots.Values, path string) demarc.Value {
	outer, rest := demarc.Fold(path), ""
	for {
		if slot := values.Plan().Slot(outer); slot >= 0 {
			x := values.At(slot)
			for name := range strings.SplitSeq(rest, ".") {
				if name != "" {
					x, _ = x.Member(name)
				}
			}
			return x
		}
		i := strings.LastIndexByte(outer, '.')
		if i < 0 {
			return demarc.Value{}
		}
		outer, rest = outer[:i], outer[i+1:]+"."+rest
	}
}
