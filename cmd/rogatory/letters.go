package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/login"
	"github.com/rogatory/rogatory/post"
	"github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/shelf"
)

// lettersFolder is where letters lie that no mail server takes: for somebody to
// print or to send by hand.
const lettersFolder = "letters"

// letters sends what the office has to tell. Which letters there are follows from
// the records; nothing here is kept.
type letters struct {
	*opened
	mail  *post.Mail // nil: no server is set; letters go to the folder
	hooks *post.Hooks
	sent  *shelf.Drawer[string] // what the server answered, by id
}

// remembered is how long it is known what was sent: longer than any of its jobs
// is tried again because another part of it could not be sent.
const remembered = 30 * 24 * time.Hour

// newLetters opens the ways out.
func (o *opened) newLetters(ctx context.Context) (*letters, error) {
	out := &letters{opened: o, sent: shelf.DrawerOf[string](o.shelf, "sent")}
	if m := o.settings.Mail; m != nil {
		secret, err := o.derived(ctx, "bounce")
		if err != nil {
			return nil, err
		}
		set := m.post(o.officeName(), func(name string) string { return (&inFolder{Data: o.dir}).place(name) })
		if out.mail, err = post.NewMail(set, secret, o.clock); err != nil {
			return nil, err
		}
	}
	key, err := o.officeKey(ctx)
	if err != nil {
		return nil, err
	}
	reach := post.Public
	if o.settings.Rehearsal {
		reach = post.ThisMachineToo
	}
	out.hooks = post.NewHooks(signHook(key, o.settings.Serve.Origin, o.clock), reach)
	return out, nil
}

// handle does what a job prompts for.
func (l *letters) handle(ctx context.Context, j docket.Job) error {
	switch j.Kind {
	case docket.JobTell:
		return l.tell(ctx, j)
	case docket.JobNotice:
		return l.notify(ctx, j.Case)
	case register.JobKind:
		return l.enrolment(ctx, j.Key)
	}
	err := l.Handle(ctx, j.Kind, j.Case)
	if err == nil && j.Kind == docket.JobDestroy {
		return l.discard(j.Case)
	}
	return err
}

// tell sends the letters about an event. One that cannot be sent keeps none of
// the others.
func (l *letters) tell(ctx context.Context, j docket.Job) error {
	list, err := l.Postings(ctx, j.Case, j.Key)
	if err != nil {
		return err
	}
	number := j.Key[strings.LastIndexByte(j.Key, ' ')+1:]
	if len(number) > 6 {
		number = "name"
	}
	var wrong []error
	for i := range list {
		p := &list[i]
		for k, to := range l.addresses(p) {
			id := fmt.Sprintf("%s.%s.%d", j.Case, number, i*100+k)
			if p.Once != "" {
				id = fmt.Sprintf("%s.%d", p.Once, k)
			}
			if _, err := l.send(ctx, id, to, p.Letter); err != nil {
				wrong = append(wrong, err)
			}
		}
		if p.Hook != "" {
			wrong = append(wrong, l.hook(ctx, p, j))
		}
	}
	return errors.Join(wrong...)
}

// addresses are where a posting goes. People without an address are told by
// nothing but the queue.
func (l *letters) addresses(p *docket.Posting) []string {
	var list []string
	if p.To != "" {
		list = append(list, p.To)
	}
	for _, person := range l.settings.All() {
		if person.Mail != "" && l.means(p, &person) {
			list = append(list, person.Mail)
		}
	}
	if p.Court && l.settings.Court.Mail != "" {
		list = append(list, l.settings.Court.Mail)
	}
	return list
}

// means reports whether a posting is for somebody of the office.
func (l *letters) means(p *docket.Posting, person *login.Person) bool {
	if p.People == nil && p.Roles == nil {
		return false
	}
	named := p.People == nil || slices.ContainsFunc(p.People, func(name string) bool { return screen.Folded(name) == screen.Folded(person.Name) })
	role := p.Roles == nil || slices.ContainsFunc(person.Roles, func(r lifecycle.Role) bool { return slices.Contains(p.Roles, r) })
	return named && role
}

// hook says that there is news, and nothing of what it is.
func (l *letters) hook(ctx context.Context, p *docket.Posting, j docket.Job) error {
	_, err := l.once(ctx, "hook "+j.Key, func() (string, error) { return "told", l.news(ctx, p, j.Key) })
	return err
}

func (l *letters) news(ctx context.Context, p *docket.Posting, id string) error {
	body, err := json.Marshal(map[string]any{"case": p.Letter.Case, "reference": p.Letter.Reference, "news": p.Letter.Kind, "at": p.Letter.At.UTC()})
	if err != nil {
		return err
	}
	return l.hooks.Send(ctx, p.Hook, id, body)
}

// notify tells the persons concerned as notifiers have decided, and records that
// they were told.
func (l *letters) notify(ctx context.Context, ref docket.Ref) error {
	list, err := l.Notices(ctx, ref)
	if err != nil {
		return err
	}
	for i := range list {
		n := &list[i]
		if l.mail == nil && !l.settings.Rehearsal {
			return fault.Conflictf(string(ref), "a notice is to go by mail, and no mail server is set").WithHint("set [mail] in office.toml, or let a notifier plan another way")
		}
		receipt, err := l.send(ctx, fmt.Sprintf("%s.n%d.%d", ref, n.Plan, n.Occasion), n.To, n.Letter)
		if err != nil {
			return err
		}
		if err := l.Notified(ctx, ref, n.Plan, receipt); err != nil {
			return err
		}
	}
	return nil
}

