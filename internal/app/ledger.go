package app

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/statements"
	"github.com/demarc-dev/demarc/internal/store"
)

// scribe writes down what people say while an estate is read: attestations,
// exceptions, assurances and who owns what. It is what the ledger of a
// workspace keeps.
type scribe struct {
	mu   sync.Mutex
	said []store.Said
}

// over wraps a sink so that what people say is heard on its way.
func (w *scribe) over(sink source.Sink) source.Sink {
	if w == nil {
		return sink
	}
	return &overheard{sink, w}
}

// owners hears who owns what, as the documents of the estate say.
func (w *scribe) owners(rules []demarc.OwnerRule) {
	if w == nil {
		return
	}
	for i := range rules {
		w.hear(saidOwner(&rules[i]))
	}
}

func (w *scribe) hear(s store.Said) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, s)
}

// overheard is the sink of one goroutine.
type overheard struct {
	source.Sink
	to *scribe
}

// Evidence hears what a person attests.
func (s *overheard) Evidence(e *demarc.Evidence) {
	if e.Tool == statements.Tool {
		s.to.hear(saidAttestation(e))
	}
	s.Sink.Evidence(e)
}

// Statement hears exceptions and assurances.
func (s *overheard) Statement(said source.Statement) {
	switch c := said.Content.(type) {
	case demarc.Exception:
		s.to.hear(saidException(&c))
	case demarc.Assurance:
		s.to.hear(saidAssurance(&c))
	case demarc.PolicyExemption:
		s.to.hear(saidExemption(&c))
	}
	s.Sink.Statement(said)
}

// Fork gives another goroutine its own sink.
func (s *overheard) Fork() source.Sink { return &overheard{s.Sink.Fork(), s.to} }

// The words of the ledger. Their names are a file format.
type (
	attestationWords struct {
		Responsibility string `json:"responsibility"`
		Scope          string `json:"scope"`
		Outcome        string `json:"outcome"`
		Statement      string `json:"statement"`
		By             string `json:"by"`
		Observed       string `json:"observed"`
		Expires        string `json:"expires"`
	}
	exceptionWords struct {
		ID             string `json:"id"`
		Responsibility string `json:"responsibility"`
		Check          string `json:"check"` // "tool:check" where it names one instead
		Scope          string `json:"scope"`
		Reason         string `json:"reason"`
		Approver       string `json:"approver"`
		Owner          string `json:"owner"`
		From           string `json:"from"`
		Expires        string `json:"expires"`
	}
	assuranceWords struct {
		ID               string   `json:"id"`
		Party            string   `json:"party"`
		Kind             string   `json:"kind"`
		Cloud            string   `json:"cloud"`
		Services         []string `json:"services"`
		Responsibilities []string `json:"responsibilities"`
		From             string   `json:"from"`
		Until            string   `json:"until"`
		Expires          string   `json:"expires"`
		Document         string   `json:"document"`
	}
	exemptionWords struct {
		ID         string   `json:"id"`
		Name       string   `json:"name"`
		Scope      string   `json:"scope"`
		Assignment string   `json:"assignment"`
		References []string `json:"references"`
		Category   string   `json:"category"`
		Expires    string   `json:"expires"`
	}
	ownerWords struct {
		Owner            string   `json:"owner"`
		ID               string   `json:"id"`
		Tag              string   `json:"tag"`
		Scope            string   `json:"scope"`
		Type             string   `json:"type"`
		Areas            []string `json:"areas"`
		Responsibilities []string `json:"responsibilities"`
	}
)

func saidAttestation(e *demarc.Evidence) store.Said {
	w := attestationWords{Responsibility: e.Check, Scope: e.Subject.ID, Outcome: e.Outcome.String(), Statement: e.Detail, By: e.By,
		Observed: when(e.Observed), Expires: when(e.Expires)}
	return said(store.AttestationKind, w, e.Place, w.Responsibility, w.Scope, w.By, w.Observed)
}

func saidException(x *demarc.Exception) store.Said {
	w := exceptionWords{ID: x.ID, Responsibility: x.Responsibility, Scope: x.Scope, Reason: x.Reason, Approver: x.Approver, Owner: x.Owner,
		From: when(x.From), Expires: when(x.Expires)}
	if x.Tool != "" {
		w.Check = x.Tool + ":" + x.Check
	}
	return said(store.ExceptionKind, w, x.Place, w.ID, cmp.Or(w.Responsibility, w.Check), w.Scope)
}

