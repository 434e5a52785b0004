package seal

import (
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/rogatory/rogatory/fault"
)

// manifestName is the name of the first file of every package.
const manifestName = "release.json"

const (
	mostFiles       = 10_000
	longestName     = 200
	longestManifest = 16 << 20
)

// listed is a file as the manifest announces it.
type listed struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // in hex
}

// readManifest takes from a manifest what a package is checked against, and
// leaves the rest to whoever reads it.
func readManifest(text []byte) ([]listed, error) {
	var m struct {
		Files []listed `json:"files"`
	}
	if len(text) > longestManifest {
		return nil, fault.Invalidf(manifestName, "is longer than %d bytes", longestManifest)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fault.Invalidf(manifestName, "is not JSON of a manifest: %v", err)
	}
	if len(m.Files) > mostFiles {
		return nil, fault.Invalidf(manifestName, "lists more than %d files", mostFiles)
	}
	seen := map[string]bool{fold(manifestName): true}
	for _, f := range m.Files {
		if !plain(f.Name) {
			return nil, fault.Invalidf(manifestName, "%q is no name for a file", f.Name)
		}
		if seen[fold(f.Name)] { // some disks take two such names for one
			return nil, fault.Invalidf(manifestName, "%q is listed twice, or is the list itself", f.Name)
		}
		seen[fold(f.Name)] = true
		sum, err := hex.DecodeString(f.SHA256)
		if err != nil || len(sum) != 32 || f.SHA256 != strings.ToLower(f.SHA256) || f.Size < 0 {
			return nil, fault.Invalidf(manifestName, "%q has no size or no SHA-256 in hex", f.Name)
		}
	}
	return m.Files, nil
}

// plain reports whether a name stays in its folder, on any system.
func plain(name string) bool {
	bad := func(r rune) bool { return r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) || unicode.Is(unicode.Cf, r) }
	return name != "" && len(name) <= longestName && !strings.HasPrefix(name, ".") && !strings.ContainsFunc(name, bad) && filepath.IsLocal(name)
}

// fold makes one of the names that strings.EqualFold takes for the same.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, name)
}
