package witness

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
)

// A Server is a witness: an http.Handler below whatever prefix it is known by.
// Only one process works in its folder.
type Server struct {
	folder *folder
	signer note.Signer
	own    note.Verifier
	vkey   string
	logs   Logs
	locks  map[string]*sync.Mutex // by origin: from looking what was seen until what is cosigned is durable
	log    *slog.Logger
	mux    http.ServeMux
}

// Open opens the witness that Init made.
func Open(dir string, logs Logs, now func() time.Time, log *slog.Logger) (*Server, error) {
	f, key, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	own, err := fnote.NewVerifierForCosignatureV1(key.Verifier())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("verifier of the witness: %w", err), f.Close())
	}
	s := &Server{folder: f, signer: key.Cosigner(now), own: own, vkey: key.Verifier(), logs: logs, locks: make(map[string]*sync.Mutex), log: log}
	for origin := range logs {
		s.locks[origin] = new(sync.Mutex)
	}
	s.mux.HandleFunc("POST /add-checkpoint", s.addCheckpoint)
	s.mux.HandleFunc("GET /{origin}/checkpoint", s.checkpoint)
	return s, nil
}

// Close gives the folder back.
func (s *Server) Close() error { return s.folder.Close() }

// Verifier is what a policy names this witness by.
func (s *Server) Verifier() string { return s.vkey }

// ServeHTTP answers add-checkpoint, and what was cosigned last.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// addCheckpoint cosigns, or says by its status why not. C2SP tlog-witness.
func (s *Server) addCheckpoint(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "the request is too long, or broke off", http.StatusBadRequest)
		return
	}
	lines, err := s.cosign(body)
	var no *refusal
	switch {
	case err == nil:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write(lines)
	case errors.As(err, &no) && no.status == http.StatusConflict:
		w.Header().Set("Content-Type", "text/x.tlog.size")
		w.WriteHeader(no.status)
		fmt.Fprintf(w, "%d\n", no.seen)
	case errors.As(err, &no):
		http.Error(w, no.why, no.status)
	default:
		s.log.Error("nothing cosigned", "error", err)
		http.Error(w, "the witness cannot cosign now", http.StatusInternalServerError)
	}
}

// A refusal says why a checkpoint is not cosigned.
type refusal struct {
	status int
	why    string
	seen   int64 // with 409: what was seen
}

func (r *refusal) Error() string { return strconv.Itoa(r.status) + ": " + r.why }

func refuse(status int, why string) *refusal { return &refusal{status: status, why: why} }

// cosign gives the lines of the cosignature. Whether it may, and that it did, is
// decided under one lock: two requests at once cannot both continue the same past.
func (s *Server) cosign(body []byte) ([]byte, error) {
	r, err := ParseRequest(body)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, err.Error())
	}
	n, h, err := s.read(r.Checkpoint)
	if err != nil {
		return nil, err
	}
	if r.Old > h.size {
		return nil, refuse(http.StatusBadRequest, "the old size is larger than the checkpoint")
	}
	mu := s.locks[h.origin]
	mu.Lock()
	defer mu.Unlock()
	stored, last, err := s.last(h.origin)
	if err != nil {
		return nil, err
	}
	if r.Old != last.size {
		return nil, &refusal{status: http.StatusConflict, why: "the old size is not what this witness saw last", seen: last.size}
	}
	if err := continues(r, last, h); err != nil {
		return nil, s.contradicted(err, stored, last, n, h)
	}
	n.UnverifiedSigs = nil // only what this witness verified is kept and served
	signed, err := note.Sign(n, s.signer)
	if err != nil {
		return nil, fmt.Errorf("cosign: %w", err)
	}
	if !bytes.Equal(signed, stored) {
		if err := s.folder.see(h.origin, signed); err != nil {
			return nil, fmt.Errorf("write down what is cosigned: %w", err)
		}
	}
	cut := bytes.LastIndex(signed, []byte("— "))
	return signed[cut:], nil
}

