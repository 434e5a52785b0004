package seal

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"

	"github.com/rogatory/rogatory/fault"
)

// entry is one of a tar that anybody can make.
type entry struct {
	head tar.Header
	text string
}

func file(name, text string) entry {
	return entry{tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: 0o600}, text}
}

func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		if err := w.WriteHeader(&e.head); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sealedBytes(t testing.TB, id *age.X25519Identity, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := age.Encrypt(&b, id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackagesMadeToDeceive(t *testing.T) {
	id := newIdentity(t)
	one := string(manifestOf(t, listed{"a", 1, sum("A")}))
	two := string(manifestOf(t, listed{"a", 1, sum("A")}, listed{"b", 1, sum("B")}))
	named := func(name string) entry {
		return file("release.json", string(manifestOf(t, listed{name, 1, sum("A")})))
	}
	like := func(change func(*tar.Header)) entry {
		e := file("a", "A")
		change(&e.head)
		return e
	}
	var many []listed
	for i := range mostFiles + 1 {
		many = append(many, listed{fmt.Sprint(i), 0, sum("")})
	}
	empty := func(change func(*tar.Header)) entry {
		e := like(change)
		e.head.Size, e.text = 0, ""
		return e
	}
	for _, c := range []struct {
		name  string
		plain []byte
		want  string // what the refusal says; empty: none
	}{
		{"as it should be", tarOf(t, file("release.json", one), file("a", "A")), ""},
		{"without files", tarOf(t, file("release.json", `{}`)), ""},
		{"nothing at all", nil, "not in the package"},
		{"no tar", []byte(strings.Repeat("x", 2048)), "cut short or altered"},
		{"the list missing", tarOf(t, file("a", "A")), "is due"},
		{"the list second", tarOf(t, file("a", "A"), file("release.json", one)), "is due"},
		{"the list elsewhere", tarOf(t, file("./release.json", one), file("a", "A")), "is due"},
		{"the list a link", tarOf(t, entry{tar.Header{Typeflag: tar.TypeSymlink, Name: "release.json", Linkname: "/etc/passwd"}, ""}), "not a plain file"},
		{"the list no JSON", tarOf(t, file("release.json", one+"x"), file("a", "A")), "not JSON"},
		{"the list too long", tarOf(t, file("release.json", strings.Repeat(" ", longestManifest+1))), "longer"},
		{"the list of too many", tarOf(t, file("release.json", string(manifestOf(t, many...)))), "more than"},
		{"the list twice", tarOf(t, file("release.json", one), file("release.json", one)), "is due"},
		{"the list as a file", tarOf(t, named("RELEASE.json"), file("RELEASE.json", "A")), "the list itself"},
		{"a file missing", tarOf(t, file("release.json", two), file("a", "A")), "not in the package"},
		{"a file more", tarOf(t, file("release.json", one), file("a", "A"), file("b", "B")), "not in its list"},
		{"a file twice", tarOf(t, file("release.json", one), file("a", "A"), file("a", "A")), "not in its list"},
		{"a file listed twice", tarOf(t, file("release.json", string(manifestOf(t, listed{"a", 1, sum("A")}, listed{"a", 1, sum("A")}))), file("a", "A"), file("a", "A")), "listed twice"},
		{"in another order", tarOf(t, file("release.json", two), file("b", "B"), file("a", "A")), "is due"},
		{"other bytes", tarOf(t, file("release.json", one), file("a", "B")), "SHA-256"},
		{"a byte more", tarOf(t, file("release.json", one), file("a", "AA")), "bytes and not"},
		{"a byte less", tarOf(t, file("release.json", one), file("a", "")), "bytes and not"},
		{"less than no bytes", tarOf(t, file("release.json", string(manifestOf(t, listed{"a", -1, sum("")})))), "no size"},
		{"no hash", tarOf(t, file("release.json", string(manifestOf(t, listed{"a", 1, ""}))), file("a", "A")), "no SHA-256"},
		{"a hash in capitals", tarOf(t, file("release.json", string(manifestOf(t, listed{"a", 1, strings.ToUpper(sum("A"))}))), file("a", "A")), "no SHA-256"},
		{"a way out", tarOf(t, named("../a"), file("../a", "A")), "no name"},
		{"a way out that is not listed", tarOf(t, file("release.json", one), file("../a", "A")), "is due"},
		{"a way from the root", tarOf(t, named("/tmp/a"), file("/tmp/a", "A")), "no name"},
		{"a folder between", tarOf(t, named("b/a"), file("b/a", "A")), "no name"},
		{"a folder of Windows", tarOf(t, named(`b\a`), file(`b\a`, "A")), "no name"},
		{"a drive of Windows", tarOf(t, named("C:a"), file("C:a", "A")), "no name"},
		{"hidden", tarOf(t, named(".incoming"), file(".incoming", "A")), "no name"},
		{"this folder", tarOf(t, named("."), file(".", "A")), "no name"},
		{"the other folder", tarOf(t, named(".."), file("..", "A")), "no name"},
		{"a name that turns around", tarOf(t, named("a\u202efdp.exe"), file("a\u202efdp.exe", "A")), "no name"},
		{"a line in a name", tarOf(t, named("a\nb"), file("a\nb", "A")), "no name"},
		{"an endless name", tarOf(t, named(strings.Repeat("a", 201)), file(strings.Repeat("a", 201), "A")), "no name"},
		{"a link", tarOf(t, file("release.json", one), empty(func(h *tar.Header) { h.Typeflag, h.Linkname = tar.TypeSymlink, "/etc/passwd" })), "not a plain file"},
		{"a hard link", tarOf(t, file("release.json", one), empty(func(h *tar.Header) { h.Typeflag, h.Linkname = tar.TypeLink, "release.json" })), "not a plain file"},
		{"a folder", tarOf(t, file("release.json", one), empty(func(h *tar.Header) { h.Typeflag = tar.TypeDir })), "not a plain file"},
		{"a pipe", tarOf(t, file("release.json", one), empty(func(h *tar.Header) { h.Typeflag = tar.TypeFifo })), "not a plain file"},
		{"a device", tarOf(t, file("release.json", one), empty(func(h *tar.Header) { h.Typeflag = tar.TypeChar })), "not a plain file"},
		{"words for all that follow", tarOf(t, file("release.json", one), entry{tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "a", PAXRecords: map[string]string{"path": "b"}}, ""}, file("a", "A")), "is due"},
		{"GNU's format", tarOf(t, file("release.json", one), like(func(h *tar.Header) { h.Format = tar.FormatGNU })), "not a plain file"},
		{"more about it", tarOf(t, file("release.json", one), like(func(h *tar.Header) { h.PAXRecords = map[string]string{"SCHILY.xattr.user.a": "b"} })), "none of ours has"},
		{"trailing data", append(tarOf(t, file("release.json", one), file("a", "A")), 'x'), "goes on after its end"},
		{"a second tar", append(tarOf(t, file("release.json", one), file("a", "A")), tarOf(t, file("b", "B"))...), "goes on after its end"},
		{"holes", sparse(t, one), "none of ours has"},
	} {
		dir := filepath.Join(t.TempDir(), "new")
		_, err := Open(bytes.NewReader(sealedBytes(t, id, c.plain)), id.String(), dir)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
		wantNothing(t, dir)
		if _, err := os.Lstat(filepath.Join(filepath.Dir(dir), "a")); err == nil {
			t.Errorf("%s: a file came out of the folder", c.name)
		}
	}
}

// sparse is a tar whose file a is announced as one of holes (PAX, GNU sparse
// format 0.1), which a reader would fill up. The writer refuses to make one, so
// that the record is written over another of the same length.
func sparse(t testing.TB, manifest string) []byte {
	e := file("a", "A")
	e.head.PAXRecords = map[string]string{"ROGATORY_REPLACED": "1"}
	plain := tarOf(t, file("release.json", manifest), e)
	at := bytes.Index(plain, []byte("ROGATORY_REPLACED=1"))
	if at < 0 {
		t.Fatal("the record is not there")
	}
	copy(plain[at:], "GNU.sparse.major=00")
	return plain
}

// A package that was cut off anywhere, or altered anywhere, leaves nothing.
func TestDamagedPackagesLeaveNothing(t *testing.T) {
	id := newIdentity(t)
	manifest, files := release(t, pair{"a", "A"}, pair{"b", strings.Repeat("b", 150_000)})
	var b bytes.Buffer
	if err := Package(&b, []string{id.Recipient().String()}, manifest, files); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	dir := t.TempDir()
	refused := func(name string, r io.Reader) {
		t.Helper()
		if _, err := Open(r, id.String(), dir); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if left := inside(t, dir); len(left) != 0 {
			t.Fatalf("%s: left %v", name, left)
		}
		if _, err := os.Stat(dir); err != nil {
			t.Fatalf("%s: the folder was there before: %v", name, err)
		}
	}
	for at := 0; at < len(whole); at += 4999 {
		refused(fmt.Sprintf("cut off at %d", at), bytes.NewReader(whole[:at]))
		altered := bytes.Clone(whole)
		altered[at] ^= 1
		refused(fmt.Sprintf("altered at %d", at), bytes.NewReader(altered))
	}
	refused("the last byte cut off", bytes.NewReader(whole[:len(whole)-1]))
	refused("a byte more", bytes.NewReader(append(bytes.Clone(whole), 0)))
	refused("twice", bytes.NewReader(append(bytes.Clone(whole), whole...)))
	refused("a line that breaks off", io.MultiReader(bytes.NewReader(whole[:100_000]), iotest.ErrReader(io.ErrUnexpectedEOF)))
	if _, err := Open(iotest.OneByteReader(bytes.NewReader(whole)), id.String(), dir); err != nil {
		t.Errorf("whole: %v", err)
	}
}

func TestFoldersThatAreNotWrittenInto(t *testing.T) {
	id := newIdentity(t)
	manifest, files := release(t, pair{"a", "A"})
	var b bytes.Buffer
	if err := Package(&b, []string{id.Recipient().String()}, manifest, files); err != nil {
		t.Fatal(err)
	}
	used, plain := t.TempDir(), filepath.Join(t.TempDir(), "file")
	for _, name := range []string{filepath.Join(used, "mine"), plain} {
		if err := os.WriteFile(name, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{used, plain} {
		if _, err := Open(bytes.NewReader(b.Bytes()), id.String(), dir); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", dir, err)
		}
	}
	if got := inside(t, used); len(got) != 1 || got["mine"] != "mine" {
		t.Errorf("left: %v", got)
	}
	if _, err := Open(bytes.NewReader(b.Bytes()), id.String(), filepath.Join(used, "no", "such")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder in no folder: %v", err)
	}
}

func TestWhatIsNoIdentity(t *testing.T) {
	secret := newIdentity(t).String()
	for name, text := range map[string]string{
		"empty": "", "comments": "# AGE\n", "a recipient": newIdentity(t).Recipient().String(),
		"cut short": secret[:40], "two in a line": secret + secret, "too long": strings.Repeat("#\n", longestIdentity) + secret,
	} {
		_, err := Open(strings.NewReader("age-encryption.org/v1\n"), text, t.TempDir())
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "no age identity") || strings.Contains(err.Error(), secret[20:40]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	one := string(manifestOf(f, listed{"a", 1, sum("A")}))
	f.Add(tarOf(f, file("release.json", one), file("a", "A")))
	f.Add(tarOf(f, file("release.json", `{"files":[]}`)))
	f.Add(sparse(f, one))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, plain []byte) {
		kept := make(map[string]*bytes.Buffer)
		manifest, err := read(bytes.NewReader(plain), func(name string) (io.WriteCloser, error) {
			if !stays(name) || kept[name] != nil || len(kept) >= mostFiles {
				t.Fatalf("%q was to be kept", name)
			}
			kept[name] = new(bytes.Buffer)
			return nopCloser{kept[name]}, nil
		})
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || manifest != nil {
				t.Fatal(err)
			}
			return
		}
		list, err := readManifest(manifest)
		if err != nil || len(list) != len(kept) {
			t.Fatalf("%d files, listed %d, %v", len(kept), len(list), err)
		}
		for _, l := range list {
			if b := kept[l.Name]; b == nil || int64(b.Len()) != l.Size || sum(b.String()) != l.SHA256 {
				t.Fatalf("%q is not as listed", l.Name)
			}
		}
	})
}

func stays(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\\\x00\n")
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
