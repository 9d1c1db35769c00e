package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// How much of a difference a document for people lists; the JSON has all.
const (
	diffMostLines = 15
	diffMostNames = 3
)

// The causes of a difference.
const (
	causeEstate    = "estate"
	causeCatalogue = "catalogue"
)

func (d *Diff) document() document {
	out := document{title: d.Estate + " · what changed hands, " + d.Before.AsOf + " → " + d.After.AsOf, blocks: []block{d.totals()}}
	if d.same() {
		out.blocks[0].text = append(out.blocks[0].text, "Nothing is different.")
		return out
	}
	out.blocks = append(out.blocks, d.sections(causeEstate)...)
	known := d.sections(causeCatalogue)
	if len(d.Catalog)+len(known) > 0 {
		out.blocks = append(out.blocks, d.facts())
		for i := range known {
			known[i].heading += ", BY WHAT THE PROGRAM KNOWS"
		}
		out.blocks = append(out.blocks, known...)
	}
	return out
}

// same reports whether nothing is different.
func (d *Diff) same() bool {
	r := &d.Resources
	return len(r.Added)+len(r.Removed)+len(r.Changed)+len(d.Cells)+len(d.Responsibilities)+len(d.Owners)+len(d.Catalog) == 0
}

// totals shows both sides in numbers.
func (d *Diff) totals() block {
	rows := []struct {
		title         string
		before, after int
	}{
		{"resources", d.Before.Resources, d.After.Resources},
		{"workloads", d.Before.Workloads, d.After.Workloads},
		{"yours: met", d.Before.Met, d.After.Met},
		{"yours: unmet", d.Before.Unmet, d.After.Unmet},
		{"of these accepted", d.Before.Accepted, d.After.Accepted},
		{"yours: unknown", d.Before.Unknown, d.After.Unknown},
		{"yours: not applicable", d.Before.NotApplicable, d.After.NotApplicable},
	}
	g := &grid{titles: []string{"", "before", "after", "more or less"}, widths: []int{0, 0, 0, 0}}
	for _, r := range rows {
		g.rows = append(g.rows, []string{r.title, Number(r.before), Number(r.after), signed(r.after - r.before)})
	}
	g.rows = append(g.rows, []string{"coverage", percent(d.Before.Coverage), percent(d.After.Coverage), ""})
	return block{table: g, text: append([]string{"Before: " + d.Before.Asked + ". After: " + d.After.Asked + "."}, d.Notes...)}
}

func signed(n int) string {
	if n > 0 {
		return "+" + Number(n)
	}
	if n < 0 {
		return "−" + Number(-n)
	}
	return "="
}

// sections are the blocks of what one cause made different.
func (d *Diff) sections(cause string) []block {
	var list []block
	add := func(b block) {
		if len(b.fields) > 0 || b.table != nil {
			list = append(list, b)
		}
	}
	add(d.flowBlock(cause))
	add(d.cellBlock(cause))
	for _, m := range [...]struct{ move, heading string }{
		{"new-unmet", "NEWLY UNMET"}, {"not-accepted", "NO LONGER ACCEPTED"}, {"gone-stale", "GONE STALE"}, {"newly-unknown", "NEWLY UNKNOWN"},
		{"applicable", "APPLICABLE AGAIN"}, {"newly-met", "NEWLY MET"}, {"accepted", "ACCEPTED NOW"}, {"not-applicable", "NOT APPLICABLE ANY MORE"},
	} {
		add(d.moveBlock(cause, m.move, m.heading))
	}
	add(d.reasonBlock(cause, "passed", "PASSED TO ANOTHER PARTY, STANDING AS BEFORE"))
	add(d.reasonBlock(cause, "new", "NEW"))
	add(d.unmetBlock(cause))
	add(d.reasonBlock(cause, "ended", "ENDED"))
	add(d.providerBlock(cause))
	add(d.ownerBlock(cause))
	add(d.resourceBlock(cause))
	return list
}

// diffLine is a line about some places, on its way to a field.
type diffLine struct {
	name, text string
	count      int
	places     []DiffPlace
	task       *DiffTask // the first
}

// lines bounds a list; what is left out is counted.
func (l diffLines) fields() []field {
	var out []field
	shown, rest := first(l, diffMostLines)
	for _, line := range shown {
		out = append(out, field{line.name, line.text})
	}
	if rest > 0 {
		out = append(out, field{"", "and " + Number(rest) + " more; --format json lists all"})
	}
	return out
}

