package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// Who answers for a resource may change without anybody saying so, when a tag
// does. A saver that finds other owners than the newest snapshot had writes that
// into the ledger: one entry for each pair of owners.

// firstChanged is how many resources an entry names.
const firstChanged = 10

// ownerChange is the resources that passed from one owner to another.
type ownerChange struct {
	Before    string   `json:"before"` // name, "" for nobody
	After     string   `json:"after"`
	Resources int      `json:"resources"`
	First     []string `json:"first"`
	All       string   `json:"all"` // hash of the folded ids of all of them

	ids hash.Hash
}

// ownerChanges compares the owners of the resources that were there before.
func (w *writing) ownerChanges(b *before) ([]*ownerChange, error) {
	if b == nil {
		return nil, nil
	}
	was, err := w.ownersBefore()
	if err != nil {
		return nil, err
	}
	var is []demarc.Owner
	for _, content := range w.tables[ownerClass].contents {
		p := parser{rest: []byte(content)}
		is = append(is, p.owner())
	}
	changes := map[[2]string]*ownerChange{}
	for i := range b.of {
		if !b.of[i].known {
			continue
		}
		pair := [2]string{was[b.of[i].numbers[ownerClass]], is[w.shares[i][ownerClass]].Name}
		if pair[0] == pair[1] {
			continue
		}
		c := changes[pair]
		if c == nil {
			c = &ownerChange{Before: pair[0], After: pair[1], ids: sha256.New()}
			changes[pair] = c
		}
		c.add(w.Assessment.Resources[i].ID)
	}
	list := make([]*ownerChange, 0, len(changes))
	for _, c := range changes {
		c.All = hex.EncodeToString(c.ids.Sum(nil))
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *ownerChange) int {
		return cmp.Or(cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return list, nil
}

func (c *ownerChange) add(id string) {
	if c.Resources++; c.Resources <= firstChanged {
		c.First = append(c.First, id)
	}
	c.ids.Write(sealed([]byte(demarc.Fold(id))))
}

// ownersBefore are the names of the owners of the newest snapshot, by the
// numbers of their classes.
func (w *writing) ownersBefore() (map[uint32]string, error) {
	names := map[uint32]string{}
	err := w.parentRows(classes, func(it *item) {
		if len(it.key) > 0 && it.key[0] == ownerClass {
			p := parser{rest: it.value}
			names[numberOf(it.key)] = p.owner().Name
		}
	})
	return names, err
}

// tellOwners writes the changes into the ledger.
func (w *writing) tellOwners(c conn) error {
	l, err := openLedger(c, w.workspace)
	for i := 0; i < len(w.owners) && err == nil; i++ {
		var payload []byte
		if payload, err = json.Marshal(w.owners[i], json.Deterministic()); err != nil {
			break
		}
		err = l.append(&Entry{Time: w.db.now(), Actor: w.Actor, Origin: "tags and rules", Kind: OwnerChangeKind,
			About: OwnerChangeKind + " " + w.owners[i].Before + " | " + w.owners[i].After, Payload: payload})
	}
	return err
}