// read verifies that a log this witness knows has signed a checkpoint.
func (s *Server) read(checkpoint []byte) (*note.Note, head, error) {
	text, _, ok := bytes.Cut(checkpoint, []byte("\n\n"))
	h, err := parseHead(string(text) + "\n")
	if !ok || err != nil {
		return nil, head{}, refuse(http.StatusBadRequest, "what follows the proof is no checkpoint")
	}
	keys, ok := s.logs[h.origin]
	if !ok {
		return nil, head{}, refuse(http.StatusNotFound, "this witness does not know the log")
	}
	n, err := note.Open(checkpoint, keys)
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified), errors.As(err, &invalid):
		return nil, head{}, refuse(http.StatusForbidden, "the checkpoint is not signed by the log")
	case err != nil, n.Text != string(text)+"\n":
		return nil, head{}, refuse(http.StatusBadRequest, "what follows the proof is no checkpoint")
	}
	return n, h, nil
}

// last is what was cosigned last of a log. It is verified like anything else:
// a file that was altered stops the witness, and does not become the past.
func (s *Server) last(origin string) ([]byte, head, error) {
	stored, err := s.folder.seen(origin)
	if err != nil || stored == nil {
		return nil, head{}, err
	}
	n, err := note.Open(stored, note.VerifierList(s.own))
	if err != nil {
		return nil, head{}, fmt.Errorf("the last checkpoint of %s is not as this witness wrote it: %w", origin, err)
	}
	h, err := parseHead(n.Text)
	if err == nil && h.origin != origin {
		err = fault.Conflictf(origin, "the last checkpoint kept is that of %s", h.origin)
	}
	return stored, h, err
}

// continues reports whether a checkpoint continues what was seen last.
func continues(r Request, last, h head) error {
	if h.size == 0 && h.root != sha256.Sum256(nil) {
		return refuse(http.StatusUnprocessableEntity, "an empty log has another hash")
	}
	if last.size == 0 || h.size == last.size {
		if len(r.Proof) > 0 {
			return refuse(http.StatusUnprocessableEntity, "where there is nothing to prove, the proof is empty")
		}
		if last.size > 0 && h.root != last.root {
			return errContradiction
		}
		return nil
	}
	if tlog.CheckTree(r.Proof, h.size, h.root, last.size, last.root) != nil {
		return refuse(http.StatusUnprocessableEntity, "the proof does not connect the checkpoint to what this witness saw")
	}
	return nil
}

var errContradiction = refuse(http.StatusUnprocessableEntity, "this witness saw another hash at the same size")

// contradicted keeps two checkpoints of one size with different hashes: both are
// signed by the log, and prove that it shows different pasts to different people.
func (s *Server) contradicted(err error, stored []byte, last head, n *note.Note, h head) error {
	if !errors.Is(err, errContradiction) {
		return err
	}
	s.log.Error("the log contradicts itself", "origin", h.origin, "size", h.size, "seen", last.root, "submitted", h.root)
	n.UnverifiedSigs = nil
	other, signing := note.Sign(n)
	if signing != nil {
		return signing
	}
	if keep := s.folder.fork(h.origin, bytes.Join([][]byte{stored, other}, []byte("\n"))); keep != nil {
		return fmt.Errorf("keep what contradicts: %w", keep)
	}
	return err
}

// checkpoint serves what was cosigned last, for monitors.
func (s *Server) checkpoint(w http.ResponseWriter, r *http.Request) {
	for origin := range s.logs {
		if originHash(origin) != r.PathValue("origin") {
			continue
		}
		stored, _, err := s.last(origin)
		if err != nil {
			s.log.Error("checkpoint not served", "error", err)
			http.Error(w, "the witness cannot answer now", http.StatusInternalServerError)
			return
		}
		if stored != nil {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.Header().Set("Cache-Control", "no-cache")
			w.Write(stored)
			return
		}
	}
	http.Error(w, "this witness has cosigned no checkpoint of that log", http.StatusNotFound)
}
