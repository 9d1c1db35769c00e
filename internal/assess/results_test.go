package assess_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/policy"
	"github.com/demarc-dev/demarc/internal/slots"
)

// markOf is the mark of a record: a hash of all that it shows.
func markOf(r record) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, r.id, "|", r.typ, "|", r.row, "|", r.seen, "|", r.standing)
	return h.Sum64()
}

// evaluated are the encoded results of records.
func evaluated(t testing.TB, line *assess.Line, records []record) []byte {
	t.Helper()
	e, values := line.NewEvaluator(), slots.NewValues()
	for _, r := range records {
		resource, values := shown(t, line, r, values)
		e.Evaluate(markOf(r), &resource, values)
	}
	return e.AppendTo(nil)
}

// share are the records that one of several shards observes.
func (e estate) share(shard int) []record {
	var list []record
	for i, r := range e.records {
		if i%max(e.shards, 1) == shard {
			list = append(list, r)
		}
	}
	return list
}

// recall assesses the estate with the results of its shards.
func (e estate) recall(t testing.TB, line *assess.Line, results [][]byte) *assess.Settled {
	t.Helper()
	var shards []*assess.Shard
	values := slots.NewValues()
	for i := range max(e.shards, 1) {
		read, err := assess.ReadResults(results[i])
		if err != nil {
			t.Fatal(err)
		}
		shard := line.NewShard()
		shard.Recall(read)
		for _, r := range e.share(i) {
			shard.Mark(markOf(r))
			observe(t, line, shard, r, values)
		}
		shards = append(shards, shard)
	}
	return line.Settle(shards, nil)
}

// drawnRules are rules about things that are looked at alone, together, and
// with what stands apart. What is fine is "true" or, to say the opposite of all
// of them, "false".
func drawnRules(t testing.TB, fine string) *assess.Policies {
	t.Helper()
	is := func(typ string) string {
		return `"type":"` + typ + `","existenceCondition":{"field":"` + typ + `/fine","equals":` + fine + `}`
	}
	not := func(typ string) string { return `{"field":"` + typ + `/fine","notEquals":` + fine + `}` }
	here := assignmentAt("here", group, "placed")
	here.Selectors = []demarc.ResourceSelector{{Selectors: []demarc.Selector{{Kind: "resourceLocation", In: []string{"westeurope"}}}}}
	p := bookOf(t,
		rule{text: seeks("lid", boxes, is(lids))},
		rule{text: seeks("setting", boxes, is(tuned))},
		rule{text: seeks("named", boxes, is(guards)+`,"name":"[field('`+boxes+`/guard')]"`)},
		rule{text: seeks("grouped", boxes, is(guards)+`,"resourceGroupName":"[field('`+boxes+`/home')]"`)},
		rule{text: seeks("watched", boxes, `"type":"`+guards+`","existenceCondition":{"field":"`+guards+`/guard","equals":"[field('`+boxes+`/guard')]"}`)},
		rule{text: audit("box", boxes, not(boxes))},
		rule{text: audit("secure", stores, not(stores)), counts: secure},
		rule{text: audit("placed", stores, not(stores)), counts: secure, assignment: here},
		rule{text: audit("dated", stores, `{"value":"[utcNow()]","greater":"`+today.Format(time.DateOnly)+`"}`)},
		rule{text: audit("unset", guards, `{"field":"name","equals":"[parameters('name')]"}`)},
		rule{text: opened}, rule{text: crowded}, rule{text: blank},
	)
	p.Book = policy.NewRulebook(policy.NewAliases(policy.AliasFacts{Aliases: ruleAliases.Aliases}), p.Book.Bound())
	p.Collected = []demarc.Collected{collected("*", group, demarc.CollectedAll), collected(guards, groupB, demarc.CollectionDenied)}
	return p
}

