package store_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/store"
	"github.com/demarc-dev/demarc/internal/store/storetest"
)

// moment is a snapshot as it was published.
type moment struct {
	*store.Snapshot
	*store.Publication
	inputs []storetest.Input
	told   string
}

// past is a workspace, and what must be remembered of it.
type past struct {
	name string
	life *storetest.Life
	kept []moment
}

// historian lets workspaces of one store grow old and asks for everything that
// was.
type historian struct {
	*testing.T
	db       *store.DB
	random   *rand.Rand
	pasts    []*past
	contents map[string]string // content hashes by what was told
}

// TestHistories saves random histories: whatever came, went, came back or
// changed, every snapshot gives back what was published.
func TestHistories(t *testing.T) {
	type history struct {
		open                storetest.Opener
		seed, steps, things int
	}
	all := []history{{onSQLite, 0, 50, 100}, {onSQLite, 1, 50, 100}, {onPostgres, 3, 20, 40}}
	if testing.Short() {
		all = []history{{onSQLite, 0, 34, 24}} // needs no server
	}
	for _, of := range all {
		seed := of.seed
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := &historian{T: t, db: of.open(t), random: rand.New(rand.NewPCG(uint64(seed), 3)), contents: map[string]string{}}
			h.pasts = []*past{{name: "north", life: storetest.NewLife(uint64(seed), of.things)}, {name: "south", life: storetest.NewLife(uint64(seed)+100, of.things/3)}}
			for i := range of.steps {
				p := h.pasts[0]
				if h.random.IntN(8) == 0 {
					p = h.pasts[1]
				}
				h.step(p, seed%2 == 1)
				if i%6 == 0 || !testing.Short() {
					h.look(p, i%10 == 0 && !testing.Short())
				}
			}
			for _, p := range h.pasts {
				h.all(p)
			}
			if deepest := h.sound(); deepest < store.MostLayers && seed%2 == 0 {
				t.Errorf("no snapshot is made of more than %d layers: the history is too short", deepest)
			}
			north := h.pasts[0]
			h.compact(north, store.Retention{Keep: 4})
			h.all(north)
			h.compact(north, store.Retention{Since: north.kept[len(north.kept)-1].AsOf.AddDate(0, 0, 1)})
		})
	}
}

// all reads every snapshot of a workspace from end to end.
func (h *historian) all(p *past) {
	h.list(p)
	for _, m := range p.kept {
		h.loads(p, m)
		h.plays(p, m)
	}
	h.timeline(p)
}

// step saves once or more, and sometimes makes room.
func (h *historian) step(p *past, compacts bool) {
	p.life.Step()
	switch n := h.random.IntN(20); {
	case n < 3:
		h.together(p)
	case n == 3:
		s := h.begin(p)
		s.Abandon()
	case n == 4 && len(p.kept) > 0 && (compacts || p != h.pasts[0]):
		h.compact(p, h.retention(p))
	default:
		h.publish(p, h.begin(p))
	}
}

func (h *historian) begin(p *past) *store.Saving {
	h.Helper()
	s, err := h.db.Begin(h.Context(), p.name)
	if err != nil {
		h.Fatal(err)
	}
	return s
}

func (h *historian) publish(p *past, s *store.Saving) {
	h.Helper()
	out, snap, err := p.life.Save(s)
	if err != nil {
		h.Fatal(err)
	}
	m := moment{snap, out, p.life.Inputs(), storetest.Told(out.Assessment)}
	if n := len(p.kept); n > 0 && snap.Number != p.kept[n-1].Number+1 {
		h.Fatalf("after snapshot %d comes %d", p.kept[n-1].Number, snap.Number)
	}
	p.kept = append(p.kept, m)
	for told, content := range h.contents {
		if (told == m.told) != (content == string(snap.Content)) {
			h.Fatalf("snapshot %d of %s: what is concluded and its hash do not go together", snap.Number, p.name)
		}
	}
	h.contents[m.told] = string(snap.Content)
}

// together has two savers at once, of which either publishes first.
func (h *historian) together(p *past) {
	both := []*store.Saving{h.begin(p), h.begin(p)}
	if h.random.IntN(2) == 0 {
		slices.Reverse(both)
	}
	for _, s := range both {
		h.publish(p, s)
		p.life.Step()
	}
}

