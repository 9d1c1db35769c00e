package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Machine says on what the figures were measured.
type Machine struct {
	Commit string
	CPU    string
	Cores  int
	Memory string
	System string
	Go     string
}

// String is the machine as a list in Markdown.
func (m Machine) String() string {
	return fmt.Sprintf("- processor: %s, %d cores\n- memory: %s\n- system: %s\n- Go: %s\n", m.CPU, m.Cores, m.Memory, m.System, m.Go)
}

func thisMachine(ctx context.Context) Machine {
	return Machine{
		Commit: commit(ctx),
		CPU:    field("/proc/cpuinfo", "model name"),
		Cores:  runtime.NumCPU(),
		Memory: field("/proc/meminfo", "MemTotal"),
		System: runtime.GOOS + "/" + runtime.GOARCH,
		Go:     strings.TrimPrefix(runtime.Version(), "go"),
	}
}

// commit names the commit of the checkout, and says when more was measured
// than it holds.
func commit(ctx context.Context) string {
	head, err := exec.CommandContext(ctx, "git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "no commit"
	}
	name := "commit `" + strings.TrimSpace(string(head)) + "`"
	// The page itself is written by every run.
	changed, err := exec.CommandContext(ctx, "git", "status", "--porcelain", "--", ".", ":!"+page).Output()
	if err != nil || len(changed) > 0 {
		name += " with changes that are not committed"
	}
	return name
}

// field reads the first line "name : value" of a file of the system.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "not known"
	}
	for line := range strings.Lines(string(text)) {
		key, value, found := strings.Cut(line, ":")
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "not known"
}
