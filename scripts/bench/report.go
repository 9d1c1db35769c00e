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
	Results []Result // exports by size, the smallest first
	Store   *Stored  // nil when it was not measured
	Scale   *Scaled  // nil when it was not measured
}

// figure is one line of the table: something asked for and what was measured.
// Where nothing is asked for, the figure stands alone.
type figure struct {
	what     string
	asked    float64
	measured float64
	format   string // of both
}

func (f figure) met() bool { return f.measured <= f.asked }

func (f figure) row() string {
	if f.asked == 0 {
		return fmt.Sprintf("| %s | - | "+f.format+" | - | no bar |\n", f.what, f.measured)
	}
	verdict := "met"
	if !f.met() {
		verdict = "**missed**"
	}
	return fmt.Sprintf("| %s | "+f.format+" | "+f.format+" | %.2f | %s |\n", f.what, f.asked, f.measured, f.measured/f.asked, verdict)
}

// figures lists what was asked for, in the order of the samples; how flat the
// cost is stands behind the exports.
func (r Report) figures() []figure {
	var list []figure
	var smaller *Result
	for i := range r.Results {
		x := &r.Results[i]
		list = append(list, x.figures()...)
		if x.Sample.kind != kindExports {
			continue
		}
		if smaller != nil {
			what := fmt.Sprintf("one resource of %d, against one of %d", x.Resources, smaller.Resources)
			list = append(list, figure{what, flatness, x.perResource() / smaller.perResource(), "%.2f times"})
		}
		smaller = x
	}
	if r.Store != nil {
		list = append(list, r.Store.figures()...)
	}
	if r.Scale != nil {
		list = append(list, r.Scale.figures()...)
	}
	return list
}

// figures lists what was asked of one sample.
func (x *Result) figures() []figure {
	name, label := x.Sample.name, x.Sample.name+", time"
	if x.Start != nil {
		label = name + ", from the start of the process"
	}
	list := []figure{{label, x.Sample.seconds * 1000, x.Seconds * 1000, "%.0f ms"}}
	if x.Start != nil {
		list = append(list,
			figure{"`demarc version`, which reads nothing", 0, x.Start.Version * 1000, "%.1f ms"},
			figure{name + ", beyond `demarc version`", 0, (x.Seconds - x.Start.Version) * 1000, "%.1f ms"},
			figure{"the whole catalogue, parsed once", 0, x.Start.Catalogue * 1000, "%.1f ms"})
	}
	if x.Sample.memory > 0 {
		list = append(list, figure{name + ", memory", float64(x.Sample.memory), float64(x.Memory), "%.0f MB"})
	}
	if x.Sample.passes > 0 {
		list = append(list, figure{name + ", against the plain pass", x.Sample.passes, x.Seconds / x.Pass, "%.1f times"})
	}
	if x.Pack > 0 {
		list = append(list, figure{"`demarc catalog add` before " + name, 0, x.Pack * 1000, "%.0f ms"})
	}
	if b := x.Beside; b != nil {
		list = append(list,
			figure{name + ", part of conftest's time", 1.0 / askedFaster, x.Seconds / b.Seconds, "%.4f"},
			figure{name + ", part of conftest's memory", 1.0 / askedSmaller, float64(x.Memory) / float64(b.Memory), "%.4f"})
	}
	return list
}

// perResource is the cost of one resource in microseconds.
func (x *Result) perResource() float64 { return x.Seconds * 1e6 / float64(x.Resources) }

// Table is the table of asked and measured figures in Markdown.
func (r Report) Table() string {
	var b strings.Builder
	b.WriteString("| what | asked: at most | measured | measured / asked | |\n|---|---|---|---|---|\n")
	for _, f := range r.figures() {
		b.WriteString(f.row())
	}
	return b.String()
}