var noticeID = regexp.MustCompile(`^(.+)\.n(\d+)\.(\d+)$`)

// bounced takes back a telling that did not arrive. Of other letters the log
// tells.
func (l *letters) bounced(ctx context.Context, id, reason string) error {
	m := noticeID.FindStringSubmatch(id)
	if m == nil {
		return nil
	}
	ref, err := docket.ParseRef(m[1])
	if err != nil {
		return nil // not one of ours
	}
	plan, err := strconv.Atoi(m[2])
	if err != nil {
		return nil
	}
	occasion, err := strconv.Atoi(m[3])
	if err != nil {
		return nil
	}
	err = l.Bounced(ctx, ref, plan, occasion, "returned: "+reason)
	if fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden {
		return nil
	}
	return err
}

// enrolment tells authorities what the register does with their entry.
func (l *letters) enrolment(ctx context.Context, key string) error {
	list, err := l.register.Letters(ctx, key)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(key))
	var wrong []error
	for i, told := range list {
		out := letter.Letter{Kind: letter.Suspended, Language: told.Language, Authority: told.Name, At: told.Effective}
		if told.About == register.Confirmed {
			out.Kind, out.Changes = letter.Enrolment, told.Changes
			if told.Enrols {
				out.Kind, out.Changes = letter.Enrolled, nil
			}
		}
		_, err := l.send(ctx, "r."+hex.EncodeToString(sum[:8])+"."+strconv.Itoa(i), told.To, out)
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// words fills in what is the same in all letters of the office, and puts one into
// words.
func (o *opened) words(x letter.Letter) (subject, text string, err error) {
	x.Office, x.Reply, x.Rehearsal = o.officeName(), o.settings.Reply, o.settings.Rehearsal
	if x.Reply == "" {
		x.Reply = o.settings.Serve.Origin
	}
	zone := o.zone()
	for _, at := range []*time.Time{&x.At, &x.Due, &x.Until, &x.ErasureAt} {
		if !at.IsZero() {
			*at = at.In(zone)
		}
	}
	if x.Link = o.link(&x); x.Link == "" {
		x.Code = "" // it is for the page that the link leads to
	}
	return x.Text()
}

// send puts a letter into words and sends it.
func (l *letters) send(ctx context.Context, id, to string, x letter.Letter) (string, error) {
	if x.Language == "" {
		x.Language = l.settings.Language
	}
	subject, text, err := l.words(x)
	if err != nil {
		return "", err
	}
	return l.once(ctx, id, func() (string, error) {
		if l.mail == nil {
			return l.lay(id, to, subject, text)
		}
		return l.dispatch(ctx, post.Message{ID: id, To: to, Subject: subject, Text: text, Language: x.Language, Case: x.Case})
	})
}

// once sends what was not sent before. After a crash between sending and
// remembering it is sent again, and bears the same Message-ID.
func (l *letters) once(ctx context.Context, id string, send func() (string, error)) (string, error) {
	before, err := l.sent.Get(ctx, id)
	if err == nil {
		return before.Value, nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	receipt, err := send()
	if err != nil {
		return "", err
	}
	err = l.sent.Put(ctx, &shelf.Item[string]{ID: id, Expires: l.clock().Add(remembered), Value: receipt})
	if fault.KindOf(err) == fault.Conflict {
		err = nil // another node was as quick
	}
	return receipt, err
}

func (l *letters) dispatch(ctx context.Context, m post.Message) (string, error) {
	receipt, err := l.mail.Send(ctx, m)
	if err != nil && fault.KindOf(err) == fault.Internal {
		return "", fault.Busyf("mail", "the letter could not be sent yet: %v", err).WithHint("it is tried until it is")
	}
	return receipt, err
}

// link is where the reader of a letter goes on.
func (o *opened) link(x *letter.Letter) string {
	origin := o.settings.Serve.Origin
	switch x.Kind {
	case letter.Questions, letter.Offer:
		return origin + "/v1/requests/" + x.Case
	case letter.Ready:
		return origin + "/v1/requests/" + x.Case + "/package"
	case letter.Notice:
		return origin + "/challenge"
	case letter.ChallengeDecided:
		if x.Outcome == "rejected" { // the others have nothing left to file, and there is nothing to see
			return origin + "/challenge"
		}
	case letter.Invitation:
		return x.Link
	}
	return ""
}

// lay puts a letter into the folder, in the place of the one of the same id.
func (l *letters) lay(id, to, subject, text string) (string, error) {
	dir := filepath.Join(l.dir, lettersFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	name := filepath.Join(dir, strings.ReplaceAll(id, " ", "-")+".txt")
	if err := os.WriteFile(name, []byte("To: "+to+"\nSubject: "+subject+"\n\n"+text), 0o600); err != nil {
		return "", err
	}
	return "laid into " + lettersFolder + "/" + filepath.Base(name), nil
}
