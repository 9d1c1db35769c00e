package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/pgtest"
	"github.com/demarc-dev/demarc/internal/store"
	"github.com/demarc-dev/demarc/internal/store/storetest"
)

// saverVariable makes the test program a process that saves one snapshot after
// the other into the database that it names, until it is killed or fails.
const saverVariable = "DEMARC_TEST_SAVER"

func TestMain(m *testing.M) {
	path := os.Getenv(saverVariable)
	if path == "" {
		pgtest.Run(m)
		return
	}
	// What the shell limits the size of files to is to come as an error.
	ignoreFileSizeSignal()
	if err := saveOnAndOn(path); err != nil {
		fmt.Println("error", errors.Is(err, store.ErrFull), err)
	}
}

// saveOnAndOn says a word for each thing that is safe.
func saveOnAndOn(path string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Println("open")
	list, err := db.Snapshots(ctx, "")
	if err != nil && len(list) > 0 {
		return err
	}
	for number := len(list) + 1; ; number++ {
		said := []store.Said{{Kind: store.AttestationKind, Key: "door", Payload: fmt.Appendf(nil, `{"round":%d}`, number), Origin: "a.yaml"}}
		added, err := db.Record(ctx, "", "saver", said)
		if err != nil {
			return err
		}
		for _, e := range added {
			fmt.Println("said", e.Number)
		}
		s, err := storetest.Save(ctx, db, "", number, 600)
		if err != nil {
			return err
		}
		fmt.Println("saved", s.Number)
	}
}

// saver is a process that saves, and what it said last.
type saver struct {
	*exec.Cmd
	mu          sync.Mutex
	said, saved int64
	fault       string
	opened      chan struct{} // closed when it begins to save
	done        chan struct{} // closed when nothing more is heard
}

// startSaver starts a process that saves, perhaps below a shell with limits.
func startSaver(t *testing.T, path string, shell ...string) *saver {
	t.Helper()
	args := append(shell, os.Args[0])
	s := &saver{Cmd: exec.CommandContext(t.Context(), args[0], args[1:]...), opened: make(chan struct{}), done: make(chan struct{})}
	s.Env = append(os.Environ(), saverVariable+"="+path, "GORACE=atexit_sleep_ms=0") // it waits for its goroutines
	out, err := s.StdoutPipe()
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.hear(lines.Text())
		}
	}()
	return s
}

func (s *saver) hear(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "open":
		close(s.opened)
	case "said":
		_, _ = fmt.Sscan(rest, &s.said)
	case "saved":
		_, _ = fmt.Sscan(rest, &s.saved)
	case "error":
		s.fault = rest
	}
}

// hasSaved reports whether it has saved a snapshot of a number or of a later one.
func (s *saver) hasSaved(number int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault != "" || s.saved >= number
}

// end waits for the process after all that it said was heard.
func (s *saver) end() {
	<-s.done
	_ = s.Wait() // it was killed
}

// intact opens a database after something happened to it: all snapshots are as
// they were saved, and nothing that was told to be safe is missing.
func intact(t *testing.T, path string, s *saver) (*store.DB, int) {
	t.Helper()
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	k, err := db.Check(t.Context())
	if err != nil || len(k.Faults) > 0 {
		t.Fatalf("the check finds %+v, %v", k, err)
	}
	list, err := db.Snapshots(t.Context(), "")
	if err != nil && s.saved > 0 {
		t.Fatal(err)
	}
	if int64(len(list)) < s.saved {
		t.Fatalf("%d snapshots are there, and number %d was saved", len(list), s.saved)
	}
	for i := max(len(list)-2, 0); i < len(list); i++ {
		a, err := db.Load(t.Context(), "", list[i].Number)
		if err != nil {
			t.Fatal(err)
		}
		if why := storetest.Same(a, i+1); why != "" {
			t.Fatalf("snapshot %d of %d: %s", i+1, len(list), why)
		}
	}
	if s.said > 0 {
		v, err := db.Verify(t.Context(), "")
		if err != nil || v.Broken != nil || v.Entries < s.said {
			t.Fatalf("after entry %d was safe the ledger is %+v, %v", s.said, v, err)
		}
	}
	return db, len(list)
}

