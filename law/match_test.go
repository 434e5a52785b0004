package law

import "testing"

func TestMatch(t *testing.T) {
	for _, c := range []struct{ name, country, law, article, want string }{
		{"as registered", "TR", "Penal Code (Law 5237)", "art. 299", "tr-tck-299"},
		{"without the parenthesis", "TR", "Penal Code", "Article 299", "tr-tck-299"},
		{"in its own language", "TR", "Türk Ceza Kanunu", "m. 299", "tr-tck-299"},
		{"in another script", "RU", "Уголовный кодекс Российской Федерации", "ст. 207.3 ч. 3", "ru-cc-207-3"},
		{"with the State's name", "RU", "Criminal Code of the Russian Federation", "Article 207.3, part 3", "ru-cc-207-3"},
		{"in Chinese", "CN", "中华人民共和国刑法", "第105条第2款", "cn-cl-105-2"},
		{"in Arabic", "EG", "قانون العقوبات", "المادة 188", "eg-pc-188"},
		{"accents and case", "FR", "CODE PÉNAL", "323-1", "fr-323-1"},
		{"an abbreviation", "DE", "StGB", "§ 303b", "de-303b"},
		{"a paragraph of a registered article", "DE", "Strafgesetzbuch", "§ 303b Abs. 4", "de-303b"},
		{"a letter set apart", "TR", "TCK", "217/A", "tr-tck-217a"},
		{"bis", "ES", "Código Penal", "artículo 264 bis", "es-264bis"},
		{"a paragraph of another article of that name", "ES", "Código Penal", "art. 264", "es-264"},
		{"a hyphen", "BR", "Código Penal", "Art. 154-A", "br-154a"},
		{"the U.S. Code", "US", "18 USC", "§ 1030(a)(2)", "us-1030-a2"},
		{"a year at the end", "VN", "Penal Code of 2015", "Article 117", "vn-pc-117"},
		{"lower-case country", "th", "Criminal Code", "section 112", "th-cc-112"},

		{"another country", "DE", "Penal Code (Law 5237)", "art. 299", ""},
		{"another law of the same name", "TR", "Code of Criminal Procedure", "art. 299", ""},
		{"another law", "TR", "Anti-Terror Law", "art. 299", ""},
		{"a code of procedure named after a State", "RU", "Code of Criminal Procedure of the Russian Federation", "art. 207.3(3)", ""},
		{"another article", "TR", "Penal Code", "art. 300", ""},
		{"another paragraph", "CN", "Criminal Law", "art. 105(1)", ""},
		{"the whole article where a paragraph is registered", "CN", "Criminal Law", "art. 105", ""},
		{"the next article of a list", "BR", "Codigo Penal", "art. 154-A, 331", ""},
		{"no article", "MM", "Cybersecurity Law", "", ""},
		{"no law", "TR", "", "art. 299", ""},
		{"no country", "", "Penal Code", "art. 299", ""},
		{"only a generic word", "TR", "Law", "art. 299", ""},
		{"two at once", "TR", "Penal Code", "art. 299 and 217/A", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, ok := Starting().Match(c.country, c.law, c.article)
			if p.ID != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %t, want %q", p.ID, ok, c.want)
			}
		})
	}
}

// Every provision that has an article of its own finds itself, or nothing:
// never another.
func TestMatchFindsItself(t *testing.T) {
	found := 0
	for _, p := range Starting().Provisions() {
		got, ok := Starting().Match(p.Country, p.Law, p.Article)
		if ok && got.ID != p.ID {
			t.Errorf("%s finds %s", p.ID, got.ID)
		}
		if ok {
			found++
		}
	}
	if found < 158 {
		t.Errorf("only %d provisions find themselves", found)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("TR", "Penal Code (Law 5237)", "art. 299")
	f.Add("US", "18 U.S.C. (CFAA)", "ss. 5-10; arts 3")
	f.Add("", "(((", "§§ 1 - 2 bis")
	f.Fuzz(func(t *testing.T, country, law, article string) {
		p, ok := Starting().Match(country, law, article)
		if ok && p.ID == "" {
			t.Error("matched nothing")
		}
	})
}
