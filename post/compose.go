package post

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wneessen/go-mail"

	"github.com/rogatory/rogatory/fault"
)

// Lengths in bytes.
const (
	longestName    = 200
	longestSubject = 500
	longestText    = 256 << 10
	longestTag     = 35 // a language tag, RFC 5646, section 4.4.1
	longestCase    = 100
)

// check refuses what could not be sent as it is. Nothing is mended: a letter
// that says something else than was written is worse than one not sent.
func (m *Message) check() error {
	if m.ID == "" || len(m.ID) > LongestID {
		return fault.Invalidf("id", "a message has an ID of 1 to %d bytes", LongestID)
	}
	if err := checkAddress("to", m.To); err != nil {
		return err
	}
	if m.Subject == "" || m.Text == "" {
		return fault.Invalidf("message", "has no subject, or says nothing")
	}
	if err := checkLine("subject", m.Subject, longestSubject); err != nil {
		return err
	}
	if len(m.Case) > longestCase {
		return fault.Invalidf("case", "is longer than a case reference")
	}
	if m.Language == "" || len(m.Language) > longestTag || !hostLetters(m.Language) {
		return fault.Invalidf("language", "%q is no language tag", m.Language)
	}
	if len(m.Text) > longestText {
		return fault.Invalidf("text", "is longer than %d KiB", longestText>>10)
	}
	if !utf8.ValidString(m.Text) || strings.ContainsFunc(m.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return fault.Invalidf("text", "has characters that are no text")
	}
	return nil
}

// checkLine accepts what may stand in a field of the header: above all no end of
// a line, after which it would be another field.
func checkLine(where, text string, most int) error {
	if len(text) > most {
		return fault.Invalidf(where, "is longer than %d bytes", most)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	}) {
		return fault.Invalidf(where, "has a line end or a character that is no text")
	}
	return nil
}

// compose writes a message out: RFC 5322, in ASCII whatever its script.
func (m *Mail) compose(message *Message) ([]byte, error) {
	if err := message.check(); err != nil {
		return nil, err
	}
	out := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP))
	out.FromMailAddress(&netmail.Address{Name: m.set.Name, Address: m.set.From})
	out.ToMailAddress(&netmail.Address{Address: message.To})
	// What looks like an encoded word would be shown as what it encodes.
	out.Subject(strings.ReplaceAll(message.Subject, "=?", "= ?"))
	out.SetDateWithValue(m.clock())
	domain := domainOf(m.set.From)
	out.SetMessageIDWithValue(name("message", message.ID, domain))
	if message.Case != "" {
		out.SetGenHeader(mail.HeaderReferences, "<"+name("case", message.Case, domain)+">")
	}
	out.SetGenHeader(mail.HeaderContentLang, message.Language)
	out.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no robot answers it
	out.SetBodyString(mail.TypeTextPlain, message.Text)
	var text bytes.Buffer
	if _, err := out.WriteTo(&text); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	return text.Bytes(), nil
}

// name gives an identifier in the sense of RFC 5322, section 3.6.4: the same for
// the same thing, and for nothing else.
func name(kind, id, domain string) string {
	sum := sha256.Sum256([]byte("rogatory." + kind + "/1\x00" + id))
	return hex.EncodeToString(sum[:24]) + "@" + domain
}
