package store

import (
	"crypto/sha256"

	"github.com/demarc-dev/demarc"
)

// part is a piece that many snapshots share.
type part struct {
	kind byte
	data []byte
}

// The kinds of parts. The numbers are a file format.
const (
	askedPart     = 1
	divisionPart  = 2
	knowledgePart = 3 // responsibilities and rules
	framePart     = 4 // a picture without its cells
)

// sharer makes the parts that many classes share.
type sharer struct {
	parts     map[[16]byte]part
	asked     map[string][16]byte // of sets, by id
	divisions map[*demarc.Division][16]byte
	frames    map[string][16]byte // by the id of the model
}

func newSharer() *sharer {
	return &sharer{parts: map[[16]byte]part{}, asked: map[string][16]byte{}, divisions: map[*demarc.Division][16]byte{}, frames: map[string][16]byte{}}
}

func (s *sharer) part(kind byte, data []byte) [16]byte {
	hash := partHash(kind, data)
	if _, ok := s.parts[hash]; !ok {
		s.parts[hash] = part{kind, pack(data)}
	}
	return hash
}

func partHash(kind byte, data []byte) [16]byte {
	sum := sha256.Sum256(append([]byte{kind}, data...))
	return [16]byte(sum[:16])
}

func (s *sharer) askedOf(set *demarc.VerdictSet) [16]byte {
	hash, ok := s.asked[set.ID]
	if !ok || set.ID == "" {
		hash = s.part(askedPart, askedContent(set))
		s.asked[set.ID] = hash
	}
	return hash
}
