package api

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

const (
	collectLimit = 64 << 30    // bytes of all that is collected at once
	quiet        = time.Minute // for which whoever sends files may send nothing
	mostFiles    = 10_000      // of one collection
	bufferSize   = 64 << 10    // of what is handed out
	filesPart    = "files"     // the part that says what follows
	filePart     = "file"      // a part that is a file
)

// A collection says which files follow, in their order.
type collection struct {
	Why   string `json:"why"`
	Files []struct {
		Measure int    `json:"measure"`
		Name    string `json:"name"`
	} `json:"files"`
}

// collect takes files into the vault as they come, one after the other and never
// as a whole in memory. The first part says what follows, so that it is known
// before a byte of evidence is read whether any of it was authorised.
func (s *Server) collect(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	if !who.session.Service {
		if err := s.login.Recent(who.session); err != nil {
			return err
		}
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return mediaType(r.Header.Get("Content-Type"), "multipart/form-data")
	}
	r.Body = http.MaxBytesReader(w, &patient{r.Body, http.NewResponseController(w)}, collectLimit)
	parts := multipart.NewReader(r.Body, params["boundary"])
	what, err := announced(parts)
	if err != nil {
		return err
	}
	var uploads []docket.Upload
	for i, f := range what.Files {
		uploads = append(uploads, docket.Upload{Measure: f.Measure, Name: f.Name, From: &fileReader{parts: parts, name: f.Name, last: i == len(what.Files)-1}})
	}
	done, err := s.docket.Collect(r.Context(), who.Actor, ref, uploads, what.Why)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLarge(collectLimit)
	}
	if err != nil {
		return err
	}
	return s.reply(w, http.StatusCreated, struct {
		acted
		Files []File `json:"files"`
	}{actedOf(done), FilesOf(done.Case.Files)})
}

// announced reads the first part.
func announced(parts *multipart.Reader) (*collection, error) {
	part, err := parts.NextPart()
	if err != nil {
		return nil, cutOff(err)
	}
	if part.FormName() != filesPart {
		return nil, fault.Invalidf(part.FormName(), "comes first; that is for the part %s, which says what follows", filesPart)
	}
	text, err := io.ReadAll(io.LimitReader(part, documentLimit+1))
	if err != nil {
		return nil, cutOff(err)
	}
	if len(text) > documentLimit {
		return nil, tooLarge(documentLimit)
	}
	var what collection
	if err := decode(text, &what); err != nil {
		return nil, err
	}
	if n := len(what.Files); n == 0 || n > mostFiles {
		return nil, fault.Invalidf(filesPart, "%d files are announced; 1 to %d are taken at once", n, mostFiles)
	}
	return &what, nil
}

// A fileReader is one file of a form, opened when it is its turn.
type fileReader struct {
	parts *multipart.Reader
	name  string
	last  bool // nothing may follow
	part  *multipart.Part
}

// Read reads of the file. What is not the file announced, and what follows the
// last one, is an error, so that nothing is recorded.
func (f *fileReader) Read(into []byte) (int, error) {
	if f.part == nil {
		part, err := f.parts.NextPart()
		if err != nil {
			return 0, cutOff(err)
		}
		if part.FormName() != filePart {
			return 0, fault.Invalidf(part.FormName(), "stands where the file %s was announced", f.name).WithHint("send the files in the order of the first part, each as a part called " + filePart)
		}
		f.part = part
	}
	n, err := f.part.Read(into)
	if err == io.EOF && f.last {
		if _, more := f.parts.NextPart(); more == nil {
			return n, fault.Invalidf(f.name, "more follows than was announced")
		} else if more != io.EOF {
			return n, cutOff(more)
		}
	}
	if err != nil && err != io.EOF {
		return n, cutOff(err)
	}
	return n, err
}

// cutOff tells why a form could not be read.
func cutOff(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return fault.Invalidf("", "the form ends before everything announced has come, or is no multipart/form-data").WithHint("send it again, whole")
}

// notWhole tells why a body was not read to its end.
func notWhole(err error, limit int64) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLarge(limit)
	}
	return fault.Invalidf("", "the body was cut off").WithHint("send it again")
}

// A patient body may take as long as it wants, as long as something comes.
type patient struct {
	io.ReadCloser
	control *http.ResponseController
}

// Read reads, and gives whoever sends a while for what is next, and the answer
// its time behind that.
func (p *patient) Read(into []byte) (int, error) {
	next := time.Now().Add(quiet)
	if err := errors.Join(p.control.SetReadDeadline(next), p.control.SetWriteDeadline(next.Add(answerTime))); err != nil {
		return 0, err
	}
	return p.ReadCloser.Read(into)
}

// A patientWriter gives each part of an answer time of its own.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
}

// Write writes a part.
func (p *patientWriter) Write(b []byte) (int, error) {
	if err := p.control.SetWriteDeadline(time.Now().Add(answerTime)); err != nil {
		return 0, err
	}
	return p.ResponseWriter.Write(b)
}

// fetchFile hands out a file that was released.
func (s *Server) fetchFile(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	ref, err := refOf(r)
	if err != nil {
		return err
	}
	name := r.PathValue("name")
	in, err := s.docket.Fetch(r.Context(), who.Actor, ref, name)
	if err != nil {
		return err
	}
	defer in.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	n, err := io.Copy(&patientWriter{w, http.NewResponseController(w)}, in)
	if err != nil && n == 0 {
		w.Header().Del("Content-Disposition")
		return err
	}
	if err != nil {
		s.log.ErrorContext(r.Context(), "a file was not handed out whole", "route", r.Pattern, "error", err)
		panic(http.ErrAbortHandler) // half a file must not look like one
	}
	return nil
}
