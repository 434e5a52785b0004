package letter

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestDatesAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 5, 59, 0, berlin)
	for language, want := range map[string]string{
		"ar": "1 آذار/مارس 2026 الساعة 09:05 \u2066(CET, UTC+1)\u2069",
		"en": "1 March 2026 at 09:05 (CET, UTC+1)",
		"es": "1 de marzo de 2026 a las 09:05 (CET, UTC+1)",
		"fr": "1er mars 2026 à 09\u00a0h\u00a005 (CET, UTC+1)",
		"ru": "1 марта 2026 г., 09:05 (CET, UTC+1)",
		"zh": "2026年3月1日09:05（CET, UTC+1）",
	} {
		tongue, err := speak(language)
		if err != nil {
			t.Fatal(err)
		}
		if got := tongue.moment(at); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
		if got := tongue.moment(time.Time{}); got != "" {
			t.Errorf("%s writes no time as %q", language, got)
		}
	}
}

func TestMidnightEndsTheDayBefore(t *testing.T) {
	english, err := speak("en")
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, berlin)
	if got := english.end(end); got != "31 December 2026 at 24:00 (CET, UTC+1)" {
		t.Errorf("the end is written %q", got)
	}
	if got := english.endDay(end); got != "31 December 2026" {
		t.Errorf("its day is written %q", got)
	}
	if got := english.moment(end); got != "1 January 2027 at 00:00 (CET, UTC+1)" {
		t.Errorf("a beginning is written %q", got)
	}
	if got := english.end(end.UTC()); got != "31 December 2026 at 23:00 (UTC)" {
		t.Errorf("in another zone it is written %q", got)
	}
	for _, later := range []time.Duration{time.Second, time.Minute, time.Hour} {
		if got := english.end(end.Add(later)); !strings.HasPrefix(got, "1 January 2027 at 0") {
			t.Errorf("%s later it is written %q", later, got)
		}
	}
	if got := english.end(time.Time{}); got != "" {
		t.Errorf("no time is written %q", got)
	}
}

func TestZonesAreNamedAndMeasured(t *testing.T) {
	for _, c := range []struct {
		name    string
		seconds int
		want    string
	}{
		{"CET", 3600, "CET, UTC+1"},
		{"", 0, "UTC"},
		{"UTC", 0, "UTC"},
		{"GMT", 0, "GMT, UTC+0"},
		{"-03", -3 * 3600, "UTC-3"},
		{"IST", 5*3600 + 1800, "IST, UTC+5:30"},
		{"NST", -(3*3600 + 1800), "NST, UTC-3:30"},
		{"UTC+8", 8 * 3600, "UTC+8"},
		{"", 3600, "UTC+1"},
	} {
		got := zone(time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone(c.name, c.seconds)))
		if got != c.want {
			t.Errorf("%s %d: %s, want %s", c.name, c.seconds, got, c.want)
		}
	}
}

// Every State a request can come from has a name in every language.
func TestEveryCountryHasAName(t *testing.T) {
	raw, err := os.ReadFile("../law/country.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(raw), "const countries =")
	list, _, _ = strings.Cut(list, "var ")
	codes := regexp.MustCompile(`\b[A-Z]{2}\b`).FindAllString(list, -1)
	if len(codes) < 240 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	for _, language := range Languages() {
		tongue, err := speak(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range codes {
			if name, err := tongue.country(code); err != nil || name == "" || name == code {
				t.Errorf("%s in %s is %q: %v", code, language, name, err)
			}
		}
		for _, code := range []string{"", "D", "DEU", "001", "EU", "ZZ", "de-", "\xff\xff"} {
			if name, err := tongue.country(code); err == nil {
				t.Errorf("%q in %s is %q", code, language, name)
			}
		}
	}
}