// retention is one at random: so many, as of a day, or all.
func (h *historian) retention(p *past) (keep store.Retention) {
	switch h.random.IntN(3) {
	case 0:
		keep.Keep = 1 + h.random.IntN(10)
	case 1:
		keep.Since = p.kept[h.random.IntN(len(p.kept))].AsOf
	}
	return keep
}

// compact makes room: what must go is gone, what stays is as it was.
func (h *historian) compact(p *past, keep store.Retention) {
	done, err := h.db.Compact(h.Context(), p.name, keep)
	if err != nil {
		h.Fatal(err)
	}
	var stay []moment
	var dropped []int64
	for i, m := range p.kept {
		if i < len(p.kept)-1 && (keep.Keep > 0 && len(p.kept)-i > keep.Keep || m.AsOf.Before(keep.Since)) {
			dropped = append(dropped, m.Number)
			if _, err := h.db.Load(h.Context(), p.name, m.Number); err == nil {
				h.Errorf("snapshot %d was dropped, and it is there", m.Number)
			}
		} else {
			stay = append(stay, m)
		}
	}
	if !slices.Equal(done.Dropped, dropped) {
		h.Errorf("%+v dropped %v, not %v", keep, done.Dropped, dropped)
	}
	p.kept = stay
	for _, p := range h.pasts {
		h.look(p, !testing.Short())
	}
	h.sound()
}

// sound checks the store, and says of how many layers a snapshot is made at most.
func (h *historian) sound() (deepest int) {
	h.Helper()
	found, err := h.db.Check(h.Context())
	if err != nil || len(found.Faults) > 0 {
		h.Fatalf("the check finds %+v, %v", found, err)
	}
	for _, p := range h.pasts {
		if len(p.kept) == 0 {
			continue
		}
		layers, err := h.db.LayersOf(h.Context(), p.name)
		if err != nil || len(layers) != len(p.kept) {
			h.Fatalf("%d of %d snapshots have layers, %v", len(layers), len(p.kept), err)
		}
		for number, n := range layers {
			if deepest = max(deepest, n); n > store.MostLayers {
				h.Errorf("snapshot %d is made of %d layers", number, n)
			}
		}
	}
	return deepest
}

// look asks for all snapshots of a workspace, or for the newest and another one.
func (h *historian) look(p *past, all bool) {
	h.Helper()
	if len(p.kept) == 0 {
		return
	}
	h.list(p)
	ask := p.kept
	if !all {
		ask = []moment{ask[len(ask)-1], ask[h.random.IntN(len(ask))]}
	}
	for _, m := range ask {
		h.loads(p, m)
		h.plays(p, m)
		h.searches(p, m)
		h.counts(p, m, demarc.RollUpKind(h.random.IntN(int(demarc.RollUpResponsibility)+1)))
	}
	if all {
		h.timeline(p)
	}
	if h.Failed() {
		h.FailNow()
	}
}

func (h *historian) list(p *past) {
	h.Helper()
	list, err := h.db.Snapshots(h.Context(), p.name)
	if err != nil || len(list) != len(p.kept) {
		h.Fatalf("%s has %d snapshots, not %d, %v", p.name, len(list), len(p.kept), err)
	}
	for i, m := range p.kept {
		s, a := list[i], m.Assessment
		if !reflect.DeepEqual(s, *m.Snapshot) || s.Summary != a.Summary || s.Resources != len(a.Resources) || !s.AsOf.Equal(a.AsOf.Truncate(24*time.Hour)) || s.Estate != a.Estate.Name {
			h.Errorf("snapshot %d is listed as %+v", m.Number, s)
		}
	}
}

