// Package storetest is what every database that a store is kept in must do,
// written once: the tests of each engine run it. It uses the store as others
// do and knows nothing of what lies below.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/sample"
	"github.com/demarc-dev/demarc/internal/store"
)

// Estate is a small assessment. Of two numbers most is the same, and something
// is not.
func Estate(number int) *demarc.Assessment {
	a := sample.Judged()
	a.Estate.Name = name(number)
	a.Resources[number%len(a.Resources)].Name = fmt.Sprintf("renamed on day %d", number)
	a.AsOf = sample.AsOf.AddDate(0, 0, number)
	return a
}

func name(number int) string { return fmt.Sprintf("Contoso on day %d", number) }

// recordSize is how long each input of a saving is.
const recordSize = 500

// Inputs are the records that a saving of a number keeps: most of them are
// those of the number in front of it.
func Inputs(number, count int) [][]byte {
	list := make([][]byte, count)
	for i := range list {
		seed := [32]byte{byte(i), byte(i >> 8)}
		if i%20 == 0 {
			seed[2] = byte(number)
		}
		list[i] = make([]byte, recordSize)
		_, _ = rand.NewChaCha8(seed).Read(list[i]) // never fails
	}
	return list
}

// Save saves the estate of a number with inputs.
func Save(ctx context.Context, db *store.DB, workspace string, number, inputs int) (*store.Snapshot, error) {
	s, err := db.Begin(ctx, workspace)
	if err != nil {
		return nil, err
	}
	defer s.Abandon()
	k := s.Keeper()
	for i, record := range Inputs(number, inputs) {
		k.Keep(byte(i%3), 1, record, nil)
	}
	k.Flush()
	return s.Publish(&store.Publication{Assessment: Estate(number), Taken: sample.AsOf, Program: "test", Catalog: "test"})
}

// Opener opens a new, empty store for a test, which closes it.
type Opener func(t *testing.T) *store.DB

// Run tries everything that a store promises.
func Run(t *testing.T, open Opener) {
	for _, tt := range []struct {
		name string
		try  func(t *testing.T, open Opener)
	}{
		{"snapshots come back", snapshots},
		{"inputs come back", inputs},
		{"a saving that is given up leaves nothing", abandoned},
		{"workspaces are apart", workspaces},
		{"what was said is kept", ledger},
		{"attesting does not wait for an import", attesting},
		{"two savers at once", savers},
		{"readers beside a writer", readers},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.try(t, open) })
	}
}

