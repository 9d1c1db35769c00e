package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// target is a type that something is to move to.
type target struct {
	entry *catalog.Entry
	kind  string // the value of its property kind, "" where the type is one thing
	label string // what people call it
}

// a is the target with its article.
func (t *target) a() string {
	if strings.ContainsAny(t.label[:1], "AEIOaeio") {
		return "an " + t.label
	}
	return "a " + t.label
}

// targetOf finds the type that a word means: a type or display name, which may
// have a kind behind it.
func targetOf(c *catalog.Catalog, word string) (target, error) {
	word = strings.TrimSpace(word)
	if k, ok := c.KindNamed(word); ok {
		entry, _ := c.Type(demarc.Fold(k.Type))
		return target{entry, k.Kind, k.Names[0]}, nil
	}
	entry, kind, ok := typeAndKind(c, word)
	if !ok {
		return target{}, hinted(fmt.Errorf("no type is called %q", word), "near: "+strings.Join(nearest(typeNames(c), word), ", "))
	}
	t := target{entry, kind, entry.Type.Name}
	if r, err := demarc.ParseRole(entry.Type.Role); err == nil && !r.HasRows() {
		return target{}, hinted(fmt.Errorf("%s is no workload but %s: nothing can move to it", entry.Type.Name, roleWords[r]), "name the service that does the work; demarc resources shows types and roles")
	}
	return t, t.choose(c.Kinds(entry.Type.Type))
}

// roleWords say in a sentence what a resource is that has no rows of its own.
var roleWords = map[demarc.Role]string{
	demarc.Part: "a part of something else", demarc.Configuration: "a setting of something else",
	demarc.ControlPlane: "the management surface itself", demarc.ProviderManaged: "managed by a provider",
}

func typeAndKind(c *catalog.Catalog, word string) (entry *catalog.Entry, kind string, ok bool) {
	if entry, ok = typeCalled(c, word); ok {
		return entry, "", true
	}
	i := strings.LastIndexByte(word, ':')
	if i < 0 {
		return nil, "", false
	}
	entry, ok = typeCalled(c, word[:i])
	return entry, strings.TrimSpace(word[i+1:]), ok
}

func typeCalled(c *catalog.Catalog, word string) (*catalog.Entry, bool) {
	if entry, ok := c.Type(demarc.Fold(word)); ok {
		return entry, true
	}
	return c.ByName(word)
}

// choose takes the kind that is meant, where the type has kinds.
func (t *target) choose(kinds []*catalog.TypeKind) error {
	var names []string
	for _, k := range kinds {
		if t.kind == "" && k.Usual || t.kind != "" && demarc.EqualFold(k.Kind, t.kind) {
			t.kind = k.Kind
			if len(k.Names) > 0 {
				t.label = k.Names[0]
			}
			return nil
		}
		names = append(names, k.Type+":"+k.Kind)
	}
	switch {
	case len(kinds) > 0:
		return hinted(fmt.Errorf("%s is of several kinds, and what is whose depends on the kind", t.entry.Type.Name), "write one of "+strings.Join(names, ", "))
	case t.kind != "":
		return hinted(fmt.Errorf("%s has no kind %q: what is whose does not depend on a kind or size", t.entry.Type.Type, t.kind), "leave out what stands behind the colon")
	}
	return nil
}

// typeNames are the names of all types that something can move to.
func typeNames(c *catalog.Catalog) []string {
	var names []string
	for i := range c.Families {
		for j := range c.Families[i].Types {
			t := &c.Families[i].Types[j]
			if r, err := demarc.ParseRole(t.Role); err == nil && r.HasRows() {
				names = append(append(names, t.Name), t.Aliases...)
			}
		}
	}
	return names
}

// jobs are what a resource is there for, and may do elsewhere.
type jobs []*catalog.Job

func (j jobs) machine() bool {
	return slices.ContainsFunc(j, func(x *catalog.Job) bool { return x.ID == catalog.MachineJob })
}

// software reports whether a machine could do one of the jobs.
func (j jobs) software() bool {
	return slices.ContainsFunc(j, func(x *catalog.Job) bool { return !x.Equipment })
}

// fit reports whether something with these jobs may move to what does others.
func (j jobs) fit(to jobs) bool {
	return j.machine() && to.software() || to.machine() && j.software() ||
		slices.ContainsFunc(j, func(x *catalog.Job) bool { return slices.Contains(to, x) })
}

func (j jobs) String() string {
	var names []string
	for _, x := range j {
		names = append(names, x.Name)
	}
	return strings.Join(names, "; ")
}