// TestKilledWhileSaving kills a saver without warning at random moments. A
// database goes on through many of them, so that what one left is what the next
// finds.
func TestKilledWhileSaving(t *testing.T) {
	moments, lives := 100, 10
	if testing.Short() {
		moments = 12
	}
	random := rand.New(rand.NewPCG(6, 6))
	path, saved, between := "", 0, 0
	for i := range moments {
		if i%lives == 0 {
			path = filepath.Join(t.TempDir(), "demarc.db")
		}
		s := startSaver(t, path)
		if i%lives > 1 {
			select { // else it is killed while it starts, perhaps
			case <-s.opened:
			case <-s.done:
			}
		}
		time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
		if err := s.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		s.end()
		db, n := intact(t, path, s)
		if k, err := db.Check(t.Context()); err == nil && k.Staged > 0 {
			between++
		}
		saved = max(saved, n)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if saved == 0 || between == 0 {
		t.Errorf("at most %d snapshots were saved and %d savers died between staging and publishing: the moments are wrong", saved, between)
	}
}

// TestFullDisk saves until nothing more fits. What was saved before is whole,
// and when there is room again it goes on.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demarc.db")
	limits := []int{50, 57, 120, 133, 147, 160, 200}
	if testing.Short() {
		limits = limits[:2]
	}
	for _, pages := range limits {
		t.Run(fmt.Sprintf("%d pages", pages), func(t *testing.T) {
			db, err := store.Open(t.Context(), path, store.Options{MaxPages: pages})
			if err != nil {
				t.Fatal(err)
			}
			s := &saver{}
			list, _ := db.Snapshots(t.Context(), "") // none yet
			for number := len(list) + 1; err == nil; number++ {
				if _, err = storetest.Save(t.Context(), db, "", number, 600); err == nil {
					s.saved = int64(number)
				}
			}
			if !errors.Is(err, store.ErrFull) {
				t.Fatalf("a full disk is told as %v", err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			db, n := intact(t, path, s)
			defer db.Close()
			if _, err := storetest.Save(t.Context(), db, "", n+1, 600); err != nil {
				t.Errorf("with room again: %v", err)
			}
		})
	}
}

// TestFileSizeLimit has the system refuse to let files grow.
func TestFileSizeLimit(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if runtime.GOOS == "windows" || err != nil {
		return // there is no shell that sets limits
	}
	limits := []int{200, 2500, 1000, 4000}
	if testing.Short() {
		limits = limits[:2]
	}
	for _, blocks := range limits {
		t.Run(fmt.Sprint(blocks), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "demarc.db")
			s := startSaver(t, path, shell, "-c", fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, blocks))
			s.end()
			if !strings.HasPrefix(s.fault, "true ") {
				t.Errorf("a file that may not grow is told as %q", s.fault)
			}
			if _, err := os.Stat(path); err != nil && s.saved == 0 {
				return // it did not get so far as to make one
			}
			db, n := intact(t, path, s)
			defer db.Close()
			if _, err := storetest.Save(t.Context(), db, "", n+1, 600); err != nil {
				t.Errorf("with room again: %v", err)
			}
		})
	}
}

// TestTwoProcessesSave lets two processes save into one database.
func TestTwoProcessesSave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demarc.db")
	both := []*saver{startSaver(t, path), startSaver(t, path)}
	for wait := 0; wait < 2000 && !(both[0].hasSaved(3) && both[1].hasSaved(3)); wait++ {
		time.Sleep(10 * time.Millisecond)
	}
	for _, s := range both {
		if err := s.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		s.end()
		if s.fault != "" || s.saved < 3 {
			t.Errorf("one saved up to snapshot %d and failed with %q", s.saved, s.fault)
		}
	}
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	k, err := db.Check(t.Context())
	if err != nil || len(k.Faults) > 0 {
		t.Errorf("the check finds %+v, %v", k, err)
	}
	list, err := db.Snapshots(t.Context(), "")
	if most := max(both[0].saved, both[1].saved); err != nil || int64(len(list)) < most || list[len(list)-1].Number != int64(len(list)) {
		t.Errorf("%d snapshots, and number %d was saved, %v", len(list), most, err)
	}
	if v, err := db.Verify(t.Context(), ""); err != nil || v.Broken != nil {
		t.Errorf("the ledger is %+v, %v", v, err)
	}
}

// TestClockThatJumps saves as if the clock were set back between snapshots.
func TestClockThatJumps(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "demarc.db"), store.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for number := 1; number <= 4; number++ {
		now = now.Add(time.Duration(3-2*number) * 1000 * time.Hour)
		s, err := db.Begin(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Publish(&store.Publication{Assessment: storetest.Estate(number), Taken: now}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := db.Snapshots(t.Context(), "")
	if err != nil || len(list) != 4 {
		t.Fatalf("%d snapshots, %v", len(list), err)
	}
	for i, s := range list {
		a, err := db.Load(t.Context(), "", s.Number)
		if err != nil || s.Number != int64(i+1) {
			t.Fatalf("snapshot %d: %v", s.Number, err)
		}
		if why := storetest.Same(a, i+1); why != "" {
			t.Error(why)
		}
	}
}
