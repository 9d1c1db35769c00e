package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// accounts writes an estate of storage accounts.
func accounts(t *testing.T, names ...string) string {
	t.Helper()
	var rows []string
	for _, name := range names {
		rows = append(rows, fmt.Sprintf(`{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/%s","name":%[1]q,"type":"microsoft.storage/storageaccounts"}`, name))
	}
	path := filepath.Join(t.TempDir(), "estate.json")
	if err := os.WriteFile(path, []byte("["+strings.Join(rows, ",")+"]"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWhatIsUnchangedMayHaveBecomeAnother: a resource that is the same in two
// snapshots can be named as what became of another one, and the other way round.
func TestWhatIsUnchangedMayHaveBecomeAnother(t *testing.T) {
	in := Place{Database: filepath.Join(t.TempDir(), "demarc.db")}
	today := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, names := range [][]string{{"gone", "kept"}, {"kept", "new"}} {
		if _, _, err := Save(context.Background(), Request{Paths: []string{accounts(t, names...)}, Today: today}, in, "test"); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		word         string
		others, same int // that came and as many that went, and those that became others
	}{{"gone=kept", 1, 1}, {"kept=new", 1, 1}, {"gone=new", 0, 1}} {
		d, err := Diff(context.Background(), DiffRequest{Request: Request{Today: today, Place: in}, Before: "1", After: "2", Became: []string{tt.word}})
		if err != nil {
			t.Errorf("%s: %v", tt.word, err)
			continue
		}
		if r := &d.Resources; len(r.Added) != tt.others || len(r.Removed) != tt.others || len(r.Changed) != tt.same {
			t.Errorf("%s: %d came, %d went, %d changed", tt.word, len(r.Added), len(r.Removed), len(r.Changed))
		}
	}
}
