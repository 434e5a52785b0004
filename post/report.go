package post

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

const (
	longestFields = 32 << 10 // bytes of a header
	longestStatus = 64 << 10 // bytes of the part that machines read
	mostParts     = 8        // a report has three
	mostGroups    = 32       // recipients of a report; a letter of ours has one
	longestReason = 300      // characters
)

// A report is what a mail system says became of a letter: RFC 3464.
type report struct {
	Failed bool   // for good; otherwise it is delayed, passed on or delivered
	Reason string // fit to be shown; empty unless it failed
}

// readReport reads a delivery status notification. Mail that is none, as an
// answer of somebody's holiday, gives false.
func readReport(text []byte) (report, bool) {
	mail, err := message.ReadWithOptions(bytes.NewReader(text), &message.ReadOptions{MaxHeaderBytes: longestFields})
	if mail == nil || err != nil && !foreign(err) {
		return report{}, false
	}
	if kind, _, err := mail.Header.ContentType(); err != nil || kind != "multipart/report" {
		return report{}, false
	}
	parts := mail.MultipartReader()
	if parts == nil {
		return report{}, false
	}
	for range mostParts {
		part, err := parts.NextPart()
		if part == nil || err != nil && !foreign(err) {
			return report{}, false
		}
		kind, _, _ := part.Header.ContentType()
		if kind != "message/delivery-status" && kind != "message/global-delivery-status" { // RFC 6533
			continue
		}
		status, err := io.ReadAll(io.LimitReader(part.Body, longestStatus))
		if err != nil && len(status) == 0 {
			return report{}, false
		}
		return readStatus(status)
	}
	return report{}, false
}

// foreign reports whether a mail can be read but for the script of some text in
// it, which is not what is looked for.
func foreign(err error) bool {
	return message.IsUnknownCharset(err) || message.IsUnknownEncoding(err)
}

// readStatus reads the part that machines read: groups of fields with empty
// lines between them, the first about the report and the others about one
// recipient each.
func readStatus(text []byte) (report, bool) {
	known := false
	groups := emptyLines.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), mostGroups+1)
	for _, group := range groups[:min(len(groups), mostGroups)] {
		fields, err := textproto.ReadHeader(bufio.NewReader(strings.NewReader(strings.Trim(group, "\n") + "\n\n")))
		if err != nil {
			continue
		}
		action := strings.ToLower(strings.TrimSpace(comments.ReplaceAllString(fields.Get("Action"), "")))
		switch action {
		case "failed":
			return report{Failed: true, Reason: reason(&fields)}, true
		case "delayed", "delivered", "relayed", "expanded":
			known = true
		}
	}
	return report{}, known
}

var (
	emptyLines = regexp.MustCompile(`\n[ \t]*\n\s*`)
	comments   = regexp.MustCompile(`\([^()]*\)`)
	statusCode = regexp.MustCompile(`\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b`) // RFC 3463
)

// reason says why a letter could not be delivered: the status, and what the
// system said that refused it.
func reason(fields *textproto.Header) string {
	code := statusCode.FindString(fields.Get("Status"))
	if code == "" {
		code = "no status"
	}
	diagnosis := fields.Get("Diagnostic-Code")
	if _, words, ok := strings.Cut(diagnosis, ";"); ok { // the kind of code, as smtp
		diagnosis = words
	}
	if diagnosis = said(diagnosis, longestReason); diagnosis == "" {
		diagnosis = "the mail system gives no reason"
	}
	return said(code+": "+diagnosis, longestReason)
}
