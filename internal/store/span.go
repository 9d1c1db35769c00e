package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
)

// span is how many resources are written by one goroutine in one go.
const span = 1 << 14

// written is a span that was written: its chunks, and a hash of what it says.
type written struct {
	chunks []chunk
	sum    [32]byte
}

// writeResources writes the resources that changed, or all.
func (w *writing) writeResources(b *before) {
	n := len(w.Assessment.Resources)
	spans := max((n+span-1)/span, 1)
	results := make([]chan written, spans)
	for i := range results {
		results[i] = make(chan written, 1)
	}
	var group sync.WaitGroup
	next := make(chan int, spans)
	for i := range spans {
		next <- i
	}
	close(next)
	ahead := make(chan struct{}, 2*runtime.GOMAXPROCS(0)) // spans that wait to be staged
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				ahead <- struct{}{}
				results[i] <- w.writeSpan(b, i*span, min((i+1)*span, n), i == spans-1)
			}
		})
	}
	for i := range results {
		done := <-results[i]
		<-ahead
		w.content.Write(done.sum[:])
		for _, c := range done.chunks {
			w.queue <- c
		}
	}
	group.Wait()
}

// writeSpan writes the resources of a span that changed, among those that went.
func (w *writing) writeSpan(b *before, from, to int, last bool) written {
	out, chunks, rows := written{}, &chunkWriter{family: resources}, &rowWriter{}
	sum := sha256.New()
	add := func(it *item) {
		if chunks.add(it); chunks.full() {
			out.chunks = append(out.chunks, chunks.seal())
		}
	}
	var gone []goneRow
	if b != nil {
		first, _ := slices.BinarySearchFunc(b.gone, from, func(g goneRow, at int) int { return g.at - at })
		gone = b.gone[first:]
	}
	bury := func(until int, all bool) {
		for len(gone) > 0 && (gone[0].at <= until || all) {
			add(&item{key: gone[0].key, gone: true})
			gone = gone[1:]
		}
	}
	var scratch []byte
	for i := from; i < to; i++ {
		bury(i, false)
		rows.write(w.Assessment.Resources[i], w.tables[workloads].contents[w.shares[i][workloads]])
		of := w.numbersOf(i)
		var sums [3][32]byte
		for t := range sums {
			sums[t] = w.sums[t][w.shares[i][t]]
		}
		scratch = contentRow(sum, scratch, rows.key, rows.rest, &sums)
		if b != nil && b.of[i].known && b.of[i].numbers == of && b.of[i].rest == hashOf(rows.rest) {
			continue
		}
		add(rows.item(of))
	}
	if last {
		bury(to, true)
	}
	if chunks.rows > 0 {
		out.chunks = append(out.chunks, chunks.seal())
	}
	sum.Sum(out.sum[:0])
	return out
}

// patch stages the rows that differ from those of the newest snapshot. Both are
// in order of key.
func (w *writing) patch(of family, rows iter.Seq[*item]) error {
	chunks := &chunkWriter{family: of}
	add := func(it *item) {
		if chunks.add(it); chunks.full() {
			w.queue <- chunks.seal()
		}
	}
	next, stop := iter.Pull(rows)
	defer stop()
	row, more := next()
	err := w.parentRows(of, func(was *item) {
		for ; more && bytes.Compare(row.key, was.key) < 0; row, more = next() {
			add(row)
		}
		if !more || !bytes.Equal(row.key, was.key) {
			add(&item{key: was.key, gone: true})
			return
		}
		if !bytes.Equal(row.value, was.value) {
			add(row)
		}
		row, more = next()
	})
	for ; more; row, more = next() {
		add(row)
	}
	if chunks.rows > 0 {
		w.queue <- chunks.seal()
	}
	return err
}

// parentRows visits the rows of the snapshot that this one is written against,
// in order of key and each once, in the layers that it has now: they may have
// been made fewer since.
func (w *writing) parentRows(of family, visit func(*item)) error {
	if w.parent == nil {
		return nil
	}
	var last []byte // key of the row that was visited, nil for none
	return w.db.engine.read(w.ctx, func(c conn) error {
		layers, err := w.parentLayers(c)
		if err != nil {
			return err
		}
		m, err := openMergedFrom(c, layers, of, last)
		if err != nil {
			return err
		}
		for it := range m.each() {
			if last != nil && bytes.Equal(it.key, last) {
				continue // visited by a call before
			}
			visit(it)
			last = append(last[:0:cap(last)], it.key...)
		}
		return m.err
	})
}

func (w *writing) parentLayers(c conn) (chain, error) {
	layers, err := layersOf(c, w.workspace, w.parent.number)
	if err == nil && len(layers) == 0 {
		err = fmt.Errorf("snapshot %d, which this one builds on, was dropped meanwhile: save again", w.parent.number)
	}
	return layers, err
}
