package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The kinds of entries of a ledger.
const (
	AttestationKind = "attestation"
	ExceptionKind   = "exception"
	AssuranceKind   = "assurance"
	OwnerKind       = "owner"
	WithdrawnKind   = "withdrawn" // what was said is said no more
	// OwnerChangeKind is what a saver found: resources have another owner than in
	// the snapshot before.
	OwnerChangeKind = "owner-change"
)

// Entry is what somebody said, as the ledger of a workspace keeps it.
type Entry struct {
	Number  int64     // from 1; given by the ledger
	Time    time.Time // kept to the millisecond
	Actor   string    // who told the program
	Origin  string    // the file that says it
	Kind    string
	About   string // the kind and key of what is said, see Said
	Payload []byte // JSON
	Hash    []byte // binds it to all entries in front of it; given by the ledger
}

// Said is one thing that an estate says now.
type Said struct {
	Kind    string
	Key     string // tells it from others of its kind, and stays when its words change
	Payload []byte // JSON; the same words are the same bytes
	Origin  string
}

func (s *Said) about() string { return plain(s.Kind + " " + s.Key) }

// Append adds an entry to the end of the ledger of a workspace, which is made
// when there is none. It gives back the entry with its number and hash.
func (db *DB) Append(ctx context.Context, workspace string, e Entry) (Entry, error) {
	e.Number, e.Hash = 0, nil
	err := db.engine.write(ctx, func(c conn) error {
		id, err := ensureWorkspace(c, workspace)
		if err != nil {
			return err
		}
		if there, err := isThere(c, id, &e); err != nil || there {
			return err
		}
		l, err := openLedger(c, id)
		if err != nil {
			return err
		}
		return l.append(&e)
	})
	if err != nil {
		return Entry{}, fmt.Errorf("append to the ledger: %w", err)
	}
	return e, nil
}

// Record compares what an estate says now with the last word of the ledger on
// each, and appends what is new or changed, and that what is gone was
// withdrawn. It gives back what it appended. An estate that says the same again
// changes nothing.
func (db *DB) Record(ctx context.Context, workspace, actor string, said []Said) ([]Entry, error) {
	return db.record(ctx, workspace, actor, func(last spoken) []Entry { return last.news(said) })
}

// Say appends what is new or changed among a few things that somebody says, and
// nothing about all else. It gives back what it appended.
func (db *DB) Say(ctx context.Context, workspace, actor string, said ...Said) ([]Entry, error) {
	return db.record(ctx, workspace, actor, func(last spoken) []Entry {
		return slices.DeleteFunc(last.news(said), func(e Entry) bool { return e.Kind == WithdrawnKind })
	})
}