// loads compares a whole snapshot.
func (h *historian) loads(p *past, m moment) {
	h.Helper()
	got, err := h.db.Load(h.Context(), p.name, m.Number)
	if err != nil {
		h.Fatal(err)
	}
	if told := storetest.Told(got); told != m.told {
		h.Errorf("snapshot %d of %s %s", m.Number, p.name, firstDifference(told, m.told))
	}
	for i := 0; i < len(got.Resources); i += 1 + len(got.Resources)/9 {
		if x, y := tellAll(got.Verdicts.Of(i)), tellAll(m.Assessment.Verdicts.Of(i)); x != y {
			h.Errorf("snapshot %d: %s stands otherwise: %s", m.Number, got.Resources[i].ID, firstDifference(x, y))
		}
	}
	if x, y := tellAll(seen(got)), tellAll(seen(m.Assessment)); x != y {
		h.Errorf("snapshot %d: what was seen %s", m.Number, firstDifference(x, y))
	}
	for name, pair := range bare(got, m.Assessment) {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			h.Errorf("snapshot %d: %s is %+v, not %+v", m.Number, name, pair[0], pair[1])
		}
	}
}

// bare are the members of two assessments beside resources and verdicts.
func bare(a, b *demarc.Assessment) map[string][2]any {
	pairs := map[string][2]any{}
	x, y := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for i := range x.NumField() {
		switch name := x.Type().Field(i).Name; name {
		case "Resources", "Verdicts", "Evidence", "Checks", "Scopes", "Divisions", "AsOf":
		default:
			pairs[name] = [2]any{x.Field(i).Interface(), y.Field(i).Interface()}
		}
	}
	return pairs
}

func seen(a *demarc.Assessment) (list []demarc.Verdict) {
	a.Verdicts.Own(func(v *demarc.Verdict) bool {
		list = append(list, *v)
		return true
	})
	return list
}

func tellAll(list []demarc.Verdict) string {
	var b strings.Builder
	for i := range list {
		fmt.Fprintln(&b, storetest.ToldOf(&list[i]))
	}
	return b.String()
}

func firstDifference(got, want string) string {
	x, y := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("is not the same in line %d:\ngot  %s\nwant %s", i, x[i], y[i])
		}
	}
	return fmt.Sprintf("has %d lines, not %d", len(x), len(y))
}

// plays compares the inputs of a snapshot, all and those of one turn.
func (h *historian) plays(p *past, m moment) {
	h.Helper()
	for _, turns := range [][]byte{nil, {1}} {
		var want, got []string
		for _, in := range m.inputs {
			if turns == nil || slices.Contains(turns, in.Turn) {
				want = append(want, string(in.Kind)+in.Record)
			}
		}
		err := h.db.Recording(p.name, m.Number).Each(h.Context(), turns, func(kind byte, record, _ []byte) error {
			got = append(got, string(kind)+string(record))
			return nil
		})
		slices.Sort(want)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			h.Errorf("snapshot %d has %d inputs of the turns %v, not %d, %v", m.Number, len(got), turns, len(want), err)
		}
	}
}

// anyID is the id of a resource that some snapshot has, in some case.
func (h *historian) anyID(p *past) string {
	list := p.kept[h.random.IntN(len(p.kept))].Assessment.Resources
	if len(list) == 0 || h.random.IntN(8) == 0 {
		return "/nobody"
	}
	id := list[h.random.IntN(len(list))].ID
	return []string{id, demarc.Fold(id), strings.ToUpper(id)}[h.random.IntN(2)]
}

// searches compares what is asked of single resources with a search from front
// to back.
func (h *historian) searches(p *past, m moment) {
	h.Helper()
	id := h.anyID(p)
	got, err := h.db.Resource(h.Context(), p.name, m.Number, id)
	if err != nil {
		h.Fatal(err)
	}
	h.sameOne(m, got.Assessment, id)
	h.named(p, m, id)
	h.page(p, m)
	h.unmet(p, m)
}

// sameOne compares one resource and all that it refers to.
func (h *historian) sameOne(m moment, got *demarc.Assessment, id string) {
	h.Helper()
	at := slices.IndexFunc(m.Assessment.Resources, func(r *demarc.Assessed) bool { return demarc.EqualFold(r.ID, id) })
	if at < 0 || len(got.Resources) == 0 {
		if at >= 0 || len(got.Resources) > 0 {
			h.Errorf("snapshot %d has %d of %s, which is at %d", m.Number, len(got.Resources), id, at)
		}
		return
	}
	g, w := got.Resources[0], m.Assessment.Resources[at]
	if x, y := line(g), line(w); x != y || !reflect.DeepEqual(g.Answer, w.Answer) {
		h.Errorf("snapshot %d:\ngot  %s %+v\nwant %s %+v", m.Number, x, g.Answer, y, w.Answer)
	}
	if x, y := tellAll(got.Verdicts.Of(0)), tellAll(m.Assessment.Verdicts.Of(at)); x != y {
		h.Errorf("snapshot %d: %s %s", m.Number, id, firstDifference(x, y))
	}
}

