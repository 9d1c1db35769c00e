package compare

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc"
)

// The aspects of knowledge.
const (
	aspectSource      Aspect = "source"
	aspectChecked     Aspect = "checked"
	aspectReviewed    Aspect = "reviewed"
	aspectTitle       Aspect = "title"
	aspectText        Aspect = "text"
	aspectDone        Aspect = "done when"
	aspectArea        Aspect = "area"
	aspectLevel       Aspect = "level"
	aspectSeverity    Aspect = "severity"
	aspectMaxAge      Aspect = "oldest evidence"
	aspectRequirement Aspect = "requirement"
	aspectRole        Aspect = "role by default"
	aspectControls    Aspect = "controls"
	aspectSettles     Aspect = "settled by"
	aspectAreas       Aspect = "areas"
)

// knowledge compares what the two sides know. An assessment holds only the
// knowledge that decided something in it: whether a fact is new or gone can be
// told only of two assessments of the same inputs.
func (o *Difference) knowledge(before, after *demarc.Assessment, sameInputs bool) {
	o.facts(CatalogRule, ruleFacts(before), ruleFacts(after), sameInputs)
	o.facts(CatalogResponsibility, taskFacts(before), taskFacts(after), sameInputs)
	o.facts(CatalogModel, modelFacts(before), modelFacts(after), sameInputs)
}

// fact is a piece of knowledge as pairs of aspect and text.
type fact struct {
	id, title, source string
	says              []said
}

type said struct {
	aspect Aspect
	text   string
}

// facts compares two lists of facts by their ids.
func (o *Difference) facts(kind CatalogKind, before, after []fact, sameInputs bool) {
	was := make(map[string]*fact, len(before))
	for i := range before {
		was[before[i].id] = &before[i]
	}
	for i := range after {
		f := &after[i]
		b := was[f.id]
		delete(was, f.id)
		switch {
		case b == nil && sameInputs:
			o.Catalog = append(o.Catalog, CatalogChange{Kind: kind, ID: f.id, Title: f.title, Move: Begun, Source: f.source})
		case b != nil:
			if changes := factChanges(b, f); len(changes) > 0 {
				o.Catalog = append(o.Catalog, CatalogChange{Kind: kind, ID: f.id, Title: f.title, Changes: changes, Source: f.source})
			}
		}
	}
	for i := range before {
		if f := &before[i]; was[f.id] != nil && sameInputs {
			o.Catalog = append(o.Catalog, CatalogChange{Kind: kind, ID: f.id, Title: f.title, Move: Over, Source: f.source})
		}
	}
}

func factChanges(b, a *fact) []Change {
	var list []Change
	for n := range a.says {
		if was, is := b.says[n], a.says[n]; was.text != is.text {
			list = append(list, Change{is.aspect, was.text, is.text})
		}
	}
	return list
}

func ruleFacts(a *demarc.Assessment) []fact {
	list := make([]fact, 0, len(a.Rules))
	for _, r := range a.Rules {
		list = append(list, fact{r.ID, "", r.Source, []said{{aspectSource, r.Source}, {aspectChecked, r.Checked}, {aspectReviewed, strconv.FormatBool(r.Reviewed)}}})
	}
	return list
}

func taskFacts(a *demarc.Assessment) []fact {
	list := make([]fact, 0, len(a.Responsibilities))
	for _, r := range a.Responsibilities {
		list = append(list, fact{r.ID, r.Title, r.Source, []said{
			{aspectTitle, r.Title}, {aspectText, r.Text}, {aspectDone, r.DoneWhen}, {aspectArea, r.Area}, {aspectLevel, r.Level.String()},
			{aspectSeverity, r.Severity.String()}, {aspectMaxAge, ageWords(r.MaxAge)}, {aspectRequirement, r.Requirement}, {aspectRole, r.OwnerRole},
			{aspectControls, controlWords(r.Controls)}, {aspectSettles, settleWords(r.Settle)}, {aspectSource, r.Source}, {aspectChecked, r.Checked},
		}})
	}
	return list
}

func modelFacts(a *demarc.Assessment) []fact {
	list := make([]fact, 0, len(a.Matrices))
	for i := range a.Matrices {
		m := &a.Matrices[i]
		var areas []string
		for _, area := range m.Areas {
			areas = append(areas, area.Label)
		}
		list = append(list, fact{m.Model, m.Title, "", []said{{aspectTitle, m.Title}, {aspectAreas, strings.Join(areas, ", ")}}})
	}
	return list
}

func ageWords(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatFloat(d.Hours()/24, 'f', -1, 64) + " d"
}

func controlWords(list []demarc.Control) string {
	var words []string
	for _, c := range list {
		words = append(words, strings.TrimSpace(c.Framework+" "+c.Version)+" "+c.ID)
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// settleWords writes the sufficient sets of checks, "a with b; or c".
func settleWords(list []demarc.Settle) string {
	var sets []string
	for _, s := range list {
		var checks []string
		for _, c := range s.Checks {
			checks = append(checks, c.String())
		}
		sets = append(sets, strings.Join(checks, " with "))
	}
	slices.Sort(sets)
	return strings.Join(sets, "; or ")
}
