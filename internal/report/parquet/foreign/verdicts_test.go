package foreign

import (
	"fmt"
	"maps"
	"testing"
)

// subject is what a verdict is about: level, scope, resource, workload and
// responsibility.
type subject [5]any

func subjectOf(v row) subject {
	return subject{v["level"], v["scope"], v["resource"], v["workload"], v["responsibility"]}
}

// verdicts are in the contract twice: in the sets that resources and instances
// share, and those that rest on evidence once more with all that decided them.
func (c *comparison) verdicts() {
	want := c.setVerdicts()
	for _, v := range c.scoped("verdicts") {
		at := subjectOf(v)
		if want[at] == nil || want[at]["status"] != v["status"] {
			c.Fatalf("%v is in no set", at)
		}
		want[at] = v
	}
	for _, got := range c.lake["verdicts"] {
		at := subjectOf(got)
		if want[at] == nil {
			c.Errorf("%v is not in the contract, or twice in the table", at)
			continue
		}
		c.equal(fmt.Sprint(at), got, want[at])
		delete(want, at)
		c.owned(got)
	}
	for at := range want {
		c.Errorf("%v is not in the table", at)
	}
}

// setVerdicts are the verdicts of all sets, by subject. They rest on nothing.
func (c *comparison) setVerdicts() map[subject]row {
	sets := map[any][]any{}
	for _, s := range c.list("verdictSets") {
		sets[s["id"]] = s["verdicts"].([]any)
	}
	all := map[subject]row{}
	add := func(about row, set any) {
		for _, v := range sets[set] {
			one := maps.Clone(v.(row))
			maps.Copy(one, about)
			one["evidence"], one["checks"], one["exception"], one["ageDays"] = []any{}, []any{}, nil, nil
			all[subjectOf(one)] = one
		}
	}
	for _, r := range c.list("resources") {
		add(row{"level": "resource", "scope": nil, "resource": r["id"], "workload": nil, "standing": r["standing"], "members": 1.0}, r["verdictSet"])
	}
	for _, i := range c.scoped("instances") {
		add(row{"level": i["level"], "scope": i["scope"], "resource": nil, "workload": i["workload"], "standing": "there"}, i["verdictSet"])
	}
	return all
}

// owned checks what only the table says of a verdict that rests on nothing.
func (c *comparison) owned(v row) {
	owner := v["owner"].(row)
	if (owner["basis"] == "none") != (owner["name"] == nil) {
		c.Errorf("%v: owner %v", subjectOf(v), owner)
	}
	if (v["reason"] == nil) == (v["status"] == "unknown") {
		c.Errorf("%v: %v with the reason %v", subjectOf(v), v["status"], v["reason"])
	}
	if want := c.around(c.scopeOf(v), "subscription"); v["subscription"] != want {
		c.Errorf("%v: subscription %v, want %v", subjectOf(v), v["subscription"], want)
	}
}

// scopeOf is the scope that a verdict is about or lies in.
func (c *comparison) scopeOf(v row) any {
	for _, r := range c.lake["resources"] {
		if v["resource"] != nil && r["id"] == v["resource"] {
			return r["scope"]
		}
	}
	return v["scope"]
}

// TestEveryKind: the estates hold something of all that the tables can say, so
// that comparing them means something.
func TestEveryKind(t *testing.T) {
	met := map[string]bool{}
	for _, estate := range estates {
		folder := t.TempDir()
		export(t, estate, folder)
		for table, rows := range read(t, folder) {
			for _, r := range rows {
				for column, value := range r {
					if list, ok := value.([]any); value != nil && (!ok || len(list) > 0) {
						met[table+"."+column] = true
					}
				}
			}
		}
	}
	for _, column := range []string{
		"resources.partOf", "resources.site", "resources.workload", "resources.facets", "cells.halves", "cells.decidedBy", "responsibilities.settles",
		"verdicts.scope", "verdicts.evidence", "verdicts.checks", "verdicts.exception", "verdicts.ageDays", "evidence.observed", "evidence.by", "checks.observed",
	} {
		if !met[column] {
			t.Errorf("no estate has a value of %s", column)
		}
	}
}
