package app

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/pack"
	"github.com/demarc-dev/demarc/internal/policy"
)

// assign binds what an assignment puts in force.
func (r *rules) assign(a *demarc.PolicyAssignment) {
	given, err := valuesOf(a.Parameters)
	if err != nil {
		r.note(a.Place, "the parameters of the assignment "+a.Name+" cannot be read: "+err.Error())
		return
	}
	if d := r.definition(a.Definition); d != nil {
		r.bind(d, given, assess.PolicyCheck{Assignment: a})
		return
	}
	set := r.set(a.Definition)
	if set == nil {
		r.note(a.Place, fmt.Sprintf("the assignment %s is not evaluated: its definition %s is in no file and no pack (demarc catalog add azure-policy PATH|ARCHIVE)",
			a.Name, lastPart(a.Definition)))
		return
	}
	members, err := set.Bind(given)
	if err != nil {
		r.note(a.Place, "the assignment "+a.Name+" is not evaluated: "+err.Error())
		return
	}
	missing := 0
	for i := range members {
		d := r.definition(members[i].DefinitionID)
		if d == nil {
			missing++
			continue
		}
		r.bind(d, members[i].Given, assess.PolicyCheck{Assignment: a, Reference: members[i].ReferenceID})
	}
	if missing > 0 {
		r.note(a.Place, fmt.Sprintf("%d of %d definitions of the initiative that %s assigns are in no file and no pack", missing, len(members), a.Name))
	}
}

// valuesOf reads the parameters of an assignment: {"name": {"value": ...}}.
func valuesOf(text []byte) (map[string]armexpr.Value, error) {
	if len(text) == 0 {
		return nil, nil
	}
	v, err := armexpr.ParseJSON(text)
	if err != nil {
		return nil, err
	}
	given := map[string]armexpr.Value{}
	v.Members(func(name string, one armexpr.Value) {
		if value, ok := one.Member("value"); ok {
			given[name] = value
		}
	})
	return given, nil
}

// definition finds a definition by its id: among those that were given, among
// the program's own, and in packs.
func (r *rules) definition(id string) *policy.Definition {
	if d := r.given[demarc.Fold(id)]; d != nil {
		return d
	}
	if d := r.given[demarc.Fold(lastPart(id))]; d != nil {
		return d
	}
	for _, p := range r.allPacks() {
		one, ok, err := p.Definition(id)
		if err != nil || !ok {
			continue
		}
		if d, err := policy.Parse(one.Raw); err == nil {
			d.ID = cmp.Or(d.ID, one.ID)
			d.Name = cmp.Or(d.Name, lastPart(d.ID))
			r.given[demarc.Fold(id)] = d
			r.from[d] = packed(p)
			return d
		}
	}
	return nil
}

// set finds an initiative by its id.
func (r *rules) set(id string) *policy.Set {
	if s := r.sets[demarc.Fold(id)]; s != nil {
		return s
	}
	if s := r.sets[demarc.Fold(lastPart(id))]; s != nil {
		return s
	}
	for _, p := range r.allPacks() {
		list, err := p.Sets()
		if err != nil {
			continue
		}
		for _, one := range list {
			if demarc.EqualFold(lastPart(one.ID), lastPart(id)) {
				if s, err := policy.ParseSet(one.Raw); err == nil {
					r.sets[demarc.Fold(id)] = s
					return s
				}
			}
		}
	}
	return nil
}

// allPacks are the packs of the folder, opened when an assignment first names
// something that is not at hand.
func (r *rules) allPacks() []*pack.Pack {
	var list []*pack.Pack
	if r.checks.Folder == "" {
		return nil
	}
	if !r.looked {
		r.looked = true
		r.openPacks()
	}
	for _, name := range slices.Sorted(maps.Keys(r.packs)) {
		list = append(list, r.packs[name])
	}
	return list
}

// openPacks opens the packs of the folder. A damaged one holds nothing, as
// demarc catalog list says.
func (r *rules) openPacks() {
	found, err := Packs(r.checks.Folder)
	if err != nil {
		return
	}
	for _, one := range found.Packs {
		if one.Name != AliasPack && one.Fault == "" {
			_, _ = r.pack(one.Name)
		}
	}
}

// parseAll parses definitions on all processors; those that cannot be read are
// nil, as adding the pack said.
func parseAll(all []pack.Definition) []*policy.Definition {
	list := make([]*policy.Definition, len(all))
	workers := runtime.GOMAXPROCS(0)
	var wait sync.WaitGroup
	for first := range workers {
		wait.Go(func() {
			for i := first; i < len(all); i += workers {
				if all[i].Gov {
					continue
				}
				if d, err := policy.Parse(all[i].Raw); err == nil {
					d.ID = cmp.Or(d.ID, all[i].ID)
					d.Name = cmp.Or(d.Name, lastPart(d.ID))
					list[i] = d
				}
			}
		})
	}
	wait.Wait()
	return list
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
