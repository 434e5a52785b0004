package keyring

import "github.com/rogatory/rogatory/docket"

var _ docket.Keys = (*Ring)(nil)