type diffLines []diffLine

// placeNames names the first places of a line, "a, b, c and 2 more".
func placeNames(places []DiffPlace) string {
	var names []string
	for _, p := range places {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
		if len(names) == diffMostNames {
			break
		}
	}
	text := strings.Join(names, ", ")
	if rest := len(places) - len(names); rest > 0 {
		text += " and " + Number(rest) + " more"
	}
	return text
}

// partyWords names parties, you first.
func (d *Diff) partyWords(ids []string) string {
	if len(ids) == 0 {
		return "nobody: no such area"
	}
	names := make([]string, 0, len(ids))
	for _, id := range slices.SortedFunc(slices.Values(ids), func(x, y string) int { return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x, y)) }) {
		names = append(names, d.partyName(id))
	}
	return strings.Join(names, " + ")
}

func (d *Diff) partyName(id string) string {
	switch id {
	case "customer":
		return "you"
	case "unknown":
		return "cannot be told"
	}
	for _, p := range d.Parties {
		if p.Party == id {
			return p.PartyName
		}
	}
	return id
}

// flowBlock counts what passed from whom to whom.
func (d *Diff) flowBlock(cause string) block {
	flows := slices.DeleteFunc(slices.Clone(d.Flows), func(f DiffFlow) bool { return f.Cause != cause })
	if len(flows) == 0 {
		return block{}
	}
	return block{heading: "WHAT PASSED BETWEEN PARTIES", flows: d.figure(flows), table: gridOf([]ListColumn[DiffFlow]{
		{"from", 40, func(f DiffFlow) string { return d.partyWords(f.BeforeParties) }},
		{"to", 40, func(f DiffFlow) string { return d.partyWords(f.AfterParties) }},
		{"cells", 0, func(f DiffFlow) string { return Number(f.Cells) }},
		{"resources", 0, func(f DiffFlow) string { return Number(f.Resources) }},
	}, slices.Values(flows))}
}

// cellBlock says which cells passed, and why.
func (d *Diff) cellBlock(cause string) block {
	var list diffLines
	for i := range d.Cells {
		if c := &d.Cells[i]; c.Cause == cause {
			list = append(list, diffLine{name: times(c.Count), text: placeNames(c.Resources) + ": " + c.Reason})
		}
	}
	return block{heading: "WHY IT PASSED", fields: list.fields()}
}

func times(n int) string { return Number(n) + " ×" }

// moveBlock lists your responsibilities that stand otherwise, by responsibility.
func (d *Diff) moveBlock(cause, move, heading string) block {
	var list diffLines
	at := map[string]int{}
	total := 0
	for i := range d.Responsibilities {
		t := &d.Responsibilities[i]
		if t.Cause != cause || t.Move != move || !t.yours() {
			continue
		}
		total += t.Count
		n, ok := at[t.Responsibility]
		if !ok {
			n = len(list)
			at[t.Responsibility] = n
			list = append(list, diffLine{name: t.Responsibility, task: t})
		}
		list[n].count += t.Count
		list[n].places = append(list[n].places, t.Places...)
	}
	for i := range list {
		list[i].text = list[i].moved()
	}
	return block{heading: heading + " · " + Number(total), fields: list.fields()}
}

// moved is what is said of a responsibility at all its places. What is told of
// the first need not be so at the others, and is then told as that.
func (l *diffLine) moved() string {
	names, text := placeNames(l.places), l.task.Title
	if l.task.Severity != "" {
		text += "; " + l.task.Severity
	}
	switch {
	case l.count == 1:
		return names + ": " + text + l.task.words()
	case l.count == l.task.Count:
		return times(l.count) + " at " + names + ": " + text + l.task.words()
	}
	return times(l.count) + " at " + names + ": " + text + "; of " + placeNames(l.task.Places) + strings.Replace(l.task.words(), "; ", ": ", 1)
}

// yours reports whether it is the customer's half.
func (t *DiffTask) yours() bool { return t.Half == "customer" }

