package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/pack"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/policyfiles"
	"github.com/demarc-dev/demarc/internal/source"
)

// Checks says what is computed here, beside evidence from outside.
type Checks struct {
	NotOwn   bool     // the checks that the program carries are left out
	Packs    []string // names of packs, every definition of which is evaluated with its defaults
	Policies []string // folders and archives with a team's own definitions
	Folder   string   // of packs
	// Definitions are evaluated with their defaults where nothing else evaluates
	// them, by their names.
	Definitions []string
	// Only, where it is set, leaves out all but what this word names; see
	// [ExplainPolicy].
	Only string
}

// The words of --checks beside the names of packs.
const (
	ownWord  = "own"
	noneWord = "none"
)

// ParseChecks reads which checks count beside evidence from outside: "own",
// "none" alone, and names of packs.
func ParseChecks(words []string) (Checks, error) {
	c := Checks{NotOwn: true}
	for _, word := range words {
		switch {
		case word == noneWord && len(words) > 1:
			return c, &UsageError{fmt.Errorf("none does not go together with other checks")}
		case word == noneWord:
		case word == ownWord:
			c.NotOwn = false
		case !packName.MatchString(word):
			return c, &UsageError{fmt.Errorf("unknown checks %q, known are own, none and the names of packs", word)}
		default:
			c.Packs = append(c.Packs, word)
		}
	}
	return c, nil
}

// rules gathers what an assessment evaluates of Azure Policy.
type rules struct {
	catalog  *catalog.Catalog
	checks   Checks
	packs    map[string]*pack.Pack
	given    map[string]*policy.Definition // of files and exports, by folded id and by folded name
	sets     map[string]*policy.Set
	from     map[*policy.Definition]string // where they were read
	looked   bool                          // for packs in the folder
	bound    []*policy.Bound
	policies assess.Policies
	notes    []demarc.Note
}

func newRules(c *catalog.Catalog, checks Checks) *rules {
	return &rules{catalog: c, checks: checks, packs: map[string]*pack.Pack{}, given: map[string]*policy.Definition{}, sets: map[string]*policy.Set{},
		from: map[*policy.Definition]string{}}
}

// rulesOf builds the rulebook of an assessment; nil when there is nothing to
// evaluate. First is what the files say that shapes how resources are judged.
func rulesOf(c *catalog.Catalog, checks Checks, first []source.Statement) (*assess.Policies, []demarc.Note, error) {
	r := newRules(c, checks)
	var assignments []demarc.PolicyAssignment
	for _, s := range first {
		switch x := s.Content.(type) {
		case demarc.PolicyDefinition:
			r.take(x.ID, x.Set, x.Text, x.Place)
		case demarc.PolicyAssignment:
			assignments = append(assignments, x)
		case demarc.Collected:
			r.policies.Collected = append(r.policies.Collected, x)
		}
	}
	if !checks.NotOwn {
		if err := r.own(); err != nil {
			return nil, nil, err
		}
	}
	own, err := r.team()
	if err != nil {
		return nil, nil, err
	}
	for i := range assignments {
		r.assign(&assignments[i])
	}
	for _, d := range own {
		r.bind(d, nil, assess.PolicyCheck{})
	}
	for _, name := range checks.Packs {
		if err := r.whole(name); err != nil {
			return nil, nil, err
		}
	}
	r.named(checks.Definitions)
	if err := r.only(checks.Only); err != nil {
		return nil, nil, err
	}
	if len(r.bound) == 0 {
		return nil, r.notes, nil
	}
	aliases, err := r.aliases()
	if err != nil {
		return nil, nil, err
	}
	r.policies.Book = policy.NewRulebook(aliases, r.bound)
	return &r.policies, r.notes, nil
}

// ownTool and azureTool are the tools as which results count.
const (
	ownTool   = "demarc"
	azureTool = "azure-policy"
	ownPrefix = "demarc-"
)

// own binds the definitions that the program carries.
func (r *rules) own() error {
	list, err := own()
	if err != nil {
		return err
	}
	for i, d := range list {
		b, err := policy.Bind(d, nil)
		if err != nil {
			return err
		}
		b.Trusted = true
		r.add(b, assess.PolicyCheck{Tool: ownTool, Check: strings.TrimPrefix(d.Name, ownPrefix), Title: d.DisplayName, From: "Demarc's own, " + r.catalog.Policies[i].File})
	}
	return nil
}

func (r *rules) add(b *policy.Bound, check assess.PolicyCheck) {
	r.bound = append(r.bound, b)
	r.policies.Checks = append(r.policies.Checks, check)
}

// bind binds a definition and counts its results as those of Azure Policy. A
// definition that does not allow its values becomes a note.
func (r *rules) bind(d *policy.Definition, given map[string]armexpr.Value, check assess.PolicyCheck) {
	b, err := policy.Bind(d, given)
	if err != nil {
		r.note(placeOfCheck(&check), fmt.Sprintf("the definition %s is not evaluated: %v", cmp.Or(d.DisplayName, d.Name), err))
		return
	}
	if check.Assignment != nil {
		b.Assignment = check.Assignment.ID
	}
	check.Tool, check.Check, check.Title = azureTool, cmp.Or(d.Name, lastPart(d.ID)), d.DisplayName
	check.From = r.from[d]
	check.Definition = demarc.Fold(cmp.Or(lastPart(d.ID), d.Name))
	r.add(r.overridden(b, &check), check)
}

