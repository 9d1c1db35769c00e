// Command bench measures Demarc on generated estates and writes what it found
// to docs/performance.md: every figure that is asked for, met or missed. It
// builds the program, writes the exports to a temporary folder (or the one in
// DEMARC_BENCH_DIR, where it leaves them), and runs both beside a plain pass
// over the same files.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// page is where the figures go, from the top of the repository.
const page = "docs/performance.md"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, remove, err := folder()
	if err != nil {
		return err
	}
	defer remove()
	program := filepath.Join(dir, "demarc")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", program, "./cmd/demarc")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build demarc: %w", err)
	}
	r := Report{Machine: thisMachine(ctx), Day: time.Now().UTC()}
	for _, s := range sizes {
		result, err := measure(ctx, program, dir, s)
		if err != nil {
			return fmt.Errorf("%d resources: %w", s.rows, err)
		}
		r.Results = append(r.Results, result)
	}
	if err := os.WriteFile(page, []byte(r.Page()), 0o644); err != nil {
		return err
	}
	fmt.Print(r.Table())
	fmt.Println("bench: wrote", page)
	return nil
}

// folder is where the exports are written.
func folder() (dir string, remove func(), err error) {
	if dir := os.Getenv("DEMARC_BENCH_DIR"); dir != "" {
		return dir, func() {}, os.MkdirAll(dir, 0o755)
	}
	dir, err = os.MkdirTemp("", "demarc-bench-")
	return dir, func() { os.RemoveAll(dir) }, err
}
