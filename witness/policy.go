package witness

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	fnote "github.com/transparency-dev/formats/note"
	fwitness "github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"

	"github.com/rogatory/rogatory/fault"
)

// A Policy says which witnesses must have cosigned a checkpoint before it counts.
type Policy struct {
	Quorum    fwitness.Group
	Witnesses []Member // those that can count, in the order of the file
}

// A Member is one witness of a policy.
type Member struct {
	Name string // in the policy file
	Key  note.Verifier
	URL  string // the prefix it is asked at; empty: the policy is for verifying alone
}

// nowhere stands in for the address of a witness that has none.
const nowhere = "about:blank"

// ParsePolicy reads a policy file of C2SP tlog-policy. Package formats evaluates
// it, but accepts files which mean less than they seem to: a quorum of nobody, a
// witness counted twice. Those are refused here.
func ParsePolicy(text []byte) (Policy, error) {
	c := checker{groups: make(map[string][]string), named: make(map[string]bool), used: make(map[string]bool)}
	var plain bytes.Buffer
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.Trim(line, " \t")
		if strings.HasPrefix(line, "#") || line == "" {
			plain.WriteByte('\n')
			continue
		}
		fields, why := c.line(line)
		if why != "" {
			return Policy{}, fault.Invalidf("witness policy", "line %d: %s", i+1, why)
		}
		plain.WriteString(strings.Join(fields, " ") + "\n")
	}
	if c.quorum == "" {
		return Policy{}, fault.Invalidf("witness policy", "no line says quorum").WithHint("`quorum none` asks for no witness at all")
	}
	group, err := fwitness.ParsePolicy(plain.Bytes())
	if err != nil {
		return Policy{}, fault.Invalidf("witness policy", "%v", err)
	}
	return Policy{Quorum: group, Witnesses: c.counting()}, nil
}

// Demands reports whether the policy asks for any witness at all.
func (p Policy) Demands() bool { return p.Quorum.N > 0 }

// A checker goes through the lines of a policy file.
type checker struct {
	members []Member
	keys    [][]byte
	groups  map[string][]string
	named   map[string]bool
	used    map[string]bool // stands in a group already
	quorum  string
}

// line gives the fields of a line as package formats takes them, or why the line
// is not allowed.
func (c *checker) line(line string) (fields []string, why string) {
	if strings.ContainsFunc(line, func(r rune) bool { return r != '\t' && (r < ' ' || r == 0x7f) }) {
		return nil, "has a control character"
	}
	fields = strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	switch fields[0] {
	case "log":
		if len(fields) < 2 || len(fields) > 3 {
			return nil, "a log is given as: log VKEY [URL]"
		}
		return fields, ""
	case "witness":
		return c.witness(fields)
	case "group":
		return fields, c.group(fields)
	case "quorum":
		if c.quorum != "" {
			return nil, "the quorum stands there twice"
		}
		if len(fields) != 2 || fields[1] != "none" && !c.named[fields[1]] {
			return nil, "a quorum is given as: quorum NAME, of a witness or group above it"
		}
		c.quorum = fields[1]
		return fields, ""
	}
	return nil, strconv.Quote(clip(fields[0])) + " is not a word of a policy"
}

func (c *checker) witness(fields []string) ([]string, string) {
	if len(fields) != 3 && len(fields) != 4 {
		return nil, "a witness is given as: witness NAME VKEY [URL]"
	}
	if c.named[fields[1]] {
		return nil, "two have the name " + strconv.Quote(clip(fields[1]))
	}
	key, raw, err := parseVerifier(fields[2])
	if err != nil {
		return nil, err.Error()
	}
	if slices.ContainsFunc(c.keys, func(k []byte) bool { return bytes.Equal(k, raw) }) {
		return nil, "one key stands there as two witnesses"
	}
	m := Member{Name: fields[1], Key: key}
	if len(fields) == 3 {
		fields = append(slices.Clip(fields), nowhere)
	} else if u, err := url.Parse(fields[3]); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, "the address of a witness is an https URL without user, query and fragment"
	} else {
		m.URL = strings.TrimRight(fields[3], "/")
	}
	c.named[m.Name] = true
	c.keys = append(c.keys, raw)
	c.members = append(c.members, m)
	return fields, ""
}

func (c *checker) group(fields []string) string {
	if len(fields) < 4 {
		return "a group is given as: group NAME all|any|NUMBER NAME..."
	}
	name, members := fields[1], fields[3:]
	if c.named[name] {
		return "two have the name " + strconv.Quote(clip(name))
	}
	for _, m := range members {
		if !c.named[m] {
			return strconv.Quote(clip(m)) + " is not the name of a witness or group above"
		}
		if c.used[m] {
			return strconv.Quote(clip(m)) + " would count twice"
		}
		c.used[m] = true
	}
	if k := fields[2]; k != "all" && k != "any" {
		if n, err := strconv.Atoi(k); err != nil || n < 1 || n > len(members) || strconv.Itoa(n) != k {
			return "a group asks for all, any, or from 1 to as many as it has"
		}
	}
	c.named[name] = true
	c.groups[name] = members
	return ""
}

// counting are the witnesses that can count for the quorum.
func (c *checker) counting() []Member {
	in := make(map[string]bool)
	var walk func(string)
	walk = func(name string) {
		in[name] = true
		for _, m := range c.groups[name] {
			walk(m)
		}
	}
	walk(c.quorum)
	return slices.DeleteFunc(c.members, func(m Member) bool { return !in[m.Name] })
}

// parseVerifier reads the verifier key of a witness, and its public key. Package
// formats does not compare the id in it, which is there to catch slips.
func parseVerifier(vkey string) (note.Verifier, []byte, error) {
	wrong := fault.Invalidf("key", "%q is not the verifier key of a witness", clip(vkey))
	part := strings.SplitN(vkey, "+", 3)
	if len(part) != 3 {
		return nil, nil, wrong
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(part[2])
	if err != nil || len(raw) < 2 {
		return nil, nil, wrong
	}
	id := part[1]
	if raw[0] == 1 { // an Ed25519 key as logs have it, which is taken as that of a cosigner
		if vkey, err = fnote.VKeyToCosignatureV1(vkey); err != nil {
			return nil, nil, wrong
		}
		id = strings.SplitN(vkey, "+", 3)[1]
	}
	v, err := fnote.NewVerifierForCosignatureV1(vkey)
	if err != nil || !validName(v.Name()) {
		return nil, nil, wrong
	}
	if n, err := strconv.ParseUint(id, 16, 32); err != nil || uint32(n) != v.KeyHash() {
		return nil, nil, wrong
	}
	return v, raw[1:], nil
}
