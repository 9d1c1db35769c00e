package pgtest

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
)

// Proxy is a way to a server that can be cut.
type Proxy struct {
	listener net.Listener
	to       string

	mu    sync.Mutex
	open  chan struct{} // closed while bytes pass
	conns map[net.Conn]bool
	group sync.WaitGroup
	lost  []byte // see LoseAnswers
	every int
	seen  int
}

// NewProxy opens a way to the server of a URL. It must be closed.
func NewProxy(ctx context.Context, to string) (*Proxy, error) {
	u, err := url.Parse(to)
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, to: u.Host, open: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(p.open)
	p.group.Go(p.accept)
	return p, nil
}

// URL is the address of a database by way of the proxy.
func (p *Proxy) URL(of string) string {
	u, err := url.Parse(of)
	if err != nil {
		return of
	}
	u.Host = p.listener.Addr().String()
	return u.String()
}

// Cut lets nothing pass any more, and tells nobody: bytes are held back, and who
// connects hears nothing.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open:
		p.open = make(chan struct{})
	default: // it is cut
	}
}

// Mend lets bytes pass again. Connections of before are gone, as when a firewall
// has forgotten them.
func (p *Proxy) Mend() {
	p.Break()
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open: // it was not cut
	default:
		close(p.open)
	}
}

// Break ends all connections.
func (p *Proxy) Break() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close() // it may be gone
	}
	clear(p.conns)
}

// LoseAnswers breaks a connection when the server has answered every n-th
// message that holds a text, and keeps the answer back; 0 for none. So the server
// has done what was asked for, and nobody knows.
func (p *Proxy) LoseAnswers(text string, every int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost, p.every, p.seen = []byte(text), every, 0
}

// loses reports whether the answer to a message is to be lost.
func (p *Proxy) loses(message []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.every == 0 || !bytes.Contains(message, p.lost) {
		return false
	}
	p.seen++
	return p.seen%p.every == 0
}

// Close ends the proxy with all connections.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.Mend()
	p.group.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return // it is closed
		}
		p.keep(c)
		p.group.Go(func() { p.serve(c) })
	}
}

func (p *Proxy) keep(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = true
}

// serve connects to the server, when the way is open, and carries bytes.
func (p *Proxy) serve(c net.Conn) {
	defer c.Close()
	p.pass()
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	p.keep(server)
	var both sync.WaitGroup
	var silenced atomic.Bool // the next answer is lost
	both.Go(func() {
		p.carry(server, c, func(message []byte) bool {
			if p.loses(message) {
				silenced.Store(true)
			}
			return true
		})
	})
	both.Go(func() { p.carry(c, server, func([]byte) bool { return !silenced.Load() }) })
	both.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
	delete(p.conns, server)
}

// pass waits until bytes pass.
func (p *Proxy) pass() {
	p.mu.Lock()
	open := p.open
	p.mu.Unlock()
	<-open
}

// carry carries bytes one way until one end is gone, or some may not pass.
func (p *Proxy) carry(to, from net.Conn, may func(message []byte) bool) {
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		p.pass()
		if n > 0 && !may(buffer[:n]) {
			_ = from.Close()
			return
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				_ = from.Close()
			}
			return
		}
	}
}
