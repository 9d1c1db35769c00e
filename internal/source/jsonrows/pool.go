package jsonrows

import (
	"sync"

	"github.com/demarc-dev/demarc/internal/source"
)

// batch is a buffer with the rows found in it.
type batch struct {
	buf  []byte
	rows []Row
}

// pool decodes batches: those of a small file at once, those of a large one in
// other goroutines while the splitter goes on.
type pool struct {
	sink       source.Sink
	newDecoder func(source.Sink) Decoder
	own        Decoder // for what needs no other goroutine
	most       int     // goroutines

	work  chan *batch
	free  chan *batch
	group sync.WaitGroup
}

// decode takes a full batch and returns an empty one; last says that no other
// will follow.
func (p *pool) decode(b *batch, last bool) *batch {
	if p.most < 2 || (last && p.work == nil) {
		p.run(p.own, b)
		return b
	}
	if p.work == nil {
		p.start()
	}
	p.work <- b
	return <-p.free
}

func (p *pool) start() {
	p.work = make(chan *batch)
	p.free = make(chan *batch, 2*p.most+1)
	for range p.most {
		decoder := p.newDecoder(p.sink.Fork())
		p.group.Go(func() {
			for b := range p.work {
				p.run(decoder, b)
				p.free <- b
			}
		})
		p.free <- &batch{}
	}
}

func (p *pool) run(d Decoder, b *batch) {
	for _, row := range b.rows {
		d.Decode(row)
	}
	clear(b.rows)
	b.rows = b.rows[:0]
}

// finish waits until all rows are decoded.
func (p *pool) finish() {
	if p.work != nil {
		close(p.work)
		p.group.Wait()
	}
}
