package fleet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// lookEvery is how often it is looked whether something has happened.
const lookEvery = 3 * time.Millisecond

// Worker is a process that runs `demarc worker`, on as many cores as the
// program does.
type Worker struct {
	ID string // among the workers of the database

	cmd   *exec.Cmd
	log   string
	ended chan struct{} // closed when the process is gone
	err   error         // how it ended
}

// start starts the process. The thread that does stays until it has ended.
func (w *Worker) start(ctx context.Context, p *Program, url string) error {
	log, err := os.Create(w.log)
	if err != nil {
		return err
	}
	defer log.Close()
	w.cmd, w.ended = p.command(ctx, "worker", "--database", url), make(chan struct{})
	w.cmd.Env = append(w.cmd.Env, "TMPDIR="+filepath.Dir(w.log)) // one that is killed leaves files there
	w.cmd.Stderr = log
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := w.cmd.Start()
		started <- err
		if err == nil {
			w.err = w.cmd.Wait()
		}
		close(w.ended)
	}()
	return <-started
}

// PID is the number of the process.
func (w *Worker) PID() int { return w.cmd.Process.Pid }

// said is what the worker complained of, or all that it logged.
func (w *Worker) said() string {
	text, err := os.ReadFile(w.log)
	if err != nil {
		return err.Error()
	}
	return complaint(string(text))
}

// Kill ends the worker in the midst of what it does, with SIGKILL.
func (w *Worker) Kill() error {
	if err := w.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill a worker: %w", err)
	}
	<-w.ended
	return nil
}

// Stop tells the worker to end, waits for it, and gives the megabytes that it
// had resident at most.
func (w *Worker) Stop() (memory int, err error) {
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, fmt.Errorf("stop a worker: %w", err)
	}
	<-w.ended
	if w.err != nil {
		return 0, fmt.Errorf("a worker did not end well: %w: %s", w.err, w.said())
	}
	return PeakMemory(w.cmd.ProcessState), nil
}

// Stop stops all workers, and gives the megabytes that one of them had resident
// at most.
func Stop(workers []*Worker) (memory int, err error) {
	for _, w := range workers {
		one, failed := w.Stop()
		memory, err = max(memory, one), errors.Join(err, failed)
	}
	return memory, err
}

// errTooLong says that what was waited for did not come.
var errTooLong = errors.New("it did not happen in time")

// until asks again and again until it is so.
func until(ctx context.Context, most time.Duration, isSo func() (bool, error)) error {
	ctx, stop := context.WithTimeoutCause(ctx, most, errTooLong)
	defer stop()
	for {
		if so, err := isSo(); so || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(lookEvery):
		}
	}
}
