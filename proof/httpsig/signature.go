// Package httpsig signs requests and says who signed them: HTTP Message
// Signatures (RFC 9421) with Content-Digest (RFC 9530).
//
// A request counts as signed only if the signature covers all that the office
// acts upon: the method, the address, the bytes of the body, what the body is,
// and the key by which a repetition is known. It is good for five minutes at
// most and names a nonce; that a nonce is taken once is for the caller to see to.
//
// Of what the standard leaves open the strictest is asked. What is given twice,
// what is covered with parameters that change its value, and what is not known
// is refused, so that there is one way only to read what was signed.
package httpsig

import (
	"net/http"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"

	"github.com/rogatory/rogatory/fault"
)

// Tag marks the signatures that are meant for an office. Others may stand beside
// them on a request, put there on its way, and are not looked at.
const Tag = "rogatory"

const (
	longestField = 8 << 10 // of a field that is read before anybody is known, all its lines together
	mostCovered  = 32
	longestKeyID = 256
	longestNonce = 128
)

// A Signature is one found on a request. Nothing in it is true before Verify.
type Signature struct {
	KeyID   string
	Nonce   string
	Tag     string
	Alg     string // empty: that of the key
	Created time.Time
	Expires time.Time

	covered []string // names, in the order in which they were signed
	params  string   // value of "@signature-params"
	bytes   []byte
}

// Find gives the signature with our tag. It is a fault.Unauthenticated if there
// is none, if there is more than one, or if it is not as the standard says.
func Find(r *http.Request) (*Signature, error) {
	inputs, err := dictionary(r, "Signature-Input")
	if err != nil {
		return nil, err
	}
	values, err := dictionary(r, "Signature")
	if err != nil {
		return nil, err
	}
	label, list, n := "", httpsfv.InnerList{}, 0
	for _, name := range inputs.Names() {
		if l, ok := tagged(inputs, name); ok {
			label, list, n = name, l, n+1
		}
	}
	switch n {
	case 0:
		return nil, fault.Unauthenticatedf("Signature-Input", "there is no signature with the tag %s", Tag).
			WithHint(`sign with ;tag="` + Tag + `"`)
	case 1:
		return readSignature(list, values, label)
	}
	return nil, fault.Unauthenticatedf("Signature-Input", "%d signatures have the tag %s", n, Tag).WithHint("send one")
}

func tagged(inputs *httpsfv.Dictionary, label string) (httpsfv.InnerList, bool) {
	member, _ := inputs.Get(label)
	list, ok := member.(httpsfv.InnerList)
	if !ok {
		return list, false
	}
	tag, _ := list.Params.Get("tag")
	return list, tag == Tag
}

// dictionary reads a field whose value is a dictionary (RFC 9651, section 3.2).
// The standard takes the last of two members or parameters of the same name; here
// they are refused, because whoever reads otherwise would read something else.
func dictionary(r *http.Request, field string) (*httpsfv.Dictionary, error) {
	lines := r.Header.Values(field)
	text := strings.Join(lines, ", ")
	if strings.TrimSpace(text) == "" {
		return nil, fault.Unauthenticatedf(field, "is missing").WithHint("sign the request as RFC 9421 says")
	}
	if len(text) > longestField {
		return nil, fault.Unauthenticatedf(field, "is longer than %d bytes", longestField)
	}
	d, err := httpsfv.UnmarshalDictionary(lines)
	if err != nil {
		return nil, fault.Unauthenticatedf(field, "is not a dictionary: %v", err).WithHint("see RFC 9651, section 3.2")
	}
	members, params := separated(text)
	if members != len(d.Names()) || params != countParams(d) {
		return nil, fault.Unauthenticatedf(field, "has a name twice").WithHint("give each label, algorithm and parameter once")
	}
	return d, nil
}

// separated counts the members and the parameters that a dictionary is written
// with.
func separated(text string) (members, params int) {
	members = 1
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			members++
		case c == ';':
			params++
		}
	}
	return members, params
}

