package monitor

import (
	"encoding/hex"
	"slices"

	"github.com/rogatory/rogatory/ledger"
)

// notSigned says that none of may signed l with a key that holds. evidence is the
// leaf that tells which roles may.
func (m *Monitor) notSigned(found *alarms, index uint64, l ledger.Signed, may []ledger.Role, evidence uint64, r read) bool {
	by, _ := l.Signature()
	has := m.roles.RolesOf(by)
	kind := WrongRole
	switch {
	case !slices.ContainsFunc(may, func(role ledger.Role) bool { return slices.Contains(has, role) }):
		found.add(WrongRole, index, "%s", wrongRole(l, by, has))
	case m.verify(l, r) != nil:
		kind = BadSignature
		found.add(kind, index, "the signature by the key %s does not hold", by)
	default:
		return false
	}
	a := &(*found)[len(*found)-1]
	if s, ok := l.(ledger.Settle); ok {
		a.of(s.ID)
	}
	if evidence != index {
		a.Leaves = append(a.Leaves, evidence)
	}
	m.citeRoles(a, index)
	return true
}

func wrongRole(l ledger.Signed, by ledger.KeyID, has []ledger.Role) string {
	what := "a " + string(l.Kind()) + " leaf"
	if s, ok := l.(ledger.Settle); ok {
		what = "a duty settled as " + string(s.As)
	}
	if len(has) == 0 {
		return what + " is signed by the key " + by.String() + ", which holds no role"
	}
	return what + " is signed by a key of the role " + string(has[0]) + ", which may not"
}

// verify checks a signature, if that was not done before with the same keys.
func (m *Monitor) verify(l ledger.Signed, r read) error {
	if r.doc == m.roles && r.doc != nil {
		return r.signed
	}
	_, err := m.roles.Verify(l)
	return err
}

// citeRoles adds the keys by which a signature was judged.
func (m *Monitor) citeRoles(a *Alarm, index uint64) {
	a.Docs = append(a.Docs, ledger.DocumentHash(m.roles.Marshal()))
	if m.rolesAt != index {
		a.Leaves = append(a.Leaves, m.rolesAt)
	}
}

// citePolicy adds the policy by which something was judged.
func (m *Monitor) citePolicy(a *Alarm) {
	p := m.standing(m.epoch().Date().YearMonth())
	a.Docs = append(a.Docs, p.Hash)
	a.Leaves = append(a.Leaves, p.At)
}

// unfit says that a document is not one of this log.
func (m *Monitor) unfit(found *alarms, index uint64, hash ledger.Hash, origin string, err error) bool {
	switch {
	case err != nil:
		found.add(MissingDocument, index, "the document cannot be read: %s", reason(err)).cite(hash)
	case origin != m.origin:
		found.add(MissingDocument, index, "the document is of the log %q", origin).cite(hash)
	default:
		return false
	}
	return true
}

func (a *Alarm) cite(doc ledger.Hash) { a.Docs = append(a.Docs, doc) }

// takeRoles makes other keys hold. The first are vouched for by a key of oversight
// among them, later ones by a key of oversight that held before.
func (m *Monitor) takeRoles(found *alarms, index uint64, l ledger.Roles) {
	text, ok := m.document(found, index, l.Doc)
	if !ok {
		return
	}
	doc, err := ledger.ParseRolesDoc(text)
	if err != nil {
		doc = &ledger.RolesDoc{}
	}
	if m.unfit(found, index, l.Doc, doc.Origin, err) {
		return
	}
	if !m.log.Equal(doc.Log) {
		found.add(MissingDocument, index, "the document names another key of the log").cite(l.Doc)
		return
	}
	before := m.roles
	if before == nil {
		if index > 0 {
			return // nobody can vouch for keys that follow unknown ones
		}
		m.roles, m.rolesAt = doc, index
	}
	if m.notSigned(found, index, l, ledger.Signers(ledger.KindRoles), index, read{}) {
		m.roles = before
		return
	}
	m.roles, m.rolesAt = doc, index
	if before == nil {
		before = &ledger.RolesDoc{}
	} else {
		found.add(RolesChanged, index, "other keys hold from here on").cite(l.Doc)
	}
	if shared := doc.Shared(); !slices.Equal(shared, before.Shared()) && len(shared) > 0 {
		found.add(SameKey, index, "the key %s stands for several roles: %v", shared[0], doc.RolesOf(shared[0])).cite(l.Doc)
	}
	if doc.Demonstration && !before.Demonstration {
		found.add(Demonstration, index, "the keys were made for a demonstration: anybody may have them").cite(l.Doc)
	}
}

// takePolicy makes other limits hold, from a month on. The log may change what
// runs, and only oversight what holds.
func (m *Monitor) takePolicy(found *alarms, index uint64, l ledger.Policy) {
	text, ok := m.document(found, index, l.Doc)
	if !ok {
		return
	}
	doc, err := ledger.ParsePolicyDoc(text)
	if err != nil {
		doc = &ledger.PolicyDoc{}
	}
	if m.unfit(found, index, l.Doc, doc.Origin, err) || m.roles == nil {
		return
	}
	before := m.standing(l.From)
	may := []ledger.Role{ledger.RoleOversight}
	if before != nil && doc.OnlyVersionsDiffer(before.Doc) {
		may = ledger.Signers(ledger.KindPolicy)
	}
	if m.notSigned(found, index, l, may, index, read{}) {
		return
	}
	m.policies = append(m.policies, standing{From: l.From, Doc: *doc, Hash: l.Doc, At: index})
	if before == nil {
		before = &standing{}
	} else if !doc.OnlyVersionsDiffer(before.Doc) {
		found.add(PolicyChanged, index, "other limits hold from %s on", l.From).cite(l.Doc)
	}
	if doc.Recovered != before.Doc.Recovered && doc.Recovered > 0 { // a later policy need not repeat it
		found.add(Recovered, index, "the log was taken up again at size %d, from what was published", doc.Recovered).cite(l.Doc)
	}
	if program := hex.EncodeToString(doc.Program[:]); m.o.Released != nil && doc.Program != before.Doc.Program && !slices.Contains(m.o.Released, program) {
		found.add(Unreleased, index, "the program %s was never released", program).cite(l.Doc)
	}
}

