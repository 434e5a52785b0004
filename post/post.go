// Package post carries what the office says out of the house: letters by mail,
// news by webhook; and it reads what mail systems say of letters that could not
// be delivered.
//
// What it promises: a letter goes to one recipient, as plain text, over an
// encrypted connection, and bears the same Message-ID however often it is sent,
// so that a second copy after a crash is known for one. A bounce is believed
// only if it comes to an address that this office made for that letter. A
// webhook reaches the public internet and nothing else, whatever its name
// resolves to at the moment it is dialled.
//
// What it refuses: to try again. Whoever calls keeps the letter and the clock;
// fault.Invalid says that trying again is of no use, any other error that it is.
package post

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
)

// A Message is a letter to one person or office.
type Message struct {
	ID       string // stable and of this letter alone, at most LongestID bytes
	To       string // an address without a name
	Subject  string
	Text     string // plain, lines ended by \n
	Language string // of Subject and Text, BCP 47
	Case     string // letters of one case stand together at the recipient; may be empty
}

// withheld is embedded where secrets are held: no verb and no log prints them.
type withheld struct{}

func (withheld) LogValue() slog.Value          { return slog.StringValue("[withheld]") }
func (withheld) Format(f fmt.State, verb rune) { _, _ = io.WriteString(f, "[withheld]") }

// said makes what another system said fit for a log and a page: one line, of
// bounded length, without characters that are not seen or that turn the line
// round, and without mail addresses, which may be somebody's account.
func said(text string, most int) string {
	text = strings.ToValidUTF8(text, "�")
	if len(text) > 8*most {
		text = strings.ToValidUTF8(text[:8*most], "")
	}
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	words := strings.Fields(visible)
	for i, w := range words {
		if strings.ContainsAny(w, "@＠") {
			words[i] = "[address]"
		}
	}
	line := []rune(strings.Join(words, " "))
	if len(line) > most {
		line = append(line[:most-1], '…')
	}
	return string(line)
}
