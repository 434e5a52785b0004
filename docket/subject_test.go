package docket

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// own are the events that follow by themselves, and that nobody asks for.
var own = []lifecycle.Event{
	lifecycle.LapseQuarantine, lifecycle.Screen, lifecycle.LapseQuestions, lifecycle.EndPostponing, lifecycle.ExpireGrant,
	lifecycle.MissReview, lifecycle.Unhold, lifecycle.LapsePreservation, lifecycle.EndSecrecy, lifecycle.OverdueChallenge,
	lifecycle.LapseOnward, lifecycle.EndFreeze, lifecycle.Erase, lifecycle.Escalate, lifecycle.Propose,
	lifecycle.Bounce, lifecycle.Fetch, lifecycle.SettleDuty,
}

func TestEveryEventHasItsSubject(t *testing.T) {
	for _, do := range lifecycle.Events() {
		_, asked := subjects[do]
		if asked == slices.Contains(own, do) {
			t.Errorf("%s is asked for: %v; and follows by itself: %v", do, asked, !asked)
		}
	}
	for do := range subjects {
		if !slices.Contains(lifecycle.Events(), do) {
			t.Errorf("%s is no event", do)
		}
	}
}

// full gives every kind of member a value.
func full(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(1)
	case reflect.Struct:
		v.Set(reflect.ValueOf(time.Unix(0, 0)))
	}
}

// TestNothingIsSmuggled: each member of a Body is refused with every event that
// is not about it, and no member is forgotten.
func TestNothingIsSmuggled(t *testing.T) {
	body := reflect.TypeFor[Body]()
	if body.NumField() != len(members) {
		t.Fatalf("a Body has %d members and %d are known", body.NumField(), len(members))
	}
	for i := range body.NumField() {
		var b Body
		full(reflect.ValueOf(&b).Elem().Field(i))
		var is []member
		for _, m := range members {
			if m.given(&b) {
				is = append(is, m.is)
			}
		}
		if len(is) != 1 {
			t.Errorf("%s is seen as %d members", body.Field(i).Name, len(is))
			continue
		}
		for do, may := range subjects {
			err := (&Act{Do: do, Body: b}).check()
			if refused := err != nil && contains(err, "is not about"); refused == (may&is[0] != 0) {
				t.Errorf("%s with %s: %v", do, body.Field(i).Name, err)
			}
		}
	}
	for _, do := range own {
		if err := (&Act{Do: do}).check(); err == nil {
			t.Errorf("a person causes %s", do)
		}
	}
}

// TestOfficesMembersAreNobodys: what the docket itself writes is never taken
// from a caller.
func TestOfficesMembersAreNobodys(t *testing.T) {
	for do, may := range subjects {
		if may&(inChannel|inProposal|inClock|inWarning|inSet|inProposed|inAccordance) != 0 {
			t.Errorf("%s takes what only the docket writes", do)
		}
		if may&inDocument != 0 && do != lifecycle.Answer || may&inSaid != 0 && do != lifecycle.Assert {
			t.Errorf("%s takes a document or statements", do)
		}
	}
}

func contains(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }

func TestNames(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"Rosa", "rosa"},
		{"Rosa", " Rosa "},
		{"Rosa Lux", "Rosa  Lux"},
		{"Rosa Lux", "Rosa\u00a0Lux"},
		{"Rosa", "Ｒｏｓａ"},
		{"José", "Jose\u0301"},
		{"ΣΟΦΟΣ", "σοφος"},
		{"Kelvin", "\u212aelvin"},
	} {
		if !sameName(c.a, c.b) {
			t.Errorf("%q and %q are two people", c.a, c.b)
		}
	}
	if sameName("Rosa", "Roza") {
		t.Error("two people are one")
	}
	for _, bad := range []string{"", " ", "Rоsa" /* Cyrillic o */, "Rosa\u200b", "Ro\u202esa", "Rosa\x00", "Rosa\u00ad", "Rosa☺", string(make([]byte, 300)), "\xff"} {
		if checkName(bad, true) == nil {
			t.Errorf("%q is a name to sign with", bad)
		}
	}
	for _, good := range []string{"Rosa", "José Ångström", "Роза", "سعاد", "明子 (2)", "O'Neil-Smith, Jr.", "r.lux@office_3", "佐藤アキ"} {
		if err := checkName(good, true); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// TestCarryOver: what is same is named part by part.
func TestCarryOver(t *testing.T) {
	before := &request.Request{
		Facts: "f", Offences: []request.Offence{{Title: "o"}}, Persons: []request.Person{{Role: "suspect"}},
		Measures: []request.Measure{{Data: "traffic"}, {Data: "content"}}, Orders: []request.Order{{Reference: "1"}},
	}
	said := []Statement{{Of: ""}, {Of: "/measures/0"}, {Of: "/measures/1"}, {Of: "/offences/0"}, {Of: "/persons/0", Answers: []string{"x"}}}
	for _, c := range []struct {
		name   string
		change func(*request.Request)
		firm   []string // what still clears
		kept   int
	}{
		{"nothing", func(r *request.Request) { r.Reference = "2" }, []string{"", "/measures/0", "/measures/1", "/offences/0", "/persons/0"}, 5},
		{"a measure", func(r *request.Request) { r.Measures[0].Data = "content" }, []string{"/measures/1", "/offences/0", "/persons/0"}, 5},
		{"a measure less", func(r *request.Request) { r.Measures = r.Measures[:1] }, []string{"/measures/0", "/offences/0", "/persons/0"}, 4},
		{"the conduct", func(r *request.Request) { r.Facts = "g" }, []string{"/persons/0"}, 5},
		{"an order", func(r *request.Request) { r.Orders[0].Reference = "2" }, []string{"/offences/0", "/persons/0"}, 5},
		{"an assurance", func(r *request.Request) { r.Assurances = []string{"none"} }, []string{"/measures/0", "/measures/1", "/offences/0", "/persons/0"}, 5},
	} {
		after := *before
		after.Measures, after.Orders = slices.Clone(before.Measures), slices.Clone(before.Orders)
		c.change(&after)
		var firm []string
		kept := carryOver(said, before, &after)
		for _, s := range kept {
			if !s.Before {
				firm = append(firm, s.Of)
			}
			if s.Answers != nil {
				t.Errorf("%s: an answer carries over", c.name)
			}
		}
		if !slices.Equal(firm, c.firm) || len(kept) != c.kept {
			t.Errorf("%s: %d kept, %v clear; want %d and %v", c.name, len(kept), firm, c.kept, c.firm)
		}
	}
}
