package signal

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func checkHits(t interface{ Fatalf(string, ...any) }, texts []Text, hits []Hit) {
	seen := map[string]bool{}
	for _, h := range hits {
		var body string
		for _, x := range texts {
			if x.Path == h.Path {
				body = x.Body
			}
		}
		if h.Start < 0 || h.End > len(body) || h.Start >= h.End || body[h.Start:h.End] != h.Quote {
			t.Fatalf("%s: [%d:%d] is not %q", h.Signal, h.Start, h.End, h.Quote)
		}
		if utf8.ValidString(body) && !utf8.ValidString(h.Quote) {
			t.Fatalf("%s cuts a rune: %q", h.Signal, h.Quote)
		}
		if seen[h.Path+h.Signal] {
			t.Fatalf("%s fires twice at %s", h.Signal, h.Path)
		}
		seen[h.Path+h.Signal] = true
	}
}

// sentences are all examples, as material for made-up texts.
func sentences(m *Matcher) []string {
	var out []string
	for _, g := range m.Signals() {
		for _, code := range codes {
			out = append(out, g.Examples[code], g.Not[code])
		}
	}
	return out
}

func TestTextsDoNotInfluenceEachOther(t *testing.T) {
	m := Floor()
	all := sentences(m)
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.OneOf(rapid.SampledFrom(all), rapid.String())
		a := strings.Join(rapid.SliceOfN(body, 1, 4).Draw(t, "a"), " ")
		b := strings.Join(rapid.SliceOfN(body, 1, 4).Draw(t, "b"), " ")
		texts := []Text{{Path: "/a", Field: Facts, Body: a}, {Path: "/b", Field: Note, Body: b}}
		alone, both := m.Find(texts[:1]), m.Find(texts)
		checkHits(t, texts, both)
		for i, h := range alone {
			if i >= len(both) || both[i] != h {
				t.Fatalf("%s is lost beside another text", h.Signal)
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	m := Floor()
	for _, s := range sentences(m) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		texts := []Text{{Path: "/x", Field: Facts, Body: body}}
		checkHits(t, texts, m.Find(texts))
	})
}

func TestDisguisesHideNothing(t *testing.T) {
	for _, c := range []struct{ name, signal, body string }{
		{"full-width letters", "foreign-funding", "Ｆｏｒｅｉｇｎ ｆｕｎｄｉｎｇ was received."},
		{"zero-width space inside a word", "foreign-funding", "for\u200beign fun\u200dding was received."},
		{"soft hyphen and bidirectional control", "foreign-funding", "for\u00adeign \u202efunding\u202c was received."},
		{"Cyrillic letters in a Latin word", "blasphemy", "an act of blаsрhemy"},
		{"Latin letters in a Cyrillic word", "proselytism", "вёл миccиoнерскую деятельность"},
		{"no accents where there should be", "foreign-funding", "recibio financiacion extranjera"},
		{"upper case", "blasphemy", "BLASPHÈME"},
		{"decomposed accents", "blasphemy", "blasphe\u0300me"},
		{"ё for е", "insult-of-authority", "Оскорблённый президент: пост содержит оскорбление президента"},
		{"Russian inflection", "members", "о списках членов объединения"},
		{"Arabic conjunction, preposition and article", "donors", "وبالمتبرعين للجمعية"},
		{"Arabic tatweel and harakat", "blasphemy", "ازدِراء الأديـــان"},
		{"Arabic alef without hamza", "insult-of-authority", "اهانة رئيس الدولة"},
		{"traditional Chinese", "insult-of-authority", "該帖文侮辱國家元首"},
		{"traditional Chinese, broken by spaces", "donors", "提供 捐 款 人 的資料"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !fires(Floor(), c.signal, Facts, c.body) {
				t.Errorf("%s does not fire: %s", c.signal, c.body)
			}
		})
	}
}

func TestCrowd(t *testing.T) {
	for _, c := range []struct {
		body string
		want bool
	}{
		{"3,400 accounts", true}, {"12.000 usuarios", true}, {"12 000 utilisateurs", true},
		{"3 тыс. пользователей", true}, {"5000个账号", true}, {"1.2万名用户", true}, {"三百名参与者", true},
		{"١٢٠٠ مستخدم", true}, {"thousands of users", true}, {"49 accounts", false}, {"3 accounts", false},
		{"12,000 images", false}, {"4.000 euros de la cuenta", false}, {"300 victims' accounts", false},
		{"in 2024 accounts were used", false}, {"группа из 600 потерпевших", false}, {"三千元账号", false},
	} {
		if got := fires(Floor(), "everybody-target", Target, c.body); got != c.want {
			t.Errorf("%s: %v, want %v", c.body, got, c.want)
		}
	}
}

func TestOffenceTitlesAreReadOnlyWhereListed(t *testing.T) {
	m := Floor()
	if fires(m, "protest", Offence, "Calling for an unauthorised assembly and organising a protest") {
		t.Error("protest reads offence titles")
	}
	if !fires(m, "blasphemy", Offence, "Blasphemy") {
		t.Error("blasphemy does not read offence titles")
	}
}

