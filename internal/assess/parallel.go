package assess

import (
	"runtime"
	"slices"
	"sync"
)

// small is how many items are not worth a second goroutine.
const small = 1 << 13

// inParallel calls work for pieces of 0..n on all processors and waits.
func inParallel(n int, work func(from, to int)) {
	workers := runtime.GOMAXPROCS(0)
	if n < small || workers == 1 {
		work(0, n)
		return
	}
	var wg sync.WaitGroup
	step := (n + workers - 1) / workers
	for from := 0; from < n; from += step {
		wg.Go(func() { work(from, min(from+step, n)) })
	}
	wg.Wait()
}

// parallelSort sorts halves beside each other and merges them.
func parallelSort[T any](list []T, compare func(a, b T) int) {
	if len(list) < small || runtime.GOMAXPROCS(0) == 1 {
		slices.SortFunc(list, compare)
		return
	}
	half := len(list) / 2
	var wg sync.WaitGroup
	wg.Go(func() { slices.SortFunc(list[:half], compare) })
	slices.SortFunc(list[half:], compare)
	wg.Wait()
	merge(list, slices.Clone(list[:half]), list[half:], compare)
}

// merge writes the two sorted lists to out; b lies at the end of out.
func merge[T any](out, a, b []T, compare func(a, b T) int) {
	for i := range out {
		switch {
		case len(a) == 0:
			return // the rest of b is in place
		case len(b) == 0 || compare(a[0], b[0]) <= 0:
			out[i], a = a[0], a[1:]
		default:
			out[i], b = b[0], b[1:]
		}
	}
}
