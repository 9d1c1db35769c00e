package redact

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Assessment makes a copy without names. The assessment itself stays as it is;
// its verdicts and evidence are asked for when the copy's are.
func (r *Redactor) Assessment(a *demarc.Assessment) *demarc.Assessment {
	c := &copier{Redactor: r, scopes: map[*demarc.Scope]*demarc.Scope{}, files: map[*demarc.File]*demarc.File{},
		answers: map[*demarc.Answer]*demarc.Answer{}, divisions: map[*demarc.Division]*demarc.Division{}, rules: map[*demarc.Rule]*demarc.Rule{},
		places: map[*demarc.Assessed]int32{}}
	out := *a
	out.Estate = c.estate(&a.Estate)
	out.Scopes = each(a.Scopes, c.scope)
	slices.SortFunc(out.Scopes, func(x, y *demarc.Scope) int { return demarc.CompareFold(x.ID, y.ID) })
	out.Divisions = each(a.Divisions, c.division)
	slices.SortFunc(out.Divisions, func(x, y *demarc.Division) int { return strings.Compare(x.ID, y.ID) })
	out.Rules = each(a.Rules, c.rule)
	c.resources(a, &out)
	c.pictures(a, &out)
	c.said(a, &out)
	c.done(a, &out)
	c.lists(a, &out)
	return &out
}

// copier makes a copy of one assessment; what its parts share, the copies
// share.
type copier struct {
	*Redactor
	scopes    map[*demarc.Scope]*demarc.Scope
	files     map[*demarc.File]*demarc.File
	answers   map[*demarc.Answer]*demarc.Answer
	divisions map[*demarc.Division]*demarc.Division
	rules     map[*demarc.Rule]*demarc.Rule
	copies    []*demarc.Assessed         // of the resources, in their new order
	old       []int32                    // their places in the old one
	placeOf   []int32                    // their places in the new one, by the old
	places    map[*demarc.Assessed]int32 // of the originals in the new one
}

// each makes a copy of a list.
func each[T any](list []T, copy func(T) T) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i := range list {
		out[i] = copy(list[i])
	}
	return out
}

func (c *copier) estate(e *demarc.Estate) demarc.Estate {
	out := *e
	out.Name = c.name(anEstate, e.Name)
	out.Files = each(e.Files, c.file)
	slices.SortFunc(out.Files, func(x, y *demarc.File) int { return strings.Compare(x.Path, y.Path) })
	out.Incomplete = each(e.Incomplete, func(i demarc.Incomplete) demarc.Incomplete {
		i.Place, i.Message, i.Command = c.place(i.Place), c.text(i.Message), c.command(i.Command)
		return i
	})
	return out
}

func (c *copier) file(f *demarc.File) *demarc.File {
	if f == nil {
		return nil
	}
	made, ok := c.files[f]
	if !ok {
		copied := *f
		made = &copied
		made.Path = c.path(f.Path)
		c.files[f] = made
	}
	return made
}

func (c *copier) place(p demarc.Place) demarc.Place {
	return demarc.Place{File: c.file(p.File), Line: p.Line}
}

func (c *copier) scope(s *demarc.Scope) *demarc.Scope {
	if s == nil {
		return nil
	}
	made, ok := c.scopes[s]
	if !ok {
		made = &demarc.Scope{ID: c.id(s.ID), Kind: s.Kind, Name: c.name(scopeKinds[s.Kind], s.Name), Parent: c.scope(s.Parent)}
		c.scopes[s] = made
	}
	return made
}

// resources copies the resources and puts them in the order of their new ids.
func (c *copier) resources(a, out *demarc.Assessment) {
	copies := each(a.Resources, c.resource)
	c.old = make([]int32, len(copies))
	for i := range c.old {
		c.old[i] = int32(i)
	}
	slices.SortFunc(c.old, func(x, y int32) int {
		return cmp.Or(demarc.CompareFold(copies[x].ID, copies[y].ID), cmp.Compare(x, y))
	})
	out.Resources = make([]*demarc.Assessed, len(copies))
	c.placeOf = make([]int32, len(copies))
	for i, old := range c.old {
		c.placeOf[old] = int32(i)
		out.Resources[i] = copies[old]
		c.places[a.Resources[old]] = int32(i)
	}
	c.copies = out.Resources
}

