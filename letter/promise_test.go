package letter

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// lead is what a letter says before it names the case.
func lead(t *testing.T, l *Letter) string {
	t.Helper()
	_, body := written(t, l)
	head, _, _ := strings.Cut(body, "\n\n  ")
	return solid(head)
}

// A promise has a date where one is kept, and none where none is: data that can
// leave at any moment, and those that have left, are not said to stay.
func TestANoticeNamesATimeOnlyWhereItHolds(t *testing.T) {
	for _, language := range Languages() {
		tongue, err := speak(language)
		if err != nil {
			t.Fatal(err)
		}
		for stage, needs := range fates {
			for _, why := range append([]string{""}, lateness...) {
				l := full(t, Notice, language, stage)
				l.Why = why
				head := lead(t, l)
				due, at := strings.Contains(head, solid(tongue.end(l.Due))), strings.Contains(head, solid(tongue.moment(l.At)))
				leaves := (why == "emergency" || why == "compelled") && needs == "Due"
				if due != (needs == "Due" && !leaves) || at != (needs == "At") {
					t.Errorf("%s %s, told only now because of %q: before when nothing is given is said: %t, when it was given: %t\n%s", language, stage, why, due, at, head)
				}
			}
		}
	}
}

// Every fate is told in words of its own, and every reason for telling only now.
func TestEveryFateAndEveryReasonIsToldApart(t *testing.T) {
	for _, language := range Languages() {
		seen := map[string]string{}
		once := func(what, text string) {
			if other, ok := seen[text]; ok {
				t.Errorf("%s: %s and %s are told alike:\n%s", language, what, other, text)
			}
			seen[text] = what
		}
		kept := func(stage string) *Letter {
			l := full(t, Notice, language, stage)
			l.Items = []string{"content/preserve"}
			return l
		}
		urgent := full(t, Notice, language, "granted")
		urgent.Why = "emergency"
		for what, l := range map[string]*Letter{
			"given": full(t, Notice, language, "disclosed"), "coming": full(t, Notice, language, "sealed"), "open": full(t, Notice, language, "screened"),
			"ordered": full(t, Notice, language, "compelled"), "urgent": urgent, "kept": kept("forwarded"), "ended": full(t, Notice, language, "denied"),
		} {
			if got := l.fate(); got != what {
				t.Errorf("%s is taken for %s", what, got)
			}
			once(what, lead(t, l))
		}
		for _, why := range append([]string{""}, lateness...) {
			l := full(t, Notice, language, "disclosed")
			l.Why = why
			if why != "secrecy" {
				l.Until = time.Time{}
			}
			_, body := written(t, l)
			once("told only now: "+why, body)
		}
		if got, want := lead(t, kept("granted")), lead(t, kept("screened")); got != want {
			t.Errorf("%s: what is only kept is told as if it were given", language)
		}
		for _, stage := range []string{"disclosed", "withdrawn"} {
			if got := kept(stage).fate(); got == "kept" {
				t.Errorf("what is %s is taken for kept", stage)
			}
		}
	}
}

// Whoever looks over a shoulder, or at a list of messages, learns nothing: what
// happened stands behind a first paragraph that is the same in every notice.
func TestANoticeIsDiscreet(t *testing.T) {
	for _, language := range Languages() {
		var subjects, firsts []string
		for stage := range fates {
			subject, body := written(t, full(t, Notice, language, stage))
			first, _, _ := strings.Cut(body, "\n\n")
			subjects, firsts = append(subjects, subject), append(firsts, first)
		}
		slices.Sort(subjects)
		slices.Sort(firsts)
		if s, f := slices.Compact(subjects), slices.Compact(firsts); len(s) != 1 || len(f) != 1 {
			t.Errorf("%s: a notice shows what it is about: %q %q", language, s, f)
		}
	}
}

// What is given as reasons is never all there may be: the sentence that says so
// stands in every refusal, whether reasons are given or not. A refusal without
// reasons says why in general, and does not point to reasons that are not there.
func TestARefusalNeverSaysThatItsReasonsAreAll(t *testing.T) {
	general := map[string]string{"en": "because essential interests or fundamental rights"}
	constant := map[string]string{
		"ar": "ونحن لا نؤكد ذلك ولا ننفيه", "en": "we neither confirm nor deny them", "es": "ni lo confirmamos ni lo negamos",
		"fr": "nous ne le confirmons ni ne le démentons", "ru": "не подтверждаем и не отрицаем", "zh": "既不证实，也不否认",
	}
	for _, language := range Languages() {
		for _, kind := range []Kind{Refused, Objected, Denied} {
			for _, l := range []*Letter{full(t, kind, language, ""), minimal(t, kind, language, "")} {
				_, body := written(t, l)
				if strings.Count(solid(body), solid(constant[language])) != 1 {
					t.Errorf("%s %s does not say once that there may be others:\n%s", language, kind, body)
				}
				if g := general[language]; g != "" && strings.Contains(solid(body), solid(g)) != (l.Told == "" && l.Grounds == nil) {
					t.Errorf("%s says why in general where it says why, or says nothing:\n%s", kind, body)
				}
				if l.Told == "" && l.Grounds == nil && strings.Contains(body, "below") {
					t.Errorf("%s points to reasons that are not there:\n%s", kind, body)
				}
			}
		}
	}
}

// Who writes about an enrolment, or in whose name a request came, or to a court,
// could be anybody: the reader calls a number it already knows.
func TestSomeLettersPrintNoNumber(t *testing.T) {
	for _, language := range Languages() {
		for _, kind := range []Kind{Named, Enrolment, Enrolled, Suspended, GrantedEcho} {
			l := full(t, kind, language, "")
			l.Reply = "+49 30 5550 0100"
			_, body := written(t, l)
			if strings.Contains(body, "5550") || strings.Contains(body, "://") || !strings.Contains(solid(body), solid(l.Office)) {
				t.Errorf("%s %s has a number or a link, or does not name the office:\n%s", language, kind, body)
			}
		}
	}
}

// Whoever issued an order of the European Union tells the person itself.
func TestAnAuthorityIsToldThatThePersonIs(t *testing.T) {
	for instrument, want := range map[string]bool{"budapest": true, "": true, "eu-eevidence": false} {
		l := full(t, Accepted, "en", "")
		l.Instrument = instrument
		if _, body := written(t, l); strings.Contains(body, "we tell the person concerned") != want {
			t.Errorf("%q: whether the person is told ahead is said: %t", instrument, !want)
		}
	}
}

// Who is told hears of the proof file, where there is a log that it proves.
func TestANoticeSaysThatThereIsAProof(t *testing.T) {
	for _, language := range Languages() {
		l := full(t, Notice, language, "disclosed")
		_, proof := written(t, l)
		l.Proof = ""
		_, log := written(t, l)
		l.Log = false
		_, none := written(t, l)
		if log == none || log == proof || len(log) <= len(none) {
			t.Errorf("%s: it is told alike, with a log and without:\n%s", language, log)
		}
	}
}
