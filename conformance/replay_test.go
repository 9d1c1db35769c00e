//go:build conformance

package conformance

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/app"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/report/json"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// keptRecord is a record in memory.
type keptRecord struct {
	kind          recorded.Kind
	record, aside string
}

// tape keeps records in memory, and is what is played.
type tape struct {
	mu   sync.Mutex
	list []keptRecord
}

// Keep adds a record.
func (t *tape) Keep(kind recorded.Kind, record, aside []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, keptRecord{kind, string(record), string(aside)})
}

// Fork is the tape itself.
func (t *tape) Fork() recorded.Keeper { return t }

// Each gives the plans and then the rest.
func (t *tape) Each(_ context.Context, visit func(kind recorded.Kind, record, aside []byte) error) error {
	for _, plans := range []bool{true, false} {
		for _, k := range t.list {
			if (k.kind == recorded.KindPlan) != plans {
				continue
			}
			if err := visit(k.kind, []byte(k.record), []byte(k.aside)); err != nil {
				return err
			}
		}
	}
	return nil
}

// TestReplayOfTheCorpus records every file and folder of the corpus while it is
// assessed, and plays the records: the assessment is the same, byte for byte,
// however the records are shuffled and however many readers were at work.
func TestReplayOfTheCorpus(t *testing.T) {
	root := shared("corpus")
	var paths []string
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		paths = append(paths, path)
		return err
	})
	if err != nil || len(paths) < 100 {
		t.Fatalf("%d paths, %v", len(paths), err)
	}
	played := 0
	for _, path := range paths {
		t.Run(strings.TrimPrefix(path, root), func(t *testing.T) {
			q := app.Request{Paths: []string{path}, Today: time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC)}
			var kept tape
			a, err := app.AssessKeeping(t.Context(), q, &kept)
			var unread *app.UnreadError
			if errors.As(err, &unread) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			played++
			want := printed(t, a)
			samePlayed(t, q, &kept, want)
			shuffleRecords(kept.list)
			samePlayed(t, q, &kept, want)
		})
	}
	if played < 60 {
		t.Errorf("only %d of %d paths were played", played, len(paths))
	}
}

// TestReplayWithOneReader: how many goroutines read changes nothing either.
func TestReplayWithOneReader(t *testing.T) {
	q := app.Request{Paths: []string{shared("corpus")}, Today: time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC)}
	var texts []string
	for _, n := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(n)
		var kept tape
		_, err := app.AssessKeeping(t.Context(), q, &kept)
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		again, err := app.AssessRecorded(t.Context(), q, &kept)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, printed(t, again))
	}
	if texts[0] != texts[1] || texts[0] != texts[2] {
		t.Error("the number of readers changes what is played")
	}
}

func shuffleRecords(list []keptRecord) {
	r := rand.New(rand.NewPCG(6, uint64(len(list))))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

func printed(t *testing.T, a *demarc.Assessment) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Write(&b, a, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func samePlayed(t *testing.T, q app.Request, kept *tape, want string) {
	t.Helper()
	q.Paths, q.Today = nil, q.Today.AddDate(3, 0, 0)
	a, err := app.AssessRecorded(t.Context(), q, kept)
	if err != nil {
		t.Fatal(err)
	}
	got := printed(t, a)
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("at line %d\n got %s\nwant %s\nbehind %s", i, g[i], w[i], strings.Join(slices.Clone(w[max(0, i-6):i]), "\n"))
		}
	}
	t.Fatal("one is longer")
}
