// Package words says in plain words what a proof file proves, what it does not
// prove, and what a person can do who was given it, in six languages.
//
// It promises never to say more than was proved: a time is said as the two bounds
// that witnesses give, or not at all; without witnesses it says that only the
// office vouches, and of the keys of a demonstration that they prove nothing.
//
// It refuses nothing: what cannot be verified is said to be worth nothing, with the
// reason.
package words

import (
	"bytes"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger/monitor"
	"github.com/rogatory/rogatory/proof/entry"
)

// A Text is what is said to the person.
type Text struct {
	Language string    `json:"language"`
	Holds    bool      `json:"holds"` // every proof in the file does
	Standing Standing  `json:"standing"`
	Title    string    `json:"title"`
	Lead     []string  `json:"lead"`
	Sections []Section `json:"sections"`
}

// A Section is a part under a heading.
type Section struct {
	Name   string  `json:"name"` // the same in every language
	Title  string  `json:"title"`
	Blocks []Block `json:"blocks"`
}

// A Block is a paragraph, or a thing with what is known of it.
type Block struct {
	Title string   `json:"title,omitempty"`
	Text  []string `json:"text,omitempty"`
	Facts []Fact   `json:"facts,omitempty"`
	After []string `json:"after,omitempty"` // behind the facts
}

// A Fact is a value behind a label.
type Fact struct {
	Label  string `json:"label"`
	Value  string `json:"value"`
	Quoted bool   `json:"quoted,omitempty"` // not our words: it may be any text
}

// A Standing says how much the whole is worth.
type Standing string

// The standings. The first four are of files that hold.
const (
	Witnessed     Standing = "witnessed"     // enough witnesses confirm the checkpoint
	Few           Standing = "few"           // too few do
	Office        Standing = "office"        // nobody said which witnesses count
	Demonstration Standing = "demonstration" // the keys prove nothing
	Unread        Standing = "unread"        // it cannot be read as a proof file
	Untrue        Standing = "untrue"        // something in it does not hold
	OtherLog      Standing = "log"           // the key is that of another log
	NoKey         Standing = "key"           // the key cannot be read
	NoPolicy      Standing = "policy"        // the witness policy cannot be read
	TooLong       Standing = "long"          // longer than any proof file
)

// Check verifies a proof file. The finding is nil if it does not hold: then the
// error says where and why.
func Check(file []byte, trust monitor.Trust) (*entry.Finding, Standing, error) {
	if len(file) > entry.MaxFile {
		return nil, TooLong, fault.Invalidf("proof", "the file is longer than %d bytes", entry.MaxFile)
	}
	f, err := entry.Parse(file)
	if err != nil {
		return nil, Unread, err
	}
	if f.Origin != trust.Origin() {
		_, err = entry.Verify(f, trust)
		return nil, OtherLog, err
	}
	found, err := entry.Verify(f, trust)
	if err != nil {
		return nil, Untrue, err
	}
	return found, standing(found), nil
}

// Refusal says that nothing is proved, and why.
func Refusal(s Standing, why error, language string) *Text {
	t := speak(language)
	text := &Text{Language: t.name, Standing: s, Title: t.say("refusal", string(s)+".title"), Lead: []string{t.say("refusal", string(s))}}
	text.Sections = []Section{
		{Name: "why", Title: t.say("refusal", "detail"), Blocks: []Block{{Text: []string{shown(why.Error())}}}},
		{Name: "next", Title: t.say("section", "next"), Blocks: []Block{{Text: []string{t.say("refusal", "next."+string(s))}}}},
	}
	return text
}

// shown makes a text one that can be shown: a reason can quote a file that is none.
func shown(s string) string {
	if !utf8.ValidString(s) {
		s = string(bytes.ToValidUTF8([]byte(s), []byte("�")))
	}
	return s
}
