package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/report"
	"github.com/demarc-dev/demarc/internal/store"
)

// snapshotMark stands in front of a word that means a snapshot whatever files
// there are.
const snapshotMark = "@"

// The words for snapshots beside numbers and days.
const (
	latestWord   = "latest"
	previousWord = "previous"
)

// meansSnapshot reports whether a word of the command line means a snapshot:
// one with the mark, or a number, a day or one of the words that is not the
// name of a file or folder.
func meansSnapshot(word string) bool {
	if strings.HasPrefix(word, snapshotMark) {
		return true
	}
	if _, err := os.Stat(word); err == nil {
		return false
	}
	_, number := strconv.ParseUint(word, 10, 32)
	_, day := time.Parse(time.DateOnly, word)
	return number == nil || day == nil || word == latestWord || word == previousWord
}

// find finds the snapshot that a word means: its number, the newest as of a day
// or before it, the latest, or the one before that.
func (p Place) find(ctx context.Context, db *store.DB, word string) (*store.Snapshot, error) {
	all, err := db.Snapshots(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, hinted(errors.New("there is no snapshot yet"), "demarc assess ESTATE --save keeps one")
	}
	bare := strings.TrimPrefix(word, snapshotMark)
	switch bare {
	case latestWord, "":
		return &all[len(all)-1], nil
	case previousWord:
		if len(all) < 2 {
			return nil, errors.New("there is only one snapshot, and none before it")
		}
		return &all[len(all)-2], nil
	}
	if day, err := time.Parse(time.DateOnly, bare); err == nil {
		return asOf(all, day)
	}
	for i := range all {
		if strconv.FormatInt(all[i].Number, 10) == bare {
			return &all[i], nil
		}
	}
	return nil, hinted(fmt.Errorf("there is no snapshot %s", bare), fmt.Sprintf("there are %d to %d; a day, latest and previous are understood, too", all[0].Number, all[len(all)-1].Number))
}

// asOf is the newest snapshot of those as of a day, else of those before it.
func asOf(all []store.Snapshot, day time.Time) (*store.Snapshot, error) {
	var found *store.Snapshot
	for i := range all {
		if !all[i].AsOf.After(day) && (found == nil || !all[i].AsOf.Before(found.AsOf)) {
			found = &all[i]
		}
	}
	if found == nil {
		return nil, hinted(fmt.Errorf("there is no snapshot as of %s or before", date(day)), "the first is as of "+date(all[0].AsOf))
	}
	return found, nil
}

// NamesSnapshot reports whether paths are one snapshot instead of files.
func NamesSnapshot(paths []string) bool { return len(paths) == 1 && meansSnapshot(paths[0]) }

// snapshot is the word of the only path when it means a snapshot.
func (q Request) snapshot() (string, bool) {
	if !NamesSnapshot(q.Paths) {
		return "", false
	}
	return q.Paths[0], true
}

// withRecords calls f with the inputs of a snapshot.
func (q Request) withRecords(ctx context.Context, word string, f func(*store.Snapshot, Records) error) error {
	return q.Place.opened(ctx, store.Options{ReadOnly: true}, func(db *store.DB) error {
		s, err := q.Place.find(ctx, db, word)
		if err != nil {
			return err
		}
		return f(s, saved{from: db.Recording(q.Place.Workspace, s.Number)})
	})
}

// runSnapshot runs the line over the inputs of a snapshot, with what the
// program knows today.
func (q Request) runSnapshot(ctx context.Context, word string) (c *catalog.Catalog, settled *assess.Settled, err error) {
	err = q.withRecords(ctx, word, func(_ *store.Snapshot, r Records) error {
		c, settled, err = q.runRecorded(ctx, r)
		return err
	})
	return c, settled, err
}

// overSnapshot asks what would be if the estate of a snapshot moved.
func (q WhatIfRequest) overSnapshot(ctx context.Context, word string) (out *report.WhatIf, err error) {
	err = q.withRecords(ctx, word, func(_ *store.Snapshot, r Records) error {
		q.Records = r
		out, err = WhatIf(ctx, q)
		return err
	})
	return out, err
}