func TestPack(t *testing.T) {
	const good = "- {id: ours, fact: request.press_work, reason: Known here., any: [{same: near, all: [moonlight, outlet]}]}\n"
	pack := func(signals, lexicon string) fstest.MapFS {
		return fstest.MapFS{"signals.yaml": {Data: []byte(signals)}, "lexicon/en.yaml": {Data: []byte(lexicon)}}
	}
	m, err := Floor().With(pack(good, "moonlight: [project moonlight]"))
	if err != nil {
		t.Fatal(err)
	}
	if !fires(m, "ours", Facts, "the newspaper's Project Moonlight") || fires(Floor(), "ours", Facts, "the newspaper's Project Moonlight") {
		t.Error("a pack adds to its own matcher only")
	}
	if m.SHA256() == Floor().SHA256() {
		t.Error("the digest does not cover the pack")
	}
	for _, c := range []struct{ name, signals, lexicon, want string }{
		{"built-in signal", "- {id: blasphemy, fact: request.religion, reason: R., any: [{all: [outlet]}]}", "", "signals.yaml:1:8"},
		{"words for a built-in concept", good, "victim-harm: [newspaper]", "lexicon/en.yaml:1:1"},
		{"unknown concept", "- {id: a, fact: request.religion, reason: R., any: [{all: [nothing]}]}", "", "signals.yaml:1:60"},
		{"unknown fact", "- {id: a, fact: request.other, reason: R., any: [{all: [outlet]}]}", "", "signals.yaml:1:17"},
		{"unknown member", "- {id: a, fact: request.religion, why: R.}", "", "signals.yaml:1:35"},
		{"no list", "signals: []", "", "signals.yaml:1:1"},
		{"no YAML: signals", "- {id: a\n- b", "", "signals.yaml:3:"},
		{"no YAML: lexicon", good, "a: [b]\nc: [d\ne: f", "lexicon/en.yaml:3:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Floor().With(pack(c.signals, c.lexicon))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a fault at %s", err, c.want)
			}
		})
	}
}

// demonyms stand for all words for countries and peoples: the data read what
// is done, never who does it.
const demonyms = `france french français française francés russia russian россия русский российский china chinese chino chinois
中国 中华 美国 俄罗斯 法国 西班牙 日本 印度 伊朗 israel israeli iran iranian иран iraní iranien india indian indio spain spanish español espagnol
egypt egyptian مصري سوري لبناني فرنسي روسي صيني أمريكي إيراني تركي turkey turkish turco turc турецкий american american americano américain американский украинский
ukraine ukrainian ucraniano ukrainien german germany alemán allemand немецкий mexican mexicano mexicain brazil brazilian kenyan nigerian syria syrian arab kurdish kurdo kurde
uyghur tibetan rohingya 维吾尔 西藏 كردي чеченский jewish jew judío juif еврей muslim musulmán musulman мусульманин christian cristiano chrétien`

func TestNoCountryNoPeople(t *testing.T) {
	x := Floor().words
	var s scan
	m := Floor()
	for w := range strings.FieldsSeq(demonyms) {
		s.tokens = tokenise(w, s.tokens[:0])
		m.resolve(&s, w)
		m.locate(&s)
		for _, o := range s.found {
			t.Errorf("%s is a word of %s", w, x.concepts[o.concept])
		}
	}
}

func TestNothingIsSquare(t *testing.T) {
	body := strings.Repeat("newspaper drafts ", 60000)
	if len(Floor().Find([]Text{{Path: "/x", Field: Facts, Body: body}})) == 0 {
		t.Error("a long text is not read")
	}
}

const story = `On 4 May the suspect created an account on the messaging platform and contacted several
pensioners, pretending to be an employee of their bank. He told them that their savings were at risk and asked them to
move the money to a safe account, which he controlled. Eleven persons transferred a total of 214,000 euros. The login
records show that the account was used from two addresses, and the telephone number linked to it was registered under a
false name. The subscriber information and the connection records of the account are needed to find out who opened it and
from where it was used during the period named below.`

func BenchmarkFind(b *testing.B) {
	for _, c := range []struct{ name, body string }{
		{"story", story},
		{"russian", strings.Repeat("Просим предоставить данные всех пользователей, посетивших страницу издания, и установить автора статьи. ", 8)},
		{"arabic", strings.Repeat("نطلب بيانات جميع المستخدمين الذين زاروا الصفحة ومحتوى صندوق الوارد الخاص بهيئة التحرير. ", 8)},
		{"chinese", strings.Repeat("请提供所有用户访问该页面的数据以及该编辑部收件箱的全部内容。", 8)},
		{"1MiB", strings.Repeat(story+" ", 1<<20/len(story))},
	} {
		b.Run(c.name, func(b *testing.B) {
			m, texts := Floor(), []Text{{Path: "/facts", Field: Facts, Body: c.body}}
			b.SetBytes(int64(len(c.body)))
			b.ReportAllocs()
			for b.Loop() {
				m.Find(texts)
			}
		})
	}
}
