package letter

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/bidi"
	"pgregory.net/rapid"
)

func TestLinesAreBroken(t *testing.T) {
	long := strings.Repeat("word ", 20)
	for _, c := range []struct{ name, in, want string }{
		{"a short line stays", "short", "short\n"},
		{"a paragraph begins at the margin", long, strings.Repeat("word ", 13) + "word\n" + strings.TrimSpace(strings.Repeat("word ", 6)) + "\n"},
		{"what stands behind a label stays in", "  Label: " + long, "  Label: " + strings.TrimSpace(strings.Repeat("word ", 12)) + "\n    " + strings.TrimSpace(strings.Repeat("word ", 8)) + "\n"},
		{"an address stays whole", "  https://" + strings.Repeat("a", 90) + ".example", "  https://" + strings.Repeat("a", 90) + ".example\n"},
		{"an address stands alone if it is too wide", "  Label: " + strings.Repeat("a", 80), "  Label:\n    " + strings.Repeat("a", 80) + "\n"},
		{"empty lines stand one at a time", "\n\n  \na\n\n \n\nb\n\n", "a\n\nb\n"},
		{"what is quoted was broken before", "> " + long, "> " + strings.TrimSpace(long) + "\n"},
		{"Chinese breaks between characters", strings.Repeat("字", 40), strings.Repeat("字", 36) + "\n字字字字\n"},
		{"no line begins with a full stop", strings.Repeat("字", 36) + "。字", strings.Repeat("字", 35) + "\n字。字\n"},
		{"no line ends with an opening bracket", strings.Repeat("字", 35) + "（字）", strings.Repeat("字", 35) + "\n（字）\n"},
		{"a reference in Chinese stays whole", strings.Repeat("字", 33) + "26-7K3MQ9XB-T字", strings.Repeat("字", 33) + "\n26-7K3MQ9XB-T字\n"},
	} {
		if diff := cmp.Diff(c.want, layout(c.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestAQuoteIsBrokenAnywhereIfItMustBe(t *testing.T) {
	got := quote(strings.Repeat("x", 100) + "\n\n\n\nhttps://" + strings.Repeat("y", 90) + "\n")
	want := "> " + strings.Repeat("x", 70) + "\n> " + strings.Repeat("x", 30) + "\n>\n> https://" + strings.Repeat("y", 90)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got = quoteList([]string{"one\n2. two", "\nthree"}, true)
	want = "> 1. one\n>    2. two\n> 2. three"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Breaking loses nothing and adds nothing but line ends and the marks before lines.
func TestBreakingKeepsTheText(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := line(rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("ab  字（）。\u0301")))).Draw(r, "text"))
		force := rapid.Bool().Draw(r, "force")
		var b strings.Builder
		for _, l := range wrap(text, "> ", "> ", force) {
			rest, ok := strings.CutPrefix(l, "> ")
			if !ok {
				r.Fatalf("a line without its mark: %q", l)
			}
			if force && columns(l) > measure && !strings.Contains(l, "://") {
				r.Fatalf("a line of %d columns: %q", columns(l), l)
			}
			b.WriteString(rest)
		}
		none := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if none(b.String()) != none(text) {
			r.Fatalf("%q became %q", text, b.String())
		}
	})
}

func TestWhatIsNotSeenIsTakenOut(t *testing.T) {
	for in, want := range map[string]string{
		"a\u202eb\u2066c\u2069d\u200fe": "abcde",
		"a\u200bb\ufeffc\u00add\x00e":   "abcde",
		"a\tb\r\nc\u2028d\u3000e\u00a0": "a b c d e",
		"می\u200cخواهم":                 "می\u200cخواهم",
		"\xffa":                         "\ufffda",
		"a\U000e0041b":                  "ab",
	} {
		if got := line(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if got := short(strings.Repeat("é", 400)); len([]rune(got)) != maxLine || !strings.HasSuffix(got, "…") {
		t.Errorf("a long name became %q", got)
	}
	l := minimal(t, Notice, "en", "refused")
	l.Authority = "\u200b \u202e"
	if _, body := written(t, l); !strings.Contains(body, "Who asked: …\n") {
		t.Errorf("a name that is not seen is not shown as such:\n%s", body)
	}
}

func TestValuesKeepTheirDirectionOfWriting(t *testing.T) {
	for _, c := range []struct{ language, in, want string }{
		{"ar", "26-7K3MQ9XB-T", "\u206626-7K3MQ9XB-T\u2069"},
		{"ar", "Başsavcılığı", "\u2068Başsavcılığı\u2069"},
		{"ar", "النيابة العامة", "\u2068النيابة العامة\u2069"},
		{"ar", "", ""},
		{"en", "26-7K3MQ9XB-T", "26-7K3MQ9XB-T"},
		{"en", "Başsavcılığı", "Başsavcılığı"},
		{"en", "النيابة العامة 2", "\u2068النيابة العامة 2\u2069"},
		{"ru", "פרקליטות המדינה", "\u2068פרקליטות המדינה\u2069"},
	} {
		tongue, err := speak(c.language)
		if err != nil {
			t.Fatal(err)
		}
		if got := tongue.own(c.in); got != c.want {
			t.Errorf("%s: %q became %q, want %q", c.language, c.in, got, c.want)
		}
	}
	subject, body := written(t, minimal(t, ChallengeReceived, "ar", ""))
	if strings.ContainsFunc(subject, isolate) || !strings.Contains(body, "\u206626-7K3MQ9XB-T\u2069") {
		t.Errorf("a reference is isolated in the body and only there: %q\n%q", subject, body)
	}
}

// A reference in an Arabic subject is one run from left to right, so that its
// parts stand in their order. Without its marks it is not.
func TestAReferenceInASubjectIsOneRun(t *testing.T) {
	whole := func(subject, id string) bool {
		var p bidi.Paragraph
		_, err := p.SetString(subject, bidi.DefaultDirection(bidi.RightToLeft))
		if err != nil {
			t.Fatal(err)
		}
		order, err := p.Order()
		if err != nil {
			t.Fatal(err)
		}
		for i := range order.NumRuns() {
			if run := order.Run(i); strings.Contains(run.String(), id) {
				return run.Direction() == bidi.LeftToRight
			}
		}
		return false
	}
	every(t, "ar", func(t *testing.T, kind Kind, outcome string) {
		l := full(t, kind, "ar", outcome)
		for _, id := range []string{"26-7K3MQ9XB-T", "26-123-4"} {
			if l.Case == "" {
				return
			}
			l.Case = id
			subject, _ := written(t, l)
			if strings.Contains(subject, id) && !whole(subject, id) {
				t.Errorf("the reference is in pieces: %q", subject)
			}
			if bare := strings.ReplaceAll(subject, "\u200e", ""); bare != subject && whole(bare, id) {
				t.Errorf("the reference is one run without marks: %q", bare)
			}
		}
	})
	if subject, _ := written(t, full(t, ChallengeReceived, "en", "")); strings.ContainsFunc(subject, unseen) {
		t.Errorf("an English subject has marks: %q", subject)
	}
}
