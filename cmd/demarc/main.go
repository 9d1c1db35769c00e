// Command demarc says for every resource of an estate who is responsible for
// what. All it does is in internal/cli.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"syscall"

	"github.com/demarc-dev/demarc/internal/cli"
)

// How much memory may be garbage, in percent of what is in use. Nearly all that
// is read is kept until the end, so that waiting longer mostly costs memory; a
// small estate may take more of it, and the smallest needs no collection at all.
const (
	garbage      = 30
	garbageSmall = 80
	small        = 150 << 20 // bytes in use
	// garbageFirst is in percent of the 4 MB at which the runtime would start.
	garbageFirst = 800
	// garbageWorker is for who works for others: hosts are chosen for that, and
	// time counts more there.
	garbageWorker = 100
)

// tuned adapts the collector after each collection.
type tuned [16]byte

func (t *tuned) collected() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := garbage
	if live[0].Value.Kind() == metrics.KindUint64 && live[0].Value.Uint64() < small {
		percent = garbageSmall
	}
	debug.SetGCPercent(percent)
	runtime.SetFinalizer(t, (*tuned).collected)
}

func main() {
	switch {
	case os.Getenv("GOGC") != "":
	case slices.Contains(os.Args[1:min(2, len(os.Args))], "worker"):
		debug.SetGCPercent(garbageWorker)
	default:
		debug.SetGCPercent(garbageFirst)
		runtime.SetFinalizer(new(tuned), (*tuned).collected)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(code)
}