// overridden applies the effect that an assignment puts in place of that of the
// definition
// (https://learn.microsoft.com/azure/governance/policy/concepts/assignment-structure#overrides).
func (r *rules) overridden(b *policy.Bound, check *assess.PolicyCheck) *policy.Bound {
	if check.Assignment == nil {
		return b
	}
	for _, o := range check.Assignment.Overrides {
		if !demarc.EqualFold(o.Kind, "policyEffect") || !concerns(&o, check.Reference) {
			continue
		}
		if slices.ContainsFunc(o.Selectors, func(s demarc.Selector) bool { return demarc.EqualFold(s.Kind, "resourceLocation") }) {
			r.note(check.Assignment.Place, "an effect for some locations only is not applied: the assignment "+check.Assignment.Name+" keeps the effect of its definitions")
			continue
		}
		if o.Value != "" {
			return b.WithEffect(o.Value)
		}
	}
	return b
}

// concerns reports whether an override is about a member of an initiative.
func concerns(o *demarc.PolicyOverride, reference string) bool {
	for _, s := range o.Selectors {
		if !demarc.EqualFold(s.Kind, "policyDefinitionReferenceId") {
			continue
		}
		is := func(one string) bool { return demarc.EqualFold(one, reference) }
		if len(s.In) > 0 && !slices.ContainsFunc(s.In, is) || slices.ContainsFunc(s.NotIn, is) {
			return false
		}
	}
	return true
}

func placeOfCheck(c *assess.PolicyCheck) demarc.Place {
	if c.Assignment != nil {
		return c.Assignment.Place
	}
	return demarc.Place{}
}

func (r *rules) note(at demarc.Place, message string) {
	r.notes = append(r.notes, demarc.Note{Kind: demarc.NoteUndecided, Place: at, Message: message, Count: 1})
}

// take keeps a definition or an initiative that was given.
func (r *rules) take(id string, set bool, text []byte, at demarc.Place) *policy.Definition {
	if set {
		s, err := policy.ParseSet(text)
		if err != nil {
			r.note(at, "an initiative that cannot be read: "+err.Error())
			return nil
		}
		r.sets[demarc.Fold(cmp.Or(id, s.ID, s.Name))] = s
		r.sets[demarc.Fold(lastPart(cmp.Or(id, s.ID, s.Name)))] = s
		return nil
	}
	d, err := policy.Parse(text)
	if err != nil {
		r.note(at, "a policy definition that cannot be read: "+err.Error())
		return nil
	}
	d.ID = cmp.Or(d.ID, id)
	d.Name = cmp.Or(d.Name, lastPart(d.ID))
	r.given[demarc.Fold(d.ID)] = d
	r.given[demarc.Fold(d.Name)] = d
	r.from[d] = at.String()
	return d
}

// team reads the definitions of --policies.
func (r *rules) team() ([]*policy.Definition, error) {
	var list []*policy.Definition
	for _, path := range r.checks.Policies {
		notes, err := policyfiles.Find(path, func(f policyfiles.File) error {
			if f.Assignment {
				return nil
			}
			if d := r.take(f.ID, f.Set, f.Raw, f.Place()); d != nil {
				list = append(list, d)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read policies: %w", err)
		}
		r.notes = append(r.notes, notes...)
	}
	return list, nil
}

// whole binds the definitions of a pack with their defaults. Those of other
// clouds and those that Microsoft withdrew are left out, and so are rules about
// any type, such as which locations are allowed: they are somebody's choice and
// say nothing until they are assigned.
func (r *rules) whole(name string) error {
	p, err := r.pack(name)
	if err != nil {
		return err
	}
	all, err := p.All()
	if err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	for i, d := range parseAll(all) {
		if d != nil && !all[i].Gov && speaks(d) {
			r.from[d] = packed(p)
			r.bind(d, nil, assess.PolicyCheck{})
		}
	}
	return nil
}

// speaks reports whether a definition says something without being assigned.
func speaks(d *policy.Definition) bool {
	_, any := d.Types()
	return !any && !d.Deprecated && d.Kind() != policy.Static
}

// pack opens a pack once.
func (r *rules) pack(name string) (*pack.Pack, error) {
	if p, ok := r.packs[name]; ok {
		return p, nil
	}
	path, err := packPath(r.checks.Folder, name)
	if err != nil {
		return nil, err
	}
	p, err := pack.Open(path)
	if err != nil {
		return nil, hinted(fmt.Errorf("pack %s: %w", name, err), "demarc catalog add "+name+" PATH|ARCHIVE makes it; demarc catalog list shows those that are there")
	}
	r.packs[name] = p
	return p, nil
}

// aliases is the table of aliases: those that the user refreshed, and those
// that the program carries.
func (r *rules) aliases() (*policy.Aliases, error) {
	facts := aliasFacts(r.catalog)
	path, err := packPath(r.checks.Folder, AliasPack)
	if err != nil || r.checks.Folder == "" {
		return policy.NewAliases(facts), nil
	}
	if !isFile(path) {
		return policy.NewAliases(facts), nil
	}
	_, list, err := pack.OpenAliases(path)
	if err != nil {
		return nil, fmt.Errorf("pack %s: %w", AliasPack, err)
	}
	fresh := make([]policy.Alias, 0, len(list)+len(facts.Aliases))
	for _, a := range list {
		one := policy.Alias{Name: a.Name, Type: a.Type, Path: a.Path, Modifiable: a.Modifiable}
		for _, v := range a.Versions {
			one.Versions = append(one.Versions, policy.VersionedPath{Path: v.Path, APIVersions: v.APIVersions})
		}
		fresh = append(fresh, one)
	}
	facts.Aliases, facts.Complete = append(fresh, facts.Aliases...), true
	return policy.NewAliases(facts), nil
}

func lastPart(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
