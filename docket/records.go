package docket

import (
	"context"
	"time"
)

// A Ref names a case in this office: two digits of the year, eight random
// letters and a check letter. It says nothing of the case.
type Ref string

// An Entry is one event as it is kept: sealed under the key of its case, and
// chained over what is kept, so that destroying the key leaves the chain whole.
type Entry struct {
	Case   Ref
	Seq    int       // from 1, without gaps
	At     time.Time // UTC, to the microsecond
	Sealed []byte    // nonce and ciphertext
	Prev   [32]byte  // Hash of the entry before, zero for the first
	Hash   [32]byte  // see chain
}

// A Row is what stands in clear about a case: what a queue needs to be sorted
// and nothing that was asked or said.
type Row struct {
	Case       Ref
	Seq        int    // of the last entry
	Key        string // names the key the entries are sealed under
	Authority  string // id in the register, or as the authority calls itself
	Country    string // ISO 3166-1 alpha-2
	Instrument string
	Lane       string
	Stage      string
	Waiting    string
	Assignee   string    // empty: nobody
	Received   time.Time // UTC
	Due        time.Time // the next deadline, zero: none
	Escalated  bool      // somebody was warned that Due is near, or it has passed
	Outside    int       // looks by people it is not assigned to, not yet seen by oversight
	Open       bool      // something is still owed to anybody
	Sender     string    // how far the sender is known
	Settles    string    // the roles whose signatures public duties of the case wait for, "judge+notifier"; empty: nobody's
}

// A Job prompts the office at a time. Its key is unique; a job with a key that
// stands already moves it.
type Job struct {
	Key  string
	Case Ref
	Kind string
	At   time.Time // UTC
}

// Once makes a command done at most once: the same key in the same scope, with
// the same body, is answered by what it did the first time.
type Once struct {
	Scope, Key string
	Body       [32]byte // SHA-256 of what was sent
}

// Where a leaf stands in a block of the public log: among the sealed ones, of
// which every block has as many, or with the duties, in clear.
const (
	LeafSealed = "sealed"
	LeafPublic = "public"
)

// A Leaf is what the public log will hold of an event, and waits for its turn.
// Its text lacks the one line that says when: whoever publishes it writes that.
type Leaf struct {
	Key     string // "<case> <label>", unique
	Class   string // LeafSealed or LeafPublic
	Text    []byte
	Opening []byte    // sealed for the office: what the leaf adds to the sums; nil: it adds nothing
	Deposit []byte    // sealed for oversight: the key that opens the leaf; nil: nobody receives one
	Urgent  bool      // a life does not wait for the next block
	At      time.Time // UTC
}

// A Batch is everything one command changes. All of it is durable, or nothing.
type Batch struct {
	Case     Ref
	Expected int     // Seq of the last entry the command had seen; 0: the case is new
	Entries  []Entry // from Expected+1 on; may be empty
	Row      Row     // replaces the row of the case
	Jobs     []Job
	Done     []string // keys of jobs that are settled by this
	Accounts [][]byte // keyed hashes by which the case can be found, added
	Facts    []byte   // the sealed fact record, replaced unless nil
	Figures  []byte   // the sealed figures, replaced unless nil
	Once     *Once
	Leaves   []Leaf
	Urgent   []string // keys of leaves that wait, and became urgent
}

// A Figure is what is counted of a case, sealed under a key of the office: it
// outlives the key of the case.
type Figure struct {
	Case   Ref
	Sealed []byte
}

// Records is where cases are kept. Whatever a method returned without an error
// is durable.
type Records interface {
	// Append makes a batch durable and gives the case it belongs to. It is a
	// fault.Conflict if Expected is not the last entry of the case, or if
	// Once stands with another body. If Once stands with the same body nothing
	// changes and the case of the first time is given.
	Append(ctx context.Context, b *Batch) (Ref, error)
	// Entries gives the entries of a case after a sequence number, in order,
	// and its row; fault.NotFound if there is no such case.
	Entries(ctx context.Context, c Ref, after int) ([]Entry, Row, error)
	// Rows gives a page of rows, the next deadline first and those without
	// one last; next is empty on the last page.
	Rows(ctx context.Context, q Query) (rows []Row, next string, err error)
	// Find gives the cases that any of the keyed hashes belongs to.
	Find(ctx context.Context, accounts [][]byte) ([]Ref, error)
	// Facts gives the sealed fact record of a case, nil if there is none.
	Facts(ctx context.Context, c Ref) ([]byte, error)
	// Figures gives what is counted, by case, after a reference.
	Figures(ctx context.Context, after Ref, limit int) ([]Figure, error)
	// Forget removes the keyed hashes and the fact record of a case. Its
	// entries stay: without the key nobody reads them.
	Forget(ctx context.Context, c Ref) error
}

// A Query asks for rows; empty members ask nothing.
type Query struct {
	Stage, Lane, Waiting, Assignee, Country, Authority string
	Open                                               bool      // only those in which something is owed
	Outside                                            bool      // only those somebody looked at from outside
	Quarantined                                        bool      // only those whose sender nobody has verified
	Settles                                            string    // only those in which public duties wait for the signatures of these roles, and of no others
	DueBefore                                          time.Time // only those whose next deadline is earlier
	After                                              string    // as given by the page before
	Limit                                              int       // 1 to 500; 0: 50
}

// Keys are the keys of cases. They are kept apart from what they open, so that
// destroying one is enough to erase.
type Keys interface {
	// Fresh gives a new key that is durable already.
	Fresh(ctx context.Context) (id string, key [32]byte, err error)
	// Key gives a key; fault.NotFound once it was destroyed.
	Key(ctx context.Context, id string) ([32]byte, error)
	// Destroy destroys a key; to destroy it again is no error.
	Destroy(ctx context.Context, id string) error
	// Index gives the key under which accounts are hashed.
	Index(ctx context.Context) ([32]byte, error)
}
