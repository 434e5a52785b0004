package authority_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	. "github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
)

const header = "id,name,country,role,mail,language,contacts,powers,instruments,until\n"

func TestReadCSV(t *testing.T) {
	paris := Authority{
		ID: "fr-paris", Name: "Tribunal, Paris", Country: "FR", Role: "court", Mail: "greffe@justice.example", Language: "fr",
		Contacts: []Contact{{Value: "+33 1 0000"}, {Value: "garde@justice.example"}},
		Powers:   []Power{{"subscriber", []string{"uncc", "eio"}}, {"content", []string{"uncc", "eio"}}},
		Until:    time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	plain := paris
	plain.Mail, plain.Language, plain.Powers = "", "", []Power{{Data: "subscriber"}, {Data: "content"}}
	for _, c := range []struct {
		name, text string
		want       []Authority
	}{
		{"commas", header + `fr-paris,"Tribunal, Paris",FR,court,greffe@justice.example,fr,+33 1 0000; garde@justice.example,subscriber;content,uncc;eio,2027-12-31`, []Authority{paris}},
		{"semicolons, and lists in quotation marks", strings.ReplaceAll(header, ",", ";") + `fr-paris;Tribunal, Paris;FR;court;greffe@justice.example;fr;"+33 1 0000;garde@justice.example";"subscriber;content";"uncc;eio";2027-12-31`, []Authority{paris}},
		{"tabs, and the ends of lines of another system", strings.ReplaceAll(strings.ReplaceAll(header, ",", "\t")+"fr-paris,Tribunal§ Paris,FR,court,greffe@justice.example,fr,+33 1 0000;garde@justice.example,subscriber;content,uncc;eio,2027-12-31\n", "\n", "\r\n"), nil},
		{"a mark before it, other columns, another order, an end as a time", "\ufeffuntil,ID,Name,powers, country ,role,contacts\n2028-01-01T01:00:00+01:00,fr-paris,\"Tribunal, Paris\",subscriber;content;,FR,court,+33 1 0000;garde@justice.example\n", []Authority{plain}},
		{"empty rows, and empty cells at the end", "id,name,country,role,contacts,powers,until,\n,,,,,,,\n\nfr-paris,\"Tribunal, Paris\",FR,court,+33 1 0000;garde@justice.example,subscriber;content,2027-12-31,,\n", []Authority{plain}},
		{"the names of columns and nothing else", header, []Authority{}},
	} {
		if c.want == nil {
			tabbed := strings.ReplaceAll(c.text, ",", "\t")
			c.text, c.want = strings.ReplaceAll(tabbed, "§", ","), []Authority{paris}
		}
		got, err := ReadCSV(strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" && len(got)+len(c.want) > 0 {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestWhatIsWrongInADirectoryIsToldWithItsPlace(t *testing.T) {
	text := header +
		"fr-1,A,FR,court,,,+33 1,subscriber,,2027-12-31\n" +
		"fr-2,B,ZZ,court,,,+33 2,subscriber;all,,2027-12-31\n" +
		"FR-1,C,FR,sheriff,,,,subscriber,unknown,31.12.2027\n" +
		"fr-4,D,FR,court,,,,,\n" +
		"fr-5,\"E\nE\",FR,court,,,+33 5,subscriber,,2027-12-31,too much\n" +
		"Fr-1,F\u202eF,FR,court,,,+33 5,subscriber,,2027-12-31\n"
	_, err := ReadCSV(strings.NewReader(text))
	want := []string{
		`line 3, column 8 (country): "ZZ" is not an assigned two-letter code of ISO 3166-1 (such as DE)`,
		`line 3, column 25 (powers): "all" is none of subscriber, sole-identification, traffic, content`,
		`line 4, column 41 (until): "31.12.2027" is no date (such as 2027-12-31)`,
		`line 5: has 9 cells, and the first row has 10`,
		`line 7, column 44: stands in no column: the row has more cells than the first one`,
		`line 8, column 1 (id): "Fr-1" stands in line 2 already`,
		`line 8, column 6 (name): has a character that is not seen, U+202E at byte 2`,
	}
	if err == nil || fault.KindOf(err) != fault.Invalid {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestADirectoryThatCannotBeRead(t *testing.T) {
	row := func(i int) string {
		return fmt.Sprintf("fr-%d,A,FR,court,,,+33 1,subscriber,,2027-12-31\n", i)
	}
	var many bytes.Buffer
	many.WriteString(header)
	for i := range 10_001 {
		many.WriteString(row(i))
	}
	for _, c := range []struct{ name, text, says string }{
		{"nothing", "", "line 1: there is nothing"},
		{"a column of no directory", "id,name,country,role,contacts,powers,until,keys\n", `line 1, column 44: "keys" is no column`},
		{"a column twice", "id,name,name,country,role,contacts,powers,until\n", "line 1, column 9: the column name is there twice"},
		{"a column that is missing", "id,name,country,role,contacts,powers\n", "line 1: there is no column until"},
		{"an open quotation mark", header + "fr-1,\"A,FR", "line 2, column"},
		{"a quotation mark inside", header + "fr-1,A \"B\",FR", "line 2, column 8: cannot be parted into cells"},
		{"another encoding", header + row(1) + "fr-2,B\xe9,FR\n", "line 3: is not UTF-8; save it as CSV in UTF-8"},
		{"UTF-16", "\xff\xfei\x00d\x00", "the directory is UTF-16"},
		{"more than 10,000 rows", many.String(), "line 10002, column 1 (id): the directory has more than 10000 rows"},
		{"a cell of a million letters", header + "fr-1," + strings.Repeat("a", 1_000_000) + ",FR,court,,,+33 1,subscriber,,2027-12-31\n", "line 2, column 6 (name): has 1000000 bytes; a cell has at most 4000"},
		{"a list of a thousand", header + "fr-1,A,FR,court,,," + strings.Repeat("1;", 1000) + ",subscriber,,2027-12-31\n", "there are 1000; at most 50 are kept"},
		{"more problems than anybody reads", header + strings.Repeat("?\n", 120), "and 20 more"},
	} {
		list, err := ReadCSV(strings.NewReader(c.text))
		if err == nil || list != nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %.300v; want %q", c.name, err, c.says)
		}
	}
	if _, err := ReadCSV(strings.NewReader(strings.Join(strings.SplitAfter(many.String(), "\n")[:10_001], ""))); err != nil {
		t.Errorf("10,000 rows: %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(header + "fr-1,\"A, B\",FR,court,a@b.example,fr,+33 1;+33 2,subscriber,uncc;eio,2027-12-31\n"))
	f.Add([]byte("\ufeffid;name;country;role;contacts;powers;until\r\nfr-1;A;FR;court;\"1;2\";content;2027-12-31T00:00:00Z\r\n"))
	f.Add([]byte("id\tname\tcountry\trole\tcontacts\tpowers\tuntil\tfrom\nfr-1\tA\tFR\tcourt\t1\tcontent\t2027-12-31\t2026-01-01\n"))
	f.Add([]byte(header + "\"\n\"\n"))
	f.Add([]byte(header + ",,,,,,,,,,,,,x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := ReadCSV(bytes.NewReader(text))
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || list != nil || !utf8.ValidString(err.Error()) {
				t.Errorf("%q, %v", err, list)
			}
			return
		}
		for i := range list {
			if err := list[i].CheckForm(); err != nil {
				t.Errorf("what was read has not the form: %v", err)
			}
			if len(list[i].Keys)+len(list[i].Recipients)+len(list[i].Certificates) > 0 || list[i].Contacts[0].By != "" {
				t.Error("a directory enrolled a key, or verified a contact")
			}
		}
	})
}
