package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
)

// keepFiles keeps the files that workers need, and gives their hashes one behind
// the other.
func keepFiles(c conn, files [][]byte) ([]byte, error) {
	hashes := []byte{}
	for _, text := range files {
		sum := sha256.Sum256(text)
		if _, err := c.exec("INSERT INTO blob (hash, data) VALUES ($1, $2) ON CONFLICT DO NOTHING", sum[:], pack(text)); err != nil {
			return nil, err
		}
		hashes = append(hashes, sum[:]...)
	}
	return hashes, nil
}

// File is a file that a run was handed over with, by the hash of what it holds.
func (db *DB) File(ctx context.Context, hash []byte) (text []byte, err error) {
	err = db.engine.read(ctx, func(c conn) error {
		text, err = blobOf(c, "SELECT data FROM blob WHERE hash = $1", hash)
		return err
	})
	if err == nil && text == nil {
		err = errors.New("it is not there")
	}
	if sum := sha256.Sum256(text); err == nil && !bytes.Equal(sum[:], hash) {
		err = fmt.Errorf("%w: it is another one", errBroken)
	}
	if err != nil {
		return nil, fmt.Errorf("read the file %x: %w", hash, err)
	}
	return text, nil
}

// dropRuns drops what nobody asks for any more of the runs of a workspace: all
// but the newest that became a snapshot, and the results that it did not use.
// While one is under way it refuses.
func dropRuns(c conn, workspace int64) error {
	if err := runUnderWay(c, workspace); err != nil {
		return err
	}
	newest, err := one(c, "SELECT COALESCE(MAX(number), 0) FROM run WHERE workspace = $1 AND state = $2", workspace, int(RunPublished))
	if err != nil {
		return err
	}
	for _, sql := range []string{
		"DELETE FROM run_shard WHERE workspace = $1 AND run <> $2",
		"DELETE FROM run WHERE workspace = $1 AND number <> $2 AND number < (SELECT MAX(number) FROM run WHERE workspace = $1)", // numbers do not come again
	} {
		if _, err := c.exec(sql, workspace, newest); err != nil {
			return err
		}
	}
	if _, err := c.exec("DELETE FROM shard_result WHERE workspace = $1 AND key NOT IN (SELECT key FROM run_shard WHERE workspace = $1)", workspace); err != nil {
		return err
	}
	return dropFiles(c)
}

// dropFiles drops the files that no run of any workspace needs.
func dropFiles(c conn) error {
	used := map[[sha256.Size]byte]bool{}
	err := c.query(func(r row) error {
		for hashes := r.bytes(0); len(hashes) >= sha256.Size; hashes = hashes[sha256.Size:] {
			used[[sha256.Size]byte(hashes)] = true
		}
		return nil
	}, "SELECT files FROM run")
	if err != nil {
		return err
	}
	var unused [][]byte
	err = c.query(func(r row) error {
		if hash := r.bytes(0); len(hash) != sha256.Size || !used[[sha256.Size]byte(hash)] {
			unused = append(unused, bytes.Clone(hash))
		}
		return nil
	}, "SELECT hash FROM blob")
	for i := 0; i < len(unused) && err == nil; i++ {
		_, err = c.exec("DELETE FROM blob WHERE hash = $1", unused[i])
	}
	return err
}
