package app

import (
	"errors"
	"fmt"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/policyfiles"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// CompilePolicies compiles all definitions below paths and says which are
// refused and why.
func CompilePolicies(paths []string) (*report.Compiled, error) {
	c := &compiling{out: &report.Compiled{Refusals: []report.Refusal{}, Notes: []string{}}}
	for _, path := range paths {
		notes, err := policyfiles.Find(path, c.take)
		if err != nil {
			return nil, err
		}
		c.out.Notes = append(c.out.Notes, noteLines(notes)...)
	}
	if c.out.Definitions+c.out.Initiatives == 0 {
		return nil, hinted(errors.New("no policy definitions there"), "known are Azure's own JSON, Enterprise Policy as Code, the landing zone library, ARM templates and Terraform")
	}
	return c.out, nil
}

type compiling struct{ out *report.Compiled }

func (c *compiling) take(f policyfiles.File) error {
	switch {
	case f.Assignment:
		return nil
	case f.Set:
		c.out.Initiatives++
		return nil
	}
	c.out.Definitions++
	switch apart(f.Raw) {
	case policy.Static:
		c.out.Static++
	case policy.DataPlane:
		c.out.DataPlane++
	case policy.Evaluable, policy.Manual:
		c.out.Total++
		if err := compiles(f.Raw); err != nil {
			c.out.Refusals = append(c.out.Refusals, refusal(&f, err))
			return nil
		}
		c.out.Compiled++
	}
	return nil
}

// apart tells the definitions that are counted apart by what they say of
// themselves, so that one that is refused is counted where it belongs.
func apart(raw []byte) policy.Kind {
	n, err := jsontree.Parse(string(raw))
	if err != nil {
		return policy.Evaluable
	}
	body := n
	if inner := n.Get("properties"); inner.Is('{') {
		body = inner
	}
	if demarc.EqualFold(body.Get("policyType").String(), "Static") {
		return policy.Static
	}
	switch demarc.Fold(body.Get("mode").String()) {
	case "", "all", "indexed":
		return policy.Evaluable
	}
	return policy.DataPlane
}

// compiles goes all the way to the programs of the types that a definition
// names, and of one that it does not.
func compiles(raw []byte) error {
	d, err := policy.Parse(raw)
	if err != nil {
		return err
	}
	bound, err := policy.Bind(d, nil)
	if err != nil {
		return err
	}
	book := policy.NewRulebook(policy.NewAliases(policy.AliasFacts{}), []*policy.Bound{bound})
	types, any := d.Types()
	if any {
		types = append(types, "microsoft.resources/subscriptions")
	}
	for _, typ := range types {
		if book.Program(typ) == nil {
			return fmt.Errorf("no program for %s", typ)
		}
	}
	return nil
}

// refusal says why a definition is refused, with the place in its file.
func refusal(f *policyfiles.File, err error) report.Refusal {
	r := report.Refusal{File: f.Path, Line: f.Line, ID: f.ID, Pointer: f.Pointer, Reason: err.Error()}
	if at := (*policy.Error)(nil); errors.As(err, &at) {
		r.Pointer, r.Reason = f.Pointer+at.Pointer, at.Message
	}
	return r
}
