package store

import (
	"bytes"
	"crypto/sha256"
	"hash"
)

// The content of a snapshot is a hash of all that it concludes, whatever the
// numbers of its classes and the layers that it lies in: resources span by
// span, then scopes, then what exists above resources.

// contentRow adds a resource to the hash of its span: its key, its row without
// the numbers, and hashes of the classes that these stand for.
func contentRow(to hash.Hash, scratch, key, rest []byte, classes *[3][32]byte) []byte {
	scratch = append(append(scratch[:0], key...), rest...)
	for i := range classes {
		scratch = append(scratch, classes[i][:]...)
	}
	to.Write(scratch)
	return scratch
}

// content computes the hash again from what is stored.
func (l *loader) content() ([]byte, error) {
	total := sha256.New()
	if err := l.contentOfResources(total); err != nil {
		return nil, err
	}
	err := l.each(scopes, func(it *item) error {
		total.Write(sealed(it.key, it.value))
		return nil
	})
	if err != nil {
		return nil, err
	}
	levels := sha256.New()
	err = l.each(instances, func(it *item) error {
		p := parser{rest: it.value}
		class, err := l.class(instanceClass, p.number())
		if err != nil {
			return err
		}
		levels.Write(sealed(it.key, p.rest, class.rest))
		return p.err
	})
	total.Write(levels.Sum(nil))
	return total.Sum(nil), err
}

func (l *loader) contentOfResources(total hash.Hash) error {
	sums := [3]map[uint32][32]byte{{}, {}, {}}
	var scratch []byte
	n, part := 0, sha256.New()
	err := l.each(resources, func(it *item) error {
		if n > 0 && n%span == 0 {
			total.Write(part.Sum(nil))
			part.Reset()
		}
		n++
		of, rest, err := parseNumbers(it.value)
		if err != nil {
			return err
		}
		var classes [3][32]byte
		for kind, number := range of {
			sum, ok := sums[kind][number]
			if !ok {
				class, err := l.class(byte(kind), number)
				if err != nil {
					return err
				}
				sum = sha256.Sum256(class.rest)
				sums[kind][number] = sum
			}
			classes[kind] = sum
		}
		scratch = contentRow(part, scratch, it.key, rest, &classes)
		return nil
	})
	total.Write(part.Sum(nil))
	return err
}

// isWhole reports whether a snapshot still concludes what it was saved with.
func (l *loader) isWhole() (bool, error) {
	var content []byte
	err := l.conn.query(func(r row) error {
		content = bytes.Clone(r.bytes(0))
		return nil
	}, "SELECT content FROM snapshot WHERE workspace = $1 AND number = $2", l.workspace, l.base.number)
	if err != nil {
		return false, err
	}
	found, err := l.content()
	return bytes.Equal(found, content), err
}

// resolve reads all classes, with the parts that they name.
func (l *loader) resolve() error {
	for key := range l.contents {
		number := numberOf([]byte(key))
		var err error
		switch key[0] {
		case answerClass:
			_, err = l.answer(number)
		case vectorClass:
			_, err = l.vector(number)
		case ownerClass:
			_, err = l.owner(number)
		case instanceClass:
			_, err = l.instanceVerdicts(number)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
