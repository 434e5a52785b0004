package seal

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"github.com/rogatory/rogatory/fault"
)

// A File is one to be put into a package. Open is called once, when its turn
// comes.
type File struct {
	Name string
	Size int64
	Open func() (io.ReadCloser, error)
}

// Package writes a package that every recipient can open: the manifest and the
// files, in the order in which the manifest lists them. Nothing is written unless
// the manifest lists these files and no others. A file that is longer, shorter or
// another than its entry is a fault.Invalid; what was written until then is
// without its end, and does not open.
func Package(w io.Writer, recipients []string, manifest []byte, files []File) error {
	to, err := parseRecipients(recipients)
	if err != nil {
		return err
	}
	list, err := readManifest(manifest)
	if err != nil {
		return err
	}
	if err := sameFiles(list, files); err != nil {
		return err
	}
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return fmt.Errorf("encrypt a package: %w", err)
	}
	out := tar.NewWriter(sealed)
	if err := writeHeader(out, manifestName, int64(len(manifest))); err != nil {
		return err
	}
	if _, err := out.Write(manifest); err != nil {
		return fmt.Errorf("write %s: %w", manifestName, err)
	}
	for i, f := range files {
		if err := writeFile(out, f, list[i].SHA256); err != nil {
			return err
		}
	}
	// Only now, and only here, is the ciphertext given its end.
	if err := out.Close(); err != nil {
		return fmt.Errorf("end a package: %w", err)
	}
	if err := sealed.Close(); err != nil {
		return fmt.Errorf("end a package: %w", err)
	}
	return nil
}

func sameFiles(list []listed, files []File) error {
	if len(list) != len(files) {
		return fault.Invalidf(manifestName, "lists %d files, and there are %d", len(list), len(files))
	}
	for i, f := range files {
		if f.Name != list[i].Name || f.Size != list[i].Size {
			return fault.Invalidf(manifestName, "lists %q with %d bytes where there is %q with %d", list[i].Name, list[i].Size, f.Name, f.Size).
				WithHint("list the files in the order in which they are packed")
		}
	}
	return nil
}

// writeHeader tells a name and a size, and nothing of whoever made the file or
// when.
func writeHeader(out *tar.Writer, name string, size int64) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, Format: tar.FormatPAX}
	if err := out.WriteHeader(h); err != nil {
		return fmt.Errorf("write the header of %s: %w", name, err)
	}
	return nil
}

func writeFile(out *tar.Writer, f File, want string) (err error) {
	in, err := f.Open()
	if err != nil {
		return fmt.Errorf("open %s: %w", f.Name, err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := writeHeader(out, f.Name, f.Size); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, sum), io.LimitReader(in, f.Size))
	if err != nil {
		return fmt.Errorf("pack %s after %d bytes: %w", f.Name, n, err)
	}
	if n < f.Size {
		return fault.Invalidf(f.Name, "has %d bytes and not %d", n, f.Size)
	}
	switch _, err := io.ReadFull(in, make([]byte, 1)); {
	case err == nil:
		return fault.Invalidf(f.Name, "has more than %d bytes", f.Size)
	case err != io.EOF:
		return fmt.Errorf("read the end of %s: %w", f.Name, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fault.Invalidf(f.Name, "has the SHA-256 %s and not %s", got, want)
	}
	return nil
}
