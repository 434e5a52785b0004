package api

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/seal"
)

// fetch gives what was released, encrypted to the keys that the authority has
// enrolled. Whether it still may be given is asked again for every file, when its
// turn comes. A failure before anything was written is a problem like another;
// after that the connection is broken, and the package has no end and does not
// open.
func (s *Server) fetch(w http.ResponseWriter, r *http.Request) error {
	m, leave, err := s.signed(w, r, 0)
	if err != nil {
		return err
	}
	who := m.actor()
	ref, err := refOf(r)
	if err != nil {
		leave()
		return err
	}
	released, err := s.docket.Release(r.Context(), who, ref)
	leave()
	if err != nil {
		return err
	}
	leave, err = m.lane.read("") // whoever reads slowly keeps nobody from being worked for
	if err != nil {
		return err
	}
	defer leave()
	var files []seal.File
	for i := range released.Files {
		f := &released.Files[i]
		files = append(files, seal.File{Name: f.Name, Size: f.Size, Open: func() (io.ReadCloser, error) {
			return s.docket.Fetch(r.Context(), who, ref, f.Name)
		}})
	}
	out := &parcel{w: w, control: http.NewResponseController(w), ref: ref}
	parts := bufio.NewWriterSize(out, partSize)
	err = seal.Package(parts, released.Recipients, released.Manifest, files)
	if err == nil {
		err = parts.Flush()
	}
	switch {
	case err == nil || fault.KindOf(err) == fault.Forbidden && !out.begun:
		return err // it may be given no more
	case out.begun:
		s.log.ErrorContext(r.Context(), "a package broke off", "route", r.Pattern, "error", err)
		panic(http.ErrAbortHandler)
	}
	return errors.New(err.Error()) // what is wrong in the vault is nothing that who asks has sent
}

// partSize is how much of a package is made before any of it is sent.
const partSize = 64 << 10

// A parcel is a package on its way. Its header is sent with its first bytes. Each
// part has time of its own: a large package takes long, and whoever does not read
// is not waited for.
type parcel struct {
	w       http.ResponseWriter
	control *http.ResponseController
	ref     docket.Ref
	begun   bool
}

func (p *parcel) Write(b []byte) (int, error) {
	if !p.begun {
		p.begun = true
		p.w.Header().Set("Content-Type", "application/octet-stream")
		p.w.Header().Set("Content-Disposition", `attachment; filename="`+string(p.ref)+`.tar.age"`)
	}
	if err := p.control.SetWriteDeadline(time.Now().Add(answerTime)); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}
