package store

import (
	"fmt"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// header is what a snapshot says beside its rows.
type header struct {
	NextClass uint32   // the number of the next class of the workspace
	Ledger    []byte   // the head of the ledger when the snapshot was made
	Checks    []string // what was computed, in the words of the command line
	Policies  []string
	Knowledge [16]byte `json:"-"` // the part with responsibilities and rules; it stands in front

	AsOf           time.Time
	Name           string
	Resources      int // that are there
	Workloads      int
	Parts          int
	Configurations int
	ControlPlane   int
	Managed        int
	Conditional    int
	Leaving        int
	Incomplete     []demarc.Incomplete
	Files          []fileRecord

	Matrices     []demarc.Matrix
	Conditionals []demarc.Matrix
	Unclassified []demarc.Unclassified
	Undecided    []demarc.Undecided
	Surprises    []demarc.Surprise
	References   []demarc.Reference
	Notes        []demarc.Note
	Parties      map[string]demarc.Party
	Gaps         []demarc.Gap
	Unattached   []demarc.Unattached
	Summary      demarc.Summary
	Unknown      map[demarc.Reason]int
	Actions      []actionRecord
	Beliefs      []beliefRecord
	Settling     []demarc.Settling
	Offerings    []demarc.Offering
	Evidence     int // how many pieces there were
	Results      int // of checks
}

type fileRecord demarc.File

// actionRecord and beliefRecord name the responsibility that is left out.
type actionRecord struct {
	Task string
	demarc.Action
}

type beliefRecord struct {
	Task string
	demarc.Belief
}

// knowledge is what the catalogue said of what the estate has.
type knowledge struct {
	Responsibilities []demarc.Responsibility
	Rules            []demarc.Rule
}

// wording is the options by which words of the program are written as words, and
// files by their paths.
var wording = func() json.Options {
	c := &json.Codec{}
	json.Words(c, demarc.ServiceModel.String, demarc.ParseServiceModel)
	json.Words(c, demarc.Level.String, demarc.ParseLevel)
	json.Words(c, demarc.Severity.String, demarc.ParseSeverity)
	json.Words(c, demarc.OwnerBasis.String, demarc.ParseOwnerBasis)
	json.Words(c, demarc.RollUpKind.String, demarc.ParseRollUpKind)
	json.Words(c, demarc.Basis.String, demarc.ParseBasis)
	json.Words(c, time.Duration.String, time.ParseDuration)
	json.Words(c, pathOf, func(path string) (*demarc.File, error) {
		if path == "" {
			return nil, nil
		}
		return &demarc.File{Path: path}, nil
	})
	return c.Options()
}()

func pathOf(f *demarc.File) string {
	if f == nil {
		return ""
	}
	return f.Path
}

func encode(v any) ([]byte, error) {
	return json.Marshal(v, wording, json.NilAsNull(), json.Deterministic())
}

func decode(b []byte, v any) error { return json.Unmarshal(b, v, wording) }

// write writes the header: the hash of the knowledge, which is asked for alone,
// and the rest behind it.
func (h *header) write() ([]byte, error) {
	raw, err := encode(h)
	if err != nil {
		return nil, err
	}
	return append(h.Knowledge[:len(h.Knowledge):len(h.Knowledge)], pack(raw)...), nil
}

func (h *header) parse(written []byte) error {
	if len(written) < len(h.Knowledge) {
		return errBroken
	}
	raw, err := unpack(written[copy(h.Knowledge[:], written):])
	if err != nil {
		return err
	}
	if err := decode(raw, h); err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	return nil
}

// headerOf is the header of an assessment.
func headerOf(a *demarc.Assessment) header {
	e := &a.Estate
	h := header{
		AsOf: a.AsOf, Name: e.Name, Resources: e.Resources, Workloads: e.Workloads, Parts: e.Parts, Configurations: e.Configurations, ControlPlane: e.ControlPlane, Managed: e.ProviderManaged,
		Conditional: e.Conditional, Leaving: e.Leaving, Incomplete: e.Incomplete,
		Matrices: a.Matrices, Conditionals: a.Conditional, Unclassified: a.Unclassified, Undecided: a.Undecided, Surprises: a.Surprises,
		References: a.References, Notes: a.Notes, Parties: a.Parties, Gaps: a.Gaps, Unattached: a.Unattached, Summary: a.Summary, Unknown: a.Unknown,
		Settling: a.Settling, Offerings: a.Offerings,
	}
	if a.Evidence != nil {
		h.Evidence = a.Evidence.Len()
	}
	if a.Checks != nil {
		h.Results = a.Checks.Len()
	}
	for _, f := range e.Files {
		h.Files = append(h.Files, fileRecord(*f))
	}
	for _, action := range a.DoFirst {
		task := action.Responsibility.ID
		action.Responsibility = nil
		h.Actions = append(h.Actions, actionRecord{task, action})
	}
	for _, belief := range a.Believed {
		task := belief.Responsibility.ID
		belief.Responsibility = nil
		h.Beliefs = append(h.Beliefs, beliefRecord{task, belief})
	}
	return h
}

func knowledgeOf(a *demarc.Assessment) knowledge {
	var k knowledge
	for _, r := range a.Responsibilities {
		k.Responsibilities = append(k.Responsibilities, *r)
	}
	for _, r := range a.Rules {
		k.Rules = append(k.Rules, *r)
	}
	return k
}

// restore puts what the header says into an assessment, whose responsibilities
// are there.
func (h *header) restore(a *demarc.Assessment) {
	e := demarc.Estate{Name: h.Name, Resources: h.Resources, Workloads: h.Workloads, Parts: h.Parts, Configurations: h.Configurations, ControlPlane: h.ControlPlane,
		ProviderManaged: h.Managed, Conditional: h.Conditional, Leaving: h.Leaving, Incomplete: h.Incomplete}
	files := map[string]*demarc.File{}
	for i := range h.Files {
		f := demarc.File(h.Files[i])
		e.Files = append(e.Files, &f)
		files[f.Path] = &f
	}
	at := func(p *demarc.Place) {
		if p.File != nil && files[p.File.Path] != nil {
			p.File = files[p.File.Path]
		}
	}
	for i := range h.Incomplete {
		at(&h.Incomplete[i].Place)
	}
	for i := range h.Notes {
		at(&h.Notes[i].Place)
	}
	for i := range h.Gaps {
		at(&h.Gaps[i].Place)
	}
	for i := range h.Unclassified {
		at(&h.Unclassified[i].First)
	}
	for i := range h.Unattached {
		at(&h.Unattached[i].First)
	}
	a.Estate, a.AsOf = e, h.AsOf
	a.Matrices, a.Conditional, a.Unclassified, a.Undecided, a.Surprises = h.Matrices, h.Conditionals, h.Unclassified, h.Undecided, h.Surprises
	a.References, a.Notes, a.Parties, a.Gaps, a.Unattached = h.References, h.Notes, h.Parties, h.Gaps, h.Unattached
	a.Summary, a.Unknown, a.Settling, a.Offerings = h.Summary, h.Unknown, h.Settling, h.Offerings
	tasks := map[string]*demarc.Responsibility{}
	for _, r := range a.Responsibilities {
		tasks[r.ID] = r
	}
	for _, r := range h.Actions {
		r.Responsibility = tasks[r.Task]
		a.DoFirst = append(a.DoFirst, r.Action)
	}
	for _, r := range h.Beliefs {
		r.Responsibility = tasks[r.Task]
		a.Believed = append(a.Believed, r.Belief)
	}
}
