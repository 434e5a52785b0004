package request_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogatory/rogatory/request"
)

func TestOddities(t *testing.T) {
	for _, c := range []struct{ name, members, want string }{
		{"nothing", `"facts":"plain\ttext\n"`, ""},
		{"accents", `"facts":"Größe, Ελλάδα, Москва, naïve"`, ""},
		{"hyphen between scripts", `"facts":"USB-накопитель"`, ""},
		{"Japanese mixes its own scripts", `"facts":"サーバーを保全する"`, ""},
		{"Persian needs the non-joiner", `"facts":"می‌خواهیم"`, ""},
		{"emoji need the joiner", `"facts":"👩‍💻"`, ""},
		{"a direction mark in Hebrew", `"facts":"שלום‏"`, ""},
		{"override", `"facts":"invoice\u202efdp.exe"`, "/facts changes the reading direction (U+202E)"},
		{"isolate", `"measures":[{"targets":[{"value":"a\u2066b"}]}]`, "/measures/0/targets/0/value changes the reading direction (U+2066)"},
		{"direction mark", `"case_number":"1\u200e2"`, "/case_number holds an invisible direction mark (U+200E)"},
		{"zero-width space", `"facts":"oppo\u200bsition"`, "/facts holds an invisible character (U+200B)"},
		{"joiner in Latin", `"facts":"oppo\u200dsition"`, "/facts holds an invisible character (U+200D)"},
		{"joiner after nothing", `"facts":"\u200dx"`, "/facts holds an invisible character (U+200D)"},
		{"soft hyphen", `"assurances":["x","a\u00adb"]`, "/assurances/1 holds an invisible character (U+00AD)"},
		{"tag characters", `"facts":"x\udb40\udc41"`, "/facts holds an invisible character (U+E0041)"},
		{"escape to the terminal", `"facts":"\u001b[2J"`, "/facts holds a control character (U+001B)"},
		{"mixed scripts", `"enforcing_authority":{"name":"p\u0430ypal"}`, `/enforcing_authority/name mixes Latin and Cyrillic letters in one word ("p\u0430ypal")`},
		{"mixed scripts hidden by a joiner", `"facts":"p\u200d\u0430"`, "/facts holds an invisible character (U+200D)\n/facts mixes Latin and Cyrillic"},
		{"each kind once", `"facts":"\u200b\u200b \u202e\u202e"`, "/facts holds an invisible character (U+200B)\n/facts changes the reading direction (U+202E)"},
		{"received early", `"issued":"2026-02-01T00:00:00Z","received":"2026-01-31"`, "/received received on 2026-01-31, before it was issued on 2026-02-01T00:00:00Z"},
		{"received on the day", `"issued":"2026-02-01T10:00:00Z","received":"2026-02-01"`, ""},
		{"window turned round", `"measures":[{},{"from":"2026-02-01","to":"2026-01-01"}]`, "/measures/1/to the window ends on 2026-01-01, before it begins on 2026-02-01"},
		{"open window", `"measures":[{"from":"2026-02-01"},{"to":"2026-01-01"}]`, ""},
		{"offence turned round", `"offences":[{"committed_from":"2026-02-01","committed_to":"2026-01-01"}]`, "/offences/0/committed_to the offence ends on 2026-01-01"},
		{"target twice", `"measures":[{"targets":[{"type":"email","value":"a@example.org"},{"type":"email","value":" A@example.org"}]}]`, "/measures/0/targets/1 the same target as /measures/0/targets/0"},
		{"target in two measures", `"measures":[{"targets":[{"value":"a"}]},{"targets":[{"value":"a"}]}]`, ""},
		{"targets of two types", `"measures":[{"targets":[{"type":"email","value":"a"},{"type":"account","value":"a"},{},{}]}]`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, err := request.Read([]byte(with(c.members)))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range q.Oddities() {
				got = append(got, o.Path+" "+o.What)
			}
			want := strings.Split(c.want, "\n")
			if c.want == "" {
				want = nil
			}
			if len(got) != len(want) {
				t.Fatal(cmp.Diff(want, got))
			}
			for i := range want {
				if !strings.HasPrefix(got[i], want[i]) {
					t.Errorf("got %q, want %q", got[i], want[i])
				}
			}
		})
	}
}

func TestOdditiesAreBounded(t *testing.T) {
	var many []string
	for i := range 150 {
		many = append(many, fmt.Sprintf(`"%d\u200b"`, i))
	}
	q, err := request.Read([]byte(with(`"assurances":[` + strings.Join(many, ",") + `]`)))
	if err != nil {
		t.Fatal(err)
	}
	got := q.Oddities()
	if len(got) != request.MaxOddities+1 || got[request.MaxOddities].What != "and 50 more oddities" {
		t.Errorf("got %d, the last %v", len(got), got[len(got)-1])
	}
}