func (db *DB) record(ctx context.Context, workspace, actor string, news func(last spoken) []Entry) ([]Entry, error) {
	now := db.now()
	var added []Entry
	err := db.engine.write(ctx, func(c conn) error {
		id, err := ensureWorkspace(c, workspace)
		if err != nil {
			return err
		}
		if n := len(added); n > 0 {
			if there, err := isThere(c, id, &added[n-1]); err != nil || there {
				return err
			}
		}
		last, err := lastWords(c, id)
		if err != nil {
			return err
		}
		added = news(last)
		l, err := openLedger(c, id)
		for i := 0; i < len(added) && err == nil; i++ {
			added[i].Time, added[i].Actor = now, actor
			err = l.append(&added[i])
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("record what was said: %w", err)
	}
	return added, nil
}

// spoken is the last entries on everything that was ever said, by what they
// are about.
type spoken map[string]lastWord

// lastWord is the newest entry on one thing.
type lastWord struct {
	kind, origin string
	payload      []byte // its hash
}

func lastWords(c conn, workspace int64) (spoken, error) {
	last := spoken{}
	err := c.query(func(r row) error {
		last[r.text(0)] = lastWord{r.text(1), r.text(2), bytes.Clone(r.bytes(3))}
		return nil
	}, `SELECT about, kind, origin, payload_hash FROM ledger
		WHERE workspace = $1 AND number IN (SELECT MAX(number) FROM ledger WHERE workspace = $1 GROUP BY about)`, workspace)
	return last, err
}

// news are the entries that are to be appended, in an order that does not
// depend on that of what is said.
func (w spoken) news(said []Said) []Entry {
	said = apart(said)
	var added []Entry
	for i := range said {
		s := &said[i]
		sum := sha256.Sum256(s.Payload)
		if was, ok := w[s.about()]; !ok || was.kind == WithdrawnKind || !bytes.Equal(was.payload, sum[:]) {
			added = append(added, Entry{Origin: s.Origin, Kind: s.Kind, About: s.about(), Payload: s.Payload})
		}
		delete(w, s.about())
	}
	var gone []Entry
	for about, was := range w {
		if was.kind != WithdrawnKind && was.kind != OwnerChangeKind {
			gone = append(gone, Entry{Origin: was.origin, Kind: WithdrawnKind, About: about, Payload: []byte("{}")})
		}
	}
	slices.SortFunc(gone, func(a, b Entry) int { return strings.Compare(a.About, b.About) })
	return append(added, gone...)
}

// apart puts what is said in order, and numbers what has the same key, so that
// each is something of its own. What is said twice in the same words is said
// once.
func apart(said []Said) []Said {
	said = slices.Clone(said)
	slices.SortFunc(said, func(a, b Said) int {
		return cmp.Or(strings.Compare(a.about(), b.about()), bytes.Compare(a.Payload, b.Payload), strings.Compare(a.Origin, b.Origin))
	})
	said = slices.CompactFunc(said, func(a, b Said) bool { return a.about() == b.about() && bytes.Equal(a.Payload, b.Payload) })
	times := 0
	for i := 1; i < len(said); i++ {
		// The one in front may have got a number by now.
		if s := &said[i]; s.Kind == said[i-1].Kind && s.Key == strings.TrimSuffix(said[i-1].Key, suffix(times)) {
			times++
			s.Key += suffix(times)
		} else {
			times = 0
		}
	}
	return said
}

func suffix(times int) string {
	if times == 0 {
		return ""
	}
	return " #" + strconv.Itoa(times+1)
}

// Ledger gives the entries of a workspace from a number on, the oldest first,
// at most limit, or all for a limit of 0.
func (db *DB) Ledger(ctx context.Context, workspace string, from int64, limit int) ([]Entry, error) {
	var list []Entry
	err := db.engine.read(ctx, func(c conn) error {
		list = nil
		id, err := findWorkspace(c, workspace)
		if err != nil {
			return err
		}
		if limit <= 0 {
			limit = 1 << 30
		}
		return c.query(func(r row) error {
			list = append(list, readLink(r).Entry)
			return nil
		}, "SELECT "+linkColumns+" FROM ledger WHERE workspace = $1 AND number >= $2 ORDER BY number LIMIT $3", id, from, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	return list, nil
}

// link is an entry with all that binds it to the one in front of it.
type link struct {
	Entry
	millis      int64 // its time
	payloadHash []byte
	previous    []byte
}

const linkColumns = "number, time, actor, origin, kind, about, payload, payload_hash, previous, hash"

func readLink(r row) *link {
	return &link{millis: r.int(1), payloadHash: bytes.Clone(r.bytes(7)), previous: bytes.Clone(r.bytes(8)),
		Entry: Entry{Number: r.int(0), Time: time.UnixMilli(r.int(1)).UTC(), Actor: r.text(2), Origin: r.text(3), Kind: r.text(4), About: r.text(5),
			Payload: bytes.Clone(r.bytes(6)), Hash: bytes.Clone(r.bytes(9))}}
}

// sum is the hash of a link: of all that it holds and of the one in front. Each
// part is written with its length, so that no two links read the same.
func (l *link) sum() []byte {
	h := sha256.New()
	part := func(b []byte) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(b)))
		h.Write(size[:])
		h.Write(b)
	}
	number := func(n int64) {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n))
		part(b[:])
	}
	part(l.previous)
	number(l.Number)
	number(l.millis)
	for _, text := range []string{l.Actor, l.Origin, l.Kind, l.About} {
		part([]byte(text))
	}
	part(l.payloadHash)
	return h.Sum(nil)
}

// noHash stands in front of the first entry.
var noHash = make([]byte, sha256.Size)

// ledger is the end of a ledger, where entries are appended.
type ledger struct {
	conn      conn
	workspace int64
	number    int64
	hash      []byte
}

func openLedger(c conn, workspace int64) (*ledger, error) {
	number, hash, err := head(c, workspace)
	return &ledger{c, workspace, number, hash}, err
}

// head is the number and the hash of the newest entry, 0 and zeros for none.
// Kept outside the ledger, it shows when entries were cut off its end.
func head(c conn, workspace int64) (number int64, hash []byte, err error) {
	hash = noHash
	err = c.query(func(r row) error {
		number, hash = r.int(0), bytes.Clone(r.bytes(1))
		return nil
	}, "SELECT number, hash FROM ledger WHERE workspace = $1 ORDER BY number DESC LIMIT 1", workspace)
	return number, hash, err
}

// ledgerHead is the head as a snapshot notes it: number and hash, nil for none.
func ledgerHead(c conn, workspace int64) ([]byte, error) {
	number, hash, err := head(c, workspace)
	if err != nil || number == 0 {
		return nil, err
	}
	return append(binary.BigEndian.AppendUint64(nil, uint64(number)), hash...), nil
}

// isThere reports whether an entry was appended by a call before, whose answer
// was lost. Its hash binds it to its place.
func isThere(c conn, workspace int64, e *Entry) (bool, error) {
	n, err := one(c, "SELECT COUNT(*) FROM ledger WHERE workspace = $1 AND number = $2 AND hash = $3", workspace, e.Number, e.Hash)
	return n > 0, err
}

func (l *ledger) append(e *Entry) error {
	for _, text := range []*string{&e.Actor, &e.Origin, &e.Kind, &e.About} {
		*text = plain(*text)
	}
	payload := sha256.Sum256(e.Payload)
	k := &link{Entry: *e, millis: e.Time.UnixMilli(), payloadHash: payload[:], previous: l.hash}
	k.Number = l.number + 1
	k.Hash = k.sum()
	_, err := l.conn.exec("INSERT INTO ledger (workspace, "+linkColumns+") VALUES ("+placeholders(11)+")", l.workspace, k.Number, k.millis,
		k.Actor, k.Origin, k.Kind, k.About, k.Payload, k.payloadHash, k.previous, k.Hash)
	if err != nil {
		return err
	}
	l.number, l.hash = k.Number, k.Hash
	e.Number, e.Hash, e.Time = k.Number, k.Hash, time.UnixMilli(k.millis).UTC()
	return nil
}
