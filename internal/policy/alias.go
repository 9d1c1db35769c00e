package policy

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Alias says where a property lies that rules name by a short name.
type Alias struct {
	Name string // as rules spell it
	Type string // the resource type, "" where only the name tells
	Path string // by default, from the root of the resource
	// Versions are the paths of single API versions that differ from the default.
	Versions []VersionedPath
	// Modifiable says that modify may set it.
	Modifiable bool
}

// VersionedPath is a path in some versions of the API.
type VersionedPath struct {
	Path        string
	APIVersions []string
}

// Aliases is a table of aliases. What it lacks is looked for by convention:
// the alias Namespace/type/a.b lies at properties.a.b. A table is read-only and
// safe for concurrent use.
type Aliases struct {
	byName         map[string][]Alias
	discriminators map[string]string
	doubtful       map[string]bool
	complete       bool
	none           bool
	modifiable     bool
}

// AliasFacts is what a table of aliases is made of.
type AliasFacts struct {
	Aliases []Alias
	// Discriminators are the properties that tell subtypes apart, by resource
	// type. The alias Namespace/type/Sub.a lies at properties.a of a resource
	// whose discriminator is Sub.
	Discriminators map[string]string
	// Doubtful are names that follow the convention in no table that was seen.
	Doubtful []string
	// Complete says that the list holds all aliases there are, so that one that
	// it lacks is unknown.
	Complete bool
	// None says that there are no aliases: every field is a path from the root.
	None bool
}

// NewAliases makes a table. Of two facts about one name and type the first counts.
func NewAliases(facts AliasFacts) *Aliases {
	t := &Aliases{byName: make(map[string][]Alias, len(facts.Aliases)), discriminators: map[string]string{}, doubtful: map[string]bool{}, complete: facts.Complete, none: facts.None}
	for _, a := range facts.Aliases {
		key := demarc.Fold(a.Name)
		a.Type = demarc.Fold(a.Type)
		t.modifiable = t.modifiable || a.Modifiable
		known := slices.ContainsFunc(t.byName[key], func(b Alias) bool { return b.Type == a.Type })
		if !known {
			t.byName[key] = append(t.byName[key], a)
		}
	}
	for typ, property := range facts.Discriminators {
		t.discriminators[demarc.Fold(typ)] = property
	}
	for _, name := range facts.Doubtful {
		t.doubtful[demarc.Fold(name)] = true
	}
	return t
}

// place is where the property of an alias lies in resources of one type.
type place struct {
	path string
	// when and is name the discriminator: the property lies there only where
	// the value at when is is.
	when, is string
	// doubtful says that the convention alone gave the path: what is not found
	// there may lie elsewhere.
	doubtful bool
	// foreign says that the alias belongs to another type.
	foreign bool
}

// isAlias reports whether the name of a field is that of an alias.
func isAlias(name string) bool {
	before, _, found := strings.Cut(name, "/")
	return found && !strings.ContainsAny(before, "[' ")
}

// split divides an alias into the type and the property.
func split(name string) (typ, property string) {
	at := strings.LastIndexByte(name, '/')
	return name[:at], name[at+1:]
}

// find says where an alias lies in a resource of a folded type. Trusted rules
// are those of Microsoft and our own, whose aliases exist.
func (t *Aliases) find(name, typ, version string, trusted bool) place {
	if t.none {
		return place{path: name}
	}
	if a, ok := t.lookup(name, typ); ok {
		return t.placed(name, typ, a.at(version))
	}
	of, _ := split(name)
	if !demarc.EqualFold(of, typ) {
		// Of a whole namespace only the table tells which types have the alias.
		return place{foreign: strings.Contains(of, "/") || t.byName[demarc.Fold(name)] != nil, doubtful: true}
	}
	path := ConventionalPath(name)
	known := trusted && !t.complete && !t.doubtful[demarc.Fold(name)]
	return place{path: path, doubtful: !known}
}

// ConventionalPath is where an alias lies by convention: Namespace/type/a.b at
// properties.a.b, and what resources have beside their properties there.
func ConventionalPath(name string) string {
	_, property := split(name)
	if rootMember(property) {
		return property
	}
	return "properties." + property
}

// rootMembers are what resources have beside their properties.
var rootMembers = [...]string{"sku", "zones", "managedby", "kind", "identity", "plan", "extendedlocation"}

// rootMember reports whether a property lies beside the others.
func rootMember(property string) bool {
	first := demarc.Fold(property)
	if i := strings.IndexAny(first, ".["); i >= 0 {
		first = first[:i]
	}
	return slices.Contains(rootMembers[:], first)
}

// lookup finds an alias of a type in the table.
func (t *Aliases) lookup(name, typ string) (*Alias, bool) {
	list := t.byName[demarc.Fold(name)]
	of, _ := split(name)
	for i := range list {
		if list[i].Type == typ || list[i].Type == "" && (demarc.EqualFold(of, typ) || !strings.Contains(of, "/")) {
			return &list[i], true
		}
	}
	return nil, false
}

// at is the path of one API version, the default path for "" and for versions
// that the alias does not name.
func (a *Alias) at(version string) string {
	if version != "" {
		for _, v := range a.Versions {
			if slices.ContainsFunc(v.APIVersions, func(one string) bool { return demarc.EqualFold(one, version) }) {
				return v.Path
			}
		}
	}
	return a.Path
}

// placed adds the discriminator to a path: an alias whose property begins with
// a step that its path lacks belongs to one subtype.
func (t *Aliases) placed(name, typ, path string) place {
	p := place{path: path}
	_, property := split(name)
	first, rest, _ := strings.Cut(property, ".")
	if rest == "" || demarc.EqualFold(path, property) || !endsIn(path, rest) || endsIn(path, property) {
		return p
	}
	when, ok := t.discriminators[typ]
	if !ok {
		return p
	}
	p.when, p.is = when, first
	return p
}

// endsIn reports whether a path ends in whole steps.
func endsIn(path, tail string) bool {
	cut := len(path) - len(tail)
	return cut >= 0 && demarc.EqualFold(path[cut:], tail) && (cut == 0 || path[cut-1] == '.')
}

// canModify reports whether modify may set a field. A table that says of no
// alias that it is modifiable does not tell.
func (t *Aliases) canModify(name string) bool {
	if !t.modifiable || !isAlias(name) {
		return true
	}
	list := t.byName[demarc.Fold(name)]
	return len(list) == 0 || slices.ContainsFunc(list, func(a Alias) bool { return a.Modifiable })
}
