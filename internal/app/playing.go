package app

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/recorded"
)

// batchSize is how many bytes of records are handed over at once.
const batchSize = 256 << 10

// batch is records in a row.
type batch struct {
	bytes []byte
	parts []part
}

// part is one record of a batch: where its two halves end.
type part struct {
	kind          recorded.Kind
	record, aside int
}

// playing plays records by all cores: one goroutine visits them, others play
// what it hands over. Few records are played by the one alone.
type playing struct {
	player  *recorded.Player
	sink    source.Sink
	at      *batch
	full    chan *batch
	empty   chan *batch
	group   sync.WaitGroup
	workers int
	mu      sync.Mutex
	err     error // the first one
}

// playAll plays records into a sink.
func playAll(ctx context.Context, of Records, player *recorded.Player, sink source.Sink) error {
	n := runtime.GOMAXPROCS(0)
	p := &playing{player: player, sink: sink, at: &batch{}, full: make(chan *batch, n), empty: make(chan *batch, 2*n+1)}
	err := of.Each(ctx, p.take)
	close(p.full)
	if err == nil {
		p.fail(p.at.play(player, sink))
	}
	p.group.Wait()
	if failed := p.failed(); err == nil || failed != nil && !errors.Is(err, ctx.Err()) {
		return failed
	}
	return err
}

// take puts a record into the batch at hand.
func (p *playing) take(kind recorded.Kind, record, aside []byte) error {
	p.at.add(kind, record, aside)
	if len(p.at.bytes) < batchSize {
		return nil
	}
	return p.hand()
}

// hand gives a full batch to the workers, of which there is one more as long
// as there are cores.
func (p *playing) hand() error {
	if p.workers < cap(p.full) {
		p.workers++
		player, sink := p.player.Fork(), p.sink.Fork()
		p.group.Go(func() { p.work(player, sink) })
	}
	p.full <- p.at
	select {
	case p.at = <-p.empty:
	default:
		p.at = &batch{}
	}
	return p.failed()
}

// work plays batches until there are no more. Those behind an error are passed
// over.
func (p *playing) work(player *recorded.Player, sink source.Sink) {
	for b := range p.full {
		if p.failed() == nil {
			p.fail(b.play(player, sink))
		}
		b.bytes, b.parts = b.bytes[:0], b.parts[:0]
		p.empty <- b
	}
}

func (p *playing) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = err
	}
}

func (p *playing) failed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

func (b *batch) add(kind recorded.Kind, record, aside []byte) {
	b.bytes = append(b.bytes, record...)
	end := len(b.bytes)
	b.bytes = append(b.bytes, aside...)
	b.parts = append(b.parts, part{kind, end, len(b.bytes)})
}

// play plays all records of a batch.
func (b *batch) play(player *recorded.Player, sink source.Sink) error {
	from := 0
	for _, p := range b.parts {
		if err := player.Play(p.kind, b.bytes[from:p.record], b.bytes[p.record:p.aside], sink); err != nil {
			return err
		}
		from = p.aside
	}
	return nil
}
