package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/responsibility"
)

// statements gathers what documents say: exceptions, assurances, who holds
// access.
func (d *docket) statements(shards []*Shard) {
	for _, shard := range shards {
		d.exceptions = append(d.exceptions, shard.exceptions...)
		d.assurances = append(d.assurances, shard.assurances...)
		d.accesses = append(d.accesses, shard.accesses...)
		d.roles = append(d.roles, shard.roles...)
	}
	slices.SortFunc(d.exceptions, func(a, b demarc.Exception) int {
		return cmp.Or(strings.Compare(a.Responsibility, b.Responsibility), strings.Compare(a.Check, b.Check), strings.Compare(a.Scope, b.Scope),
			a.Expires.Compare(b.Expires), strings.Compare(a.Place.String(), b.Place.String()))
	})
	slices.SortFunc(d.assurances, func(a, b demarc.Assurance) int {
		return cmp.Or(strings.Compare(a.Party, b.Party), strings.Compare(a.ID, b.ID), strings.Compare(a.Place.String(), b.Place.String()))
	})
}

// unmet is an unmet task that an exception may accept.
type unmet struct {
	task     *responsibility.Task
	scope    *demarc.Scope
	workload string
	id       string // of the resource, "" for what exists above them
	deciding []int
	owner    func() demarc.Owner
}

// exceptionOf finds the exception about an unmet task: the first in force, else
// the last that ran out. One about a check of a tool accepts nothing but that
// check: all that decided must be it. Who answers for a task cannot accept that
// it is unmet.
func (d *docket) exceptionOf(u *unmet) (found *demarc.Exception, inForce bool) {
	for i := range d.exceptions {
		x := &d.exceptions[i]
		if !d.isAbout(x, u.task, u.deciding) || !d.covered(x.Scope, u.scope, u.workload, u.id) {
			continue
		}
		if x.Covers(d.day) && !d.selfApproved(x, u) {
			return x, true
		}
		found = x
	}
	return found, false
}

// selfApproved reports whether the owner of a task approved that it is unmet,
// and notes it.
func (d *docket) selfApproved(x *demarc.Exception, u *unmet) bool {
	approver := strings.Join(strings.Fields(x.Approver), " ")
	if approver == "" || !demarc.EqualFold(approver, strings.Join(strings.Fields(u.owner().Name), " ")) {
		return false
	}
	d.ties.Store(x, demarc.Note{Kind: demarc.NoteConflict, Place: x.Place, Count: 1,
		Message: "the approver of this exception owns what it accepts: somebody else must approve it, so there it accepts nothing"})
	return true
}

// isAbout reports whether an exception names the task, or the only check that
// decided it.
func (d *docket) isAbout(x *demarc.Exception, t *responsibility.Task, deciding []int) bool {
	if x.Responsibility != "" {
		return demarc.EqualFold(x.Responsibility, t.ID)
	}
	if x.Check == "" {
		return false
	}
	return len(deciding) > 0 && !slices.ContainsFunc(deciding, func(ref int) bool {
		f := d.sightingOf(ref).finding
		return !demarc.EqualFold(f.tool, x.Tool) || !demarc.EqualFold(f.findingKey.check, x.Check)
	})
}

// covered reports whether what is written in a statement's scope covers an
// instance: the instance itself, a scope above it, its workload, or "" for all.
func covered(written string, sc *demarc.Scope, workload, id string) bool {
	written = strings.TrimRight(written, "/")
	if written == "" || demarc.EqualFold(written, id) || workload != "" && demarc.EqualFold(written, workload) {
		return true
	}
	if len(id) > len(written) && id[len(written)] == '/' && demarc.EqualFold(id[:len(written)], written) {
		return true
	}
	for ; sc != nil; sc = sc.Parent {
		if demarc.EqualFold(written, sc.ID) {
			return true
		}
	}
	return false
}

// covered is the same where subscriptions of which nobody told the tenant lie
// in the only one of the estate.
func (d *docket) covered(written string, sc *demarc.Scope, workload, id string) bool {
	return covered(written, sc, workload, id) || d.tenant != nil && covered(written, d.tenant, "", "") && d.lies(sc, d.tenant)
}

// assured judges a provider's half: it is met only with a valid assurance on
// file that lists the service, for the cloud that it runs in.
func (d *docket) assured(t *responsibility.Task, party, typ string) demarc.Judgement {
	said := demarc.Judgement{Reason: demarc.NoAssurance, Why: "no report or certificate on file covers it"}
	for i := range d.assurances {
		a := &d.assurances[i]
		if !demarc.EqualFold(a.Party, party) || !lists(a.Services, typ) || !d.ofCloud(a, typ) || len(a.Responsibilities) > 0 && !lists(a.Responsibilities, t.ID) {
			continue
		}
		if !a.Holds(d.day) {
			said = demarc.Judgement{Reason: demarc.Stale, Why: a.Kind + " ran out or has not begun (" + a.Place.String() + ")"}
			continue
		}
		return demarc.Judgement{Status: demarc.Met, Why: a.Kind + " lists the service (" + a.Place.String() + ")"}
	}
	return said
}

// ofCloud reports whether the services that an assurance lists are those of the
// cloud that a type belongs to. Clouds that are run apart have parties of their
// own.
func (d *docket) ofCloud(a *demarc.Assurance, typ string) bool {
	if a.Cloud == "" {
		return true
	}
	entry, known := d.line.catalog.Type(demarc.Fold(typ))
	for i := range d.line.catalog.Providers {
		if p := &d.line.catalog.Providers[i]; demarc.EqualFold(p.ID, a.Cloud) {
			return demarc.EqualFold(p.Party, a.Party) && (p.Folder == "" || !known || entry.Family.Folder == p.Folder)
		}
	}
	return false // a cloud that nobody knows
}

// lists reports whether a list names a type or id; a trailing * stands for any
// rest.
func lists(list []string, word string) bool {
	folded := demarc.Fold(word)
	return slices.ContainsFunc(list, func(s string) bool {
		prefix, wild := strings.CutSuffix(demarc.Fold(s), "*")
		return prefix == folded || wild && strings.HasPrefix(folded, prefix)
	})
}