func drawn[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// drawnRecord is a resource of few names, so that some are met twice.
func drawnRecord(r *rand.Rand) record {
	at := drawn(r, group, groupB) + "/providers/"
	thing := at + drawn(r, boxes, boxes, guards, stores, stores, "Microsoft.Network/networkSecurityGroups", "Microsoft.Compute/virtualMachines", "Fabrikam.Widgets/widgets") +
		"/" + drawn(r, "a", "b", "c")
	id := drawn(r, thing, thing, thing, at+lids[:len(boxes)]+"/a/lids/"+drawn(r, "l", "m"), at+boxes+"/b/providers/"+tuned+"/s",
		at+"Microsoft.Network/networkSecurityGroups/"+drawn(r, "a", "b")+"/securityRules/"+drawn(r, "x", "y"))
	if r.IntN(8) == 0 {
		id = strings.ToUpper(id)
	}
	if r.IntN(8) == 0 {
		return blind(id)
	}
	properties := []string{`"fine":true`, `"fine":false`, `"guard":"a"`, `"guard":"b"`, `"home":"rg-b"`, `"sourceAddressPrefix":"*"`, `"description":"why"`,
		`"securityRules":[]`, `"securityRules":[{"name":"x","properties":{"sourceAddressPrefix":"10.0.0.0/8"}}]`}
	r.Shuffle(len(properties), func(i, j int) { properties[i], properties[j] = properties[j], properties[i] })
	seen := map[string]bool{}
	properties = slices.DeleteFunc(properties[:r.IntN(6)], func(p string) bool {
		name, _, _ := strings.Cut(p, ":")
		twice := seen[name]
		seen[name] = true
		return twice
	})
	row := fmt.Sprintf(`{"location":"%s","properties":{%s}}`, drawn(r, "westeurope", "eastus"), strings.Join(properties, ","))
	return record{id: id, row: row, seen: drawn(r, demarc.SeenFull, demarc.SeenFull, demarc.SeenPartial, demarc.SeenDeclared),
		standing: drawn(r, demarc.There, demarc.There, demarc.There, demarc.There, demarc.Conditional, demarc.Leaving)}
}

func drawnRecords(r *rand.Rand, n int) []record {
	list := make([]record, n)
	for i := range list {
		list[i] = drawnRecord(r)
		list[i].line = i + 1
	}
	return list
}

// toldAll writes what an assessment says, and how its checks came about.
func toldAll(t testing.TB, a *assess.Settled) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(tellChecks(t, a))
	for _, r := range a.Resources {
		for _, x := range a.TraceChecks(r.ID, func(*assess.PolicyCheck, *policy.Bound) bool { return true }) {
			fmt.Fprintf(&b, "%s %s %v %s %s %s %+v\n", r.ID, x.Check.Check, x.Verdict, x.Reason, x.Out, x.Why, x.Lines)
			if of := x.Related; of != nil {
				fmt.Fprintf(&b, "\tof %s in %s %q %v %+v %d %d\n", of.Type, of.Place, of.Name, of.Unclear, of.Found, of.Named, of.More)
			}
		}
	}
	return b.String()
}

// Whatever of an estate was evaluated elsewhere, in whatever order and state,
// to recall it says what to evaluate it says.
func TestRecallingIsEvaluating(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 14))
	variants := []struct {
		name string
		of   func(list []record) []record // what was evaluated for a shard that observes a list
	}{
		{"all", func(list []record) []record { return list }},
		{"none", func([]record) []record { return nil }},
		{"some", func(list []record) []record {
			return slices.DeleteFunc(slices.Clone(list), func(record) bool { return r.IntN(3) == 0 })
		}},
		{"some that are gone", func(list []record) []record {
			return slices.Insert(slices.Clone(list), r.IntN(len(list)+1), drawnRecords(r, 10)...)
		}},
		{"another order", func(list []record) []record {
			list = slices.Clone(list)
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			return list
		}},
		{"all twice", func(list []record) []record { return slices.Concat(list, list) }},
	}
	sharp := 0
	n := 40
	if testing.Short() {
		n = 8
	}
	for i := range n {
		e := estate{records: drawnRecords(r, 60), shards: 1 + i%3}
		e.options.Policies = drawnRules(t, "true")
		e.options.Watch = func(*demarc.Resource) bool { return true }
		e.options.KeepSought = i%2 == 0
		want := toldAll(t, e.assess(t))
		elsewhere := e
		elsewhere.options.Policies = drawnRules(t, "true")
		v := variants[i%len(variants)]
		if got := toldAll(t, e.recall(t, e.line(t), elsewhere.evaluate(t, v.of))); got != want {
			t.Fatalf("%s: %s", v.name, firstDifference(got, want))
		}
		elsewhere.options.Policies = drawnRules(t, "false")
		if toldAll(t, e.recall(t, e.line(t), elsewhere.evaluate(t, variants[0].of))) != want {
			sharp++
		}
	}
	if sharp < n*9/10 {
		t.Errorf("only %d of %d estates show whether results are recalled", sharp, n)
	}
}

