package docket_test

import (
	"crypto/rand"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/proof/role"
	"github.com/rogatory/rogatory/screen"
)

// keyholders are the role keys of people, by name.
type keyholders map[string]*role.Secret

func (k keyholders) Signed(name string, act, signature []byte) (string, error) {
	s := k[screen.Folded(name)]
	if s == nil {
		return "", fault.Forbiddenf(name, "has no role key")
	}
	return s.Public().String(), s.Public().Verify(act, signature)
}

func (k keyholders) Check(name, key string, act, signature []byte) error {
	if s := k[screen.Folded(name)]; s == nil || s.Public().String() != key {
		return fault.Forbiddenf(name, "never had this role key")
	}
	return k[screen.Folded(name)].Public().Verify(act, signature)
}

// inEarnest makes an office one in which things are real, and signed.
func (l *life) inEarnest() keyholders {
	keys := keyholders{}
	for _, who := range []Actor{judge, notifier, overseer, overseer2, senior} {
		s, err := role.Generate(who.Name, false, rand.Reader)
		ok(l.t, err)
		keys[screen.Folded(who.Name)] = s
	}
	l.parts.Rehearsal, l.parts.Signers = false, keys
	l.Docket = New(l.parts, l.now)
	return keys
}

// writes is an act written down, as of what stands.
func (l *life) writes(who Actor, do lifecycle.Event, body Body) *Instruction {
	return &Instruction{
		Case: l.ref, By: who.Name, Role: who.Role.String(), At: l.now,
		Act: Act{Do: do, Why: "because of the file", Seen: l.see(l.ref).Seq(), Body: body},
	}
}

// signs writes an act down and signs it.
func (l *life) signs(keys keyholders, who Actor, in *Instruction) (text, signature []byte) {
	l.t.Helper()
	text, err := json.Marshal(in)
	ok(l.t, err)
	return text, keys[screen.Folded(who.Name)].Sign(text)
}

// obeys does a signed act that has to succeed.
func (l *life) obeys(keys keyholders, who Actor, do lifecycle.Event, body Body) *Done {
	l.t.Helper()
	text, signature := l.signs(keys, who, l.writes(who, do, body))
	done, err := l.Obey(l.t.Context(), who, l.ref, text, signature)
	if err != nil {
		l.t.Fatalf("%s by %s, signed: %v", do, who.Name, err)
	}
	return done
}

// TestReadInstruction: what is written down is read in one way or not at all.
func TestReadInstruction(t *testing.T) {
	t.Parallel()
	full := `{"case":"26-7K3MQ9XB-T","by":"Jo","role":"judge","at":"2026-09-01T09:00:00Z","do":"grant","why":"w","seen":3,
		"grant":{"items":[{"measure":0}],"by":"court","name":"C","expires":"2026-10-01T00:00:00Z"}}`
	in, err := ReadInstruction([]byte(full))
	ok(t, err)
	if in.Do != lifecycle.Grant || in.Seen != 3 || in.Grant == nil || in.Grant.Items[0].Measure != 0 {
		t.Errorf("read is %+v", in)
	}
	if in, err = ReadInstruction([]byte(`{"do":"answer","document":"e30="}`)); err != nil || string(in.Act.Document) != "{}" {
		t.Errorf("of a document is read %q, %v", in.Act.Document, err)
	}
	for name, text := range map[string]string{
		"nothing":                            ``,
		"cut short":                          full[:len(full)-1],
		"a list":                             `[` + full + `]`,
		"a member nobody knows":              `{"do":"grant","untill":"2026-10-01T00:00:00Z"}`,
		"a member nobody knows, further in":  `{"do":"grant","grant":{"items":[],"by":"court","name":"C","expire":"2026-10-01T00:00:00Z"}}`,
		"something behind it":                full + `x`,
		"another behind it":                  full + full,
		"a bracket behind it":                full + `}`,
		"a member twice":                     `{"do":"grant","do":"deny"}`,
		"twice the same":                     `{"do":"grant","do":"grant"}`,
		"twice in different case":            `{"do":"grant","DO":"deny"}`,
		"in capitals":                        `{"DO":"deny"}`,
		"with a letter that folds to one":    `{"a\u017fk":"x"}`,
		"with a long s":                      `{"do":"deny","rea` + "\u017f" + `on":"x"}`,
		"why with a long s":                  `{"` + "\u017f" + `een":3,"do":"deny"}`,
		"with a Kelvin sign":                 `{"do":"link","lin` + "\u212a" + `":"x"}`,
		"twice further in":                   `{"do":"grant","grant":{"items":[{"measure":0,"measure":1}],"by":"court","name":"C","expires":"2026-10-01T00:00:00Z"}}`,
		"in capitals further in":             `{"do":"grant","grant":{"items":[{"measure":0,"Measure":1}],"by":"court","name":"C","expires":"2026-10-01T00:00:00Z"}}`,
		"twice by an escape":                 `{"do":"grant","d\u006f":"deny"}`,
		"twice after a list":                 `{"measures":[0],"do":"grant","measures":[1]}`,
		"twice after an object":              `{"grant":{"items":null,"by":"","name":"","expires":"2026-10-01T00:00:00Z"},"do":"grant","grant":null}`,
		"bytes that are no text":             "{\"do\":\"grant\",\"why\":\"\xff\"}",
		"half a character":                   `{"do":"grant","why":"\ud800"}`,
		"larger than anybody writes":         `{"why":"` + strings.Repeat("x", 2<<20) + `"}`,
		"larger by what is between":          full + strings.Repeat(" ", 2<<20),
		"a number with a fraction":           `{"do":"grant","seen":3.5}`,
		"a time that is none":                `{"do":"grant","at":"yesterday"}`,
		"the events of the office's records": `{"do":"grant","after":{}}`,
		"a signature of its own":             `{"do":"grant","signed":{"text":""}}`,
	} {
		if _, err := ReadInstruction([]byte(text)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s is read: %v", name, err)
		}
	}
}

