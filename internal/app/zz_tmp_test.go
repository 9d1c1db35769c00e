package app

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

func TestZZ(t *testing.T) {
	a, err := Assess(context.Background(), Request{Paths: []string{"/tmp/dmj/100k.json"}, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	measure := func(name string, f func()) {
		var m0, m1 runtime.MemStats
		runtime.ReadMemStats(&m0)
		best := time.Hour
		for range 3 {
			b := time.Now()
			f()
			best = min(best, time.Since(b))
		}
		runtime.ReadMemStats(&m1)
		fmt.Println(name, best, (m1.Mallocs-m0.Mallocs)/3)
	}
	measure("SetOf", func() {
		for i := range a.Resources {
			a.Verdicts.SetOf(i)
		}
	})
	measure("Of", func() {
		for i := range a.Resources {
			a.Verdicts.Of(i)
		}
	})
	n, w := 0, 0
	measure("Above", func() { n = 0; a.Verdicts.Above(func(v *demarc.Verdict) bool { n++; if v.Instance.Workload != "" {w++}; return true }) })
	fmt.Println(n, w, len(a.Scopes))
	for _, f := range []string{"json", "jsonl", "csv"} {
		measure(f, func() { _ = WriteReport(io.Discard, f, a, report.Options{}) })
	}
}
