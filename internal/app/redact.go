package app

import (
	"sort"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/report/redact"
)

// Redaction asks for results without names.
type Redaction struct {
	On     bool
	Secret string // keys the pseudonyms; "" derives the key from the estate
}

// redactor learns the names of an estate, nil when names are to be shown.
func (q *Request) redactor(c *catalog.Catalog, s *assess.Settled) *redact.Redactor {
	if !q.Redact.On {
		return nil
	}
	return redact.New(s.Assessment, redact.Options{Secret: q.Redact.Secret, Party: c.KnowsParty, Names: s.Named(), Words: publicWords(c), Paths: q.Paths})
}

// redacted is the assessment, without names when they are to be hidden.
func (q *Request) redacted(c *catalog.Catalog, s *assess.Settled) *demarc.Assessment {
	if hide := q.redactor(c, s); hide != nil {
		return hide.Assessment(s.Assessment)
	}
	return s.Assessment
}

// twin is a resource in an assessment without names.
func twin(hide *redact.Redactor, a *demarc.Assessment, r *demarc.Assessed) *demarc.Assessed {
	id := hide.ID(r.ID)
	at, _ := sort.Find(len(a.Resources), func(i int) int { return demarc.CompareFold(id, a.Resources[i].ID) })
	return a.Resources[at]
}

// hide takes the names out of a document when they are to be hidden.
func (q *Request) hide(c *catalog.Catalog, s *assess.Settled, document any) {
	if hide := q.redactor(c, s); hide != nil {
		hide.Document(document)
	}
}

// publicWords are words of the catalogue that a name may be equal to, or that
// reasons quote.
func publicWords(c *catalog.Catalog) []string {
	var words []string
	for i := range c.Families {
		for j := range c.Families[i].Types {
			words = append(words, c.Families[i].Types[j].Name)
		}
	}
	for i := range c.OwnerRoles {
		words = append(words, c.OwnerRoles[i].ID, c.OwnerRoles[i].Name)
	}
	for i := range c.Tools {
		words = append(words, c.Tools[i].ID, c.Tools[i].Name)
	}
	for _, p := range c.Parties {
		words = append(words, p.ID, p.Name)
	}
	for i := range c.Models {
		words = append(words, c.Models[i].Title)
	}
	for _, f := range InputFormats() {
		words = append(words, f.Name, f.Title)
	}
	return words
}
