package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/fleet"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/pgtest"
	"github.com/demarc-dev/demarc/internal/store"
)

// What is asked of the store, with 1,000,000 resources.
const (
	storeRows     = 1_000_000
	storeChanged  = 10 // rows of a thousand that differ between two snapshots
	storeMost     = 20 // snapshots
	askedPublish  = 10.0
	askedServer   = 8.0
	askedBytes    = 450.0
	askedSecond   = 1.5
	askedPart     = 0.03
	askedDiff     = 3.0
	askedRollUp   = 0.050
	askedPage     = 1.0
	queryTurns    = 15
	storeArgument = "-store"
)

// Stored is what was measured of the store.
type Stored struct {
	Resources int
	Kept
	Diff      float64 // seconds to load both and compare them
	Differ    int     // resources that were compared
	Snapshots int     // that are there when questions are asked
	Total     int64   // bytes on disk then
	RollUps   []Asked
	Pages     []Asked
	Server    *Kept // on PostgreSQL
}

// Kept is what two snapshots cost, one after the other.
type Kept struct {
	Publish float64 // seconds to stage and publish the first snapshot
	Bytes   float64 // on disk, for each resource of it
	Second  float64 // seconds to stage and publish one of which 1 % changed
	Part    float64 // of the first snapshot's bytes that it takes
}

// Asked is a question to the store: the median of its answers in seconds.
type Asked struct {
	What    string
	Seconds float64
}

// measureStore measures the store in a process of its own, so that nothing of
// the other measurements is in its memory.
func measureStore(ctx context.Context, dir string) (*Stored, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	fmt.Printf("bench: the store, %d resources, %d snapshots\n", storeRows, storeMost)
	cmd := exec.CommandContext(ctx, program, storeArgument, dir)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("measure the store: %w", err)
	}
	s := &Stored{}
	return s, json.Unmarshal(out, s)
}

// printStore measures the store in this process and prints what it found.
func printStore(ctx context.Context, dir string) error {
	s, err := storeFigures(ctx, dir)
	if err != nil {
		return err
	}
	out, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(out)
	return err
}

// version is one state of the estate: what was read of it, and what it led to.
type version struct {
	records []record
	publish *store.Publication
}

type record struct {
	turn, kind    byte
	record, aside []byte
}

