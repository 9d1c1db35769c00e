package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// Verified is what a ledger showed when every entry was computed again.
type Verified struct {
	Workspace string
	Entries   int64 // that hold, from the first on
	Head      []byte
	First     time.Time // of the first entry, zero for none
	Last      time.Time // of the last that holds
	Marks     int       // snapshots that noted an entry which is still the same
	Broken    *Broken   // nil when all hold
	Remarks   []Remark
}

// Broken is the first entry of a ledger that does not hold.
type Broken struct {
	Number int64
	Why    string
}

// Remark is something odd about an entry that holds.
type Remark struct {
	Number int64
	Text   string
}

// mark is what a snapshot noted of the ledger when it was taken.
type mark struct {
	snapshot, number int64
	hash             []byte
}

// Verify computes the ledger of a workspace again, entry by entry, and names
// the first that was changed, taken out, put in or moved. What snapshots noted
// shows when entries are missing at the end.
func (db *DB) Verify(ctx context.Context, workspace string) (*Verified, error) {
	var found *Verified
	err := db.engine.read(ctx, func(c conn) error {
		id, err := findWorkspace(c, workspace)
		if err != nil {
			return err
		}
		found, err = verify(c, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("verify the ledger: %w", err)
	}
	found.Workspace, _ = foldWorkspace(workspace) // it was found by it
	return found, nil
}

func verify(c conn, workspace int64) (*Verified, error) {
	marks, err := marksOf(c, workspace)
	if err != nil {
		return nil, err
	}
	v := &verifier{Verified: &Verified{Head: noHash}, marks: marks}
	err = c.query(func(r row) error {
		if v.Broken == nil {
			v.link(readLink(r))
		}
		return nil
	}, "SELECT "+linkColumns+" FROM ledger WHERE workspace = $1 ORDER BY number", workspace)
	if err != nil {
		return nil, err
	}
	if v.Broken == nil && len(v.marks) > 0 {
		m := v.marks[0]
		v.Broken = &Broken{v.Entries + 1, fmt.Sprintf("it is missing, and all behind it: snapshot %d was taken when there were %d entries", m.snapshot, m.number)}
	}
	return v.Verified, nil
}

// marksOf are what the snapshots noted, in order of the entries.
func marksOf(c conn, workspace int64) ([]mark, error) {
	numbers, err := integers(c, "SELECT number FROM snapshot WHERE workspace = $1 ORDER BY number", workspace)
	if err != nil {
		return nil, err
	}
	var marks []mark
	for _, number := range numbers {
		b, err := openBase(c, workspace, number)
		if err != nil {
			return nil, err
		}
		if noted := b.header.Ledger; len(noted) == 8+sha256.Size {
			marks = append(marks, mark{number, int64(binary.BigEndian.Uint64(noted)), noted[8:]})
		}
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.number, b.number) })
	return marks, nil
}

// integers are the first column of all rows.
func integers(c conn, sql string, args ...any) (list []int64, err error) {
	err = c.query(func(r row) error { list = append(list, r.int(0)); return nil }, sql, args...)
	return list, err
}

// verifier walks a ledger.
type verifier struct {
	*Verified
	marks []mark // those not reached yet
}

func (v *verifier) link(l *link) {
	if why := v.wrong(l); why != "" {
		v.Broken = &Broken{min(l.Number, v.Entries+1), why}
		return
	}
	if v.First.IsZero() {
		v.First = l.Time
	}
	if l.Time.Before(v.Last) {
		v.Remarks = append(v.Remarks, Remark{l.Number, fmt.Sprintf("its clock showed %s, before that of the entry in front of it: the order is that of the numbers", l.Time.Format(time.RFC3339))})
	}
	v.Entries, v.Head, v.Last = l.Number, l.Hash, l.Time
	for ; len(v.marks) > 0 && v.marks[0].number == l.Number; v.marks = v.marks[1:] {
		v.Marks++
	}
}

// wrong says what does not hold of an entry, "" for nothing.
func (v *verifier) wrong(l *link) string {
	payload := sha256.Sum256(l.Payload)
	switch {
	case l.Number > v.Entries+1:
		return fmt.Sprintf("it is missing: entry %d follows entry %d", l.Number, v.Entries)
	case !bytes.Equal(payload[:], l.payloadHash):
		return "what it says is not what was written"
	case !bytes.Equal(l.sum(), l.Hash):
		return "it was changed: its hash is another"
	case !bytes.Equal(l.previous, v.Head):
		return "it does not follow the entry in front of it: one of them was put in, taken out or moved"
	}
	for _, m := range v.marks {
		if m.number > l.Number {
			break // they are in order
		}
		if !bytes.Equal(m.hash, l.Hash) {
			return fmt.Sprintf("it is not the entry that stood there when snapshot %d was taken", m.snapshot)
		}
	}
	return ""
}
