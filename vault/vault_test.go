package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// reference gives a case reference with the right check letter.
func reference(t testing.TB, body string) docket.Ref {
	t.Helper()
	for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
		if ref, err := docket.ParseRef(body + "-" + string(c)); err == nil {
			return ref
		}
	}
	t.Fatalf("no check letter fits %s", body)
	return ""
}

// A shelf is a vault of a test, with one case.
type shelf struct {
	*Vault
	t   testing.TB
	ref docket.Ref
	key [32]byte
}

func newShelf(t testing.TB) *shelf {
	t.Helper()
	v, err := Open(filepath.Join(t.TempDir(), "vault"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return &shelf{Vault: v, t: t, ref: reference(t, "26-7K3MQ9XB"), key: [32]byte{1, 2, 3}}
}

func (s *shelf) put(plain []byte) Stored {
	s.t.Helper()
	out, err := s.Put(s.t.Context(), s.ref, s.key, bytes.NewReader(plain))
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// read gives what is released of a file, and how that ended.
func (s *shelf) read(ref docket.Ref, key [32]byte, id string) ([]byte, error) {
	f, err := s.Get(s.t.Context(), ref, key, id)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func (s *shelf) file(id string) string { return filepath.Join(s.dir, string(s.ref), id) }

func (s *shelf) raw(id string) []byte {
	s.t.Helper()
	data, err := os.ReadFile(s.file(id))
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

func (s *shelf) overwrite(id string, data []byte) {
	s.t.Helper()
	if err := os.WriteFile(s.file(id), data, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// left lists every file below the vault.
func (s *shelf) left() []string {
	s.t.Helper()
	var names []string
	err := filepath.WalkDir(s.dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, filepath.Base(p))
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

// noise is n bytes in which no two chunks are alike.
func noise(n int) []byte {
	out := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16)}).Read(out)
	return out
}

func TestWhatIsPutIsGot(t *testing.T) {
	s := newShelf(t)
	for _, n := range []int{0, 1, chunk - 1, chunk, chunk + 1, 2*chunk - 1, 2 * chunk, 2*chunk + 1, 5*chunk + 77} {
		plain := noise(n)
		out := s.put(plain)
		sum := sha256.Sum256(plain)
		if want := (Stored{out.ID, int64(n), hex.EncodeToString(sum[:])}); out != want {
			t.Errorf("%d bytes: %+v, want %+v", n, out, want)
		}
		got, err := s.read(s.ref, s.key, out.ID)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: got %d back, %v", n, len(got), err)
		}
		chunks := max(1, (n+chunk-1)/chunk)
		if raw := s.raw(out.ID); len(raw) != head+n+chunks*tag {
			t.Errorf("%d bytes take %d on the disk", n, len(raw))
		}
	}
}

// However the source hands out its bytes, and however they are asked for.
func TestInSmallParts(t *testing.T) {
	s, plain := newShelf(t), noise(3*chunk+5)
	for name, r := range map[string]io.Reader{
		"halves":            iotest.HalfReader(bytes.NewReader(plain)),
		"end with the data": iotest.DataErrReader(bytes.NewReader(plain)),
	} {
		out, err := s.Put(t.Context(), s.ref, s.key, r)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Get(t.Context(), s.ref, s.key, out.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(f, plain); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f.Close()
		if n, err := f.Read(make([]byte, 9)); n != 0 || !errors.Is(err, os.ErrClosed) {
			t.Errorf("after closing, %d bytes are read, %v", n, err)
		}
	}
}

// endless gives n bytes and notes the largest heap meanwhile.
type endless struct {
	n    int64
	seen int
	peak *uint64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.n))
	for i := range p[:n] {
		p[i] = byte(i * 7)
	}
	e.n -= int64(n)
	e.note()
	return n, nil
}

func (e *endless) Write(p []byte) (int, error) {
	e.n += int64(len(p))
	e.note()
	return len(p), nil
}

func (e *endless) note() {
	if e.seen++; e.seen%256 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		*e.peak = max(*e.peak, m.HeapAlloc)
	}
}

func TestTheSameMemoryForAnySize(t *testing.T) {
	const size = 200 << 20
	s := newShelf(t)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	peak := before.HeapAlloc
	out, err := s.Put(t.Context(), s.ref, s.key, &endless{n: size, peak: &peak})
	if err != nil || out.Size != size {
		t.Fatalf("%d bytes put, %v", out.Size, err)
	}
	f, err := s.Get(t.Context(), s.ref, s.key, out.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := &endless{peak: &peak}
	if _, err := io.Copy(got, f); err != nil || got.n != size {
		t.Fatalf("%d bytes got, %v", got.n, err)
	}
	grown := peak - before.HeapAlloc
	t.Logf("%d MiB put and got: the heap grew by %d KiB", size>>20, grown>>10)
	if grown > 8<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

// release checks that a file which is not what was put is refused, and that what
// was released before the refusal is the beginning of what was put.
func (s *shelf) release(what, id string, plain []byte) {
	s.t.Helper()
	got, err := s.read(s.ref, s.key, id)
	if fault.KindOf(err) != fault.Invalid {
		s.t.Errorf("%s: %d bytes and %v; want a fault of kind invalid", what, len(got), err)
	}
	if !bytes.HasPrefix(plain, got) || len(got) == len(plain) && len(plain) > 0 {
		s.t.Errorf("%s: %d bytes were released that were not verified", what, len(got))
	}
}

func TestCutShort(t *testing.T) {
	s, plain := newShelf(t), noise(3*chunk+1000)
	out := s.put(plain)
	raw := s.raw(out.ID)
	for n := range len(raw) {
		border := (n - head) % (chunk + tag)
		near := n < head+2*tag || border < 3 || border > chunk+tag-3 || border >= chunk-2 && border <= chunk+2 || n > len(raw)-2*tag
		if !near && n%4099 != 0 {
			continue
		}
		s.overwrite(out.ID, raw[:n])
		if got, err := s.read(s.ref, s.key, out.ID); fault.KindOf(err) != fault.Invalid || len(got) > 0 {
			t.Fatalf("cut to %d bytes of %d: %d were released, %v", n, len(raw), len(got), err)
		}
		if _, err := s.Get(t.Context(), s.ref, s.key, out.ID); border >= 0 && border < tag && !strings.Contains(err.Error(), "is cut short: its end is missing; restore it from a backup") {
			t.Fatalf("cut at a border, or in a tag: %v", err)
		}
	}
}

// A file that is cut while it is read is not whole either.
func TestCutShortWhileRead(t *testing.T) {
	s, plain := newShelf(t), noise(3*chunk)
	out := s.put(plain)
	for _, keep := range []int{head + 2*(chunk+tag), head + chunk + 99} {
		f, err := s.Get(t.Context(), s.ref, s.key, out.ID)
		if err != nil {
			t.Fatal(err)
		}
		whole := s.raw(out.ID)
		if err := os.Truncate(s.file(out.ID), int64(keep)); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if fault.KindOf(err) != fault.Invalid || !bytes.HasPrefix(plain, got) {
			t.Errorf("cut to %d: %d bytes, %v", keep, len(got), err)
		}
		if _, again := f.Read(make([]byte, 1)); again != err {
			t.Errorf("read once more after %v: %v", err, again)
		}
		f.Close()
		s.overwrite(out.ID, whole)
	}
}

func TestAltered(t *testing.T) {
	s, plain := newShelf(t), noise(2*chunk+500)
	out := s.put(plain)
	raw := s.raw(out.ID)
	for n := 0; n < len(raw); n++ {
		if n > head+tag && n < len(raw)-tag && n%1009 != 0 {
			continue
		}
		bad := bytes.Clone(raw)
		bad[n] ^= 1 << (n % 8)
		s.overwrite(out.ID, bad)
		s.release("a bit flipped", out.ID, plain)
	}
	s.overwrite(out.ID, append(bytes.Clone(raw), 0))
	s.release("a byte added", out.ID, plain)
	s.overwrite(out.ID, append(bytes.Clone(raw), raw[head:head+chunk+tag]...))
	s.release("a chunk added", out.ID, plain)
}

func TestChunksMoved(t *testing.T) {
	s := newShelf(t)
	one, two := noise(3*chunk), noise(3*chunk + 1)[:3*chunk]
	a, b := s.put(one), s.put(two)
	rawA, rawB := s.raw(a.ID), s.raw(b.ID)
	part := func(raw []byte, n int) []byte { return raw[head+n*(chunk+tag) : head+(n+1)*(chunk+tag)] }
	file := func(start []byte, parts ...[]byte) []byte {
		return append(bytes.Clone(start), bytes.Join(parts, nil)...)
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"two swapped", file(rawA[:head], part(rawA, 1), part(rawA, 0), part(rawA, 2))},
		{"the last one first", file(rawA[:head], part(rawA, 2), part(rawA, 1), part(rawA, 0))},
		{"one doubled", file(rawA[:head], part(rawA, 0), part(rawA, 0), part(rawA, 1), part(rawA, 2))},
		{"one left out", file(rawA[:head], part(rawA, 0), part(rawA, 2))},
		{"the last alone", file(rawA[:head], part(rawA, 2))},
		{"the last doubled", file(rawA[:head], part(rawA, 0), part(rawA, 1), part(rawA, 2), part(rawA, 2))},
		{"one of another file", file(rawA[:head], part(rawA, 0), part(rawB, 1), part(rawA, 2))},
		{"the last of another file", file(rawA[:head], part(rawA, 0), part(rawA, 1), part(rawB, 2))},
		{"all of another file, behind this beginning", file(rawA[:head], rawB[head:])},
		{"another file in this one's place", rawB},
	} {
		s.overwrite(a.ID, c.data)
		s.release(c.name, a.ID, one)
	}
}

func TestAnotherCaseOrKey(t *testing.T) {
	s, plain := newShelf(t), noise(chunk+9)
	out := s.put(plain)
	other := reference(t, "26-AAAAAAAA")
	if _, err := s.read(other, s.key, out.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("under another case: %v", err)
	}
	if err := os.Rename(filepath.Join(s.dir, string(s.ref)), filepath.Join(s.dir, string(other))); err != nil {
		t.Fatal(err)
	}
	if got, err := s.read(other, s.key, out.ID); fault.KindOf(err) != fault.Invalid || len(got) > 0 {
		t.Errorf("moved to another case, %d bytes are released, %v", len(got), err)
	}
	if err := os.Rename(filepath.Join(s.dir, string(other)), filepath.Join(s.dir, string(s.ref))); err != nil {
		t.Fatal(err)
	}
	if got, err := s.read(s.ref, [32]byte{9}, out.ID); fault.KindOf(err) != fault.Invalid || len(got) > 0 {
		t.Errorf("under another key, %d bytes are released, %v", len(got), err)
	}
	if got, err := s.read(s.ref, s.key, out.ID); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("back in its place: %d bytes, %v", len(got), err)
	}
}

func TestNothingReadableOnTheDisk(t *testing.T) {
	s := newShelf(t)
	secret := []byte("From: the lawyer. To: her client. ")
	out := s.put(bytes.Repeat(secret, 10_000))
	again := s.put(bytes.Repeat(secret, 10_000))
	for _, id := range []string{out.ID, again.ID} {
		for _, part := range [][]byte{secret[:12], s.key[:], []byte(s.ref), []byte(out.SHA256)} {
			if bytes.Contains(s.raw(id), part) {
				t.Errorf("%q stands in the file", part)
			}
		}
	}
	a, b := s.raw(out.ID), s.raw(again.ID)
	if bytes.Equal(a[len(format):head], b[len(format):head]) || bytes.Equal(a[head:head+32], b[head:head+32]) {
		t.Error("the same bytes put twice look alike")
	}
	for path, want := range map[string]os.FileMode{s.file(out.ID): 0o600, filepath.Dir(s.file(out.ID)): 0o700, s.dir: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
		}
	}
}

func TestNamesAreNoPaths(t *testing.T) {
	s := newShelf(t)
	out := s.put([]byte("x"))
	for _, ref := range []docket.Ref{"", ".", "..", "../x", "/etc", s.ref + "/", docket.Ref(strings.ToLower(string(s.ref))), " " + s.ref, s.ref + "\x00", "26-7K3MQ9XB-?"} {
		if _, err := s.Put(t.Context(), ref, s.key, strings.NewReader("x")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("put under %q: %v", ref, err)
		}
		if _, err := s.Get(t.Context(), ref, s.key, out.ID); fault.KindOf(err) != fault.Invalid {
			t.Errorf("get under %q: %v", ref, err)
		}
		if err := s.Drop(t.Context(), ref); fault.KindOf(err) != fault.Invalid {
			t.Errorf("drop %q: %v", ref, err)
		}
	}
	for _, id := range []string{"", ".", "..", "../" + out.ID, draft + out.ID, strings.ToUpper(out.ID), out.ID + "0", "inbox.mbox"} {
		if _, err := s.Get(t.Context(), s.ref, s.key, id); fault.KindOf(err) != fault.Invalid {
			t.Errorf("get %q: %v", id, err)
		}
	}
}

// A link in the vault leads nowhere outside it.
func TestALinkLeadsNowhere(t *testing.T) {
	s := newShelf(t)
	out := s.put([]byte("x"))
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, s.raw(out.ID), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(s.file(out.ID)), os.Symlink(outside, s.file(out.ID))); err != nil {
		t.Fatal(err)
	}
	if _, err := s.read(s.ref, s.key, out.ID); err == nil {
		t.Error("a link out of the vault was followed")
	}
	if err := errors.Join(os.Remove(s.file(out.ID)), os.Mkdir(s.file(out.ID), 0o700)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.read(s.ref, s.key, out.ID); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a folder in place of a file: %v", err)
	}
}

