package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
)

func newIdentity(t testing.TB) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func newHybrid(t testing.TB) *age.HybridIdentity {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// pair is a name and what the file holds.
type pair struct{ name, text string }

func of(name, text string) File {
	return File{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

func manifestOf(t testing.TB, list ...listed) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"format": "rogatory.release/1", "case": "26-4711", "files": list})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func release(t testing.TB, pairs ...pair) (manifest []byte, files []File) {
	t.Helper()
	var list []listed
	for _, p := range pairs {
		list = append(list, listed{p.name, int64(len(p.text)), sum(p.text)})
		files = append(files, of(p.name, p.text))
	}
	return manifestOf(t, list...), files
}

// inside gives what stands in a folder, by name.
func inside(t *testing.T, dir string) map[string]string {
	t.Helper()
	got := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Mode() != 0o600 {
			t.Errorf("%s has the mode %s", path, info.Mode())
		}
		text, err := os.ReadFile(path)
		got[e.Name()] = string(text)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return got
}

var three = []pair{{"subscriber.csv", "name\nA. B.\n"}, {"empty", ""}, {"письмо 1 é.eml", strings.Repeat("x", 200_000)}}

func TestEveryRecipientOpensAPackage(t *testing.T) {
	a, b, stranger := newIdentity(t), newIdentity(t), newIdentity(t)
	c, d := newHybrid(t), newHybrid(t)
	manifest, files := release(t, three...)
	want := map[string]string{"release.json": string(manifest)}
	for _, p := range three {
		want[p.name] = p.text
	}
	for _, to := range []struct{ recipients, identities []string }{
		{[]string{a.Recipient().String(), b.Recipient().String()}, []string{a.String(), b.String()}},
		{[]string{c.Recipient().String(), d.Recipient().String()}, []string{c.String(), d.String()}},
	} {
		var sealed bytes.Buffer
		if err := Package(&sealed, to.recipients, manifest, files); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sealed.Bytes(), []byte("subscriber")) {
			t.Error("a name stands in clear")
		}
		for _, identity := range to.identities {
			dir := filepath.Join(t.TempDir(), "new")
			got, err := Open(bytes.NewReader(sealed.Bytes()), "# created: today\n# public key: …\n"+identity+"\n", dir)
			if err != nil || !bytes.Equal(got, manifest) {
				t.Fatalf("%s, %v", got, err)
			}
			if diff := cmp.Diff(want, inside(t, dir)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		}
		dir := filepath.Join(t.TempDir(), "new")
		_, err := Open(bytes.NewReader(sealed.Bytes()), stranger.String(), dir)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "to others") {
			t.Errorf("a stranger: %v", err)
		}
		wantNothing(t, dir)
	}
}

func wantNothing(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder is left: %v, %v", inside(t, dir), err)
	}
}

