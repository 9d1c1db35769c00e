// Command bench measures Demarc on generated estates and writes what it found
// to docs/performance.md: every figure that is asked for, met or missed. It
// builds the program, writes the estates to a temporary folder (or the one in
// DEMARC_BENCH_DIR, where it leaves them), and runs both beside a plain pass
// over the same files. Rules are measured beside conftest too, which it installs
// when it is absent. The built-in definitions of Azure Policy are read from the
// folder in DEMARC_SHARED (default: ../shared). PostgreSQL is measured with the
// binaries that are installed, in a temporary folder.
//
// With -only it measures some of the estates, by their kinds, and prints what
// it found; the page is written only when everything was measured.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/demarc-dev/demarc/internal/fleet"
)

// page is where the figures go, from the top of the repository.
const page = "docs/performance.md"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	store := flag.String(strings.TrimPrefix(storeArgument, "-"), "", "measure the store alone in this `folder`, and print what was found as JSON")
	only := flag.String("only", "", "measure these `kinds` and write no page: "+strings.Join(kinds(samples()), ","))
	flag.Parse()
	if *store != "" {
		if err := printStore(ctx, *store); err != nil {
			fmt.Fprintln(os.Stderr, "bench: error:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string) error {
	chosen, err := choose(samples(), only)
	if err != nil {
		return err
	}
	if err := needsShared(chosen, wants(only, kindScale)); err != nil {
		return err
	}
	dir, remove, err := folder()
	if err != nil {
		return err
	}
	defer remove()
	// Packs of the machine's user are none of the bench's.
	if err := os.Setenv("DEMARC_PACKS", filepath.Join(dir, "packs")); err != nil {
		return err
	}
	program, err := fleet.Build(ctx, dir)
	if err != nil {
		return err
	}
	r := Report{Machine: thisMachine(ctx), Day: time.Now().UTC()}
	for _, s := range chosen {
		result, err := measure(ctx, program, dir, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		r.Results = append(r.Results, result)
	}
	if wants(only, kindStore) {
		if r.Store, err = measureStore(ctx, dir); err != nil {
			return err
		}
	}
	if wants(only, kindScale) {
		if r.Scale, err = measureScale(ctx, program, dir); err != nil {
			return err
		}
	}
	fmt.Print(r.Table())
	if only != "" {
		if len(r.Results) > 0 {
			fmt.Print("\n", r.Runs())
		}
		return nil
	}
	if err := os.WriteFile(page, []byte(r.Page()), 0o644); err != nil {
		return err
	}
	fmt.Println("bench: wrote", page)
	return nil
}

// folder is where the estates are written.
func folder() (dir string, remove func(), err error) {
	if dir := os.Getenv("DEMARC_BENCH_DIR"); dir != "" {
		return dir, func() {}, os.MkdirAll(dir, 0o755)
	}
	dir, err = os.MkdirTemp("", "demarc-bench-")
	return dir, func() { os.RemoveAll(dir) }, err
}
