package dispatch

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Each does the shards 0 to n-1 in this process, at most so many of them at a
// time. The first error ends it: no further shard is begun, the context of
// those under way is cancelled, and when they have ended the error is returned,
// with the number of its shard. A panic is an error, too; see [Panic].
func Each(ctx context.Context, n, workers int, do func(ctx context.Context, shard int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var pool sync.WaitGroup
	for range min(n, max(workers, 1)) {
		pool.Go(func() {
			for shard := int(next.Add(1)) - 1; shard < n && ctx.Err() == nil; shard = int(next.Add(1)) - 1 {
				if err := guarded(func() error { return do(ctx, shard) }); err != nil {
					stop(fmt.Errorf("shard %d: %w", shard, err))
				}
			}
		})
	}
	pool.Wait()
	return context.Cause(ctx)
}

// Panic is what came of work that panicked.
type Panic struct {
	Value any    // that it panicked with
	Stack []byte // of the goroutine that did, for the log
}

// Error says what it panicked with.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// guarded calls f and makes a panic an error.
func guarded(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Panic{value, debug.Stack()}
		}
	}()
	return f()
}
