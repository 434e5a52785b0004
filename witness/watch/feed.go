package watch

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The names in a folder of feeds. All of it is made to be put on a web server.
const (
	atomFile    = "feed.atom"
	jsonFile    = "feed.json"
	alarmFolder = "alarms"
	feedItems   = 200 // the newest; the files of older alarms stay
)

// A history is what feeds tell: a log, since when it is watched, and every alarm
// that was found.
type history struct {
	origin string
	since  time.Time
	alarms []Record
}

// items are the alarms of a feed, the newest first.
func (h *history) items() []Record {
	list := slices.Clone(h.alarms)
	slices.SortStableFunc(list, func(a, b Record) int { return b.changed().Compare(a.changed()) })
	return list[:min(len(list), feedItems)]
}

// changed is when there was news of an alarm.
func (r *Record) changed() time.Time {
	if r.standing() {
		return r.Found
	}
	return r.Until
}

// updated is when there was news at all.
func (h *history) updated() time.Time {
	last := h.since
	for _, r := range h.alarms {
		if r.changed().After(last) {
			last = r.changed()
		}
	}
	return last.UTC()
}

func (h *history) title() string { return plain("What is wrong with the public log " + h.origin) }

func (r *Record) headline() string {
	if r.standing() {
		return title(r.Kind)
	}
	return "No longer so: " + title(r.Kind)
}

// content says all there is to say of an alarm.
func (r *Record) content() string {
	s := strings.TrimSuffix(r.Text, ".") + ". Entry " + fmt.Sprint(r.Index) + " of the log"
	if !r.At.IsZero() {
		s += ", published " + minute(r.At)
	}
	s += ". Found " + minute(r.Found)
	if !r.standing() {
		s += ", no longer so " + minute(r.Until)
	}
	return plain(s + ". What proves it: " + r.file())
}

func (r *Record) file() string { return alarmFolder + "/" + r.ID + ".json" }

// urn names a thing for good, wherever the feed is served.
func urn(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d %s\n", len(p), p)
	}
	b := h.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // RFC 9562, version 8
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Link    []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Category  atomTerm   `xml:"category"`
	Link      []atomLink `xml:"link"`
	Content   atomText   `xml:"content"`
}

type atomTerm struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

// atom is the feed as RFC 4287 has it.
func (h *history) atom() ([]byte, error) {
	f := atomFeed{
		ID: urn("feed", h.origin), Title: h.title(), Updated: h.updated().Format(time.RFC3339), Author: "rogatory-witness",
		Link: []atomLink{{"self", "application/atom+xml", atomFile}, {"alternate", "application/feed+json", jsonFile}},
	}
	for _, r := range h.items() {
		f.Entries = append(f.Entries, atomEntry{
			ID: urn("alarm", h.origin, r.ID), Title: r.headline(), Published: r.Found.UTC().Format(time.RFC3339), Updated: r.changed().UTC().Format(time.RFC3339),
			Category: atomTerm{string(r.Kind)}, Link: []atomLink{{"alternate", "application/json", r.file()}}, Content: atomText{"text", r.content()},
		})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(f); err != nil {
		return nil, fmt.Errorf("write the Atom feed: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

type jsonFeed struct {
	Version string     `json:"version"`
	Title   string     `json:"title"`
	Authors []jsonName `json:"authors"`
	Items   []jsonItem `json:"items"`
}

type jsonName struct {
	Name string `json:"name"`
}

type jsonItem struct {
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	Title     string   `json:"title"`
	Content   string   `json:"content_text"`
	Published string   `json:"date_published"`
	Modified  string   `json:"date_modified"`
	Tags      []string `json:"tags"`
}

// json is the feed as JSON Feed 1.1 has it.
func (h *history) json() ([]byte, error) {
	f := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: h.title(), Authors: []jsonName{{"rogatory-witness"}}, Items: []jsonItem{}}
	for _, r := range h.items() {
		f.Items = append(f.Items, jsonItem{
			ID: urn("alarm", h.origin, r.ID), URL: r.file(), Title: r.headline(), Content: r.content(),
			Published: r.Found.UTC().Format(time.RFC3339), Modified: r.changed().UTC().Format(time.RFC3339), Tags: []string{string(r.Kind)},
		})
	}
	b, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the JSON feed: %w", err)
	}
	return append(b, '\n'), nil
}
