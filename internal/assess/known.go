package assess

import (
	"strings"

	"github.com/demarc-dev/demarc"
)

// Known is the ids of the resources that were observed so far, as hashes. With
// it a shard that takes evidence keeps no ids of resources that are there.
type Known struct{ ids map[uint64]struct{} }

// Know gathers the ids of the resources of shards.
func Know(shards []*Shard) *Known {
	n := 0
	for _, s := range shards {
		for _, c := range s.chunks {
			n += len(c)
		}
	}
	k := &Known{ids: make(map[uint64]struct{}, n)}
	for _, s := range shards {
		for _, c := range s.chunks {
			for i := range c {
				k.ids[idHash(c[i].ID)] = struct{}{}
			}
		}
	}
	return k
}

// Knowing tells a shard which resources are there.
func (s *Shard) Knowing(k *Known) *Shard {
	s.known = k
	return s
}

func (k *Known) has(hash uint64) bool {
	if k == nil {
		return false
	}
	_, ok := k.ids[hash]
	return ok
}

// Constants of the 64-bit FNV-1a hash.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// idHash is a hash of the folded id, without slashes and spaces around it.
// That two ids of an estate of a million share one is less likely than one to
// ten million.
func idHash(id string) uint64 {
	id = strings.Trim(id, "/ \t")
	hash := uint64(fnvOffset)
	for i := 0; i < len(id); i++ {
		c := id[i]
		if c >= 0x80 {
			return foldedHash(demarc.Fold(id))
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		hash = (hash ^ uint64(c)) * fnvPrime
	}
	return hash
}

func foldedHash(folded string) uint64 {
	hash := uint64(fnvOffset)
	for i := 0; i < len(folded); i++ {
		hash = (hash ^ uint64(folded[i])) * fnvPrime
	}
	return hash
}

// subjectHash tells subjects apart: by id alone where there is one.
func subjectHash(s *demarc.Subject) uint64 {
	if s.ID != "" {
		return idHash(s.ID)
	}
	return foldedHash(demarc.Fold(strings.Join([]string{"\x00", s.Type, s.Name, s.Host, s.Identity, s.Scope}, "\x00")))
}