// TestInstructionNames: every name that can stand in an instruction is of small
// letters, so that what is not is no name, and no other spelling is taken for one.
func TestInstructionNames(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(r reflect.Type) {
		for r.Kind() == reflect.Pointer || r.Kind() == reflect.Slice || r.Kind() == reflect.Array {
			r = r.Elem()
		}
		if r.Kind() == reflect.Map || r.Kind() == reflect.Interface {
			t.Errorf("an instruction has a %s: its names are anybody's", r)
		}
		if r.Kind() != reflect.Struct || r == reflect.TypeFor[time.Time]() || seen[r] {
			return
		}
		seen[r] = true
		for i := range r.NumField() {
			f := r.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "-" || !f.IsExported() {
				continue
			}
			if name == "" && !f.Anonymous || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
				t.Errorf("%s.%s is written %q", r, f.Name, name)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[Instruction]())
	if len(seen) < 8 {
		t.Errorf("only %d types were looked at", len(seen))
	}
}

// FuzzReadInstruction: whatever is read is read again as the same, and so are its
// parts.
func FuzzReadInstruction(f *testing.F) {
	f.Add([]byte(`{"case":"26-7K3MQ9XB-T","by":"Jo","role":"judge","do":"grant","seen":3}`))
	f.Add([]byte(`{"do":"grant","DO":"deny"}`))
	f.Add([]byte(`{"grant":{"items":[{"measure":0,"measure":1}]}}`))
	f.Add([]byte(`{"do":"x","why":"\ud800"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := ReadInstruction(text)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("nobody can act on this: %v", err)
			}
			return
		}
		again, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		second, err := ReadInstruction(again)
		if err != nil {
			t.Fatalf("%s is not read again as %s: %v", text, again, err)
		}
		third, err := json.Marshal(second)
		if err != nil || string(third) != string(again) {
			t.Fatalf("%s is read as %s and then as %s, %v", text, again, third, err)
		}
	})
}

// TestObeySigned: an order is good once, for the state its author saw, in their
// name alone.
func TestObeySigned(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	keys := l.inEarnest()
	other, err := role.Generate("Jo", false, rand.Reader)
	ok(t, err)
	good := func() *Instruction { return l.writes(judge, lifecycle.Grant, l.grant(0)) }
	before := l.see(l.ref).Seq()
	for _, c := range []struct {
		name   string
		change func(*Instruction)
		who    Actor
		sign   func(text []byte) []byte
		says   string
	}{
		{"nobody signed", nil, judge, func([]byte) []byte { return nil }, "is not signed"},
		{"an empty signature", nil, judge, func([]byte) []byte { return []byte{} }, "is not that of Jo"},
		{"by another key of the same name", nil, judge, other.Sign, "is not that of Jo"},
		{"by another person's key", nil, judge, keys["olga"].Sign, "is not that of Jo"},
		{"over other bytes", nil, judge, func(text []byte) []byte { return keys["jo"].Sign(append(text, ' ')) }, "is not that of Jo"},
		{"by who has no key", func(in *Instruction) { in.By, in.Role = "Rosa", "reviewer" }, reviewer, keys["jo"].Sign, "has no role key"},
		{"sent by another", nil, Actor{"Jana", lifecycle.Judge}, keys["jo"].Sign, "who is signed in is Jana"},
		{"in another role", nil, Actor{"Jo", lifecycle.Oversight}, keys["jo"].Sign, "as oversight"},
		{"for another case", func(in *Instruction) { in.Case = "26-00000000-0" }, judge, keys["jo"].Sign, "the instruction is for"},
		{"signed in a role that is none", func(in *Instruction) { in.Role = "Judge" }, judge, keys["jo"].Sign, "who is signed in"},
		{"a day old", func(in *Instruction) { in.At = l.now.Add(-day - time.Second) }, judge, keys["jo"].Sign, "it was signed at"},
		{"from the future", func(in *Instruction) { in.At = l.now.Add(6 * time.Minute) }, judge, keys["jo"].Sign, "it was signed at"},
		{"at no time", func(in *Instruction) { in.At = time.Time{} }, judge, keys["jo"].Sign, "it was signed at"},
		{"of whatever stands", func(in *Instruction) { in.Seen = 0 }, judge, keys["jo"].Sign, "which event its author had seen"},
		{"of what has not happened", func(in *Instruction) { in.Seen = before + 1 }, judge, keys["jo"].Sign, "has not happened"},
		{"of what nobody counts", func(in *Instruction) { in.Seen = -1 }, judge, keys["jo"].Sign, "has not happened"},
		{"of an earlier state", func(in *Instruction) { in.Seen = before - 1 }, judge, keys["jo"].Sign, "meanwhile"},
		{"with a document", func(in *Instruction) { in.Document = l.doc }, judge, keys["jo"].Sign, "is not about a document"},
	} {
		in := good()
		if c.change != nil {
			c.change(in)
		}
		text, err := json.Marshal(in)
		ok(t, err)
		if _, err := l.Obey(t.Context(), c.who, l.ref, text, c.sign(slices.Clone(text))); !contains(err, c.says) || fault.KindOf(err) == fault.Internal {
			t.Errorf("%s: %v; want %q", c.name, err, c.says)
		}
	}
	if got := l.see(l.ref).Seq(); got != before {
		t.Fatalf("%d events came of it", got-before)
	}

	text, signature := l.signs(keys, judge, good())
	done, err := l.Obey(t.Context(), judge, l.ref, text, signature)
	ok(t, err)
	e := done.Case.Events[done.Case.Seq()-1]
	if e.Do != lifecycle.Grant || e.Signed == nil || string(e.Signed.Text) != string(text) || string(e.Signed.Signature) != string(signature) || e.Signed.Key != keys["jo"].Public().String() {
		t.Errorf("on record is %+v", e)
	}
	l.has("stage:granted")
	if _, err := l.Obey(t.Context(), judge, l.ref, text, signature); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the same order is followed twice: %v", err)
	}
	ok(t, l.Verify(t.Context(), l.ref))
}

// TestReplayedLater: nothing that was signed for one state is done in another,
// also where the table would let it.
func TestReplayedLater(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	keys := l.inEarnest()
	grant, signature := l.signs(keys, judge, l.writes(judge, lifecycle.Grant, l.grant(0)))
	ok(t, second(l.Obey(t.Context(), judge, l.ref, grant, signature)))
	l.obeys(keys, judge, lifecycle.Revoke, Body{})
	l.does(reviewer, lifecycle.Apply, Body{})
	l.has("stage:forwarded", "waiting:court")
	if _, err := l.Obey(t.Context(), judge, l.ref, grant, signature); fault.KindOf(err) != fault.Conflict {
		t.Errorf("what was revoked is granted by the order before: %v", err)
	}
	l.has("stage:forwarded")
}

// TestSignedOrNotAtAll: of judges, notifiers and oversight nothing counts that
// they have not signed, but what takes no side.
func TestSignedOrNotAtAll(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	l.inEarnest()
	passive := []lifecycle.Event{lifecycle.Look, lifecycle.LookOutside, lifecycle.SeeLooks, lifecycle.Note, lifecycle.Assign, lifecycle.Unassign, lifecycle.SettleDuty}
	tried := map[lifecycle.Role]int{}
	for _, who := range []Actor{judge, notifier, overseer} {
		for _, row := range lifecycle.Floor() {
			if !row.By.Has(who.Role) || row.Do == lifecycle.Propose || slices.Contains(passive, row.Do) {
				continue
			}
			tried[who.Role]++
			_, err := l.Do(t.Context(), who, l.ref, Act{Do: row.Do, Why: "because", Body: fitted(row.Do, Body{Until: l.now.Add(day), Way: "a letter", Proof: "p", Remedy: "r"})})
			if fault.KindOf(err) != fault.Forbidden || !contains(err, "is not signed") {
				t.Errorf("%s by a %s without a signature: %v", row.Do, who.Role, err)
			}
		}
		if _, err := l.Do(t.Context(), who, l.ref, Act{Do: lifecycle.Note, Why: "seen"}); err != nil {
			t.Errorf("a note by a %s: %v", who.Role, err)
		}
	}
	if tried[lifecycle.Judge] < 10 || tried[lifecycle.Notifier] < 5 || tried[lifecycle.Oversight] < 5 {
		t.Errorf("tried were %v", tried)
	}
	l.has("stage:forwarded", "waiting:court")
}

// TestBothSign: where it takes two, each has signed the same.
func TestBothSign(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	keys := l.inEarnest()
	l.obeys(keys, overseer, lifecycle.FreezeCase, Body{})
	l.obeys(keys, overseer2, lifecycle.ConfirmFreeze, Body{})
	if !l.obeys(keys, overseer, lifecycle.Thaw, Body{}).Proposed {
		t.Fatal("one thaws what two froze")
	}
	c := l.obeys(keys, overseer2, lifecycle.Thaw, Body{}).Case
	for i, want := range map[int]string{c.Seq() - 2: "Olga", c.Seq() - 1: "Omar"} {
		if e := c.Events[i]; e.Signed == nil || e.Signed.Key != keys[strings.ToLower(want)].Public().String() {
			t.Errorf("event %d, %s, is signed as %+v; want by %s", e.Seq, e.Do, e.Signed, want)
		}
	}
	l.has("freeze:lapsed")
}

// forged is a docket that finds a case as somebody with its key has rewritten it.
func (l *life) forged(change func(*Event)) *Docket {
	l.t.Helper()
	list, err := l.Forged(l.t.Context(), l.ref, change)
	ok(l.t, err)
	p := l.parts
	p.Records = altered{l.store, func([]Entry, *Row) []Entry { return list }}
	return New(p, l.now)
}

// TestVerifySigned: nobody who can write the records can make up, exchange or
// take away what was signed.
func TestVerifySigned(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied()
	keys := l.inEarnest()
	// With spaces around it, as people write: what is kept is trimmed.
	order := l.writes(judge, lifecycle.Grant, l.grant(1, 0))
	order.Why, order.Told = "  because of the file \n", " as asked "
	text, signature := l.signs(keys, judge, order)
	ok(t, second(l.Obey(t.Context(), judge, l.ref, text, signature)))
	l.settle(reviewer, l.ref, "secrecy")
	l.obeys(keys, judge, lifecycle.OrderSecrecy, secret(l.now.Add(20*day)))
	l.obeys(keys, judge, lifecycle.Assert, Body{Said: []Statement{{Fact: "request.harm_told", Value: "true", Answers: []string{"*"}}}})
	paper := decidedBy("court")
	l.obeys(keys, judge, lifecycle.LiftSecrecy, paper)
	l.obeys(keys, notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	ok(t, l.Notified(t.Context(), l.ref, l.see(l.ref).Seq(), "250 ok"))
	l.obeys(keys, overseer, lifecycle.FreezeCase, Body{})
	ok(t, l.Verify(t.Context(), l.ref))
	if err := l.forged(func(*Event) {}).Verify(t.Context(), l.ref); err != nil {
		t.Fatalf("what nobody altered is altered: %v", err)
	}

	elsewhere, other := l.signs(keys, judge, l.writes(judge, lifecycle.Revoke, Body{}))
	wider := *order
	wider.Grant = l.grant(0).Grant
	narrow, narrowly := l.signs(keys, judge, &wider)
	abroad := *order
	abroad.Case = "26-00000000-0"
	away, awayly := l.signs(keys, judge, &abroad)
	elsewise := *order
	elsewise.Role = "senior"
	asSenior, asSeniorly := l.signs(keys, judge, &elsewise)
	for name, change := range map[string]func(*Event){
		"what was signed in another role": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed = &Signed{asSenior, asSeniorly, e.Signed.Key}
			}
		},
		"a signature taken away": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed = nil
			}
		},
		"a signature of other bytes": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed.Signature[0] ^= 1
			}
		},
		"another key": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed.Key = keys["olga"].Public().String()
			}
		},
		"another act's signature": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed = &Signed{elsewhere, other, e.Signed.Key}
			}
		},
		"another case's signature": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed = &Signed{away, awayly, e.Signed.Key}
			}
		},
		"the signature of a narrower order": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed = &Signed{narrow, narrowly, e.Signed.Key}
			}
		},
		"a longer grant": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Grant.Expires = e.Grant.Expires.Add(day)
			}
		},
		"another reason": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Why = "because"
			}
		},
		"another word to the requester": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Told = "more than asked"
			}
		},
		"another judge": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.By = "Jana"
			}
		},
		"a longer secrecy": func(e *Event) {
			if e.Do == lifecycle.OrderSecrecy {
				e.Until = e.Until.Add(day)
			}
		},
		"another statement": func(e *Event) {
			if e.Do == lifecycle.Assert && e.Signed != nil {
				e.Said[0].Value = "false"
			}
		},
		"another decision": func(e *Event) {
			if e.Do == lifecycle.LiftSecrecy {
				e.Decision.Text = []byte("It is not ordered.")
			}
		},
		"a notice another way": func(e *Event) {
			if e.Do == lifecycle.PlanNotice {
				e.Way = "mail:b@example.org"
			}
		},
		"told another way than was signed": func(e *Event) {
			if e.Do == lifecycle.Tell {
				e.Way = "mail:b@example.org"
			}
		},
		"told without a plan": func(e *Event) {
			if e.Do == lifecycle.Tell {
				e.Planned = 1
			}
		},
		"told as planned in nothing": func(e *Event) {
			if e.Do == lifecycle.Tell {
				e.Planned = 1 << 20
			}
		},
		"a grant as planned": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed, e.Planned = nil, 1
			}
		},
		"a grant of a measure that is not there": func(e *Event) {
			if e.Do == lifecycle.Grant {
				e.Signed.Text = []byte(strings.Replace(string(text), `"measure":1`, `"measure":7`, 1))
				e.Signed.Signature = keys["jo"].Sign(e.Signed.Text)
			}
		},
	} {
		if err := l.forged(change).Verify(t.Context(), l.ref); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s is not noticed: %v", name, err)
		}
	}
}

// TestSweepIsVerified: what oversight stops in many cases at once is signed for
// none of them, and stands.
func TestSweepIsVerified(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	keys := l.inEarnest()
	l.obeys(keys, judge, lifecycle.Grant, l.grant(0))
	frozen, err := l.FreezeSince(t.Context(), overseer, "Jo", start, "the key is stolen")
	ok(t, err)
	stopped, err := l.SuspendAll(t.Context(), overseer, "central authority", "its key is stolen")
	ok(t, err)
	if diff := cmp.Diff([][]Ref{{l.ref}, {l.ref}}, [][]Ref{frozen, stopped}); diff != "" {
		t.Error(diff)
	}
	ok(t, l.Verify(t.Context(), l.ref))
}