// words is what is said of a responsibility behind its title.
func (t *DiffTask) words() string {
	text := ""
	if t.Before != nil && t.After != nil && t.Before.Status != t.After.Status {
		text += "; was " + strings.ReplaceAll(t.Before.Status, "-", " ")
	}
	if t.Reason != "" {
		text += "; " + t.Reason
	}
	if t.After != nil && t.After.Accepted {
		text += "; accepted"
	}
	return text
}

// reasonBlock lists your responsibilities that came, went or passed, by the
// reason.
func (d *Diff) reasonBlock(cause, move, heading string) block {
	var list diffLines
	at := map[string]int{}
	tallies := map[string]map[string]int{}
	total := 0
	for i := range d.Responsibilities {
		t := &d.Responsibilities[i]
		if t.Cause != cause || t.Move != move || !t.yours() {
			continue
		}
		total += t.Count
		n, ok := at[t.Reason]
		if !ok {
			n = len(list)
			at[t.Reason], tallies[t.Reason] = n, map[string]int{}
			list = append(list, diffLine{text: t.Reason})
		}
		list[n].count += t.Count
		list[n].places = append(list[n].places, t.Places...)
		tallies[t.Reason][t.status()] += t.Count
	}
	slices.SortStableFunc(list, func(x, y diffLine) int { return cmp.Compare(y.count, x.count) })
	for i := range list {
		l := &list[i]
		tally := tallies[l.text]
		l.name = times(l.count)
		l.text = placeNames(onlyOnce(l.places)) + ": " + l.text + " (" + tallyWords(tally) + ")"
	}
	return block{heading: heading + " · " + Number(total), fields: list.fields()}
}

// unmetBlock lists what is new and unmet at once.
func (d *Diff) unmetBlock(cause string) block {
	var list diffLines
	total := 0
	for i := range d.Responsibilities {
		t := &d.Responsibilities[i]
		if t.Cause != cause || t.Move != "new" || t.After.Status != "unmet" || !t.yours() {
			continue
		}
		total += t.Count
		text := placeNames(t.Places) + ": " + t.Title
		if t.Severity != "" {
			text += "; " + t.Severity
		}
		if t.After.Why != "" {
			text += "; " + t.After.Why
		}
		if t.After.Accepted {
			text += "; accepted"
		}
		list = append(list, diffLine{name: t.Responsibility, text: text})
	}
	return block{heading: "NEW AND UNMET · " + Number(total), fields: list.fields()}
}

// status is how it stands now, or stood when it ended.
func (t *DiffTask) status() string {
	if t.After != nil {
		return t.After.Status
	}
	return t.Before.Status
}

// tallyWords writes "46 unknown, 3 met, 2 unmet", as pictures order them.
func tallyWords(tally map[string]int) string {
	var parts []string
	for m, name := range markNames {
		if tally[name] > 0 {
			parts = append(parts, Number(tally[name])+" "+markWords[m])
		}
	}
	return strings.Join(parts, ", ")
}

// onlyOnce leaves out places that are there already.
func onlyOnce(places []DiffPlace) []DiffPlace {
	seen := make(map[DiffPlace]bool, len(places))
	var list []DiffPlace
	for _, p := range places {
		if !seen[p] {
			seen[p] = true
			list = append(list, p)
		}
	}
	return list
}

// diffMoveWords are the moves in the words of a sentence, in the order in which
// they are told.
var diffMoveWords = [...]struct{ move, words string }{
	{"new-unmet", "newly unmet"}, {"gone-stale", "gone stale"}, {"newly-unknown", "newly unknown"}, {"newly-met", "newly met"}, {"not-accepted", "no longer accepted"}, {"accepted", "accepted now"},
	{"applicable", "applicable again"}, {"not-applicable", "not applicable any more"}, {"passed", "passed to another party"}, {"new", "new"}, {"ended", "ended"},
}

// MoveWords writes what became of a responsibility in the words of a sentence.
func MoveWords(move string) string {
	for _, m := range diffMoveWords {
		if m.move == move {
			return m.words
		}
	}
	return move
}

// providerBlock counts what changed of the halves of others.
func (d *Diff) providerBlock(cause string) block {
	counts, statuses := map[string]int{}, map[string]map[string]int{}
	for i := range d.Responsibilities {
		t := &d.Responsibilities[i]
		if t.Cause != cause || t.yours() {
			continue
		}
		counts[t.Move] += t.Count
		if statuses[t.Move] == nil {
			statuses[t.Move] = map[string]int{}
		}
		statuses[t.Move][t.status()] += t.Count
	}
	b := block{heading: "OF PROVIDERS' HALVES"}
	for _, m := range diffMoveWords {
		if n := counts[m.move]; n > 0 {
			b.fields = append(b.fields, field{m.words, fmt.Sprintf("%s (%s)", Number(n), tallyWords(statuses[m.move]))})
		}
	}
	return b
}

