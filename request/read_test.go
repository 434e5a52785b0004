package request_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/request"
)

// corpus gives the well-formed documents of testdata by file name.
func corpus(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 6 {
		t.Fatalf("corpus: %d documents, %v", len(files), err)
	}
	docs := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs[filepath.Base(f)] = data
	}
	return docs
}

func TestReadsCorpus(t *testing.T) {
	for name, data := range corpus(t) {
		q, err := request.Read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if odd := q.Oddities(); len(odd) > 0 {
			t.Errorf("%s: %v", name, odd)
		}
	}
}