func (c *copier) resource(r *demarc.Assessed) *demarc.Assessed {
	made := *r
	made.ID, made.Name, made.PartOf = c.id(r.ID), c.resourceName(r.Name), c.id(r.PartOf)
	made.Scope, made.Place, made.Answer = c.scope(r.Scope), c.place(r.Place), c.answer(r.Answer)
	return &made
}

func (c *copier) answer(a *demarc.Answer) *demarc.Answer {
	if a == nil {
		return nil
	}
	made, ok := c.answers[a]
	if !ok {
		copied := *a
		made = &copied
		made.Provider, made.Why = c.party(a.Provider), c.reason(a.Why)
		made.Rule, made.Division = c.rule(a.Rule), c.division(a.Division)
		c.answers[a] = made
	}
	return made
}

// reason replaces a reason. What a person wrote is replaced as a whole.
func (r *Redactor) reason(s string) string {
	for _, start := range [...]string{"Your override: ", "your override: ", "delegated: "} {
		if written, ok := strings.CutPrefix(s, start); ok {
			return start + r.whole(written)
		}
	}
	return r.text(s)
}

func (c *copier) rule(r *demarc.Rule) *demarc.Rule {
	if r == nil {
		return nil
	}
	made, ok := c.rules[r]
	if !ok {
		copied := *r
		made = &copied
		made.ID, made.Source = c.text(r.ID), c.text(r.Source)
		c.rules[r] = made
	}
	return made
}

func (c *copier) division(d *demarc.Division) *demarc.Division {
	if d == nil {
		return nil
	}
	made, ok := c.divisions[d]
	if !ok {
		made = &demarc.Division{ID: c.hash(d.ID), Cells: each(d.Cells, c.cell)}
		c.divisions[d] = made
	}
	return made
}

func (c *copier) cell(cell demarc.Cell) demarc.Cell {
	words := c.text
	if cell.Basis >= demarc.ByDelegated {
		words = c.whole // a person wrote them
	}
	halves, accountable := map[string]string{}, map[string]string{}
	for id, half := range cell.Halves {
		if id == demarc.Customer || c.party(id) != id {
			half = words(half)
		}
		halves[c.party(id)] = half
	}
	for half, id := range cell.Accountable {
		accountable[c.party(half)] = c.party(id)
	}
	cell.Halves, cell.Accountable = halves, accountable
	cell.Parties = each(cell.Parties, c.party)
	slices.Sort(cell.Parties)
	cell.Reason, cell.Source, cell.Surprise = c.reason(cell.Reason), c.text(cell.Source), c.text(cell.Surprise)
	return cell
}

// pictures copies the matrices, the groups and the parties.
func (c *copier) pictures(a, out *demarc.Assessment) {
	out.Matrices, out.Conditional = each(a.Matrices, c.matrix), each(a.Conditional, c.matrix)
	out.Groups = each(a.Groups, func(g demarc.Group) demarc.Group {
		g.Name, g.Matrices = c.groupName(a.GroupedBy, g.Name), each(g.Matrices, c.matrix)
		return g
	})
	slices.SortStableFunc(out.Groups, func(x, y demarc.Group) int {
		return cmp.Or(cmp.Compare(len(y.Name), 0)-cmp.Compare(len(x.Name), 0), demarc.CompareFold(x.Name, y.Name))
	})
	out.Parties = map[string]demarc.Party{}
	for id, p := range a.Parties {
		if hidden := c.party(id); hidden != id {
			p.Name, p.Short = hidden, strings.ToUpper("P"+hidden[len(hidden)-6:])
			id = hidden
		}
		p.ID = id
		out.Parties[id] = p
	}
}

// groupName replaces the name of a group. A region of a cloud is public.
func (r *Redactor) groupName(by demarc.Grouping, s string) string {
	if k := r.kindOf(s); by == demarc.ByLocation && k != aSite {
		return s
	}
	return r.name(groupKinds[by], s)
}

// kindOf is what a name is known to name.
func (r *Redactor) kindOf(s string) kind {
	if n, k := r.names.at(s); n == len(s) && n > 0 {
		return k
	}
	return aName
}

func (c *copier) matrix(m demarc.Matrix) demarc.Matrix {
	m.Cells = each(m.Cells, func(cell demarc.MatrixCell) demarc.MatrixCell {
		parties := map[string]int{}
		for key, n := range cell.Parties {
			ids := each(strings.Split(key, "+"), c.party)
			slices.Sort(ids)
			parties[strings.Join(ids, "+")] += n
		}
		cell.Parties = parties
		return cell
	})
	return m
}

