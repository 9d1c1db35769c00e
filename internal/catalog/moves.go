package catalog

import (
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// MachineJob is the job of a machine for software of any kind: what software
// can do may move onto it, and off it.
const MachineJob = "machine"

// Moves is one file of jobs. What does a job of a resource may take its place.
type Moves struct {
	File  string     `json:"file,omitzero" yaml:"-"`
	Jobs  []Job      `json:"jobs" yaml:"jobs"`
	Kinds []TypeKind `json:"kinds,omitzero" yaml:"kinds"`
}

// Job is something that resources are there for, with the types that do it. A
// type with kinds of its own is written type:kind where only one of them does.
type Job struct {
	ID        string   `json:"id" yaml:"id"`
	Name      string   `json:"name" yaml:"name"`                    // reads on from "does", and from "moves to what does"
	Equipment bool     `json:"equipment,omitzero" yaml:"equipment"` // no software on a machine does it
	ShownBy   []string `json:"shownBy,omitzero" yaml:"shownBy"`     // types of parts by which a machine shows that this is its job
	Types     []string `json:"types" yaml:"types"`

	Provenance `yaml:",inline"`
}

// TypeKind is one of the things that a type may be, where what it is decides
// about the job and the answer.
type TypeKind struct {
	Type  string   `json:"type" yaml:"type"`
	Kind  string   `json:"kind" yaml:"kind"`            // the value of its property kind
	Rule  string   `json:"rule,omitzero" yaml:"rule"`   // of the type, by which resources of the kind are known; "" for none
	Usual bool     `json:"usual,omitzero" yaml:"usual"` // meant where nobody names a kind
	Names []string `json:"names,omitzero" yaml:"names"` // display names of this kind
	// Brings are what lies in every resource of the kind that is of any use.
	Brings []Brought `json:"brings,omitzero" yaml:"brings"`

	Provenance `yaml:",inline"`
}

// Brought is a resource that comes with another: its type, which is nested in
// that of the other, its name, and properties that it cannot but have.
type Brought struct {
	Type   string            `json:"type" yaml:"type"`
	Name   string            `json:"name" yaml:"name"`
	Values map[string]string `json:"values,omitzero" yaml:"values"`
}

func (l *loader) moves(file string) {
	m := Moves{}
	if l.decode(file, &m) {
		m.File = file
		l.catalog.Moves = append(l.catalog.Moves, m)
	}
}

// moves checks the jobs and kinds of all files: what they name must be there,
// and each list be worth its place.
func (c *checker) moves() {
	kinds := map[string]bool{}
	for i := range c.catalog.Moves {
		m := &c.catalog.Moves[i]
		for j := range m.Kinds {
			c.kind(&m.Kinds[j], m.File, []any{"kinds", j}, kinds)
		}
	}
	for i := range c.catalog.Moves {
		m := &c.catalog.Moves[i]
		for j := range m.Jobs {
			c.job(&m.Jobs[j], m.File, []any{"jobs", j}, kinds)
		}
	}
}

func (c *checker) kind(k *TypeKind, file string, at []any, kinds map[string]bool) {
	c.provenance(k.Provenance, file, at)
	key := demarc.Fold(k.Type + ":" + k.Kind)
	if k.Kind == "" || kinds[key] {
		c.problem(file, at, "kind %q of %s is empty or there twice", k.Kind, k.Type)
	}
	kinds[key] = true
	for _, name := range k.Names {
		c.unique("kind called "+demarc.Fold(name), file, at)
	}
	if k.Usual {
		c.unique("usual kind of "+demarc.Fold(k.Type), file, at)
	}
	for _, b := range k.Brings {
		if !c.defined[demarc.Fold(b.Type)] || !strings.HasPrefix(demarc.Fold(b.Type), demarc.Fold(k.Type)+"/") || b.Name == "" {
			c.problem(file, at, "type %q is not known, has no name, or does not lie in %s", b.Type, k.Type)
		}
	}
	if t := c.workload(k.Type, file, at); t != nil && k.Rule != "" {
		if !slices.ContainsFunc(t.Rules, func(r TypeRule) bool { return r.ID == k.Rule }) {
			c.problem(file, at, "%s has no rule %q", k.Type, k.Rule)
		}
	}
}

func (c *checker) job(job *Job, file string, at []any, kinds map[string]bool) {
	c.unique("job "+job.ID, file, at)
	c.provenance(job.Provenance, file, at)
	if job.Name == "" || len(job.Types) < 2 {
		c.problem(file, at, "job %s has no name, or nothing can move: it needs two types", job.ID)
	}
	for _, part := range job.ShownBy {
		if !c.defined[demarc.Fold(part)] {
			c.problem(file, at, "type %q is not known", part)
		}
	}
	named := map[string]bool{}
	for _, typ := range job.Types {
		key := demarc.Fold(typ)
		if named[key] {
			c.problem(file, at, "job %s names %s twice", job.ID, typ)
		}
		named[key] = true
		whole, kind, has := strings.Cut(typ, ":")
		c.workload(whole, file, at)
		if has && !kinds[key] {
			c.problem(file, at, "kind %q of %s is not known", kind, whole)
		}
	}
}

// workload finds a type that can move: it must have rows of its own.
func (c *checker) workload(typ, file string, at []any) *Type {
	for i := range c.catalog.Families {
		f := &c.catalog.Families[i]
		for j := range f.Types {
			t := &f.Types[j]
			if !demarc.EqualFold(t.Type, typ) {
				continue
			}
			if r, err := demarc.ParseRole(t.Role); err == nil && !r.HasRows() {
				c.problem(file, at, "%s is no workload but %s", t.Type, t.Role)
			}
			return t
		}
	}
	c.problem(file, at, "type %q is not known", typ)
	return nil
}

// Kinds are those of a type, nil where the type is one thing.
func (c *Catalog) Kinds(typ string) []*TypeKind {
	var list []*TypeKind
	for i := range c.Moves {
		for j := range c.Moves[i].Kinds {
			if k := &c.Moves[i].Kinds[j]; demarc.EqualFold(k.Type, typ) {
				list = append(list, k)
			}
		}
	}
	return list
}

// KindNamed finds the kind that a display name means.
func (c *Catalog) KindNamed(name string) (*TypeKind, bool) {
	for i := range c.Moves {
		for j := range c.Moves[i].Kinds {
			k := &c.Moves[i].Kinds[j]
			if slices.ContainsFunc(k.Names, func(n string) bool { return demarc.EqualFold(n, strings.TrimSpace(name)) }) {
				return k, true
			}
		}
	}
	return nil, false
}

// Jobs are those that a type does; of a type with kinds those of one kind, or
// of all where none is named.
func (c *Catalog) Jobs(typ, kind string) []*Job {
	does := func(listed string) bool {
		whole, of, has := strings.Cut(listed, ":")
		return demarc.EqualFold(whole, typ) && (!has || kind == "" || demarc.EqualFold(of, kind))
	}
	return c.jobsWhere(func(j *Job) bool { return slices.ContainsFunc(j.Types, does) })
}

// JobsShownBy are the jobs that a part of a type shows its machine to have.
func (c *Catalog) JobsShownBy(part string) []*Job {
	return c.jobsWhere(func(j *Job) bool {
		return slices.ContainsFunc(j.ShownBy, func(p string) bool { return demarc.EqualFold(p, part) })
	})
}

func (c *Catalog) jobsWhere(wanted func(*Job) bool) []*Job {
	var list []*Job
	for i := range c.Moves {
		for j := range c.Moves[i].Jobs {
			if job := &c.Moves[i].Jobs[j]; wanted(job) {
				list = append(list, job)
			}
		}
	}
	return list
}
