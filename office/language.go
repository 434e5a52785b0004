package office

import "strings"

// Accepts reports whether the office reads a language, by its main subtag:
// an office that reads fr reads fr-CA.
func (p *Profile) Accepts(tag string) bool {
	for _, own := range p.Languages {
		if subtag(own) == subtag(tag) {
			return true
		}
	}
	return false
}

func subtag(tag string) string {
	first, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return first
}
