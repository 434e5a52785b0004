package rulebook

import "testing"

func TestFloorLoads(t *testing.T) {
	b, err := load(floor, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rules, %d facts", len(b.Rules()), len(b.Vocabulary().All()))
}