// Whoever has two packages of the same files learns nothing from the tar about
// when and by whom they were made.
func TestTheSameFilesGiveTheSameTar(t *testing.T) {
	id := newIdentity(t)
	manifest, files := release(t, three...)
	var tars [2][]byte
	for i := range tars {
		var sealed bytes.Buffer
		if err := Package(&sealed, []string{id.Recipient().String()}, manifest, files); err != nil {
			t.Fatal(err)
		}
		r, err := age.Decrypt(&sealed, id)
		if err != nil {
			t.Fatal(err)
		}
		if tars[i], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(tars[0], tars[1]) {
		t.Error("they differ")
	}
}

func TestRecipients(t *testing.T) {
	a, b, pq := newIdentity(t), newIdentity(t), newHybrid(t)
	var many []string
	for range mostRecipients + 1 {
		many = append(many, newIdentity(t).Recipient().String())
	}
	good := a.Recipient().String()
	for _, c := range []struct {
		name string
		list []string
		want bool
	}{
		{"one", []string{good}, true},
		{"two", []string{good, b.Recipient().String()}, true},
		{"post-quantum", []string{pq.Recipient().String()}, true},
		{"as many as may be", many[1:], true},
		{"none", nil, false},
		{"too many", many, false},
		{"the same twice", []string{good, good}, false},
		{"post-quantum and not", []string{pq.Recipient().String(), good}, false},
		{"in capitals", []string{strings.ToUpper(good)}, false},
		{"a letter changed", []string{good[:20] + "qq" + good[22:]}, false},
		{"a space behind", []string{good + " "}, false},
		{"empty", []string{""}, false},
		{"an SSH key", []string{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN"}, false},
		{"a plugin's", []string{"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"}, false},
		{"a key of zeros", []string{"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqsl7xes"}, false},
		{"a secret", []string{a.String()}, false},
		{"a post-quantum secret", []string{pq.String()}, false},
	} {
		err := Recipients(c.list)
		if (err == nil) != c.want || (err != nil && fault.KindOf(err) != fault.Invalid) {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, text := range c.list {
			if err != nil && len(text) > 8 && strings.Contains(err.Error(), text[:8]) {
				t.Errorf("%s: the error repeats what may be a secret: %v", c.name, err)
			}
		}
		var sealed bytes.Buffer
		err = Package(&sealed, c.list, manifestOf(t), nil)
		if (err == nil) != c.want || (err != nil && (fault.KindOf(err) != fault.Invalid || sealed.Len() != 0)) {
			t.Errorf("%s, packed: %d bytes, %v", c.name, sealed.Len(), err)
		}
	}
}

func TestWhatIsNotAsListedIsNotPacked(t *testing.T) {
	manifest, files := release(t, three...)
	swapped := []File{files[1], files[0], files[2]}
	renamed := []File{of("other", three[0].text), files[1], files[2]}
	longer := []File{of(three[0].name, three[0].text+"x"), files[1], files[2]}
	for _, c := range []struct {
		name     string
		manifest []byte
		files    []File
	}{
		{"a file too few", manifest, files[:2]},
		{"a file too many", manifest, append(files[:3:3], of("more", ""))},
		{"another order", manifest, swapped},
		{"another name", manifest, renamed},
		{"another size", manifest, longer},
		{"no list", []byte(`[]`), nil},
		{"no JSON", []byte(`{"files":[]} {}`), nil},
		{"a name twice", manifestOf(t, listed{"a", 0, sum("")}, listed{"A", 0, sum("")}), []File{of("a", ""), of("A", "")}},
		{"the name of the list", manifestOf(t, listed{"Release.JSON", 0, sum("")}), []File{of("Release.JSON", "")}},
		{"a way out", manifestOf(t, listed{"../a", 0, sum("")}), []File{of("../a", "")}},
		{"a list too long", append(bytes.Repeat([]byte(" "), longestManifest), "{}"...), nil},
		{"more than a hash", manifestOf(t, listed{"a", 0, sum("") + "zz"}), []File{of("a", "")}},
		{"no hash", manifestOf(t, listed{"a", 0, ""}), []File{of("a", "")}},
	} {
		var sealed bytes.Buffer
		err := Package(&sealed, []string{newIdentity(t).Recipient().String()}, c.manifest, c.files)
		if fault.KindOf(err) != fault.Invalid || sealed.Len() != 0 {
			t.Errorf("%s: %d bytes written, %v", c.name, sealed.Len(), err)
		}
	}
}

// What breaks off while it is packed is without its end, however much was written.
func TestABrokenOffPackageDoesNotOpen(t *testing.T) {
	id := newIdentity(t)
	broken := errors.New("the vault is away")
	for _, size := range []int{0, 1, 1000, 64 << 10, 200_000} {
		text := strings.Repeat("x", size)
		entry := listed{"a", int64(size), sum(text)}
		reading := func(r io.Reader) func() (io.ReadCloser, error) {
			return func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
		}
		for _, c := range []struct {
			name string
			open func() (io.ReadCloser, error)
			kind fault.Kind
		}{
			{"longer", reading(strings.NewReader(text + "y")), fault.Invalid},
			{"shorter", reading(strings.NewReader(text[:max(size-1, 0)])), fault.Invalid},
			{"other bytes", reading(strings.NewReader(strings.Repeat("y", size))), fault.Invalid},
			{"unreadable in the middle", reading(io.MultiReader(strings.NewReader(text[:size/2]), iotest.ErrReader(broken))), fault.Internal},
			{"unreadable at its end", reading(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))), fault.Internal},
			{"not opened", func() (io.ReadCloser, error) { return nil, broken }, fault.Internal},
			{"not closed", func() (io.ReadCloser, error) { return notClosed{strings.NewReader(text), broken}, nil }, fault.Internal},
		} {
			if size == 0 && (c.name == "shorter" || c.name == "other bytes") {
				continue
			}
			var sealed bytes.Buffer
			err := Package(&sealed, []string{id.Recipient().String()}, manifestOf(t, entry), []File{{Name: "a", Size: int64(size), Open: c.open}})
			if err == nil || fault.KindOf(err) != c.kind || (c.kind == fault.Internal && !errors.Is(err, broken)) {
				t.Errorf("%d bytes, %s: %v", size, c.name, err)
			}
			dir := filepath.Join(t.TempDir(), "new")
			if _, err := Open(&sealed, id.String(), dir); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%d bytes, %s: opened: %v", size, c.name, err)
			}
			wantNothing(t, dir)
		}
	}
}

type notClosed struct {
	io.Reader
	err error
}

func (n notClosed) Close() error { return n.err }

// full takes so many bytes and no more.
type full int

func (f *full) Write(b []byte) (int, error) {
	if len(b) > int(*f) {
		return 0, io.ErrShortWrite
	}
	*f -= full(len(b))
	return len(b), nil
}

func TestAPackageThatCannotBeWritten(t *testing.T) {
	to := []string{newIdentity(t).Recipient().String()}
	manifest, files := release(t, three...)
	var whole bytes.Buffer
	if err := Package(&whole, to, manifest, files); err != nil {
		t.Fatal(err)
	}
	rooms := []int{whole.Len() - 1}
	for room := 0; room < whole.Len(); room += whole.Len()/20 + 1 {
		rooms = append(rooms, room)
	}
	for _, room := range rooms {
		f := full(room)
		if err := Package(&f, to, manifest, files); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
}

// zeros gives a file of so many bytes that is nowhere whole, and looks how much
// memory is taken while it is read.
type zeros struct {
	left  int64
	most  uint64
	reads int
}

func (z *zeros) Read(b []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	if z.reads++; z.reads%512 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		z.most = max(z.most, m.HeapAlloc)
	}
	n := min(int64(len(b)), z.left)
	clear(b[:n])
	z.left -= n
	return int(n), nil
}

func TestMemoryIsFlat(t *testing.T) {
	const size, bound = 256 << 20, 32 << 20
	s := sha256.New()
	if _, err := io.Copy(s, &zeros{left: size}); err != nil {
		t.Fatal(err)
	}
	id := newIdentity(t)
	in := &zeros{left: size}
	manifest := manifestOf(t, listed{"large", size, hex.EncodeToString(s.Sum(nil))})
	r, w := io.Pipe()
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	go func() {
		w.CloseWithError(Package(w, []string{id.Recipient().String()}, manifest, []File{{
			Name: "large", Size: size, Open: func() (io.ReadCloser, error) { return io.NopCloser(in), nil },
		}}))
	}()
	plain, err := age.Decrypt(r, id)
	if err != nil {
		t.Fatal(err)
	}
	kept := int64(0)
	if _, err := read(plain, func(string) (io.WriteCloser, error) { return &counted{&kept}, nil }); err != nil {
		t.Fatal(err)
	}
	if kept != size || in.reads < 1000 {
		t.Errorf("%d bytes in %d reads", kept, in.reads)
	}
	if in.most == 0 || in.most > before.HeapAlloc+bound {
		t.Errorf("%d bytes of memory, and %d before", in.most, before.HeapAlloc)
	}
}

type counted struct{ n *int64 }

func (c *counted) Write(b []byte) (int, error) { *c.n += int64(len(b)); return len(b), nil }
func (c *counted) Close() error                { return nil }

func TestWhatIsPackedIsOpened(t *testing.T) {
	id := newIdentity(t)
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringN(0, -1, 100_000), 0, 5).Draw(rt, "texts")
		var pairs []pair
		for _, text := range texts {
			name := rapid.StringMatching(`[\pL0-9_-][\pL0-9_ .-]{0,40}`).Draw(rt, "name")
			pairs = append(pairs, pair{name, text})
		}
		manifest, files := release(t, pairs...)
		var sealed bytes.Buffer
		if err := Package(&sealed, []string{id.Recipient().String()}, manifest, files); err != nil {
			rt.Skip("a name twice")
		}
		dir := t.TempDir()
		if _, err := Open(&sealed, id.String(), dir); err != nil {
			rt.Fatal(err)
		}
		want := map[string]string{"release.json": string(manifest)}
		for _, p := range pairs {
			want[p.name] = p.text
		}
		if diff := cmp.Diff(want, inside(t, dir)); diff != "" {
			rt.Errorf("(-want +got)\n%s", diff)
		}
	})
}
