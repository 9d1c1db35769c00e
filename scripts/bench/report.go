package main

import (
	"fmt"
	"strings"
	"time"
)

// Report is everything that one run of the bench found.
type Report struct {
	Machine Machine
	Day     time.Time
	Results []Result // by size, the smallest first
}

// figure is one line of the table: something asked for and what was measured.
type figure struct {
	what     string
	asked    float64
	measured float64
	format   string // of both
}

func (f figure) met() bool { return f.measured <= f.asked }

func (f figure) row() string {
	verdict := "met"
	if !f.met() {
		verdict = "**missed**"
	}
	return fmt.Sprintf("| %s | "+f.format+" | "+f.format+" | %.2f | %s |\n", f.what, f.asked, f.measured, f.measured/f.asked, verdict)
}

// figures lists what was asked for, in the order of the sizes.
func (r Report) figures() []figure {
	var list []figure
	for _, x := range r.Results {
		name := fmt.Sprintf("%d resources", x.Size.rows)
		label := name + ", time"
		if x.Size.rows == 1 {
			label = "1 resource, from the start of the process"
		}
		list = append(list, figure{label, x.Size.seconds * 1000, x.Seconds * 1000, "%.0f ms"})
		if x.Size.memory > 0 {
			list = append(list, figure{name + ", memory", float64(x.Size.memory), float64(x.Memory), "%.0f MB"})
		}
		if x.Size.passes > 0 {
			list = append(list, figure{name + ", against the plain pass", x.Size.passes, x.Seconds / x.Pass, "%.1f times"})
		}
	}
	if n := len(r.Results); n >= 2 {
		large, small := r.Results[n-1], r.Results[n-2]
		what := fmt.Sprintf("one resource of %d, against one of %d", large.Size.rows, small.Size.rows)
		list = append(list, figure{what, flatness, perResource(large) / perResource(small), "%.2f times"})
	}
	return list
}

// perResource is the cost of one resource in microseconds.
func perResource(x Result) float64 { return x.Seconds * 1e6 / float64(x.Size.rows) }

// Table is the table of asked and measured figures in Markdown.
func (r Report) Table() string {
	var b strings.Builder
	b.WriteString("| what | asked: at most | measured | measured / asked | |\n|---|---|---|---|---|\n")
	for _, f := range r.figures() {
		b.WriteString(f.row())
	}
	return b.String()
}

// Page is docs/performance.md.
func (r Report) Page() string {
	var b strings.Builder
	b.WriteString("# Performance\n\nWritten by `make bench`, and by nothing else; misses stand here like the rest.\n\n")
	fmt.Fprintf(&b, "Measured on %s at %s.\n\n%s\n", r.Day.Format(time.DateOnly), r.Machine.Commit, r.Machine)
	b.WriteString("## Asked and measured\n\n")
	b.WriteString(r.Table())
	b.WriteString("\n## The runs\n\n| resources | file | bytes a resource | time | spread | memory | plain pass | a resource |\n|---|---|---|---|---|---|---|---|\n")
	for _, x := range r.Results {
		fmt.Fprintf(&b, "| %d | %.1f MB | %d | %.0f ms | %.0f ms | %d MB | %.1f ms | %.1f us |\n", x.Size.rows, float64(x.Bytes)/1e6,
			x.Bytes/int64(x.Size.rows), x.Seconds*1000, x.Spread*1000, x.Memory, x.Pass*1000, perResource(x))
	}
	fmt.Fprintf(&b, `
How: Azure Resource Graph exports of seed %d, all types and groups shuffled. `+"`demarc assess FILE --format json --out %s`"+`,
a process of its own with GOMAXPROCS=2, files in the cache, times from the start of the process to its end. Times are medians of %d,
%d and %d runs after one to warm up; spread is the slowest run less the fastest; memory is the most that any run had resident.
The plain pass reads every token of the same file with the JSON library's decoder on one core, by turns with the runs,
with the options that the program reads with (repeated names are not looked for, which makes the pass faster).
`, seed, "/dev/null", sizes[0].runs-1, sizes[1].runs-1, sizes[2].runs-1)
	return b.String()
}