// standing gives the policy that holds in a month; the first, before any does.
func (m *Monitor) standing(month string) *standing {
	if len(m.policies) == 0 {
		return nil
	}
	best := &m.policies[0]
	for i := range m.policies {
		if p := &m.policies[i]; p.From <= month && (p.From >= best.From || best.From > month) {
			best = p
		}
	}
	return best
}

func (m *Monitor) policyFor(month string) *ledger.PolicyDoc {
	if p := m.standing(month); p != nil {
		return &p.Doc
	}
	return nil
}

// policy gives the policy that holds for the block that is read.
func (m *Monitor) policy() *ledger.PolicyDoc {
	return m.policyFor(m.epoch().Date().YearMonth())
}

// dropPolicies forgets what held before a month.
func (m *Monitor) dropPolicies(month string) {
	if len(m.policies) < 2 {
		return
	}
	now := *m.standing(month)
	later := slices.DeleteFunc(m.policies, func(p standing) bool { return p.From <= month })
	m.policies = append([]standing{now}, later...)
}

// A Range is what the leaves from one index to another add up to.
type Range struct {
	Sum    ledger.Sum
	Duties uint64 // of class notify that were opened; not those that extend
	Unread uint64 // leaves that cannot be read, so that nothing can be compared
}

// Add adds a leaf. One whose tally cannot be read is refused.
func (r *Range) Add(leaf []byte) error {
	l, err := ledger.Parse(leaf)
	if err != nil {
		r.Unread++ // said when it was taken
		return nil
	}
	switch l := l.(type) {
	case ledger.Sealed:
		return r.Sum.Add(&l.Tally)
	case ledger.Duty:
		if l.Class == ledger.Notify {
			r.Duties++
		}
	}
	return nil
}

// Merge adds what o added.
func (r *Range) Merge(o *Range) {
	r.Sum.Merge(&o.Sum)
	r.Duties += o.Duties
	r.Unread += o.Unread
}

// takeReport compares a report with the leaves it is about.
func (m *Monitor) takeReport(found *alarms, index uint64, l ledger.Report) {
	text, ok := m.document(found, index, l.Doc)
	if !ok {
		m.announced(index, l)
		return
	}
	doc, err := ledger.ParseReportDoc(text)
	if err != nil {
		doc = &ledger.ReportDoc{}
	}
	if m.unfit(found, index, l.Doc, doc.Origin, err) || m.roles == nil ||
		m.notSigned(found, index, l, ledger.Signers(ledger.KindReport), index, read{}) {
		return
	}
	if l.From < m.reported {
		// Two sums over the same leaves give away what lies between them; and whoever
		// has the same added up again and again keeps everybody busy.
		found.add(ReportMismatch, index, "the leaves from %d to %d were reported before", l.From, min(m.reported, l.To)-1).cite(l.Doc)
		return
	}
	m.reports++
	switch {
	case doc.Period != l.Period || doc.From != l.From || doc.To != l.To:
		found.add(ReportMismatch, index, "the document is about another period than the leaf").cite(l.Doc)
		return
	case l.To > index:
		found.add(ReportMismatch, index, "the report is about leaves that do not stand before it").cite(l.Doc)
		return
	case l.From > max(m.reported, 2) && m.lostTo <= m.reported: // what was lost may be the report
		found.add(ReportMismatch, index, "no report is about the leaves from %d to %d", max(m.reported, 2), l.From-1).cite(l.Doc)
	}
	m.reported = max(m.reported, l.To)
	if m.o.Range != nil {
		m.compare(found, index, l, doc)
	}
}

// announced takes up to where a report goes of which the document is not there:
// that was said, and the next report leaves nothing out.
func (m *Monitor) announced(index uint64, l ledger.Report) {
	if m.roles == nil || l.To > index {
		return
	}
	has, err := m.roles.Verify(l)
	if err == nil && slices.ContainsFunc(ledger.Signers(ledger.KindReport), func(r ledger.Role) bool { return slices.Contains(has, r) }) {
		m.reported = max(m.reported, l.To)
	}
}

func (m *Monitor) compare(found *alarms, index uint64, l ledger.Report, doc *ledger.ReportDoc) {
	sum, err := m.o.Range(l.From, l.To)
	if err != nil {
		found.add(ReportMismatch, index, "the leaves of the report cannot be added up: %s", reason(err)).cite(l.Doc)
		return
	}
	if sum.Unread > 0 {
		return
	}
	if err := doc.Check(&sum.Sum); err != nil {
		found.add(ReportMismatch, index, "the report is not what the leaves add up to: %s", reason(err)).cite(l.Doc)
		return
	}
	accepted := doc.Totals.Count(ledger.DimKind, "accepted") + doc.Totals.Count(ledger.DimKind, "reopened")
	if accepted != sum.Duties {
		found.add(Conservation, index, "%d requests were accepted or reopened, and %d duties to notify opened", accepted, sum.Duties).cite(l.Doc)
	}
}