func (h *historian) named(p *past, m moment, id string) {
	h.Helper()
	name, most := []string{id, "name 3", "ärger", "Name 99"}[h.random.IntN(4)], 1+h.random.IntN(4)
	var want []string
	for _, r := range m.Assessment.Resources {
		if demarc.EqualFold(r.ID, name) {
			want = []string{r.ID}
			break
		}
		if demarc.EqualFold(r.Name, name) && len(want) < most {
			want = append(want, r.ID)
		}
	}
	if got, err := h.db.Named(h.Context(), p.name, m.Number, name, most); err != nil || !slices.Equal(got, want) {
		h.Errorf("snapshot %d: %q is the name of %q, not of %q, %v", m.Number, name, got, want, err)
	}
}

func (h *historian) page(p *past, m moment) {
	h.Helper()
	want := store.Wanted{After: []string{"", h.anyID(p)}[h.random.IntN(2)], Most: h.random.IntN(20), Model: []demarc.ServiceModel{demarc.UnknownModel, demarc.PaaS}[h.random.IntN(2)],
		Type: []string{"", "microsoft.storage/STORAGEACCOUNTS"}[h.random.IntN(2)]}
	var ids, found []string
	for _, r := range m.Assessment.Resources {
		switch {
		case demarc.CompareFold(r.ID, want.After) <= 0, want.Model != demarc.UnknownModel && r.Answer.Model != want.Model, want.Type != "" && !demarc.EqualFold(r.Type, want.Type):
		case want.Most == 0 || len(ids) < want.Most:
			ids = append(ids, line(r))
		}
	}
	got, err := h.db.Page(h.Context(), p.name, m.Number, want)
	if err != nil {
		h.Fatal(err)
	}
	for _, r := range got.Resources {
		found = append(found, line(r))
	}
	if !slices.Equal(found, ids) {
		h.Errorf("snapshot %d: %+v is %q, not %q", m.Number, want, found, ids)
	}
}

func (h *historian) unmet(p *past, m moment) {
	h.Helper()
	got, err := h.db.Unmet(h.Context(), p.name, m.Number, 1000)
	if err != nil {
		h.Fatal(err)
	}
	var all []demarc.Verdict
	take := func(v *demarc.Verdict) bool {
		if v.Status == demarc.Unmet && !v.Accepted && v.Responsibility.Party == demarc.Customer {
			all = append(all, *v)
		}
		return true
	}
	m.Assessment.Verdicts.Above(take)
	for i, r := range m.Assessment.Resources {
		for _, v := range m.Assessment.Verdicts.Of(i) {
			if r.Standing == demarc.There && v.Instance.Resource != nil {
				take(&v)
			}
		}
	}
	if want := min(len(all), 200); len(got) != want {
		h.Errorf("snapshot %d: %d of %d unmet ones are given", m.Number, len(got), len(all))
	}
	last := demarc.Critical
	for i := range got {
		v := &got[i]
		if v.Responsibility.Severity > last || !slices.ContainsFunc(all, func(w demarc.Verdict) bool { return briefly(v) == briefly(&w) }) {
			h.Errorf("snapshot %d: nothing like %s is unmet, or it is worse than what stands in front of it", m.Number, briefly(v))
		}
		last = v.Responsibility.Severity
	}
}

// briefly is an unmet verdict as a list of them has it.
func briefly(v *demarc.Verdict) string {
	r := &demarc.Assessed{}
	if v.Instance.Resource != nil {
		r = v.Instance.Resource
	}
	scope := ""
	if v.Instance.Scope != nil {
		scope = v.Instance.Scope.ID
	}
	return fmt.Sprintf("%s %s %q at %s %q %q %q %q %q", v.Responsibility.ID, v.Party, v.Why, v.Instance.Level, scope, v.Instance.Workload, r.ID, r.Name, r.Type)
}

