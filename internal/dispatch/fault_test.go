package dispatch_test

import (
	"syscall"
	"testing"
	"time"
)

// replaced is how soon the work of a worker that died must be taken up.
const replaced = time.Minute

func TestShardsOfADeadWorkerRunAgain(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	for _, whom := range []string{"the leader", "another one"} {
		t.Run(whom, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t)
			first, second := leader(t, e, e.start(t, 300*time.Millisecond, 0), e.start(t, 300*time.Millisecond, 0))
			if whom == "another one" {
				first = second
			}
			const held = "SELECT count(*) FROM begun b WHERE pid = $1 AND NOT EXISTS (SELECT FROM kept WHERE shard = b.shard)"
			e.hand(t, 1, 200)
			e.await(t, 20*time.Second, "SELECT (count(*) >= 20)::int FROM kept")
			e.await(t, 20*time.Second, held, first.Process.Pid)
			first.kill(t)
			lost := e.number(t, held, first.Process.Pid)
			took := e.finished(t, 1, replaced+15*time.Second)
			again := e.number(t, "SELECT EXTRACT(EPOCH FROM max(a.at) - (SELECT max(at) FROM begun WHERE pid = $1))::int FROM begun a WHERE pid <> $1 AND EXISTS (SELECT FROM begun b WHERE b.pid = $1 AND b.shard = a.shard)", first.Process.Pid)
			t.Logf("%s was killed with %d shards in its hands: they ran again within %d s, and all were done after %v", whom, lost, again, took)
			if lost == 0 || again > int(replaced.Seconds()) {
				t.Errorf("%d shards were lost, and run again after %d s", lost, again)
			}
		})
	}
}

func TestADeadFinisherIsReplaced(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	workers := []*process{e.start(t, 0, 15*time.Second), e.start(t, 0, 15*time.Second)}
	e.hand(t, 1, 10)
	for _, w := range workers {
		w.id(t)
	}
	e.await(t, 30*time.Second, "SELECT count(*) FROM begun WHERE shard = -1")
	time.Sleep(6 * time.Second) // it has shown life
	finisher := e.number(t, "SELECT pid FROM begun WHERE shard = -1")
	for _, w := range workers {
		if w.Process.Pid == finisher {
			w.kill(t)
		}
	}
	took := e.await(t, replaced, "SELECT count(*) FROM begun WHERE shard = -1 AND pid <> $1", finisher)
	t.Logf("another one took over after %v", took)
	e.finished(t, 1, 30*time.Second)
	if n := e.number(t, "SELECT count(*) FROM begun WHERE shard = -1"); n != 2 {
		t.Errorf("the run was finished by %d, want the dead one and one more", n)
	}
}

func TestALivingFinisherIsLeftAlone(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	e.start(t, 0, 45*time.Second)
	e.start(t, 0, 45*time.Second)
	e.hand(t, 1, 10)
	e.finished(t, 1, 90*time.Second)
	if n := e.number(t, "SELECT count(*) FROM begun WHERE shard = -1"); n != 1 {
		t.Errorf("the run was finished by %d", n)
	}
}

func TestToldToEndAWorkerEndsItsJobs(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	w := e.start(t, 2*time.Second, 0)
	w.id(t)
	e.hand(t, 1, 30)
	e.await(t, 20*time.Second, "SELECT (count(*) >= $1)::int FROM begun", processJobs)
	w.send(t, syscall.SIGTERM)
	began := time.Now()
	if err := w.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	t.Logf("it ended after %v", time.Since(began))
	begun, kept := e.number(t, "SELECT count(*) FROM begun"), e.number(t, "SELECT count(*) FROM kept")
	if begun != kept {
		t.Errorf("%d shards were begun and %d kept", begun, kept)
	}
	if n := e.number(t, "SELECT count(*) FROM river_job WHERE state = 'running'"); n != 0 {
		t.Errorf("%d jobs were left running", n)
	}
	if n := e.number(t, "SELECT count(*) FROM worker"); n != 0 {
		t.Error("it did not sign off")
	}
	e.start(t, 0, 0)
	e.finished(t, 1, 20*time.Second)
}

// Finishing takes longer than a worker that was told to end waits: another one
// goes on at once.
func TestToldToEndAFinisherHandsOver(t *testing.T) {
	if testing.Short() {
		return // needs a server
	}
	t.Parallel()
	e := newEstate(t)
	w := e.start(t, 0, 40*time.Second)
	e.hand(t, 1, 1)
	e.await(t, 30*time.Second, "SELECT count(*) FROM begun WHERE shard = -1")
	w.send(t, syscall.SIGTERM)
	e.start(t, 0, 0)
	began := time.Now()
	if err := w.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	ended := time.Since(began)
	e.finished(t, 1, 5*time.Second)
	t.Logf("it ended after %v, and the run was finished %v after that", ended, time.Since(began)-ended)
}