// ownerBlock lists who answers for what now: whole resources first, then single
// responsibilities, those of the same places together.
func (d *Diff) ownerBlock(cause string) block {
	var whole, single diffLines
	at, tasks := map[string]int{}, [][]string{}
	for i := range d.Owners {
		o := &d.Owners[i]
		change := ": " + orElse(o.WasOwner, "nobody") + " → " + orElse(o.IsOwner, "nobody")
		text, key := placeNames(o.Places)+change, fmt.Sprint(o.Places)+change
		switch n, told := at[key]; {
		case o.Cause != cause:
		case o.Responsibility == "":
			whole = append(whole, diffLine{name: times(o.Count), text: text})
		case told:
			single[n].count += o.Count
			tasks[n] = append(tasks[n], o.Responsibility)
		default:
			at[key] = len(single)
			single, tasks = append(single, diffLine{text: text, count: o.Count}), append(tasks, []string{o.Responsibility})
		}
	}
	for n := range single {
		single[n].name = times(single[n].count)
		single[n].text += ", for " + someOf(tasks[n])
	}
	return block{heading: "OWNERS", fields: append(whole, single...).fields()}
}

// someOf lists the first of some words, "a, b, c and 2 more".
func someOf(words []string) string {
	shown, rest := first(words, diffMostNames)
	text := strings.Join(shown, ", ")
	if rest > 0 {
		text += " and " + Number(rest) + " more"
	}
	return text
}

// resourceBlock lists what came, went and changed, alike ones together.
func (d *Diff) resourceBlock(cause string) block {
	var list diffLines
	at := map[string]int{}
	add := func(sign, text string, place DiffPlace) {
		n, ok := at[sign+text]
		if !ok {
			n = len(list)
			at[sign+text] = n
			list = append(list, diffLine{name: sign, text: text})
		}
		list[n].places = append(list[n].places, place)
	}
	for _, side := range [...]struct {
		sign string
		list []DiffPresence
	}{{"new", d.Resources.Added}, {"gone", d.Resources.Removed}} {
		for _, r := range side.list {
			if r.Cause == cause {
				add(side.sign, r.Type+withReason(r.Reason), r.DiffPlace)
			}
		}
	}
	for i := range d.Resources.Changed {
		if r := &d.Resources.Changed[i]; r.Cause == cause {
			add("changed", changeWords(r.Changes)+withReason(r.Why), r.DiffPlace)
		}
	}
	for i := range list {
		l := &list[i]
		l.text = placeNames(l.places) + ": " + l.text
		if n := len(l.places); n > 1 {
			l.text = times(n) + ", " + l.text
		}
	}
	return block{heading: "RESOURCES", fields: list.fields()}
}

func withReason(reason string) string {
	if reason == "" {
		return ""
	}
	return "; " + strings.TrimSuffix(reason, ".")
}

// changeWords writes "service model: iaas → paas; role: workload → part". Ids
// are long, and say less than what else changed.
func changeWords(list []DiffChange) string {
	words := make([]string, 0, len(list))
	for _, c := range list {
		if c.Aspect != "id" {
			words = append(words, c.Aspect+": "+orElse(c.Was, "nothing")+" → "+orElse(c.Is, "nothing"))
		}
	}
	if len(words) == 0 {
		return "another id"
	}
	return strings.Join(words, "; ")
}

// facts is what the program knows that it did not.
func (d *Diff) facts() block {
	var list diffLines
	for i := range d.Catalog {
		f := &d.Catalog[i]
		text := f.Move
		if len(f.Changes) > 0 {
			text += ": " + changeWords(f.Changes)
		}
		if f.Title != "" {
			text = f.Title + ", " + text
		}
		list = append(list, diffLine{name: f.Kind + " " + f.Fact, text: text})
	}
	return block{heading: "WHAT THE PROGRAM KNOWS NOW", text: []string{"Not the estate, but the knowledge about it is another one here."}, fields: list.fields()}
}