// jobsOf are the jobs of a resource: those of its type and kind, or, for a
// machine, those that its parts show it to have.
func jobsOf(c *catalog.Catalog, r *demarc.Assessed, parts []*demarc.Assessed) jobs {
	list := jobs(c.Jobs(r.Type, kindOf(c, r)))
	if !list.machine() {
		return list
	}
	var shown jobs
	for _, p := range parts {
		shown = append(shown, c.JobsShownBy(p.Type)...)
	}
	if len(shown) > 0 {
		return shown
	}
	return list
}

// kindOf is the kind of a resource, as the rule tells that decided what it is;
// "" where it cannot be told or the type is one thing.
func kindOf(c *catalog.Catalog, r *demarc.Assessed) string {
	if r.Answer.Likely || r.Answer.Rule == nil {
		return ""
	}
	other := ""
	for _, k := range c.Kinds(r.Type) {
		switch {
		case k.Rule == "":
			other = k.Kind
		case strings.HasSuffix(demarc.Fold(r.Answer.Rule.ID), demarc.Fold("#"+k.Type+"/"+k.Rule)):
			return k.Kind
		}
	}
	return other
}

// check says why a resource cannot become something else, nil when it can.
func (s *selection) check(r *demarc.Assessed, parts []*demarc.Assessed, to target) error {
	c, name := s.catalog, (&demarc.Instance{Resource: r}).Name()
	switch a := r.Answer; {
	case r.Standing != demarc.There:
		return fmt.Errorf("%s is not there: it is %s", name, r.Standing)
	case a.Model == demarc.UnknownModel:
		return hinted(fmt.Errorf("nobody knows what %s is: no rule knows the type %s", name, r.Type), "an override in demarc.yaml can say it")
	case !a.Role.HasRows():
		return s.notAWorkload(r, name)
	case demarc.EqualFold(r.Type, to.entry.Type.Type) && (to.kind == "" || demarc.EqualFold(kindOf(c, r), to.kind)):
		return fmt.Errorf("%s is %s already", name, to.a())
	}
	does, can := jobsOf(c, r, parts), jobs(c.Jobs(to.entry.Type.Type, to.kind))
	switch {
	case len(does) == 0:
		return hinted(fmt.Errorf("what %s is there for is not known: no job in data/moves names the type %s", name, r.Type), "demarc compares moves only where it can tell that one does the work of the other")
	case len(can) == 0:
		return hinted(fmt.Errorf("what %s could do is not known: no job in data/moves names the type %s", to.a(), to.entry.Type.Type), insteadOf(c, r, does))
	case !does.fit(can):
		return hinted(fmt.Errorf("%s cannot become %s: it is there for %s, and that one for %s", name, to.a(), does, can), insteadOf(c, r, does))
	}
	return nil
}

// notAWorkload says with what a resource moves that does not move by itself.
func (s *selection) notAWorkload(r *demarc.Assessed, name string) error {
	whole := r
	for n := 0; n < mostAbove && whole.PartOf != "" && !whole.Answer.Role.HasRows(); n++ {
		up, ok := byID(s.before, whole.PartOf)
		if !ok || up.resource < 0 {
			break
		}
		whole = s.before.Resources[up.resource]
	}
	words := "it is " + roleWords[r.Answer.Role]
	if whole == r {
		return hinted(fmt.Errorf("%s does not move by itself: %s", name, words), "name a workload; demarc resources --role workload lists them")
	}
	above := (&demarc.Instance{Resource: whole}).Name()
	if r.Answer.Role == demarc.ProviderManaged {
		words = above + " put it there, and " + s.runs(whole) + " manages it"
	} else {
		words = "it is a part of " + above
	}
	return hinted(fmt.Errorf("%s does not move by itself: %s", name, words), "move "+whole.ID)
}

// mostAbove is how many steps a resource may lie below what it is a part of.
const mostAbove = 10

// runs names who runs a resource.
func (s *selection) runs(r *demarc.Assessed) string {
	if p, ok := s.before.Parties[r.Answer.Provider]; ok {
		return p.Name
	}
	return s.catalog.Party(r.Answer.Provider).Name
}

// insteadOf names types that do the same, those of Microsoft.
func insteadOf(c *catalog.Catalog, r *demarc.Assessed, does jobs) string {
	const most = 6
	var names []string
	for _, job := range does {
		for _, typ := range job.Types {
			whole, _, _ := strings.Cut(typ, ":")
			entry, ok := c.Type(demarc.Fold(whole))
			if !ok || demarc.EqualFold(whole, r.Type) || entry.Family.Folder != "azure" && entry.Family.Folder != "m365" || slices.Contains(names, entry.Type.Name) {
				continue
			}
			if len(names) < most {
				names = append(names, entry.Type.Name)
			}
		}
	}
	if len(names) == 0 {
		return "nothing that the catalogue knows does the same"
	}
	return "these do: " + strings.Join(names, ", ")
}
