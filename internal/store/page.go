package store

import (
	"bytes"
	"context"
	"fmt"

	"github.com/demarc-dev/demarc"
)

// Wanted says which resources of a snapshot are wanted. Zero members want
// everything.
type Wanted struct {
	After string // those behind this id, in any case
	Most  int    // at most so many, 0 for all
	Model demarc.ServiceModel
	Type  string // in any case
}

// Page reads some resources of a snapshot, in order of id, as an assessment of
// these alone.
func (db *DB) Page(ctx context.Context, workspace string, number int64, want Wanted) (*demarc.Assessment, error) {
	var a *demarc.Assessment
	err := db.engine.read(ctx, func(c conn) error {
		l, err := newSingleLoader(c, workspace, number)
		if err != nil {
			return err
		}
		a = l.assessment
		if err := l.readScopes(); err != nil {
			return err
		}
		m, err := openMergedFrom(c, l.base.layers, resources, []byte(demarc.Fold(want.After)))
		if err != nil {
			return err
		}
		for it := range m.each() {
			if bytes.Compare(it.key, []byte(demarc.Fold(want.After))) <= 0 {
				continue
			}
			ok, err := l.wanted(it, &want)
			if err == nil && ok {
				err = l.resource(it)
			}
			if err != nil {
				return err
			}
			if want.Most > 0 && len(a.Resources) == want.Most {
				return nil
			}
		}
		return m.err
	})
	if err != nil {
		return nil, fmt.Errorf("read resources of snapshot %d: %w", number, err)
	}
	return a, nil
}

// wanted looks at what a resource shares with others first, which is quick.
func (l *loader) wanted(it *item, want *Wanted) (bool, error) {
	if want.Model != demarc.UnknownModel {
		of, _, err := parseNumbers(it.value)
		if err != nil {
			return false, err
		}
		a, err := l.answer(of[answerClass])
		if err != nil || a.Model != want.Model {
			return false, err
		}
	}
	if want.Type == "" {
		return true, nil
	}
	s, err := parseResource(it)
	return err == nil && demarc.EqualFold(s.Type, want.Type), err
}