func storeFigures(ctx context.Context, dir string) (*Stored, error) {
	from := app.Place{Database: filepath.Join(dir, "bench-from.db")}
	var versions []*version
	for i, changed := range []int{0, storeChanged} {
		path := filepath.Join(dir, fmt.Sprintf("store-%d.json", i))
		_, err := writeFile(path, func(w io.Writer) error {
			return bench.Write(w, bench.Export{Seed: seed, Rows: storeRows, Changed: changed})
		})
		if err != nil {
			return nil, err
		}
		v, err := assessed(ctx, path, from)
		if err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	s, err := measureVersions(ctx, filepath.Join(dir, "bench.db"), versions)
	if err == nil {
		s.Server, err = measureServed(ctx, versions)
	}
	return s, err
}

// measureServed measures what `--save` adds where the store is on a server.
func measureServed(ctx context.Context, versions []*version) (k *Kept, err error) {
	server, err := pgtest.Start(ctx, pgtest.Options{Settings: fleet.Lasting})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	address, err := server.Create(ctx, "bench")
	if err != nil {
		return nil, err
	}
	return savePair(ctx, address, versions)
}

// assessed assesses an export and keeps in memory what a store is given of it.
func assessed(ctx context.Context, path string, in app.Place) (*version, error) {
	if err := removeDatabase(in.Database); err != nil {
		return nil, err
	}
	_, saved, err := app.Save(ctx, app.Request{Paths: []string{path}, Today: time.Now()}, in, "bench")
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, in.Database, store.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	v := &version{publish: saved.Publication}
	err = db.Recording("", saved.Number).Each(ctx, nil, func(kind byte, r, aside []byte) error {
		v.records = append(v.records, record{kind, kind, slices.Clone(r), slices.Clone(aside)})
		return nil
	})
	return v, err
}

func removeDatabase(path string) error {
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func measureVersions(ctx context.Context, path string, versions []*version) (s *Stored, err error) {
	if err := removeDatabase(path); err != nil {
		return nil, err
	}
	kept, err := savePair(ctx, path, versions)
	if err != nil {
		return nil, err
	}
	s = &Stored{Resources: len(versions[0].publish.Assessment.Resources), Kept: *kept}
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := s.compare(ctx, db); err != nil {
		return nil, err
	}
	for n := 2; n < storeMost; n++ {
		if err := versions[n%2].save(ctx, db); err != nil {
			return nil, err
		}
	}
	s.Snapshots = storeMost
	if s.Total, err = db.Size(ctx); err != nil {
		return nil, err
	}
	return s, s.ask(ctx, db, versions[0].publish.Assessment)
}

// savePair saves the two versions, one after the other.
func savePair(ctx context.Context, path string, versions []*version) (*Kept, error) {
	publish, first, err := saveAlone(ctx, path, versions[0])
	if err != nil {
		return nil, err
	}
	second, both, err := saveAlone(ctx, path, versions[1])
	if err != nil {
		return nil, err
	}
	resources := len(versions[0].publish.Assessment.Resources)
	return &Kept{Publish: publish, Bytes: float64(first) / float64(resources), Second: second, Part: float64(both-first) / float64(first)}, nil
}

// saveAlone opens a store, saves one version and closes it: then everything is
// on disk, and it gives the size.
func saveAlone(ctx context.Context, path string, v *version) (seconds float64, size int64, err error) {
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return 0, 0, err
	}
	seconds, err = timed(func() error { return v.save(ctx, db) })
	if err := errors.Join(err, db.Close()); err != nil {
		return 0, 0, err
	}
	size, err = sizeOf(ctx, path)
	return seconds, size, err
}

// sizeOf is the size of a store that nobody has open, in bytes.
func sizeOf(ctx context.Context, path string) (size int64, err error) {
	if !store.IsServer(path) {
		info, err := os.Stat(path)
		if err != nil {
			return 0, err
		}
		return info.Size(), nil
	}
	db, err := store.Open(ctx, path, store.Options{ReadOnly: true})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Size(ctx)
}

// timed gives the seconds that something takes, with nothing left over from
// what was before.
func timed(f func() error) (float64, error) {
	runtime.GC()
	start := time.Now()
	err := f()
	return time.Since(start).Seconds(), err
}

// save stages all records, as the goroutines of a reader do, and publishes.
func (v *version) save(ctx context.Context, db *store.DB) error {
	saving, err := db.Begin(ctx, "")
	if err != nil {
		return err
	}
	defer saving.Abandon()
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() {
			k := saving.Keeper()
			for _, r := range v.records[len(v.records)*i/workers : len(v.records)*(i+1)/workers] {
				k.Keep(r.turn, r.kind, r.record, r.aside)
			}
			k.Flush()
		})
	}
	group.Wait()
	_, err = saving.Publish(v.publish)
	return err
}

func (s *Stored) compare(ctx context.Context, db *store.DB) (err error) {
	s.Diff, err = timed(func() error {
		a, b, err := db.LoadPair(ctx, "", 1, 2)
		if err != nil {
			return err
		}
		s.Differ = len(b.Resources)
		if compare.Diff(a, b, compare.DiffOptions{}).Empty() {
			return errors.New("nothing differs between two snapshots of which 1 % changed")
		}
		return nil
	})
	return err
}