// saidExemption is an exemption of Azure Policy, which is an exception too.
func saidExemption(x *demarc.PolicyExemption) store.Said {
	w := exemptionWords{ID: x.ID, Name: x.Name, Scope: x.Scope, Assignment: x.Assignment, References: x.References, Category: x.Category, Expires: when(x.Expires)}
	return said(store.ExceptionKind, w, x.Place, "exemption", w.ID)
}

func saidAssurance(a *demarc.Assurance) store.Said {
	w := assuranceWords{ID: a.ID, Party: a.Party, Kind: a.Kind, Cloud: a.Cloud, Services: a.Services, Responsibilities: a.Responsibilities,
		From: when(a.From), Until: when(a.Until), Expires: when(a.Expires), Document: a.Document}
	return said(store.AssuranceKind, w, a.Place, w.ID, w.Party, w.Kind, w.Cloud)
}

func saidOwner(r *demarc.OwnerRule) store.Said {
	w := ownerWords{Owner: r.Owner, ID: r.Match.ID, Tag: r.Match.Tag, Scope: r.Match.Scope, Type: r.Match.Type, Areas: r.Areas, Responsibilities: r.Responsibilities}
	return said(store.OwnerKind, w, r.Place, w.ID, w.Tag, w.Scope, w.Type, strings.Join(w.Areas, ","), strings.Join(w.Responsibilities, ","))
}

// said is a thing that is said: its words as JSON, the same for the same words,
// and a key of what tells it from others. The line where it stands is no part of
// it, since lines move.
func said(kind string, words any, at demarc.Place, key ...string) store.Said {
	for i := range key {
		key[i] = demarc.Fold(strings.Join(strings.Fields(key[i]), " "))
	}
	payload, err := json.Marshal(words, json.Deterministic())
	if err != nil {
		payload = fmt.Appendf(nil, "%q", err) // broken UTF-8: said all the same
	}
	s := store.Said{Kind: kind, Key: strings.Join(key, " | "), Payload: payload}
	if at.File != nil {
		s.Origin = at.File.Path
	}
	return s
}

// when writes a day, or the moment where a tool says one.
func when(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.Equal(t.UTC().Truncate(24 * time.Hour)):
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339)
}

// Book is the ledger in which what somebody says is written down beside the
// file of the estate.
type Book struct {
	Place
	Actor string // who tells the program
}

// book is a ledger that is open; nil writes nothing.
type book struct {
	Book
	db *store.DB
}

// open opens the ledger before anything is written, so that a statement is not
// in the file only. Nobody who names no database keeps a ledger.
func (b Book) open(ctx context.Context) (*book, error) {
	if b.Database == "" {
		if b.Workspace != "" {
			return nil, &UsageError{fmt.Errorf("--workspace says whose ledger in a database: add --database")}
		}
		return nil, nil
	}
	db, err := b.Place.open(ctx, store.Options{})
	if err != nil {
		return nil, err
	}
	return &book{b, db}, nil
}

func (b *book) close() error {
	if b == nil {
		return nil
	}
	return b.db.Close()
}

// write writes an entry of a file down, and says where.
func (b *book) write(ctx context.Context, path string, e statements.Entry) (notes []string, err error) {
	if b == nil {
		return nil, nil
	}
	at := demarc.Place{File: &demarc.File{Path: path}}
	var s store.Said
	switch e := e.(type) {
	case statements.Attestation:
		s = saidAttestation(e.At(at))
	case statements.Exception:
		x := e.At(at)
		s = saidException(&x)
	case statements.Assurance:
		a := e.At(at)
		s = saidAssurance(&a)
	}
	added, err := b.db.Say(ctx, b.Workspace, b.Actor, s)
	if err != nil {
		return nil, fmt.Errorf("it was written to %s, and then: %w", path, err)
	}
	for _, a := range added {
		notes = append(notes, fmt.Sprintf("entry %d of the ledger in %s", a.Number, b.shown()))
	}
	return notes, nil
}
