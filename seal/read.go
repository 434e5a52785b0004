package seal

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/rogatory/rogatory/fault"
)

const again = "fetch the package again; if it stays so, ask the office by another way"

// read takes a decrypted package apart: each file is given to what keep returns
// for its name. It gives the manifest once everything is read to its end and is
// as the manifest says; until then nothing that was kept may be relied upon.
func read(r io.Reader, keep func(name string) (io.WriteCloser, error)) ([]byte, error) {
	in := tar.NewReader(r)
	size, err := next(in, manifestName)
	if err != nil {
		return nil, err
	}
	if size > longestManifest {
		return nil, fault.Invalidf(manifestName, "is longer than %d bytes", longestManifest).WithHint(again)
	}
	manifest, err := io.ReadAll(in)
	if err != nil {
		return nil, unreadable(err)
	}
	list, err := readManifest(manifest)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if err := readFile(in, f, keep); err != nil {
			return nil, err
		}
	}
	h, err := in.Next()
	if err == nil {
		return nil, fault.Invalidf(h.Name, "is in the package, and not in its list").WithHint(again)
	}
	if err != io.EOF {
		return nil, unreadable(err)
	}
	// To the very end: only there does the ciphertext say that it is whole.
	switch _, err := io.ReadFull(r, make([]byte, 1)); {
	case err == nil:
		return nil, fault.Invalidf("package", "goes on after its end").WithHint(again)
	case err != io.EOF:
		return nil, unreadable(err)
	}
	return manifest, nil
}

// next takes a header and gives the size. The file is the one that is due and a
// regular one, with nothing in its header but a name and a size: no link, no
// folder, no holes that make much out of little.
func next(in *tar.Reader, name string) (int64, error) {
	h, err := in.Next()
	if err == io.EOF {
		return 0, fault.Invalidf(name, "is not in the package").WithHint(again)
	}
	if err != nil {
		return 0, unreadable(err)
	}
	if h.Name != name {
		return 0, fault.Invalidf(name, "is due in the package, and %q stands there", h.Name).WithHint(again)
	}
	if h.Typeflag != tar.TypeReg || h.Linkname != "" || h.Format&(tar.FormatUSTAR|tar.FormatPAX) == 0 {
		return 0, fault.Invalidf(name, "is not a plain file in the package").WithHint(again)
	}
	for record := range h.PAXRecords {
		if record != "path" && record != "size" {
			return 0, fault.Invalidf(name, "has the record %q in the package, which none of ours has", record).WithHint(again)
		}
	}
	return h.Size, nil
}

func readFile(in *tar.Reader, f listed, keep func(name string) (io.WriteCloser, error)) error {
	size, err := next(in, f.Name)
	if err != nil {
		return err
	}
	if size != f.Size {
		return fault.Invalidf(f.Name, "has %d bytes and not %d as listed", size, f.Size).WithHint(again)
	}
	out, err := keep(f.Name)
	if err != nil {
		return fmt.Errorf("keep %s: %w", f.Name, err)
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(out, sum), in); err != nil {
		return errors.Join(unreadable(err), out.Close())
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("keep %s: %w", f.Name, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return fault.Invalidf(f.Name, "has not the SHA-256 that is listed").WithHint(again)
	}
	return nil
}

// unreadable is the package's fault, unless it is the disk's.
func unreadable(err error) error {
	if _, disk := errors.AsType[*fs.PathError](err); disk {
		return fmt.Errorf("take a package apart: %w", err)
	}
	return &fault.Fault{Kind: fault.Invalid, Where: "package", What: "is cut short or altered", Cause: err, Hint: again}
}
