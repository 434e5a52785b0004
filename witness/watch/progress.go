package watch

import (
	"fmt"
	"io"
	"os"
	"time"
)

// A gauge shows on a terminal how far a long look has come.
type gauge struct {
	w     io.Writer
	last  time.Time
	shown bool
}

// newGauge gives nil where there is no terminal.
func newGauge(w io.Writer) *gauge {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &gauge{w: w, last: time.Now()}
}

// show is told how many entries were read, of how many. What takes less than a
// second shows nothing.
func (g *gauge) show(read, of uint64) {
	wait := time.Second
	if g.shown {
		wait /= 5
	}
	if now := time.Now(); now.Sub(g.last) >= wait {
		g.last, g.shown = now, true
		fmt.Fprintf(g.w, "\r%d of %d entries read", read, of)
	}
}

// clear takes the line away.
func (g *gauge) clear() {
	if g != nil && g.shown {
		fmt.Fprint(g.w, "\r\x1b[K")
		g.shown = false
	}
}