// save saves or stops the test.
func save(t *testing.T, db *store.DB, workspace string, number int) *store.Snapshot {
	t.Helper()
	s, err := Save(t.Context(), db, workspace, number, 200)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// whole stops the test when a check finds anything.
func whole(t *testing.T, db *store.DB) *store.Checked {
	t.Helper()
	k, err := db.Check(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if len(k.Faults) > 0 {
		t.Fatalf("%d faults, the first %+v", len(k.Faults), k.Faults[0])
	}
	return k
}

// Same says how a snapshot that was loaded differs from the estate of a number,
// "" for not at all.
func Same(got *demarc.Assessment, number int) string {
	want := Estate(number)
	if got.Estate.Name != want.Estate.Name || len(got.Resources) != len(want.Resources) || got.Summary != want.Summary {
		return fmt.Sprintf("%s with %d resources and %+v, not %s with %d and %+v", got.Estate.Name, len(got.Resources), got.Summary,
			want.Estate.Name, len(want.Resources), want.Summary)
	}
	for i := range want.Resources {
		g, w := got.Resources[i], want.Resources[i]
		if g.ID != w.ID || g.Name != w.Name || g.Answer.Model != w.Answer.Model {
			return fmt.Sprintf("resource %d is %s %q %s, not %s %q %s", i, g.ID, g.Name, g.Answer.Model, w.ID, w.Name, w.Answer.Model)
		}
		if g, w := statuses(got, i), statuses(want, i); g != w {
			return fmt.Sprintf("%s stands %s, not %s", got.Resources[i].ID, g, w)
		}
	}
	return ""
}

func statuses(a *demarc.Assessment, resource int) string {
	var b strings.Builder
	for _, v := range a.Verdicts.SetOf(resource).Verdicts {
		fmt.Fprintf(&b, "%s %s; ", v.Responsibility.ID, v.Status)
	}
	return b.String()
}

func snapshots(t *testing.T, open Opener) {
	db := open(t)
	for number := 1; number <= 4; number++ {
		if s := save(t, db, "", number); s.Number != int64(number) {
			t.Fatalf("snapshot %d has number %d", number, s.Number)
		}
	}
	list, err := db.Snapshots(t.Context(), "")
	if err != nil || len(list) != 4 {
		t.Fatalf("%d snapshots, %v", len(list), err)
	}
	for _, s := range list {
		a, err := db.Load(t.Context(), "", s.Number)
		if err != nil {
			t.Fatal(err)
		}
		if why := Same(a, int(s.Number)); why != "" {
			t.Errorf("snapshot %d: %s", s.Number, why)
		}
	}
	whole(t, db)
}

func inputs(t *testing.T, open Opener) {
	db := open(t)
	for number := 1; number <= 3; number++ {
		save(t, db, "", number)
	}
	for number := 1; number <= 3; number++ {
		want := Inputs(number, 200)
		var got [][]byte
		turn := byte(0)
		err := db.Recording("", int64(number)).Each(t.Context(), nil, func(kind byte, record, _ []byte) error {
			i := slices.IndexFunc(want, func(w []byte) bool { return bytes.Equal(w, record) })
			if i < 0 || kind != 1 || byte(i%3) < turn {
				t.Errorf("snapshot %d: input %d of kind %d after turn %d", number, i, kind, turn)
			}
			turn = byte(i % 3)
			got = append(got, bytes.Clone(record))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range [][][]byte{got, want} {
			slices.SortFunc(list, bytes.Compare)
		}
		if !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("snapshot %d gives %d inputs back, not the %d that it was given", number, len(got), len(want))
		}
	}
}

func abandoned(t *testing.T, open Opener) {
	db := open(t)
	save(t, db, "", 1)
	s, err := db.Begin(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	k := s.Keeper()
	for _, record := range Inputs(7, 500) {
		k.Keep(0, 1, record, nil)
	}
	k.Flush()
	s.Abandon()
	if found := whole(t, db); found.Staged != 0 || found.Snapshots != 1 {
		t.Errorf("%d staged layers and %d snapshots are left", found.Staged, found.Snapshots)
	}
	if got := save(t, db, "", 2); got.Number != 2 {
		t.Errorf("the next snapshot is number %d", got.Number)
	}
}

func workspaces(t *testing.T, open Opener) {
	db := open(t)
	save(t, db, "North", 1)
	save(t, db, "South", 5)
	save(t, db, "NORTH", 2)
	for name, numbers := range map[string][]int{"north": {1, 2}, "South": {5}} {
		list, err := db.Snapshots(t.Context(), name)
		if err != nil || len(list) != len(numbers) {
			t.Fatalf("%s: %d snapshots, %v", name, len(list), err)
		}
		for i, number := range numbers {
			a, err := db.Load(t.Context(), name, int64(i+1))
			if err != nil {
				t.Fatal(err)
			}
			if why := Same(a, number); why != "" {
				t.Errorf("%s %d: %s", name, i+1, why)
			}
		}
	}
	if _, err := db.Append(t.Context(), "north", store.Entry{Kind: store.OwnerKind, About: "owner all", Payload: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if v, err := db.Verify(t.Context(), "south"); err != nil || v.Entries != 0 {
		t.Errorf("what was said in one workspace stands in another: %+v, %v", v, err)
	}
	if _, err := db.Snapshots(t.Context(), "east"); err == nil {
		t.Error("a workspace that nobody made has snapshots")
	}
}

func ledger(t *testing.T, open Opener) {
	db := open(t)
	said := []store.Said{{Kind: store.AttestationKind, Key: "door", Payload: []byte(`{"by":"Ada"}`), Origin: "a.yaml"}}
	for round, want := range []int{1, 0} {
		added, err := db.Record(t.Context(), "", "ada", said)
		if err != nil || len(added) != want {
			t.Fatalf("round %d appended %d, %v", round, len(added), err)
		}
	}
	save(t, db, "", 1)
	if added, err := db.Record(t.Context(), "", "bob", nil); err != nil || len(added) != 1 || added[0].Kind != store.WithdrawnKind {
		t.Fatalf("appended %+v, %v", added, err)
	}
	list, err := db.Ledger(t.Context(), "", 1, 0)
	if err != nil || len(list) != 2 || list[0].About != list[1].About || list[1].Actor != "bob" {
		t.Errorf("the ledger is %+v, %v", list, err)
	}
	v, err := db.Verify(t.Context(), "")
	if err != nil || v.Broken != nil || v.Entries != 2 || v.Marks != 1 || !bytes.Equal(v.Head, list[1].Hash) {
		t.Errorf("verified %+v, %v", v, err)
	}
}

// attesting appends to the ledger while somebody is in the midst of an import.
func attesting(t *testing.T, open Opener) {
	db := open(t)
	s, err := db.Begin(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abandon()
	k := s.Keeper()
	for _, record := range Inputs(1, 2000) {
		k.Keep(0, 1, record, nil)
	}
	begun := time.Now()
	if _, err := db.Append(t.Context(), "", store.Entry{Kind: store.OwnerKind, About: "owner all", Payload: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	k.Flush()
	if _, err := s.Publish(&store.Publication{Assessment: Estate(1), Taken: sample.AsOf}); err != nil {
		t.Fatal(err)
	}
	if list, err := db.Ledger(t.Context(), "", 1, 0); err != nil || len(list) != 1 {
		t.Errorf("the ledger has %d entries, %v", len(list), err)
	}
	whole(t, db)
}

// savers save into one workspace at the same time. Each gets its snapshot, or is
// told why not.
func savers(t *testing.T, open Opener) {
	db := open(t)
	save(t, db, "", 1)
	var group sync.WaitGroup
	var mu sync.Mutex
	saved := map[int64]int{1: 1}
	for i := range 6 {
		group.Go(func() {
			s, err := Save(t.Context(), db, "", i+2, 300)
			if err != nil {
				t.Errorf("saver %d: %v", i, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			saved[s.Number] = i + 2
		})
	}
	group.Wait()
	if len(saved) != 7 {
		t.Errorf("the snapshots have the numbers %v", saved)
	}
	for number, estate := range saved {
		a, err := db.Load(t.Context(), "", number)
		if err != nil {
			t.Fatal(err)
		}
		if why := Same(a, estate); why != "" {
			t.Errorf("snapshot %d: %s", number, why)
		}
	}
	whole(t, db)
}

// readers read while one saves: what they see is always whole.
func readers(t *testing.T, open Opener) {
	db := open(t)
	save(t, db, "", 1)
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		defer close(done)
		for number := 2; number <= 4; number++ {
			if _, err := Save(t.Context(), db, "", number, 200); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 200 {
		group.Go(func() {
			if err := readUntil(t.Context(), db, i%20 == 0, done); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// readUntil reads the list of snapshots over and over, and once at the end. Some
// load the newest too.
func readUntil(ctx context.Context, db *store.DB, load bool, done <-chan struct{}) error {
	for last, more := int64(0), true; more; {
		select {
		case <-done:
			more = false
		default:
		}
		list, err := db.Snapshots(ctx, "")
		if err != nil {
			return err
		}
		newest := list[len(list)-1]
		if newest.Number < last || newest.Estate != name(int(newest.Number)) {
			return fmt.Errorf("after snapshot %d there is %d of %s", last, newest.Number, newest.Estate)
		}
		last = newest.Number
		if !load {
			continue
		}
		a, err := db.Load(ctx, "", last)
		if err != nil {
			return err
		}
		if why := Same(a, int(last)); why != "" {
			return errors.New(why)
		}
	}
	return nil
}
