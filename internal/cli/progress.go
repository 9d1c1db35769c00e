package cli

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progress draws one line that says how far reading has come. It appears only
// on a terminal and only when the work lasts over a second.
type progress struct {
	w       io.Writer
	width   int
	started time.Time
	drawn   time.Time
	shown   bool
}

// newProgress returns nil where there is no terminal; a nil progress draws
// nothing.
func (s *session) newProgress() *progress {
	width := s.stderrWidth()
	if width < 20 {
		return nil
	}
	return &progress{w: s.stderr, width: width, started: time.Now()}
}

// report takes how many bytes of how many were read; total 0 is unknown.
func (p *progress) report(done, total int64) {
	now := time.Now()
	if p == nil || now.Sub(p.started) < time.Second || now.Sub(p.drawn) < 100*time.Millisecond {
		return
	}
	p.drawn, p.shown = now, true
	fmt.Fprint(p.w, "\r"+progressLine(done, total, p.width))
}

// done takes the line away.
func (p *progress) done() {
	if p != nil && p.shown {
		fmt.Fprint(p.w, "\r"+strings.Repeat(" ", p.width-1)+"\r")
	}
}

func progressLine(done, total int64, width int) string {
	amount := fmt.Sprintf(" %d MB", done>>20)
	if total <= 0 {
		return "reading" + amount
	}
	done = min(done, total)
	amount += fmt.Sprintf(" of %d MB", total>>20)
	room := min(max(width-len("reading []")-len(amount)-1, 5), 40)
	full := int(int64(room) * done / total)
	return "reading [" + strings.Repeat("=", full) + strings.Repeat(" ", room-full) + "]" + amount
}
