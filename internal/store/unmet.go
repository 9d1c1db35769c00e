package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// mostUnmet is how many unmet responsibilities a snapshot keeps ready, the worst
// ones, so that the first page of them needs no search.
const mostUnmet = 200

// worstItems is the row with the worst of the customer's unmet responsibilities
// that nobody accepted.
func (w *writing) worstItems() []*item {
	found := map[*demarc.Responsibility][]demarc.Verdict{}
	w.Assessment.Verdicts.Above(func(v *demarc.Verdict) bool {
		if isOpen(v.Responsibility, v.Status, v.Accepted) && len(found[v.Responsibility]) < mostUnmet {
			found[v.Responsibility] = append(found[v.Responsibility], *v)
		}
		return true
	})
	for i, r := range w.Assessment.Resources {
		n := w.shares[i][vectorClass]
		if len(w.open[n]) == 0 || r.Standing != demarc.There {
			continue
		}
		w.open[n] = slices.DeleteFunc(w.open[n], func(x openTask) bool {
			if len(found[x.task]) == mostUnmet {
				return true // nobody after this one is shown
			}
			found[x.task] = append(found[x.task], demarc.Verdict{Responsibility: x.task, Party: x.party, Judgement: demarc.Judgement{Status: demarc.Unmet, Why: x.why},
				Instance: demarc.Instance{Level: demarc.ResourceLevel, Resource: r}})
			return false
		})
	}
	return []*item{{key: []byte{0}, value: worstContent(found)}}
}

// openTask is an unmet responsibility of the customer that nobody accepted.
type openTask struct {
	task       *demarc.Responsibility
	party, why string
}

func openTasks(v *demarc.Vector) []openTask {
	var list []openTask
	for i := range v.Set.Verdicts {
		if s := &v.Set.Verdicts[i]; isOpen(s.Responsibility, s.Status, s.Accepted) {
			list = append(list, openTask{s.Responsibility, s.Party, v.Why(i)})
		}
	}
	return list
}

// isOpen reports whether a responsibility is the customer's, unmet and not
// accepted.
func isOpen(task *demarc.Responsibility, status demarc.Status, accepted bool) bool {
	return status == demarc.Unmet && !accepted && task.Party == demarc.Customer
}

func worstContent(found map[*demarc.Responsibility][]demarc.Verdict) []byte {
	tasks := make([]*demarc.Responsibility, 0, len(found))
	for task := range found {
		tasks = append(tasks, task)
	}
	slices.SortFunc(tasks, func(a, b *demarc.Responsibility) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), strings.Compare(a.ID, b.ID))
	})
	var b []byte
	n := 0
	for _, task := range tasks {
		for i := 0; i < len(found[task]) && n < mostUnmet; i++ {
			b = appendUnmet(b, &found[task][i])
			n++
		}
	}
	return b
}

func appendUnmet(b []byte, v *demarc.Verdict) []byte {
	b = appendText(appendText(appendText(b, v.Responsibility.ID), v.Party), v.Why)
	at := &v.Instance
	id, name, typ := "", "", ""
	if at.Resource != nil {
		id, name, typ = at.Resource.ID, at.Resource.Name, at.Resource.Type
	}
	b = appendText(appendText(appendText(b, id), name), typ)
	return appendText(appendOwner(b, v.Owner), string(instanceKey(at)))
}

// Unmet are the worst of the customer's responsibilities that are unmet and not
// accepted in a snapshot: by severity, at most 200. Of a resource the verdict
// has its id, name and type; of a scope its id.
func (db *DB) Unmet(ctx context.Context, workspace string, number int64, most int) ([]demarc.Verdict, error) {
	var list []demarc.Verdict
	err := db.engine.read(ctx, func(c conn) error {
		l, err := newSingleLoader(c, workspace, number)
		if err != nil {
			return err
		}
		it, err := find(c, l.base.layers, worst, []byte{0})
		if err != nil || it == nil {
			return err
		}
		list = nil
		p := parser{rest: it.value}
		for len(p.rest) > 0 && len(list) < most && err == nil {
			var v demarc.Verdict
			v, err = l.unmet(&p)
			list = append(list, v)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is unmet in snapshot %d: %w", number, err)
	}
	return list, nil
}

func (l *loader) unmet(p *parser) (demarc.Verdict, error) {
	v := demarc.Verdict{Responsibility: l.task(p.text()), Party: p.text(), Judgement: demarc.Judgement{Status: demarc.Unmet, Why: p.text()}}
	r := &demarc.Assessed{Resource: demarc.Resource{ID: p.text(), Name: p.text(), Type: p.text()}}
	v.Owner = p.owner()
	key := p.bytes()
	if p.err != nil {
		return v, p.err
	}
	at, err := l.instanceAt(key)
	if at.Scope == nil && len(key) > 2 && key[1] == 's' {
		at.Scope = &demarc.Scope{ID: string(key[2:])}
	}
	if r.ID != "" {
		at.Resource = r
	}
	v.Instance = at
	return v, err
}
