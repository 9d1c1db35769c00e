package assess

import (
	"runtime"
	"sync"
)

// small is how much work is not worth a second goroutine.
const small = 1 << 13

// inParallel calls do for pieces of 0..n on all processors and waits. size is
// the amount of work in all.
func inParallel(n, size int, do func(from, to int)) {
	const piecesEach = 8 // pieces are uneven, so there are more than processors
	workers := runtime.GOMAXPROCS(0)
	if size < small || workers == 1 || n < 2 {
		do(0, n)
		return
	}
	step := max(n/(workers*piecesEach), 1)
	pieces := make(chan int, n/step+1)
	for from := 0; from < n; from += step {
		pieces <- from
	}
	close(pieces)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for from := range pieces {
				do(from, min(from+step, n))
			}
		})
	}
	wg.Wait()
}