// evaluate gives the results of the estate's shards, for which other records
// than they observe may have been evaluated.
func (e estate) evaluate(t testing.TB, of func([]record) []record) [][]byte {
	t.Helper()
	line := e.line(t)
	var results [][]byte
	for i := range max(e.shards, 1) {
		results = append(results, evaluated(t, line, of(e.share(i))))
	}
	return results
}

// What is recalled is not asked again: it says what policies said that were
// others. Results that cannot be those of the policies at hand do not count.
func TestRecalledIsNotAsked(t *testing.T) {
	isB := audit("x", boxes, `{"field":"name","equals":"b"}`)
	isC := audit("x", boxes, `{"field":"name","equals":"c"}`)
	existing := func(fine string) string {
		return seeks("x", boxes, `"type":"`+lids+`","existenceCondition":{"field":"`+lids+`/fine","equals":`+fine+`}`)
	}
	tests := []struct {
		name, here string
		elsewhere  []string
		want       string
	}{
		{"a result", isB, []string{isC}, "x compliant"},
		{"of what is related", existing("true"), []string{existing("false")}, "x non-compliant"},
		{"more results than there are rules", isB, []string{isC, isC}, "x non-compliant"},
		{"more of what is related", existing("true"), []string{existing("false"), existing("true")}, "x compliant"},
		{"a result that waits for nothing", isB, []string{existing("true")}, "x non-compliant"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := estate{records: []record{full(box, `{"properties":{"fine":true}}`), full(box+"/lids/l", `{"properties":{"fine":true}}`)}}
			elsewhere := e
			e.options.Policies = bookOf(t, rule{text: tt.here})
			e.options.Policies.Collected = []demarc.Collected{collected("*", "", demarc.CollectedAll)}
			var rules []rule
			for _, text := range tt.elsewhere {
				rules = append(rules, rule{text: text})
			}
			elsewhere.options.Policies = bookOf(t, rules...)
			a := e.recall(t, e.line(t), elsewhere.evaluate(t, slices.Clone))
			if got := results(a, box); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// A mark that stands for two things tells neither.
func TestMarksOfTwoThings(t *testing.T) {
	book := func(name string) *assess.Line {
		return estate{options: assess.Options{Policies: bookOf(t, rule{text: audit("x", boxes, `{"field":"name","equals":"`+name+`"}`)})}}.line(t)
	}
	elsewhere, here := book("c"), book("b")
	b, c, unmarked := full(box, "{}"), full(in(boxes+"/c"), "{}"), full(groupB+"/providers/"+boxes+"/b", "{}")
	for want, marks := range map[string][]uint64{"x compliant": {1, 2, 1}, "x non-compliant": {1, 1, 1}} {
		e, values := elsewhere.NewEvaluator(), slots.NewValues()
		for i, r := range []record{b, c, b} {
			resource, values := shown(t, elsewhere, r, values)
			e.Evaluate(marks[i], &resource, values)
		}
		read, err := assess.ReadResults(e.AppendTo(nil))
		if err != nil {
			t.Fatal(err)
		}
		shard := here.NewShard()
		shard.Recall(read)
		shard.Mark(1)
		observe(t, here, shard, b, values)
		observe(t, here, shard, unmarked, values)
		a := here.Settle([]*assess.Shard{shard}, nil)
		if got := results(a, box); got != want {
			t.Errorf("marked %v: got %s, want %s", marks, got, want)
		}
		if got := results(a, unmarked.id); got != "x non-compliant" {
			t.Errorf("without a mark: %s", got)
		}
	}
}

// The day matters where a definition asks for it, and only there: its results
// are those of the day that is asked about.
func TestResultsOfAnotherDay(t *testing.T) {
	later := today.AddDate(0, 0, 1).Format(time.DateOnly)
	tests := []struct {
		name, text string
		matters    bool
		want       string // of today, as it was evaluated the day after by rules that say that nothing is fine
	}{
		{"no", audit("x", boxes, `{"field":"name","equals":"b"}`), false, "x non-compliant"},
		{"in a condition", audit("x", boxes, `{"value":"[utcNow()]","greater":"`+later+`"}`), true, "x compliant"},
		{"in any case, in another call", audit("x", boxes, `{"not":{"value":"[addDays(UTCNOW(), 1)]","less":"`+later+`T99"}}`), true, "x compliant"},
		{"in a count", audit("x", boxes, `{"count":{"value":["1"],"where":{"value":"[utcNow()]","greater":"`+later+`"}},"equals":1}`), true, "x compliant"},
		{"of what is related", seeks("x", boxes, `"type":"`+lids+`","existenceCondition":{"value":"[utcNow()]","less":"`+later+`"}`), true, "x compliant"},
		{"in the text of a rule that is off", definition("x", boxes, `{"value":"[utcNow()]","greater":"0"}`, `{"effect":"disabled"}`), false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := estate{records: []record{full(box, `{}`), full(box+"/lids/l", `{}`)}, options: assess.Options{Policies: bookOf(t, rule{text: tt.text})}}
			line := e.line(t)
			if line.ReadsDay() != tt.matters {
				t.Errorf("the day matters: %v", line.ReadsDay())
			}
			o := e.options
			o.AsOf = today.AddDate(0, 0, 1)
			tomorrow, err := assess.New(load(t), o)
			if err != nil {
				t.Fatal(err)
			}
			recalled := e.recall(t, line, [][]byte{evaluated(t, tomorrow, e.records)})
			if got := results(recalled, box); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	if plain, _ := plainLine(); plain.ReadsDay() {
		t.Error("the day matters without policies")
	}
}

// smallEstate is one whose results are read from any bytes.
var smallEstate = sync.OnceValue(func() []record { return drawnRecords(rand.New(rand.NewPCG(1, 1)), 12) })

// Whatever the bytes, reading them and assessing with them ends, and results
// that were read end where their bytes end.
func FuzzReadResults(f *testing.F) {
	e := estate{records: smallEstate(), options: assess.Options{Policies: drawnRules(f, "true")}}
	line := e.line(f)
	f.Add(evaluated(f, line, e.records))
	f.Add(evaluated(f, line, e.records[:2]))
	f.Add(evaluated(f, line, nil))
	f.Add([]byte("\x01\x00\x01\x01\x04\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("\x02\x00\x00\x00"))
	f.Add([]byte("\x01\x00\xff\xff\xff\xff\x0f\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := assess.ReadResults(b); err != nil {
			return
		}
		for _, other := range [][]byte{b[:len(b)-1], b[:len(b)/2], append(slices.Clip(b), 0)} {
			if _, err := assess.ReadResults(other); err == nil {
				t.Errorf("%x is read, and %x", b, other)
			}
		}
		e.recall(t, line, [][]byte{b})
	})
}

// Results are refused where they are not what this program writes.
func TestResultsThatAreRefused(t *testing.T) {
	e := estate{records: smallEstate(), options: assess.Options{Policies: drawnRules(t, "true")}}
	good := evaluated(t, e.line(t), e.records)
	newer := slices.Clone(good)
	newer[0]++
	row := slices.Clone(good)
	row[len(row)-1] = 99
	for name, b := range map[string][]byte{"nothing": nil, "another version": newer, "no such row": row, "more": append(slices.Clip(good), 0)} {
		if _, err := assess.ReadResults(b); err == nil || !strings.HasPrefix(err.Error(), "read results: they ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := range good {
		if _, err := assess.ReadResults(good[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are read", n, len(good))
		}
	}
	if again := evaluated(t, e.line(t), e.records); !slices.Equal(again, good) {
		t.Error("the same records give other bytes")
	}
}
