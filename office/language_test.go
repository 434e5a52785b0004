package office

import "testing"

func TestAccepts(t *testing.T) {
	p := &Profile{Languages: []string{"de", "pt-BR"}}
	for tag, want := range map[string]bool{"de": true, "de-AT": true, "DE": true, "pt": true, "fr": false, "": false} {
		if got := p.Accepts(tag); got != want {
			t.Errorf("Accepts(%q) = %v, want %v", tag, got, want)
		}
	}
}
