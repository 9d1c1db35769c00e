package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// said is an entry about a door.
func said(n int, at time.Time) Entry {
	return Entry{Time: at, Actor: "ada", Origin: "statements/attestations.yaml", Kind: AttestationKind, About: fmt.Sprintf("attestation door %d", n),
		Payload: fmt.Appendf(nil, `{"statement":"door %d is locked"}`, n)}
}

// talk fills a ledger with entries, a minute apart.
func talk(t testing.TB, db *DB, workspace string, n int) {
	t.Helper()
	for i := range n {
		if _, err := db.Append(t.Context(), workspace, said(i, noon.Add(time.Duration(i)*time.Minute))); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLedgerKeepsWhatWasSaid(t *testing.T) {
	db := fresh(t, Options{})
	talk(t, db, "Plant 7", 5)
	talk(t, db, "", 2)
	list, err := db.Ledger(t.Context(), "plant  7", 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[0].Number != 2 || list[2].Number != 4 {
		t.Fatalf("got %d entries from %d", len(list), list[0].Number)
	}
	want := said(1, noon.Add(time.Minute))
	if e := list[0]; e.Actor != want.Actor || e.Origin != want.Origin || e.Kind != want.Kind || e.About != want.About ||
		!bytes.Equal(e.Payload, want.Payload) || !e.Time.Equal(want.Time) {
		t.Errorf("got %+v, want %+v", e, want)
	}
	for workspace, entries := range map[string]int64{"PLANT 7": 5, "default": 2} {
		v, err := db.Verify(t.Context(), workspace)
		if err != nil || v.Entries != entries || v.Broken != nil || len(v.Remarks) != 0 {
			t.Errorf("%s: %+v, %v", workspace, v, err)
		}
	}
	if _, err := db.Verify(t.Context(), "elsewhere"); err == nil || !strings.Contains(err.Error(), `no workspace "elsewhere"`) {
		t.Errorf("a workspace that is not there: %v", err)
	}
}

func TestLedgerOnlyGrows(t *testing.T) {
	db := fresh(t, Options{})
	talk(t, db, "", 2)
	for _, sql := range []string{"UPDATE ledger SET actor = 'eve'", "DELETE FROM ledger WHERE number = 1"} {
		err := db.engine.write(t.Context(), func(c conn) error { _, err := c.exec(sql); return err })
		if err == nil || !strings.Contains(err.Error(), "only grows") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// tamper changes a ledger as somebody would who can write the file.
func tamper(t *testing.T, db *DB, statements ...string) {
	t.Helper()
	err := db.engine.write(t.Context(), func(c conn) error {
		for _, sql := range append([]string{"DROP TRIGGER ledger_keeps", "DROP TRIGGER ledger_grows"}, statements...) {
			if _, err := c.exec(sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rewrite computes the hashes of all entries again, from one on.
func rewrite(t *testing.T, db *DB) {
	t.Helper()
	err := db.engine.write(t.Context(), func(c conn) error {
		var all []*link
		err := c.query(func(r row) error { all = append(all, readLink(r)); return nil }, "SELECT "+linkColumns+" FROM ledger WHERE workspace = 1 ORDER BY number")
		before := noHash
		for _, l := range all {
			if err != nil {
				return err
			}
			l.previous = before
			before = l.sum()
			_, err = c.exec("UPDATE ledger SET previous = $1, hash = $2 WHERE workspace = 1 AND number = $3", l.previous, before, l.Number)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestVerifyNamesTheFirstBrokenEntry(t *testing.T) {
	for _, tt := range []struct {
		name, sql string
		number    int64
		why       string
	}{
		{"payload", "UPDATE ledger SET payload = CAST('{}' AS BLOB) WHERE number = 3", 3, "not what was written"},
		{"payload and its hash", "UPDATE ledger SET payload_hash = (SELECT payload_hash FROM ledger WHERE number = 1), payload = (SELECT payload FROM ledger WHERE number = 1) WHERE number = 4", 4, "changed"},
		{"actor", "UPDATE ledger SET actor = 'eve' WHERE number IN (2, 5)", 2, "changed"},
		{"time", "UPDATE ledger SET time = time + 1 WHERE number = 6", 6, "changed"},
		{"kind moved into about", "UPDATE ledger SET kind = 'attestationa', about = 'ttestation door 1' WHERE number = 2", 2, "changed"},
		{"removed", "DELETE FROM ledger WHERE number = 4", 4, "missing"},
		{"first removed", "DELETE FROM ledger WHERE number = 1", 1, "missing"},
		{"closed up", "UPDATE ledger SET number = number - 1 WHERE number > 4", 0, ""},
		{"swapped", "UPDATE ledger SET number = CASE number WHEN 2 THEN 13 WHEN 3 THEN 2 ELSE number END WHERE number IN (2, 3)", 2, "changed"},
		{"put in", "INSERT INTO ledger SELECT workspace, 9, time, actor, origin, kind, about, payload, payload_hash, previous, hash FROM ledger WHERE number = 8", 9, "changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := fresh(t, Options{})
			talk(t, db, "", 8)
			if tt.why == "" {
				tamper(t, db, "DELETE FROM ledger WHERE number = 4", tt.sql)
				tt.number, tt.why = 4, "changed"
			} else {
				tamper(t, db, tt.sql)
			}
			v, err := db.Verify(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if v.Broken == nil || v.Broken.Number != tt.number || !strings.Contains(v.Broken.Why, tt.why) || v.Entries != tt.number-1 {
				t.Errorf("got %+v after %d entries, want number %d: %s", v.Broken, v.Entries, tt.number, tt.why)
			}
			k, err := db.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(k.Faults, func(f Fault) bool { return f.Table == "ledger" && strings.Contains(f.Problem, tt.why) }) {
				t.Errorf("the check found %v", k.Faults)
			}
		})
	}
}

// TestVerifySeesWhatSnapshotsNoted cuts entries off, and writes the whole
// ledger anew so that every link holds.
func TestVerifySeesWhatSnapshotsNoted(t *testing.T) {
	for _, tt := range []struct {
		name, sql string
		number    int64
		why       string
	}{
		{"cut off", "DELETE FROM ledger WHERE number > 2", 3, "missing, and all behind it: snapshot 1"},
		{"written anew", "UPDATE ledger SET actor = 'eve' WHERE number = 2", 4, "stood there when snapshot 1"},
		{"untouched", "UPDATE ledger SET actor = actor", 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := fresh(t, Options{})
			talk(t, db, "", 4)
			noted(t, db, 1)
			talk(t, db, "", 2)
			tamper(t, db, tt.sql)
			rewrite(t, db)
			v, err := db.Verify(t.Context(), "")
			switch {
			case err != nil:
				t.Fatal(err)
			case tt.why == "" && (v.Broken != nil || v.Marks != 1 || v.Entries != 6):
				t.Errorf("got %+v", v)
			case tt.why != "" && (v.Broken == nil || v.Broken.Number != tt.number || !strings.Contains(v.Broken.Why, tt.why)):
				t.Errorf("got %+v, want %d: %s", v.Broken, tt.number, tt.why)
			}
		})
	}
}

// noted makes a snapshot of nothing that notes the head of the ledger.
func noted(t testing.TB, db *DB, number int) {
	t.Helper()
	err := db.engine.write(t.Context(), func(c conn) error {
		noted, err := ledgerHead(c, 1)
		if err != nil {
			return err
		}
		written, err := (&header{Ledger: noted}).write()
		if err != nil {
			return err
		}
		_, err = c.exec("INSERT INTO snapshot (workspace, number, as_of, taken, estate, program, catalog, content, header, resources, workloads, met, unmet, unknown, not_applicable, accepted) "+
			"VALUES (1, $1, '2026-03-01', 0, '', '', '', $2, $3, 0, 0, 0, 0, 0, 0, 0)", number, []byte{0}, written)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClockThatJumpsBackBreaksNothing(t *testing.T) {
	at := []time.Time{noon, noon.Add(-400 * 24 * time.Hour), noon.Add(time.Hour), {}}
	db := fresh(t, Options{Now: func() time.Time { now := at[0]; at = at[1:]; return now }})
	for i := range 4 {
		added, err := db.Record(t.Context(), "", "ada", []Said{{Kind: OwnerKind, Key: "all", Payload: fmt.Appendf(nil, "%d", i)}})
		if err != nil || len(added) != 1 || added[0].Number != int64(i+1) {
			t.Fatalf("entry %d: %+v, %v", i, added, err)
		}
	}
	v, err := db.Verify(t.Context(), "")
	if err != nil || v.Broken != nil || v.Entries != 4 {
		t.Fatalf("%+v, %v", v, err)
	}
	if len(v.Remarks) != 2 || v.Remarks[0].Number != 2 || v.Remarks[1].Number != 4 {
		t.Errorf("remarks %+v, want one on 2 and one on 4", v.Remarks)
	}
}

func TestRecordAppendsWhatIsNew(t *testing.T) {
	db := fresh(t, Options{Now: func() time.Time { return noon }})
	say := func(kind, key, words string) Said {
		return Said{Kind: kind, Key: key, Payload: []byte(words), Origin: "statements.yaml"}
	}
	for _, step := range []struct {
		name string
		said []Said
		want []string
	}{
		{"first", []Said{say("exception", "b", "1"), say("attestation", "a", "1")}, []string{"attestation attestation a 1", "exception exception b 1"}},
		{"the same again", []Said{say("attestation", "a", "1"), say("exception", "b", "1")}, nil},
		{"one changed, one more", []Said{say("attestation", "a", "2"), say("exception", "b", "1"), say("owner", "c", "1")}, []string{"attestation attestation a 2", "owner owner c 1"}},
		{"one gone", []Said{say("exception", "b", "1"), say("owner", "c", "1")}, []string{"withdrawn attestation a {}"}},
		{"still gone", []Said{say("exception", "b", "1"), say("owner", "c", "1")}, nil},
		{"said again", []Said{say("attestation", "a", "2"), say("exception", "b", "1"), say("owner", "c", "1")}, []string{"attestation attestation a 2"}},
		{"one key twice", []Said{say("attestation", "a", "2"), say("exception", "b", "3"), say("exception", "b", "1"), say("exception", "b", "2"), say("exception", "b", "2"), say("owner", "c", "1")},
			[]string{"exception exception b #2 2", "exception exception b #3 3"}},
		{"nothing", nil, []string{"withdrawn attestation a {}", "withdrawn exception b {}", "withdrawn exception b #2 {}", "withdrawn exception b #3 {}", "withdrawn owner c {}"}},
	} {
		added, err := db.Record(t.Context(), "", "ada", step.said)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range added {
			got = append(got, e.Kind+" "+e.About+" "+string(e.Payload))
			if e.Actor != "ada" || e.Origin != "statements.yaml" || !e.Time.Equal(noon) {
				t.Errorf("%s: entry %+v", step.name, e)
			}
		}
		if !slices.Equal(got, step.want) {
			t.Errorf("%s: appended %q, want %q", step.name, got, step.want)
		}
	}
	if v, err := db.Verify(t.Context(), ""); err != nil || v.Broken != nil {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestSayIsAboutNothingElse(t *testing.T) {
	db := fresh(t, Options{Now: func() time.Time { return noon }})
	one, other := Said{Kind: OwnerKind, Key: "a", Payload: []byte("1")}, Said{Kind: OwnerKind, Key: "b", Payload: []byte("1")}
	changed := Said{Kind: OwnerKind, Key: "a", Payload: []byte("2")}
	for i, step := range []struct {
		said Said
		want int
	}{{one, 1}, {other, 1}, {one, 0}, {changed, 1}} {
		added, err := db.Say(t.Context(), "", "ada", step.said)
		if err != nil || len(added) != step.want {
			t.Errorf("step %d appended %+v, %v", i, added, err)
		}
	}
	if added, err := db.Record(t.Context(), "", "ada", []Said{changed, other}); err != nil || len(added) != 0 {
		t.Errorf("an assessment that hears the same appended %+v, %v", added, err)
	}
}

func TestWorkspaceNames(t *testing.T) {
	for name, want := range map[string]string{
		"": "default", " ": "default", "Plant  7": "plant 7", "a_b-c.d": "a_b-c.d", "Größe": "größe", strings.Repeat("x", 100): strings.Repeat("x", 100),
		strings.Repeat("x", 101): "!", "a/b": "!", "a;b": "!", "\x00": "!", "a\xffb": "!", "rm -rf *": "!",
	} {
		got, err := foldWorkspace(name)
		var wrong *WorkspaceError
		if errors.As(err, &wrong) != (want == "!") || err == nil && got != want {
			t.Errorf("%q became %q, %v", name, got, err)
		}
	}
	db := fresh(t, Options{})
	talk(t, db, "Two", 1)
	talk(t, db, "one", 1)
	if names, err := db.Workspaces(context.Background()); err != nil || !slices.Equal(names, []string{"one", "two"}) {
		t.Errorf("%q, %v", names, err)
	}
}
