package ledger

import "encoding/hex"

// A Kind is what a leaf is, the word of its first line.
type Kind string

// The kinds of leaves.
const (
	KindSealed Kind = "sealed"
	KindDuty   Kind = "duty"
	KindSettle Kind = "settle"
	KindReport Kind = "report"
	KindPolicy Kind = "policy"
	KindRoles  Kind = "roles"
)

// A Place is where in a block leaves stand: those that are sealed first, then the
// public ones, then those that name a document.
type Place string

// The places.
const (
	Hidden Place = "sealed"
	Public Place = "public"
	Papers Place = "document"
)

// Place gives the place of leaves of kind k.
func (k Kind) Place() Place {
	switch k {
	case KindSealed:
		return Hidden
	case KindDuty, KindSettle:
		return Public
	}
	return Papers
}

// A Leaf is one entry of the log: a Sealed, Duty, Settle, Report, Policy or
// Roles.
type Leaf interface {
	Kind() Kind
	Marshal() []byte        // its one form
	Append(b []byte) []byte // the same, behind b
}

// A Sealed says that something happened in an epoch, or nothing: it shows
// neither what nor whether.
type Sealed struct {
	Epoch Epoch
	Hash  Hash // of the event, see Commit
	Tally Tally
}

// A Duty says that something must be done by a date.
type Duty struct {
	Batch Epoch // the epoch of the block with which it is published
	Class Class
	ID    ID
	Due   Date
	Hash  Hash // of the event, see Commit
}

// A Settle says that a duty was met, or extended, or ended otherwise.
type Settle struct {
	Batch Epoch // when it was signed
	ID    ID
	As    Settlement
	Next  ID   // if extended: the duty that takes its place
	Due   Date // if extended: when that one is due
	By    KeyID
	Sig   Signature
}

// A Report names a document with what the sealed leaves of a period add up to.
type Report struct {
	Period   string // 2027-Q1
	From, To uint64 // the leaves from From up to, and without, To
	Doc      Hash
	By       KeyID
	Sig      Signature
}

// A Policy names a document with the limits that hold from now on.
type Policy struct {
	Doc  Hash
	From string // 2027-01
	By   KeyID
	Sig  Signature
}

// A Roles names a document with the keys that hold from now on.
type Roles struct {
	Doc Hash
	By  KeyID
	Sig Signature
}

// Kind gives the word of the first line.
func (Sealed) Kind() Kind { return KindSealed }
func (Duty) Kind() Kind   { return KindDuty }
func (Settle) Kind() Kind { return KindSettle }
func (Report) Kind() Kind { return KindReport }
func (Policy) Kind() Kind { return KindPolicy }
func (Roles) Kind() Kind  { return KindRoles }

// Marshal prints the one form of l.
func (l Sealed) Marshal() []byte { return l.Append(make([]byte, 0, 320)) }
func (l Duty) Marshal() []byte   { return l.Append(make([]byte, 0, 192)) }
func (l Settle) Marshal() []byte { return l.Append(make([]byte, 0, 256)) }
func (l Report) Marshal() []byte { return l.Append(make([]byte, 0, 256)) }
func (l Policy) Marshal() []byte { return l.Append(make([]byte, 0, 224)) }
func (l Roles) Marshal() []byte  { return l.Append(make([]byte, 0, 192)) }

// Append prints the one form of l behind b.
func (l Sealed) Append(b []byte) []byte {
	b = append(b, version+"sealed\nepoch "...)
	b = l.Epoch.append(b)
	b = append(b, "\nhash "...)
	b = base.AppendEncode(b, l.Hash[:])
	b = append(b, "\ntally "...)
	flat := l.Tally.flat()
	b = base.AppendEncode(b, flat[:])
	return append(b, '\n')
}

func (l Duty) Append(b []byte) []byte {
	b = append(b, version+"duty\nbatch "...)
	b = l.Batch.append(b)
	b = append(b, "\nclass "...)
	b = append(b, l.Class...)
	b = append(b, "\nid "...)
	b = base.AppendEncode(b, l.ID[:])
	b = append(b, "\ndue "...)
	b = l.Due.append(b)
	b = append(b, "\nhash "...)
	b = base.AppendEncode(b, l.Hash[:])
	return append(b, '\n')
}

func (l Settle) Append(b []byte) []byte {
	b = append(b, version+"settle\nbatch "...)
	b = l.Batch.append(b)
	b = append(b, "\nid "...)
	b = base.AppendEncode(b, l.ID[:])
	b = append(b, "\nas "...)
	b = append(b, l.As...)
	if l.As == Extended {
		b = append(b, "\nnext "...)
		b = base.AppendEncode(b, l.Next[:])
		b = append(b, "\ndue "...)
		b = l.Due.append(b)
	}
	return appendSignature(b, l.By, &l.Sig)
}

func (l Report) Append(b []byte) []byte {
	b = append(b, version+"report\nperiod "...)
	b = append(b, l.Period...)
	b = append(b, "\nfrom "...)
	b = appendNumber(b, l.From)
	b = append(b, "\nto "...)
	b = appendNumber(b, l.To)
	b = append(b, "\ndoc "...)
	b = base.AppendEncode(b, l.Doc[:])
	return appendSignature(b, l.By, &l.Sig)
}

func (l Policy) Append(b []byte) []byte {
	b = append(b, version+"policy\ndoc "...)
	b = base.AppendEncode(b, l.Doc[:])
	b = append(b, "\nfrom "...)
	b = append(b, l.From...)
	return appendSignature(b, l.By, &l.Sig)
}

func (l Roles) Append(b []byte) []byte {
	b = append(b, version+"roles\ndoc "...)
	b = base.AppendEncode(b, l.Doc[:])
	return appendSignature(b, l.By, &l.Sig)
}

// appendSignature ends a line and adds the two last ones of a signed leaf.
func appendSignature(b []byte, by KeyID, sig *Signature) []byte {
	b = append(b, "\nby "...)
	b = hex.AppendEncode(b, by[:])
	b = append(b, "\nsig "...)
	b = base.AppendEncode(b, sig[:])
	return append(b, '\n')
}
