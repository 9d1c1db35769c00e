package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-dev/demarc/internal/cli"
)

// TestStoreCheckFindsDamage flips bytes of a database: the check ends with 1,
// names tables on the output, and says on the other what to do.
func TestStoreCheckFindsDamage(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("estate.json", []byte(`[{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1","name":"vm-1","type":"Microsoft.Compute/virtualMachines"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		var out, errs bytes.Buffer
		if code := cli.Run(t.Context(), args, strings.NewReader(""), &out, &errs, nil); code != want {
			t.Fatalf("%s ended with %d: %s", strings.Join(args, " "), code, errs.String())
		}
		return out.String(), errs.String()
	}
	run(0, "assess", "estate.json", "--save")
	run(0, "store", "check")
	path := filepath.Join(".", "demarc.db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 20_000; at < len(file); at += 16_384 {
		file[at] ^= 1
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr := run(1, "store", "check")
	if !strings.Contains(stdout, "Faults") || !strings.Contains(stdout, "snapshot") {
		t.Errorf("printed\n%s", stdout)
	}
	if !strings.Contains(stderr, "the database demarc.db is damaged") || !strings.Contains(stderr, "hint: restore a backup") {
		t.Errorf("said\n%s", stderr)
	}
	if stdout, _ := run(1, "store", "check", "--format", "json"); !strings.Contains(stdout, `"problem"`) {
		t.Errorf("printed\n%s", stdout)
	}
}
