package main

import (
	"net/mail"
	"path/filepath"
	"strings"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/proof/role"
	"github.com/rogatory/rogatory/screen"
)

// staff is one person of office.toml.
type staff struct {
	Name  string   `toml:"name" json:"name"`
	Roles []string `toml:"roles" json:"roles"`
	Bound bool     `toml:"bound" json:"bound"` // an outsider bound by contract

	Mail    string   `toml:"mail" json:"-"`        // where letters of the office go
	Subject string   `toml:"subject" json:"-"`     // by which a provider of identities knows them
	Key     string   `toml:"key" json:"-"`         // the public form of their role key
	Former  []string `toml:"former_keys" json:"-"` // keys of before: what they signed with them stands
}

// checkPeople refuses a list on which one person could count for two, or hold
// what nobody holds together.
func (s *settings) checkPeople(name string) error {
	seen := make(map[string]string)
	for _, p := range s.People {
		if strings.TrimSpace(p.Name) == "" {
			return fault.Invalidf(name, "a person has no name").WithHint("write name = \"…\" under [[person]]")
		}
		if visible(p.Name) != p.Name {
			return fault.Invalidf(name, "the name %s has characters that are not seen", visible(p.Name)).WithHint("type the name anew")
		}
		if other, ok := seen[skeleton(p.Name)]; ok {
			return fault.Invalidf(name, "the names %q and %q are the same, or look alike", other, p.Name).WithHint("two people are told apart by their names, and one person with two names would be two people; write something that tells them apart")
		}
		seen[skeleton(p.Name)] = p.Name
		if err := p.check(name); err != nil {
			return err
		}
	}
	return nil
}

// check refuses roles that there are not, that nobody of an office holds, or
// that one person does not hold together.
func (p *staff) check(name string) error {
	var held []lifecycle.Role
	for _, word := range p.Roles {
		r, err := lifecycle.ParseRole(word)
		if err != nil {
			return fault.Invalidf(name, "%s: %v", p.Name, err)
		}
		if r > lifecycle.Administrator {
			return fault.Invalidf(name, "%s is listed as %s, which nobody of an office is", p.Name, r).WithHint("what comes from outside is entered by intake")
		}
		for _, other := range held {
			if because := lifecycle.Apart(r, other); because != "" {
				return fault.Invalidf(name, "%s is %s and %s: %s", p.Name, other, r, because).WithHint("let somebody else hold one of them")
			}
		}
		held = append(held, r)
	}
	return p.checkReach(name)
}

// checkReach refuses an address that is none, and a role key that is somebody
// else's.
func (p *staff) checkReach(name string) error {
	if p.Mail != "" {
		if a, err := mail.ParseAddress(p.Mail); err != nil || a.Address != p.Mail {
			return fault.Invalidf(name, "%s: %q is no mail address", p.Name, p.Mail).WithHint("write name@office.example")
		}
	}
	if p.Key == "" {
		return nil
	}
	public, err := role.ParsePublic(p.Key)
	if err != nil {
		return fault.Invalidf(name, "%s: %v", p.Name, err)
	}
	if screen.Folded(public.Name) != screen.Folded(p.Name) {
		return fault.Invalidf(name, "the role key of %s was made for %q", p.Name, public.Name).WithHint("let each make their own: rogatory sign keygen")
	}
	return nil
}

// members is the list as package lifecycle knows it.
func (s *settings) members() []lifecycle.Member {
	var list []lifecycle.Member
	for _, p := range s.People {
		var roles []lifecycle.Role
		for _, word := range p.Roles {
			if r, err := lifecycle.ParseRole(word); err == nil {
				roles = append(roles, r)
			}
		}
		list = append(list, lifecycle.Member{Name: p.Name, Roles: lifecycle.RolesOf(roles...), Bound: p.Bound})
	}
	return list
}