// said copies what is said beside the resources.
func (c *copier) said(a, out *demarc.Assessment) {
	out.Unclassified = each(a.Unclassified, func(u demarc.Unclassified) demarc.Unclassified {
		u.First, u.Reason = c.place(u.First), c.text(u.Reason)
		return u
	})
	out.Undecided = each(a.Undecided, func(u demarc.Undecided) demarc.Undecided {
		u.Question, u.Settle = c.text(u.Question), c.command(u.Settle)
		return u
	})
	out.Surprises = each(a.Surprises, func(s demarc.Surprise) demarc.Surprise {
		s.Text, s.First = c.text(s.Text), c.id(s.First)
		return s
	})
	out.References = each(a.References, func(x demarc.Reference) demarc.Reference {
		x.ID, x.From = c.id(x.ID), c.id(x.From)
		return x
	})
	slices.SortStableFunc(out.References, func(x, y demarc.Reference) int {
		return cmp.Or(demarc.CompareFold(x.ID, y.ID), demarc.CompareFold(x.From, y.From))
	})
	out.Notes = each(a.Notes, func(n demarc.Note) demarc.Note {
		n.Place, n.Message = c.place(n.Place), c.text(n.Message)
		return n
	})
	slices.SortStableFunc(out.Notes, func(x, y demarc.Note) int { return strings.Compare(path(x.Place), path(y.Place)) })
}

func path(p demarc.Place) string {
	if p.File == nil {
		return ""
	}
	return p.File.Path
}

// done copies what was concluded from the verdicts.
func (c *copier) done(a, out *demarc.Assessment) {
	out.Unknown = maps.Clone(a.Unknown)
	out.DoFirst = each(a.DoFirst, func(x demarc.Action) demarc.Action {
		x.Owner, x.First, x.Why = c.owner(x.Owner), c.instanceName(x.First), c.text(x.Why)
		return x
	})
	out.Gaps = each(a.Gaps, func(g demarc.Gap) demarc.Gap {
		g.Subject, g.Text, g.Place = c.gapSubject(&g), c.text(g.Text), c.place(g.Place)
		return g
	})
	out.Settling = each(a.Settling, func(s demarc.Settling) demarc.Settling {
		s.Command = c.command(s.Command)
		return s
	})
	out.Offerings = each(a.Offerings, func(o demarc.Offering) demarc.Offering {
		o.Party = c.party(o.Party)
		return o
	})
	out.Unattached = each(a.Unattached, func(u demarc.Unattached) demarc.Unattached {
		u.Subject, u.Reason, u.First = c.id(u.Subject), c.text(u.Reason), c.place(u.First)
		return u
	})
	slices.SortStableFunc(out.Unattached, func(x, y demarc.Unattached) int {
		return cmp.Or(strings.Compare(x.Tool, y.Tool), strings.Compare(x.Subject, y.Subject))
	})
}

// gapSubject replaces what a gap is about unless it is a word of the program.
func (r *Redactor) gapSubject(g *demarc.Gap) string {
	if r.public(g.Subject) || r.party(g.Subject) == g.Subject {
		return g.Subject
	}
	if g.Kind == demarc.GapOverlap {
		return r.text(g.Subject) // areas and responsibilities
	}
	if k := r.kindOf(g.Subject); k != aName {
		return r.name(k, g.Subject)
	}
	return r.name(aParty, g.Subject)
}

// instanceName replaces the name of a resource, scope or workload.
func (r *Redactor) instanceName(s string) string {
	if r.words[demarc.Fold(s)] || s == "" {
		return s
	}
	if strings.Contains(s, "/") {
		return r.id(s)
	}
	return r.name(r.kindOf(s), s)
}

// owner replaces who answers for something. A role by default is no name.
func (r *Redactor) owner(o demarc.Owner) demarc.Owner {
	switch o.Basis {
	case demarc.ByDelegation:
		o.Name = r.party(o.Name)
	case demarc.ByScopeTag, demarc.ByResourceTag, demarc.ByOwnerRule:
		o.Name = r.name(anOwner, o.Name)
	case demarc.NoOwner, demarc.ByDefaultRole:
	}
	o.Party, o.From = r.party(o.Party), r.text(o.From)
	return o
}
