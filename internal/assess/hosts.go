package assess

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/classify"
)

// hostNames are machines by name. A name with a domain is another machine than
// the same name with another domain; a short name may be any of them.
type hostNames map[string][]namedHost // by the name without its domain

type namedHost struct {
	name   string // folded
	number int
}

// label is a folded name without its domain. An address is a name as a whole.
func label(folded string) string {
	if _, err := netip.ParseAddr(folded); err == nil {
		return folded
	}
	short, _, _ := strings.Cut(folded, ".")
	return short
}

func foldedHost(name string) string {
	return demarc.Fold(strings.TrimSuffix(strings.TrimSpace(name), "."))
}

func (h hostNames) add(name string, number int) {
	folded := foldedHost(name)
	if folded != "" {
		h[label(folded)] = append(h[label(folded)], namedHost{folded, number})
	}
}

// find lists the machines that a name may mean.
func (h hostNames) find(name string) []int {
	folded := foldedHost(name)
	short := label(folded)
	var exact, likely []int
	for _, x := range h[short] {
		switch {
		case x.name == folded:
			exact = append(exact, x.number)
		case x.name == short || folded == short:
			likely = append(likely, x.number)
		}
	}
	if len(exact) > 0 && folded != short {
		return exact
	}
	return append(exact, likely...)
}

// Hosts are the machines of a name: what runs an operating system that its
// owner sees, and what only a finding names.
func (j *joined) Hosts(name string) []int {
	if j.hosts == nil {
		j.hosts = hostNames{}
		for i, o := range j.all {
			if o.Type == foundMachine || o.Answer.Division != nil && machine(o) {
				j.hosts.add(o.Name, i)
			}
		}
	}
	return j.hosts.find(name)
}

// machine reports whether a resource is a machine: on one's own premises or
// IaaS, with an operating system.
func machine(o *observed) bool {
	for i := range o.Answer.Division.Cells {
		c := &o.Answer.Division.Cells[i]
		if c.AreaID == osArea && !c.NotApplicable && (c.FacetModel == demarc.OnPremises || c.FacetModel == demarc.IaaS) && c.Facet == o.Answer.Facets[0].ID {
			return true
		}
	}
	return false
}

// osArea is the area by which machines are told from other resources.
const osArea = "operating-system"

// likelyMachine is the same before answers are given.
func likelyMachine(c *classify.Class) bool {
	return c.Role.HasRows() && (c.Model == demarc.OnPremises || c.Model == demarc.IaaS) && !c.Lacks[osArea]
}

// A machine of which nothing is known but that a finding names it.
const (
	foundMachine    = "a machine that only a finding names"
	foundMachineWhy = "A finding names the machine, and no inventory shows what it is or where it runs: add one."
)

// acquaintHosts makes machines of the names that evidence gives and that no
// machine of the estate has. A short name is the machine of the same name with
// a domain, where evidence names one.
func (s *Shard) acquaintHosts(shards []*Shard) {
	if len(s.hosts) == 0 {
		return
	}
	known := hostNames{}
	for _, shard := range shards {
		for _, c := range shard.chunks {
			for i := range c {
				if likelyMachine(c[i].look.class) {
					known.add(c[i].Name, 0)
				}
			}
		}
	}
	slices.SortFunc(s.hosts, func(a, b foundHost) int {
		x, y := foldedHost(a.name), foldedHost(b.name)
		return cmp.Or(
			compareBool(label(x) == x, label(y) == y), // those with a domain first
			strings.Compare(x, y), strings.Compare(a.name, b.name), strings.Compare(a.scope, b.scope),
		)
	})
	for _, h := range s.hosts {
		if folded := foldedHost(h.name); folded != "" && len(known.find(h.name)) == 0 {
			known.add(h.name, 0)
			s.Observe(&demarc.Resource{ID: "machines/" + folded, MadeUp: true, Name: strings.TrimSpace(h.name), Type: foundMachine, Seen: demarc.SeenInEvidence}, h.scope, nil)
		}
	}
}

// foundHost is a machine that evidence names, and the scope that it tells.
type foundHost struct{ name, scope string }