// likeLatin are letters of other alphabets, and figures, that are read as a
// Latin letter; of i and l the eye makes one.
var likeLatin = strings.NewReplacer(
	"а", "a", "в", "b", "е", "e", "к", "k", "м", "m", "н", "h", "о", "o", "р", "p", "с", "c", "т", "t", "у", "y", "х", "x",
	"і", "l", "ј", "j", "ѕ", "s", "ԁ", "d", "һ", "h", "ӏ", "l",
	"α", "a", "β", "b", "ε", "e", "η", "h", "ι", "l", "κ", "k", "μ", "m", "ν", "v", "ο", "o", "ρ", "p", "τ", "t", "υ", "y", "χ", "x", "ζ", "z",
	"0", "o", "1", "l", "i", "l", "rn", "m", ".", "", "'", "", "’", "", "-", " ",
)

// skeleton is what of a name the eye keeps.
func skeleton(name string) string { return likeLatin.Replace(screen.Folded(name)) }

// actor finds a person of the office, in the first of their roles that may do
// what is wanted.
func (o *opened) actor(name string, do lifecycle.Event) (docket.Actor, error) {
	name, role, chosen := strings.Cut(name, ":")
	for _, p := range o.settings.People {
		if screen.Folded(p.Name) == screen.Folded(name) {
			return p.as(role, chosen, do)
		}
	}
	return docket.Actor{}, fault.NotFoundf(name, "nobody of this name is in %s", filepath.Join(o.dir, settingsFile)).WithHint("--as takes the name of a person listed there, or name:role")
}

func (p *staff) as(role string, chosen bool, do lifecycle.Event) (docket.Actor, error) {
	first := lifecycle.Nobody
	for _, word := range p.Roles {
		r, err := lifecycle.ParseRole(word)
		if err != nil {
			return docket.Actor{}, err
		}
		if chosen && word != role {
			continue
		}
		if first == lifecycle.Nobody {
			first = r
		}
		if chosen || mayEver(r, do) {
			return docket.Actor{Name: p.Name, Role: r}, nil
		}
	}
	if first == lifecycle.Nobody {
		return docket.Actor{}, fault.Forbiddenf(p.Name, "is not %s here; roles: %s", role, strings.Join(p.Roles, ", "))
	}
	return docket.Actor{Name: p.Name, Role: first}, nil
}

func mayEver(r lifecycle.Role, do lifecycle.Event) bool {
	for _, s := range lifecycle.Stages() {
		if lifecycle.Allowed(r, do, s) {
			return true
		}
	}
	return false
}

// nameOf is a name as office.toml writes it.
func (s *settings) nameOf(folded string) string {
	for _, p := range s.People {
		if screen.Folded(p.Name) == folded {
			return p.Name
		}
	}
	return folded
}

type officeStaffCommand struct {
	inFolder
	JSON bool `help:"Print one JSON object."`
}

// Run says what an office of these people could not do.
func (c *officeStaffCommand) Run(s *streams) error {
	settings, err := c.read()
	if err != nil {
		return err
	}
	cannot, without := lifecycle.Staffing(settings.members()), lifecycle.Limits(settings.members())
	if c.JSON {
		return printJSON(s.out, struct {
			People  []staff  `json:"people"`
			Cannot  []string `json:"cannot"`
			Without []string `json:"without"`
		}{list(settings.People), list(cannot), list(without)})
	}
	for _, p := range settings.People {
		bound := ""
		if p.Bound {
			bound = ", bound from outside"
		}
		s.paper.line("%-20s %s%s", visible(p.Name), strings.Join(p.Roles, ", "), bound)
	}
	for _, says := range cannot {
		s.paper.para("cannot    ", says)
	}
	for _, says := range without {
		s.paper.para("without   ", says)
	}
	if len(cannot) > 0 {
		return fault.Invalidf(filepath.Join(c.Data, settingsFile), "an office of these people could not do everything it has to").WithHint("give the roles that are missing to somebody; docs/cases.md shows how five people, or two and a bound outsider, fill them")
	}
	s.paper.line("every case can come to its end")
	return nil
}
