package request

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/text/language"

	"github.com/rogatory/rogatory/law"
)

// mistaken are codes that people write for a country whose code is another.
var mistaken = map[string]string{"UK": "GB", "EL": "GR", "KO": "KR", "SF": "FI"}

func checkCountry(s string) string {
	if law.IsCountry(s) {
		return ""
	}
	wrong := "is not an assigned two-letter code of ISO 3166-1 (such as DE)"
	upper := strings.ToUpper(s)
	if right := mistaken[upper]; right != "" {
		return wrong + "; did you mean " + right + "?"
	}
	if law.IsCountry(upper) {
		return wrong + "; did you mean " + upper + "?"
	}
	return wrong
}

const maxLanguage = 64 // characters, as in the schema: language.Parse never sees more

func checkLanguage(s string) string {
	wrong := `is not a language tag of BCP 47 (such as "en" or "pt-BR")`
	// Parse takes underscores, which BCP 47 does not.
	if s == "" || len(s) > maxLanguage || strings.Contains(s, "_") {
		return wrong
	}
	if _, err := language.Parse(s); err != nil {
		return wrong
	}
	return ""
}

func checkSHA256(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != sha256.Size || strings.ToLower(s) != s {
		return "is not a SHA-256 digest; write 64 lower-case hexadecimal digits"
	}
	return ""
}

// SHA256 is the digest of the bytes as received, in lower-case hexadecimal.
func SHA256(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
