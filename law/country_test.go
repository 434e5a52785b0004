package law

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
)

func TestCountries(t *testing.T) {
	if got, want := len(assigned), 249+1; got != want {
		t.Errorf("got %d countries, want %d", got, want)
	}
	if !slices.IsSorted(strings.Fields(countries)[:249]) {
		t.Error("the list is not in order")
	}
	// An independent list, the regions of CLDR that are countries, has besides
	// only what ISO 3166-1 reserves exceptionally or formerly assigned.
	want := strings.Fields("AC AN CP CQ CS DG EA EZ FQ IC NT PC SU TA UN YU")
	var got []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			r, err := language.ParseRegion(code)
			known := err == nil && r.IsCountry() && r.Canonicalize().String() == code
			if known && !assigned[code] {
				got = append(got, code)
			}
			if assigned[code] && !known {
				t.Errorf("%s is no country in CLDR", code)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("in CLDR and not in the list (-want +got):\n%s", diff)
	}
}