// countParams counts the parameters that were read.
func countParams(d *httpsfv.Dictionary) int {
	n := 0
	for _, name := range d.Names() {
		switch member, _ := d.Get(name); m := member.(type) {
		case httpsfv.Item:
			n += len(m.Params.Names())
		case httpsfv.InnerList:
			n += len(m.Params.Names())
			for _, item := range m.Items {
				n += len(item.Params.Names())
			}
		}
	}
	return n
}

func readSignature(list httpsfv.InnerList, values *httpsfv.Dictionary, label string) (*Signature, error) {
	s := &Signature{}
	var err error
	if s.covered, err = readCovered(list); err != nil {
		return nil, err
	}
	if err := s.readParams(list.Params); err != nil {
		return nil, err
	}
	if s.params, err = httpsfv.Marshal(list); err != nil {
		return nil, fault.Unauthenticatedf("Signature-Input", "%s cannot be written as it was read: %v", label, err)
	}
	member, _ := values.Get(label)
	item, ok := member.(httpsfv.Item)
	if ok {
		s.bytes, ok = item.Value.([]byte)
	}
	if !ok || len(item.Params.Names()) != 0 {
		return nil, fault.Unauthenticatedf("Signature", "%s is not there, or is not bytes", label).
			WithHint("the label is the same in Signature-Input and in Signature")
	}
	return s, nil
}

// readCovered takes names and nothing else: each parameter of a component (sf,
// key, bs, req, tr, name) makes another value of it than the office acts upon.
func readCovered(list httpsfv.InnerList) ([]string, error) {
	if len(list.Items) > mostCovered {
		return nil, fault.Unauthenticatedf("Signature-Input", "more than %d components are covered", mostCovered)
	}
	var names []string
	seen := make(map[string]bool)
	for _, item := range list.Items {
		name, _ := item.Value.(string)
		if name == "" || name != strings.ToLower(name) {
			return nil, fault.Unauthenticatedf("Signature-Input", "%v is not the name of a component", item.Value).
				WithHint("names are strings in small letters")
		}
		if len(item.Params.Names()) != 0 {
			return nil, fault.Unauthenticatedf("Signature-Input", "%q is covered with a parameter", name).
				WithHint("cover it without parameters")
		}
		if seen[name] {
			return nil, fault.Unauthenticatedf("Signature-Input", "%q is covered twice", name)
		}
		seen[name] = true
		names = append(names, name)
	}
	return names, nil
}

// readParams takes the parameters of RFC 9421, section 2.3. All but alg have to
// be there.
func (s *Signature) readParams(params *httpsfv.Params) error {
	for _, name := range params.Names() {
		value, _ := params.Get(name)
		if !s.readParam(name, value) {
			return fault.Unauthenticatedf("Signature-Input", "the parameter %s is not known, or not of its type", name).
				WithHint("created and expires are whole seconds since 1970; nonce, keyid, alg and tag are strings")
		}
	}
	if s.Created.IsZero() || s.Expires.IsZero() || s.Nonce == "" || s.KeyID == "" {
		return fault.Unauthenticatedf("Signature-Input", "one of the parameters created, expires, nonce and keyid is missing")
	}
	if len(s.KeyID) > longestKeyID || len(s.Nonce) > longestNonce {
		return fault.Unauthenticatedf("Signature-Input", "keyid is longer than %d bytes or nonce than %d", longestKeyID, longestNonce)
	}
	return nil
}

func (s *Signature) readParam(name string, value any) (ok bool) {
	switch name {
	case "created":
		s.Created, ok = seconds(value)
	case "expires":
		s.Expires, ok = seconds(value)
	case "nonce":
		s.Nonce, ok = value.(string)
	case "keyid":
		s.KeyID, ok = value.(string)
	case "alg":
		s.Alg, ok = value.(string)
		ok = ok && s.Alg != ""
	case "tag":
		s.Tag, ok = value.(string)
	}
	return ok
}

func seconds(value any) (time.Time, bool) {
	n, _ := value.(int64)
	return time.Unix(n, 0), n > 0
}
