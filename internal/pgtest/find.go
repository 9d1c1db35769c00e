package pgtest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// BinariesVariable names the folder of PostgreSQL's programs, where it is not
// found by itself.
const BinariesVariable = "DEMARC_POSTGRES_BIN"

// ErrNotInstalled says that there are no programs of PostgreSQL.
var ErrNotInstalled = errors.New("PostgreSQL is not installed: `make test` installs it on Debian, elsewhere set " + BinariesVariable + " to the folder that holds initdb and postgres")

// binaries finds the folder of initdb and postgres: the one that was named, else
// the newest that is installed.
func binaries(ctx context.Context) (string, error) {
	if named := os.Getenv(BinariesVariable); named != "" {
		if !hasBinaries(named) {
			return "", ErrNotInstalled
		}
		return named, nil
	}
	for _, folder := range candidates(ctx) {
		if hasBinaries(folder) {
			return folder, nil
		}
	}
	return "", ErrNotInstalled
}

func candidates(ctx context.Context) []string {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is well formed
	slices.SortFunc(folders, func(a, b string) int { return versionOf(b) - versionOf(a) })
	if found, err := exec.LookPath("postgres"); err == nil {
		folders = append(folders, filepath.Dir(found))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	return folders
}

// versionOf is the version in a path such as /usr/lib/postgresql/15/bin.
func versionOf(folder string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder))) // 0 for none
	return n
}

func hasBinaries(folder string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(folder, name)); err != nil {
			return false
		}
	}
	return true
}
