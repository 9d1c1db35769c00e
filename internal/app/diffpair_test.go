package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/demarc-dev/demarc/internal/compare"
	"github.com/demarc-dev/demarc/internal/store"
)

// changing is an estate whose resources come, go and change at random.
type changing struct {
	random *rand.Rand
	rows   []string // "" where nothing is
	day    time.Time
}

// step changes a few resources, or something of all, and mostly the day.
func (c *changing) step() {
	c.day = c.day.AddDate(0, 0, c.random.IntN(3))
	if c.random.IntN(3) == 0 {
		words := [][2]string{{"TLS1_0", "TLS1_2"}, {"TLS1_2", "TLS1_0"}, {"Ada", "Eve"}}[c.random.IntN(3)]
		for i := range c.rows {
			c.rows[i] = strings.ReplaceAll(c.rows[i], words[0], words[1])
		}
		return
	}
	pick := func(words ...string) string { return words[c.random.IntN(len(words))] }
	for range c.random.IntN(6) {
		at := c.random.IntN(len(c.rows))
		id := "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/" + pick("one", "two", "TWO") + "/providers/"
		switch kind := pick("", "storage", "storage", "machine", "plan"); kind {
		case "":
			c.rows[at] = ""
		case "storage":
			c.rows[at] = fmt.Sprintf(`{"id":"%sMicrosoft.Storage/storageAccounts/s%d","name":"s%[2]d","type":"microsoft.storage/storageaccounts","tags":{"owner":%q,"application":%q},"properties":{"minimumTlsVersion":%q}}`,
				id, at, pick("Ada", "Grace"), pick("shop", "mail"), pick("TLS1_0", "TLS1_2"))
		case "machine":
			c.rows[at] = fmt.Sprintf(`{"id":"%sMicrosoft.Compute/virtualMachines/v%d","name":"v%[2]d","type":"microsoft.compute/virtualmachines","tags":{"owner":%q},"properties":{}}`, id, at, pick("Ada", ""))
		case "plan":
			c.rows[at] = fmt.Sprintf(`{"id":"%sMicrosoft.Web/serverfarms/p%d","name":"p%[2]d","type":"microsoft.web/serverfarms","sku":{"tier":%q}}`, id, at, pick("Basic", "Isolated"))
		}
	}
}

func (c *changing) save(t *testing.T, in Place) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "estate.json")
	text := "[" + strings.Join(strings.FieldsFunc(strings.Join(c.rows, "\n"), func(r rune) bool { return r == '\n' }), ",") + "]"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Save(context.Background(), Request{Paths: []string{path}, Today: c.day}, in, "test"); err != nil {
		t.Fatal(err)
	}
}

// TestPairsLeaveOutNothing compares snapshots of a random history, loaded in
// full and without what is certainly the same in both.
func TestPairsLeaveOutNothing(t *testing.T) {
	snapshots, apart := 28, 3 // more than the layers that a snapshot is made of
	if testing.Short() {
		snapshots, apart = 5, 4
	}
	in := Place{Database: filepath.Join(t.TempDir(), "demarc.db")}
	c := &changing{rand.New(rand.NewPCG(3, 9)), make([]string, 20), time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	for range 8 {
		c.step()
	}
	for range snapshots {
		c.save(t, in)
		c.step()
	}
	err := in.opened(t.Context(), store.Options{ReadOnly: true}, func(db *store.DB) error {
		left := 0
		for one := range int64(snapshots) {
			for other := range one {
				if (one-other)%int64(apart) < 2 {
					left += samePair(t, db, one+1, other+1) + samePair(t, db, other+1, one+1)
				}
			}
		}
		if left == 0 {
			t.Error("nothing was ever left out: pairs are loaded in full")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// samePair compares two snapshots both ways, and says how many resources were
// left out.
func samePair(t *testing.T, db *store.DB, before, after int64) int {
	t.Helper()
	a, b, err := db.LoadPair(t.Context(), "", before, after)
	if err != nil {
		t.Fatal(err)
	}
	got := compare.Diff(a, b, compare.DiffOptions{})
	loaded := len(a.Resources) + len(b.Resources)
	if a, err = db.Load(t.Context(), "", before); err != nil {
		t.Fatal(err)
	}
	if b, err = db.Load(t.Context(), "", after); err != nil {
		t.Fatal(err)
	}
	want := compare.Diff(a, b, compare.DiffOptions{})
	x, y := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range x.NumField() {
		if !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			t.Errorf("from snapshot %d to %d: %s are %+v, not %+v", before, after, x.Type().Field(i).Name, x.Field(i), y.Field(i))
		}
	}
	return len(a.Resources) + len(b.Resources) - loaded
}
