package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// A terminal writes for people: wrapped to the width, coloured if the stream is
// a terminal that wants colour, plain in a pipe. Words out of a request are
// never written raw: control and bidi characters are shown, not obeyed.
type terminal struct {
	w      io.Writer
	colour bool
	live   bool // a person watches: show progress
	width  int
	err    io.Writer
}

func newTerminal(out, errs io.Writer) *terminal {
	t := &terminal{w: out, err: errs, width: 80}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		t.colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w >= 40 {
			t.width = min(w, 110)
		}
	}
	if f, ok := errs.(*os.File); ok {
		t.live = term.IsTerminal(int(f.Fd()))
	}
	return t
}

// The colours carry no meaning that a word beside them does not.
const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	reset  = "\x1b[0m"
)

func (t *terminal) paint(style, s string) string {
	if !t.colour || style == "" {
		return s
	}
	return style + s + reset
}

func (t *terminal) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

func (t *terminal) heading(s string) { t.line("\n%s", t.paint(bold, s)) }

// para writes text wrapped, its first line after first and the others indented
// as deep.
func (t *terminal) para(first, text string) { t.painted("", first, text) }

func (t *terminal) painted(style, first, text string) {
	indent := strings.Repeat(" ", runewidth.StringWidth(plain(first)))
	for i, l := range wrap(visible(text), t.width-len(indent)) {
		if i > 0 {
			first = indent
		}
		t.line("%s%s", first, t.paint(style, l))
	}
}

// items writes a list, broken between its members only.
func (t *terminal) items(first string, list []string) {
	indent, line := strings.Repeat(" ", runewidth.StringWidth(plain(first))), first
	for i, item := range list {
		item = visible(item)
		if i < len(list)-1 {
			item += ","
		}
		switch {
		case line == first || line == indent:
			line += item
		case runewidth.StringWidth(plain(line))+1+runewidth.StringWidth(item) > t.width:
			t.line("%s", line)
			line = indent + item
		default:
			line += " " + item
		}
	}
	t.line("%s", line)
}

// plain takes the colours out, to know the width.
func plain(s string) string {
	for _, code := range []string{bold, dim, red, green, yellow, reset} {
		s = strings.ReplaceAll(s, code, "")
	}
	return s
}

// wrap breaks text at spaces; a text without spaces, such as Chinese, is broken
// where the width is reached.
func wrap(text string, width int) []string {
	width = max(width, 20)
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		if used > 0 && runewidth.StringWidth(word) > width {
			lines, line, used = append(lines, line), "", 0
		}
		for runewidth.StringWidth(word) > width {
			head := runewidth.Truncate(word, width-used, "")
			if head == "" {
				lines, line, used = append(lines, line), "", 0
				continue
			}
			lines, line, used = append(lines, line+head), "", 0
			word = strings.TrimPrefix(word, head)
		}
		n := runewidth.StringWidth(word)
		if used > 0 && used+1+n > width {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// visible replaces characters that would move the cursor, hide text or turn its
// direction by a picture of their code.
func visible(s string) string {
	hidden := func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Cf, r)
	}
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "<U+%04X>", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