// Runs is the table of all that was measured, in Markdown.
func (r Report) Runs() string {
	var b strings.Builder
	b.WriteString("| estate | runs | size | resources | bytes a resource | time | spread | memory | plain pass | a resource |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, x := range r.Results {
		fmt.Fprintf(&b, "| %s | %d | %.1f MB | %d | %d | %.0f ms | %.0f ms | %d MB | %.1f ms | %.1f us |\n", x.Sample.name, x.Sample.runs-1, float64(x.Bytes)/1e6,
			x.Resources, x.Bytes/int64(x.Resources), x.Seconds*1000, x.Spread*1000, x.Memory, x.Pass*1000, x.perResource())
		if o := x.Beside; o != nil {
			fmt.Fprintf(&b, "| conftest %s, the same resources and rules | %d | %.1f MB | %d | %d | %.0f ms | %.0f ms | %d MB | - | %.1f us |\n", conftestVersion, o.Runs,
				float64(x.Bytes)/1e6, x.Resources, x.Bytes/int64(x.Resources), o.Seconds*1000, o.Spread*1000, o.Memory, o.Seconds*1e6/float64(x.Resources))
		}
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
	b.WriteString("\n## The runs\n\n")
	b.WriteString(r.Runs())
	b.WriteString(r.paper())
	fmt.Fprintf(&b, method, seed)
	return b.String()
}

// method says below the tables how the figures came about.
const method = `
How: "N resources" are Azure Resource Graph exports of seed %d, all types and groups shuffled. The template of 3 MB deploys a template
that deploys a template, five deep, each with 690 storage accounts full of expressions. The Terraform state (version 4) is machines with
their network interfaces, addresses and disks. The 1000 templates are of 5 to 20 kB each, with parameters, variables, copies and nested
deployments, all in one folder and every fourth with a file of parameters beside it. "Findings" are recommendations of Defender for Cloud
in a second file of Resource Graph rows, five a resource and about 1.5 KB each, a quarter of them unhealthy; their output is the first screen
(the format table), with the matrix and what is unmet.

"All built-in definitions" are those of the public cloud in Azure/azure-policy, bound with their defaults. Their resources lie at and near
the values that the definitions compare with: at every path that one looks at stands a literal of a definition, the same in other case,
another value of its kind, null or nothing, in arrays up to three of them; three of ten resources are what definitions search beside
others, and a manifest says for three of four subscriptions that these were collected. Their output is the first screen with what is unmet;
compiled they are by ` + "`demarc policy compile`" + `, of one file each. Beside conftest (Open Policy Agent) the same resources are judged by
three definitions, and by the same three in Rego, with JSON as output; both must find the same. Demarc reads one file; conftest reads it
cut into answers of 1000 rows and all three rules as one, which is its fastest way (one evaluation over all rows takes twice the memory,
one for each row more than twice the time). Its memory is the least that a run took.

The store is measured in a process of its own with GOMAXPROCS=2. Two exports, the second with 1 %% of its rows with another owner and a
setting turned off, are read and assessed first, with all own checks; what a store is given of each is kept in memory. Measured is what
` + "`--save`" + ` adds: handing over all inputs on two goroutines, staging them, writing the conclusions and publishing. Snapshots 3 to 20 take the two by turns.
"Comparing" is loading both from the file and comparing them. Of questions the median of fifteen answers is given, each through the store's own
method, with the file in the cache. "On PostgreSQL" is the same of the same two, into a server on this machine that was started for it, which
waits for the disk before it says that something is kept (fsync and synchronous_commit on); its processes take what they want of the cores.

Workers are processes of ` + "`demarc worker`" + ` with GOMAXPROCS=1 each, around such a server, and an estate is one of all built-in definitions as above with
our own beside them. The time of a run is from the moment at which the database has it until its snapshot is published, as the database notes
them; handing over, which comes before, is reading the files and keeping what they say. One worker does a run of the estate, then two
do a fresh one; what they conclude must have the same hash. "Queue operations" is the part of the run of the one worker in which it had no job in
its hands: each job counts from when it is taken until its result is kept, all between is the queue's. Of tenants the runs wait when the workers start, and
the time ends with the last snapshot. The worker that is killed (SIGKILL) is the second of two, so that the leader of the queue is not
replaced; what counts is the time until the other one begins what it had in its hands. Memory is the most that the one worker had resident,
the finish of the run included, shared out over the resources.

Measured is ` + "`demarc assess PATH --format json --out /dev/null`" + `, a process of its own with GOMAXPROCS=2, files in the cache, times from the
start of the process to its end. Times are medians of the runs that the table counts, after one more to warm up; spread is the slowest
run less the fastest; memory is the most that any run had resident. ` + "`demarc version`" + ` and the parse of the embedded catalogue (in a process
that already runs) are medians too, measured by turns with the runs over one resource. The plain pass reads every token of the same
files with the JSON library's decoder on one core, by turns with the runs, with the options that the program reads with (repeated names
are not looked for, which makes the pass faster).
`