// counts compares the roll-ups of a kind.
func (h *historian) counts(p *past, m moment, by demarc.RollUpKind) {
	h.Helper()
	got, err := h.db.RollUps(h.Context(), p.name, m.Number, by)
	if err != nil {
		h.Fatal(err)
	}
	var want []*demarc.RollUp
	for i := range m.RollUps {
		if m.RollUps[i].By == by {
			want = append(want, &m.RollUps[i])
		}
	}
	slices.SortFunc(want, func(a, b *demarc.RollUp) int { return strings.Compare(a.ID, b.ID) })
	if !reflect.DeepEqual(got, want) {
		h.Errorf("snapshot %d: the roll-ups by %s are\n%+v, not\n%+v", m.Number, by, got, want)
	}
	id, wanted := "nobody of this name", (*demarc.RollUp)(nil)
	if len(want) > 0 && h.random.IntN(4) > 0 {
		wanted = want[h.random.IntN(len(want))]
		id = wanted.ID
	}
	if got, err := h.db.RollUp(h.Context(), p.name, m.Number, by, id); err != nil || !reflect.DeepEqual(got, wanted) {
		h.Errorf("snapshot %d: the roll-up %s %s is %+v, not %+v, %v", m.Number, by, id, got, wanted, err)
	}
}

// timeline compares one resource and one roll-up through all snapshots.
func (h *historian) timeline(p *past) {
	h.Helper()
	id := h.anyID(p)
	list, err := h.db.Timeline(h.Context(), p.name, id)
	if err != nil || len(list) != len(p.kept) {
		h.Fatalf("the timeline has %d of %d snapshots, %v", len(list), len(p.kept), err)
	}
	trend, err := h.db.Trend(h.Context(), p.name, demarc.RollUpResponsibility, "life.task-1")
	if err != nil {
		h.Fatal(err)
	}
	for i, m := range p.kept {
		h.sameOne(m, list[i].Assessment, id)
		n := slices.IndexFunc(m.RollUps, func(r demarc.RollUp) bool { return r.ID == "life.task-1" })
		if got := trend[m.Number]; n < 0 && got != nil || n >= 0 && !reflect.DeepEqual(got, &m.RollUps[n]) {
			h.Errorf("snapshot %d: the trend is %+v", m.Number, got)
		}
	}
}

// TestSameConclusionsSameContent saves what was concluded into another store,
// which has another past.
func TestSameConclusionsSameContent(t *testing.T) {
	db, other := onSQLite(t), onSQLite(t)
	life, noise := storetest.NewLife(5, 40), storetest.NewLife(6, 30)
	for range 3 {
		life.Step()
		noise.Step()
		var contents [][]byte
		for _, save := range []struct {
			db        *store.DB
			workspace string
			life      *storetest.Life
		}{{db, "one", life}, {other, "one", noise}, {other, "one", life}, {other, "two", life}} {
			s, err := save.db.Begin(t.Context(), save.workspace)
			if err != nil {
				t.Fatal(err)
			}
			_, snap, err := save.life.Save(s)
			if err != nil {
				t.Fatal(err)
			}
			contents = append(contents, snap.Content)
		}
		if bytes.Equal(contents[0], contents[1]) || !bytes.Equal(contents[0], contents[2]) || !bytes.Equal(contents[0], contents[3]) {
			t.Errorf("the content hashes are %x", contents)
		}
	}
}

// TestCompactBesideASaver makes room between the begin of a saving and its end:
// nothing that went comes back.
func TestCompactBesideASaver(t *testing.T) {
	db := onSQLite(t)
	h := &historian{T: t, db: db, random: rand.New(rand.NewPCG(1, 1)), contents: map[string]string{}}
	p := &past{name: "north", life: storetest.NewLife(9, 60)}
	h.pasts = []*past{p}
	for range 4 {
		p.life.Step()
		h.publish(p, h.begin(p))
	}
	s := h.begin(p)
	if err := db.CompactNow(t.Context(), p.name, store.Retention{Keep: 1}); err != nil {
		t.Fatal(err)
	}
	p.kept = p.kept[len(p.kept)-1:]
	for range 6 {
		p.life.Step()
	}
	h.publish(p, s)
	h.look(p, true)
	h.sound()
}
