// Package publiclog has others read Rogatory's public log, and has Rogatory read
// theirs. Tessera and transparency-dev/merkle share no code with what Rogatory
// builds its trees and proofs on; ristretto255 of gtank none with circl.
package publiclog
