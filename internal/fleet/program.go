package fleet

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Program is the demarc program, and on how many cores each of its processes
// runs.
type Program struct {
	Path  string
	Cores int
}

// Build builds the program as it is released, into a folder.
func Build(ctx context.Context, folder string) (path string, err error) {
	path = filepath.Join(folder, "demarc")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", path, "github.com/demarc-dev/demarc/cmd/demarc")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build demarc: %w", err)
	}
	return path, nil
}

// Cost is what a process cost.
type Cost struct {
	Time   time.Duration // from its start to its end
	Memory int           // megabytes resident at most
}

// command is a process of the program. It is killed when ctx ends.
func (p *Program) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.Path, args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(p.Cores))
	endWithParent(cmd)
	return cmd
}

// Run runs the program to its end.
func (p *Program) Run(ctx context.Context, args ...string) (*Cost, error) {
	cmd := p.command(ctx, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("demarc %s: %w: %s", args[0], err, complaint(said.String()))
	}
	return &Cost{time.Since(began), PeakMemory(cmd.ProcessState)}, nil
}

// complaint is the error that a process of the program told, or all that it
// said when it told none.
func complaint(said string) string {
	const mark = "demarc: error: "
	if at := strings.LastIndex(said, mark); at >= 0 {
		said, _, _ = strings.Cut(said[at+len(mark):], "\n")
	}
	return said
}