// ask asks what pages ask, each question a few times.
func (s *Stored) ask(ctx context.Context, db *store.DB, a *demarc.Assessment) error {
	last := int64(storeMost)
	middle := a.Resources[len(a.Resources)/2]
	rollUps := []question{
		{"the matrix of the estate", func() error { _, err := db.RollUp(ctx, "", last, demarc.RollUpEstate, ""); return err }},
		{"the first 50 unmet", func() error {
			list, err := db.Unmet(ctx, "", last, 50)
			if err == nil && len(list) == 0 {
				err = errors.New("nothing is unmet")
			}
			return err
		}},
		{"one resource", func() error {
			m, err := db.Resource(ctx, "", last, middle.ID)
			if err == nil && len(m.Assessment.Resources) == 0 {
				err = errors.New("the resource is not there")
			}
			return err
		}},
	}
	for _, of := range []demarc.RollUpKind{demarc.RollUpSubscription, demarc.RollUpOwner, demarc.RollUpWorkload, demarc.RollUpFramework} {
		all, err := db.RollUps(ctx, "", last, of)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("no roll-up by %s", of)
		}
		id := all[len(all)/2].ID
		rollUps = append(rollUps, question{"the matrix of one " + of.String(), func() error { _, err := db.RollUp(ctx, "", last, of, id); return err }})
	}
	pages := []question{
		{"the list of snapshots", func() error { _, err := db.Snapshots(ctx, ""); return err }},
		{"a resource by its name", func() error { _, err := db.Named(ctx, "", last, middle.Name, 5); return err }},
		{"a resource through all snapshots", func() error { _, err := db.Timeline(ctx, "", middle.ID); return err }},
		{"a responsibility through all snapshots", func() error {
			_, err := db.Trend(ctx, "", demarc.RollUpResponsibility, a.Responsibilities[0].ID)
			return err
		}},
		{"all roll-ups by workload", func() error { _, err := db.RollUps(ctx, "", last, demarc.RollUpWorkload); return err }},
		{"50 resources behind the middle one", func() error {
			_, err := db.Page(ctx, "", last, store.Wanted{After: middle.ID, Most: 50})
			return err
		}},
		{"50 resources of one service model", func() error {
			_, err := db.Page(ctx, "", last, store.Wanted{Model: demarc.SaaS, Most: 50})
			return err
		}},
	}
	var err error
	if s.RollUps, err = answers(rollUps); err != nil {
		return err
	}
	s.Pages, err = answers(pages)
	return err
}

type question struct {
	what string
	ask  func() error
}

func answers(list []question) ([]Asked, error) {
	var out []Asked
	for _, q := range list {
		var turns []float64
		for range queryTurns {
			t, err := timed(q.ask)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", q.what, err)
			}
			turns = append(turns, t)
		}
		slices.Sort(turns)
		out = append(out, Asked{q.what, turns[len(turns)/2]})
	}
	return out, nil
}

// onServer lists what was asked of a server.
func (k *Kept) onServer(name string) []figure {
	return []figure{
		{"saving " + name + " on PostgreSQL, time", askedServer * 1000, k.Publish * 1000, "%.0f ms"},
		{"saving " + name + " on PostgreSQL, on disk, a resource", 0, k.Bytes, "%.0f bytes"},
		{"saving them again with 1 % changed on PostgreSQL, time", 0, k.Second * 1000, "%.0f ms"},
		{"saving them again with 1 % changed on PostgreSQL, part of the space", 0, k.Part, "%.4f"},
	}
}

// figures lists what was asked of the store.
func (s *Stored) figures() []figure {
	name := fmt.Sprintf("%d resources", s.Resources)
	list := []figure{
		{"saving " + name + ", time", askedPublish * 1000, s.Publish * 1000, "%.0f ms"},
		{"saving " + name + ", on disk, a resource", askedBytes, s.Bytes, "%.0f bytes"},
		{"saving them again with 1 % changed, time", askedSecond * 1000, s.Second * 1000, "%.0f ms"},
		{"saving them again with 1 % changed, part of the space", askedPart, s.Part, "%.4f"},
		{"comparing the two, time", askedDiff * 1000, s.Diff * 1000, "%.0f ms"},
	}
	if s.Server != nil {
		list = append(list, s.Server.onServer(name)...)
	}
	for _, q := range s.RollUps {
		list = append(list, figure{fmt.Sprintf("%s, of %d snapshots of %s", q.What, s.Snapshots, name), askedRollUp * 1000, q.Seconds * 1000, "%.1f ms"})
	}
	for _, q := range s.Pages {
		list = append(list, figure{fmt.Sprintf("%s, of %d snapshots of %s", q.What, s.Snapshots, name), askedPage * 1000, q.Seconds * 1000, "%.1f ms"})
	}
	return list
}
