package recorded

import (
	"maps"
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/slots"
	"github.com/demarc-dev/demarc/internal/source"
)

// What follows describes the words of the house, each once for writing and
// reading. A place stands aside.

func resource(c *codec, x *source.Resource) {
	c.text(&x.ID)
	c.text(&x.Name)
	c.common(&x.Type)
	small(c, &x.Seen, demarc.SeenFull)
	c.flag(&x.MadeUp)
	small(c, &x.Standing, demarc.Leaving)
	c.common(&x.ScopeID)
	c.common(&x.DisplayType)
	c.text(&x.Address)
	small(c, &x.Change, source.Deleted)
}

func scope(c *codec, x *source.Scope) {
	c.text(&x.ID)
	c.text(&x.Name)
	c.text(&x.ManagedBy)
	var tags []tag
	for _, name := range slices.Sorted(maps.Keys(x.Tags)) {
		tags = append(tags, tag{name, x.Tags[name]})
	}
	if x.Tags != nil && tags == nil {
		tags = []tag{}
	}
	listOf(c, &tags, func(c *codec, t *tag) {
		c.common(&t.name)
		c.common(&t.value)
	})
	if !c.reading || tags == nil {
		return
	}
	x.Tags = make(map[string]string, len(tags))
	for _, t := range tags {
		x.Tags[t.name] = t.value
	}
}

// tag is a name and a value.
type tag struct{ name, value string }

func reference(c *codec, x *source.Reference) {
	c.text(&x.ID)
	c.common(&x.Type)
	c.text(&x.From)
}

func evidence(c *codec, x *demarc.Evidence) {
	c.text(&x.Subject.ID)
	c.common(&x.Subject.Type)
	c.text(&x.Subject.Name)
	c.text(&x.Subject.Host)
	c.text(&x.Subject.Identity)
	c.common(&x.Subject.Scope)
	c.common(&x.Tool)
	c.common(&x.Check)
	c.common(&x.Title)
	small(c, &x.Outcome, demarc.OutcomeNotApplicable)
	c.common((*string)(&x.Reason))
	c.common(&x.Detail)
	small(c, &x.Severity, demarc.Critical)
	small(c, &x.Strength, demarc.Observed)
	c.common(&x.By)
	c.time(&x.Observed)
	c.time(&x.Expires)
	c.time(&x.Since)
	c.duration(&x.Amount)
}

func note(c *codec, x *demarc.Note) {
	c.common((*string)(&x.Kind))
	c.text(&x.Message)
	c.int(&x.Count)
}

func incomplete(c *codec, x *demarc.Incomplete) {
	c.int(&x.Read)
	c.int(&x.Total)
	c.flag(&x.Possibly)
	c.text(&x.Message)
	c.text(&x.Command)
}

func file(c *codec, x *File) {
	c.text(&x.Path)
	c.text(&x.Format)
	for _, n := range [...]*int{&x.Resources, &x.Scopes, &x.References, &x.Evidence, &x.Statements, &x.Notes} {
		c.int(n)
	}
	c.flag(&x.First)
}

func document(c *codec, x *Document) {
	c.text(&x.Path)
	c.bytes(&x.Text)
}

func estate(c *codec, x *Estate) {
	c.text(&x.Name)
	c.text(&x.AsOf)
}

// keptPlan is a plan as it is kept.
type keptPlan struct {
	every  bool // it holds the wishes of all types
	wishes []slots.Wish
}

func plan(c *codec, x *keptPlan) {
	c.flag(&x.every)
	listOf(c, &x.wishes, func(c *codec, w *slots.Wish) {
		c.text(&w.Path)
		c.flag(&w.Whole)
		c.texts(&w.Only)
	})
}
