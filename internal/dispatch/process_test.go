package dispatch_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/dispatch"
)

// These make the test program a worker: the database that it serves, and how
// long it looks at a shard and finishes a run.
const (
	urlVariable    = "DEMARC_TEST_WORKER"
	shardVariable  = "DEMARC_TEST_SHARD"
	finishVariable = "DEMARC_TEST_FINISH"
)

func TestMain(m *testing.M) {
	var err error
	if url := os.Getenv(urlVariable); url != "" {
		err = serveHere(url)
	} else {
		// The faults mostly wait: all of them do so at the same time.
		flag.Parse()
		err = errors.Join(flag.Set("test.parallel", "32"), runTests(m))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// processJobs is how many shards a worker process looks at at the same time.
const processJobs = 4

// serveHere is a worker until it is told to end.
func serveHere(url string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	pool, err := openPool(ctx, url, processJobs+2)
	if err != nil {
		return err
	}
	defer pool.Close()
	e := &estate{url: url, pool: pool, queue: dispatch.QueueOf("v1.2.3", "abc")}
	work := e.work(nil, func(ctx context.Context) error { return e.slowly(ctx, -1, finishVariable) })
	looked := work.Observe
	work.Observe = func(ctx context.Context, r dispatch.Run, shard int) ([]byte, error) {
		if err := e.slowly(ctx, shard, shardVariable); err != nil {
			return nil, err
		}
		return looked(ctx, r, shard)
	}
	return dispatch.Serve(ctx, pool, dispatch.Options{Queue: e.queue, Jobs: processJobs, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}, work)
}

// slowly notes that something begins and takes as long as it shall.
func (e *estate) slowly(ctx context.Context, shard int, variable string) error {
	if err := e.begin(ctx, 1, shard); err != nil {
		return err
	}
	takes, err := time.ParseDuration(os.Getenv(variable))
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(takes):
		return nil
	}
}

// process is a worker of its own process.
type process struct {
	*exec.Cmd
	log *lines
}

// start starts a worker process, which is killed at the end of the test.
func (e *estate) start(t *testing.T, shard, finish time.Duration) *process {
	t.Helper()
	p := &process{exec.Command(os.Args[0]), &lines{}}
	p.Env = append(os.Environ(), urlVariable+"="+e.url, shardVariable+"="+shard.String(), finishVariable+"="+finish.String())
	p.Stdout, p.Stderr = p.log, p.log
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.ProcessState == nil {
			_ = p.Process.Kill()
			_ = p.Wait()
		}
		if t.Failed() {
			t.Logf("worker %d said:\n%s", p.Process.Pid, p.log)
		}
	})
	return p
}

// send sends a signal.
func (p *process) send(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// kill kills the process as the power or the kernel does, and waits until it is
// gone.
func (p *process) kill(t *testing.T) {
	t.Helper()
	p.send(t, syscall.SIGKILL)
	_ = p.Wait() // it was killed
}

// said is how a worker says its id when it begins to serve.
var said = regexp.MustCompile(`msg=serving .*worker=(\S+)`)

// id is the id of the worker, when it serves.
func (p *process) id(t *testing.T) string {
	t.Helper()
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(20 * time.Millisecond) {
		if found := said.FindStringSubmatch(p.log.String()); found != nil {
			return found[1]
		}
	}
	t.Fatal("the worker does not serve")
	return ""
}

// leader waits until one of the processes leads, and puts it first.
func leader(t *testing.T, e *estate, a, b *process) (*process, *process) {
	t.Helper()
	e.await(t, 30*time.Second, "SELECT count(*) FROM river_leader")
	if e.number(t, "SELECT count(*) FROM river_leader WHERE leader_id = $1", a.id(t)) == 1 {
		return a, b
	}
	return b, a
}
