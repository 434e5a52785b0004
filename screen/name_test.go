package screen_test

import (
	"testing"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/screen"
)

func TestSignable(t *testing.T) {
	for _, name := range []string{"Rosa Okafor", "Søren Ó’Brien-Lee", "Ольга Петрова", "محمد علي", "李 娜", "Olga_2 (duty) a/b @c +d"} {
		if err := screen.Signable(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"Оlga", "Ωlga", "Rosa\u200b", "Rosa\nOkafor", "Rosa<b>", "Rosa\u202eafor"} {
		if err := screen.Signable(name); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q passes for a name: %v", name, err)
		}
	}
}
