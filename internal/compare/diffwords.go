package compare

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// words writes what became of something, out of what decided it.
type words struct {
	parties  [2]map[string]demarc.Party // of after, of before
	typeName func(string) string
}

// became says what a resource is now that it was not before, to stand behind
// its name; "" when it stayed what it was.
func (w *words) became(p answerPair) string {
	model := ""
	if p.before.Model != p.after.Model {
		model = p.after.Model.Label()
		if p.after.Model == demarc.UnknownModel {
			model = "service model unknown"
		}
	}
	switch {
	case p.is != "" && model != "":
		return "is " + w.article(p.is) + " now, " + model
	case p.is != "":
		return "is " + w.article(p.is) + " now"
	case p.before.Role != p.after.Role:
		return w.withWhy("is "+roleWords[p.after.Role]+" now", p)
	case p.after.Model == demarc.UnknownModel && model != "":
		return w.withWhy("nobody can tell its service model any more", p)
	case model != "":
		return w.withWhy("is "+model+" now", p)
	}
	return ""
}

// withWhy adds what decided the answer, unless that was said before, too.
func (w *words) withWhy(text string, p answerPair) string {
	if why := strings.TrimSuffix(p.after.Why, "."); why != "" && p.before.Why != p.after.Why {
		text += ", since: " + inOwnWords(why)
	}
	return text
}

// inOwnWords puts what a person of the organisation wrote between quotes, so
// that it can be told from the words of the program in the middle of a sentence.
func inOwnWords(why string) string {
	for _, start := range [...]string{"Your override: ", "your override: ", "delegated: "} {
		if said, ok := strings.CutPrefix(why, start); ok {
			return start + `"` + strings.ReplaceAll(said, `"`, "'") + `"`
		}
	}
	return why
}

var roleWords = map[demarc.Role]string{
	demarc.Workload: "a workload", demarc.Part: "a part of another resource", demarc.Configuration: "configuration of something else",
	demarc.ControlPlane: "management surface", demarc.ProviderManaged: "managed by a provider", demarc.ThirdParty: "operated by a publisher",
}

// article writes the name of a type as a thing.
func (w *words) article(typ string) string {
	name := typ
	if w.typeName != nil {
		name = orElse(w.typeName(typ), typ)
	}
	if name == typ {
		return name // a technical word
	}
	if strings.ContainsRune("AEIOaeio", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// thing is an area of a resource, or of one of its facets, in words.
type thing struct {
	label string // "the operating system", "the applications of its container image"
	many  bool
}

func thingOf(label, facet string) thing {
	t := thing{label: label, many: strings.HasSuffix(label, "s") && !strings.HasSuffix(label, "ss")}
	if len(label) > 1 && strings.ToLower(label[1:2]) == label[1:2] { // no abbreviation
		t.label = strings.ToLower(label[:1]) + label[1:]
	}
	t.label = "the " + t.label
	if facet != "" {
		t.label += " of its " + strings.ReplaceAll(facet, "-", " ")
	}
	return t
}

// does writes the thing with what it does.
func (t thing) does(one, many string) string {
	if t.many {
		return t.label + " " + many
	}
	return t.label + " " + one
}

// passes says whose a thing is that was another's.
func (w *words) passes(t thing, was, is []string) string {
	switch {
	case len(was) == 0 && unknown(is):
		return t.does("is new there, and nobody can tell whose it is", "are new there, and nobody can tell whose they are")
	case len(was) == 0:
		return t.does("is new there and ", "are new there and ") + w.belongs(is)
	case len(is) == 0 && unknown(was):
		return t.does("ends there", "end there")
	case len(is) == 0:
		return t.does("ends there, which was ", "end there, which were ") + w.belongs(was)
	case unknown(was):
		return t.does("is known to be ", "are known to be ") + w.belongs(is)
	case unknown(is):
		return "nobody can tell any more whose " + t.does("is, which was ", "are, which were ") + w.belongs(was)
	}
	return t.does("passes", "pass") + " from " + w.list(was) + alone(was, is) + " to " + w.list(is) + alone(is, was)
}

// alone says that the only party of one side shares it on the other.
func alone(parties, others []string) string {
	if len(parties) == 1 && slices.Contains(others, parties[0]) {
		return " alone"
	}
	return ""
}

func unknown(parties []string) bool { return len(parties) == 1 && parties[0] == demarc.UnknownParty }

// belongs writes "yours", "Microsoft's", "shared by you and Microsoft".
func (w *words) belongs(parties []string) string {
	switch {
	case len(parties) > 1:
		return "shared by " + w.list(parties)
	case parties[0] == demarc.Customer:
		return "yours"
	}
	return w.party(parties[0]) + "'s"
}

// list joins the names of parties, you first.
func (w *words) list(parties []string) string {
	var names []string
	for _, p := range parties {
		if p == demarc.Customer {
			names = append([]string{"you"}, names...)
			continue
		}
		names = append(names, w.party(p))
	}
	if n := len(names) - 1; n > 0 {
		return strings.Join(names[:n], ", ") + " and " + names[n]
	}
	return names[0]
}

func (w *words) party(id string) string {
	for _, side := range w.parties {
		if p, ok := side[id]; ok && p.Name != "" {
			return p.Name
		}
	}
	return id
}
