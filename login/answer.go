package login

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// bodyLimit bounds what is read of a request, in bytes.
const bodyLimit = 64 << 10

// Routes adds everything under /login/ to a mux. Requests from other origins are
// for whoever serves the mux to refuse (http.CrossOriginProtection), and what is
// under /login/once/ is not to be logged: the path is the secret.
func (d *Door) Routes(mux *http.ServeMux) {
	for pattern, do := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /login":                          d.showDoor,
		"GET /login/page.css":                 file("page.css", "text/css; charset=utf-8"),
		"GET /login/page.js":                  file("page.js", "text/javascript; charset=utf-8"),
		"GET /login/once/{token}":             d.showLink,
		"POST /login/once/{token}":            d.useLink,
		"POST /login/passkey/register/begin":  d.beginEnrol,
		"POST /login/passkey/register/finish": d.finishEnrol,
		"POST /login/passkey/begin":           d.beginPasskey,
		"POST /login/passkey/finish":          d.finishPasskey,
		"GET /login/passkey":                  d.listPasskeys,
		"DELETE /login/passkey/{id}":          d.dropPasskey,
		"GET /login/oidc":                     d.goToProvider,
		"GET /login/oidc/callback":            d.comeBack,
		"GET /login/session":                  d.showSession,
		"POST /login/out":                     d.signOut,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Cache-Control", "no-store")
			h.Set("Referrer-Policy", "no-referrer") // the path may be a secret
			h.Set("X-Content-Type-Options", "nosniff")
			if err := do(w, r); err != nil {
				d.refuse(w, r, err)
			}
		})
	}
}

// try signs somebody in, which may be tried a number of times only. What succeeds
// does not count, nor what failed for another reason than who asks.
func (d *Door) try(r *http.Request, do func() error) error {
	from := d.remote(r)
	if err := d.tries.take(from); err != nil {
		return err
	}
	err := do()
	switch fault.KindOf(err) {
	case fault.Unauthenticated, fault.Forbidden, fault.Invalid:
		d.set.Log.WarnContext(r.Context(), "not let in", "from", from, "because", err)
	default:
		d.tries.giveBack(from)
	}
	if err == nil {
		d.tries.signedIn(from)
		d.begins.signedIn(from)
	}
	return err
}

// A sessionForm is a session as it is answered.
type sessionForm struct {
	Name      string    `json:"name"`
	Roles     []string  `json:"roles"`
	Way       string    `json:"way"`
	Service   bool      `json:"service,omitempty"`
	Enrolling bool      `json:"enrolling,omitempty"`
	Began     time.Time `json:"began"`
	Proved    time.Time `json:"proved,omitzero"`
	Until     time.Time `json:"until"`
}

func formOf(s *Session) sessionForm {
	f := sessionForm{
		Name: s.Name, Roles: []string{}, Way: s.Way, Service: s.Service, Enrolling: s.Enrolling,
		Began: s.Began, Proved: s.Proved, Until: s.Until,
	}
	for _, role := range s.Roles {
		f.Roles = append(f.Roles, role.String())
	}
	return f
}

func (d *Door) showSession(w http.ResponseWriter, r *http.Request) error {
	s, err := d.Session(r)
	if err != nil {
		return err
	}
	return answer(w, formOf(s))
}

// signOut ends the session that a request carries. Without one there is nothing
// to end, and that is as good.
func (d *Door) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := d.leave(r); err != nil {
		return err
	}
	d.dropCookie(w, sessionCookie)
	if byBrowser(r) {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return nil
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func answer(w http.ResponseWriter, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(append(body, '\n'))
	return err
}

// read gives the body of a request, which is JSON and not too long.
func read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" || len(r.Header.Values("Content-Type")) > 1 {
		return nil, fault.Invalidf("header Content-Type", "is not application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return nil, fault.Invalidf("body", "has more than %d bytes", bodyLimit)
	}
	if err != nil {
		return nil, fault.Invalidf("body", "was not received whole")
	}
	return body, nil
}

var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusBadRequest, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Forbidden: http.StatusForbidden, fault.Unauthenticated: http.StatusUnauthorized, fault.Busy: http.StatusServiceUnavailable,
}

// plainProblem answers with what a fault says of itself, and nothing of what is
// internal.
func plainProblem(w http.ResponseWriter, _ *http.Request, err error) {
	var f *fault.Fault
	status, known := statuses[fault.KindOf(err)]
	if !known || !errors.As(err, &f) {
		http.Error(w, "this did not work; it is no fault of yours", http.StatusInternalServerError)
		return
	}
	text := f.What
	if f.Hint != "" {
		text += "; " + f.Hint
	}
	http.Error(w, text, status)
}
