package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/demarc-dev/demarc/internal/dispatch"
)

func TestEachDoesEveryShardOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 100} {
		for _, workers := range []int{-1, 0, 1, 3, 200} {
			times := make([]atomic.Int32, n)
			var at, most atomic.Int32
			err := dispatch.Each(t.Context(), n, workers, func(_ context.Context, shard int) error {
				for now := at.Add(1); now > most.Load(); {
					most.Store(now)
				}
				times[shard].Add(1)
				at.Add(-1)
				return nil
			})
			if err != nil {
				t.Errorf("%d shards, %d workers: %v", n, workers, err)
			}
			for shard := range times {
				if got := times[shard].Load(); got != 1 {
					t.Errorf("%d shards, %d workers: shard %d was done %d times", n, workers, shard, got)
				}
			}
			if got := int(most.Load()); got > max(workers, 1) {
				t.Errorf("%d shards, %d workers: %d at once", n, workers, got)
			}
		}
	}
}

func TestEachStopsAtTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	var begun, stopped atomic.Int32
	err := dispatch.Each(t.Context(), 1000, 4, func(ctx context.Context, shard int) error {
		begun.Add(1)
		if shard == 3 {
			for begun.Load() < 4 {
				runtime.Gosched()
			}
			return broken
		}
		<-ctx.Done() // the others wait until they are told to end
		stopped.Add(1)
		return ctx.Err()
	})
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "shard 3: ") {
		t.Errorf("got %v, want what happened in shard 3", err)
	}
	if begun.Load() != 4 || stopped.Load() != 3 {
		t.Errorf("%d were begun and %d stopped, want 4 and 3", begun.Load(), stopped.Load())
	}
}

func TestEachMakesAPanicAnError(t *testing.T) {
	err := dispatch.Each(t.Context(), 5, 2, func(_ context.Context, shard int) error {
		if shard == 2 {
			var none []int
			_ = none[shard]
		}
		return nil
	})
	var panicked *dispatch.Panic
	if !errors.As(err, &panicked) || !strings.HasPrefix(err.Error(), "shard 2: panic: ") {
		t.Fatalf("got %v, want the panic of shard 2", err)
	}
	if !strings.Contains(string(panicked.Stack), "TestEachMakesAPanicAnError") {
		t.Errorf("the stack does not show who panicked:\n%s", panicked.Stack)
	}
}

func TestEachEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := 0
	err := dispatch.Each(ctx, 100, 1, func(context.Context, int) error {
		if done++; done == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || done != 3 {
		t.Errorf("%d were done, then %v", done, err)
	}
}

func ExampleEach() {
	sums := make([]int, 4)
	err := dispatch.Each(context.Background(), len(sums), 2, func(_ context.Context, shard int) error {
		sums[shard] = shard * shard
		return nil
	})
	fmt.Println(sums, err)
	// Output: [0 1 4 9] <nil>
}
