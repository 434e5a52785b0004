package docket_test

import . "github.com/rogatory/rogatory/docket"

// plan is how a person is to be told, as a notifier decides it ahead.
func plan(way string, whom ...string) Body {
	return Body{Way: way, Remedy: "Administrative Court, one month; the commissioner", Whom: whom}
}