func TestDrop(t *testing.T) {
	s := newShelf(t)
	a, b := s.put(noise(10)), s.put(noise(chunk))
	other := &shelf{Vault: s.Vault, t: t, ref: reference(t, "26-BBBBBBBB"), key: s.key}
	kept := other.put(noise(20))
	for range 2 {
		if err := s.Drop(t.Context(), s.ref); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{a.ID, b.ID} {
		if _, err := s.Get(t.Context(), s.ref, s.key, id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("after the drop: %v", err)
		}
	}
	if got := s.left(); len(got) != 1 || got[0] != kept.ID {
		t.Errorf("left are %q, want %s of the other case", got, kept.ID)
	}
	again := s.put(noise(30))
	if _, err := s.read(s.ref, s.key, again.ID); err != nil {
		t.Errorf("put after a drop: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	s := newShelf(t)
	out := s.put(noise(3 * chunk))
	ctx, cancel := context.WithCancel(t.Context())
	f, err := s.Get(ctx, s.ref, s.key, out.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cancel()
	if _, err := io.ReadAll(f); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	if _, err := s.Put(ctx, s.ref, s.key, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if err := s.Drop(ctx, s.ref); !errors.Is(err, context.Canceled) {
		t.Errorf("drop: %v", err)
	}
	if _, err := s.Sweep(ctx, time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("sweep: %v", err)
	}
	if got := s.left(); len(got) != 1 {
		t.Errorf("left are %q", got)
	}
}

// A source that breaks off has not ended, whatever it calls that, and its own
// errors are not taken for the vault's.
func TestTheSourceBreaksOff(t *testing.T) {
	for _, broken := range []error{io.ErrUnexpectedEOF, errors.New("connection reset"), os.ErrNotExist, syscall.ENOSPC} {
		for _, n := range []int{0, 10, chunk, chunk + 1} {
			s := newShelf(t)
			r := io.MultiReader(bytes.NewReader(noise(n)), iotest.ErrReader(broken))
			_, err := s.Put(t.Context(), s.ref, s.key, r)
			if !errors.Is(err, broken) || fault.KindOf(err) != fault.Internal || strings.Contains(err.Error(), "full") {
				t.Errorf("%v after %d bytes: %v", broken, n, err)
			}
			if got := s.left(); len(got) != 0 {
				t.Errorf("left are %q", got)
			}
		}
	}
}
