package httpsig

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

// base is what is signed (RFC 9421, section 2.5): a line for each component and
// a last one for the parameters.
func base(r *http.Request, origin string, covered []string, params string) ([]byte, error) {
	var b strings.Builder
	for _, name := range covered {
		value, err := component(r, origin, name)
		if err != nil {
			return nil, err
		}
		// What is not printable ASCII could add a line, or be read in two ways.
		if strings.ContainsFunc(value, func(c rune) bool { return (c < ' ' && c != '\t') || c > '~' }) {
			return nil, fault.Unauthenticatedf(name, "holds what is not printable ASCII, and cannot be covered")
		}
		b.WriteString(`"` + name + `": ` + value + "\n")
	}
	b.WriteString(`"@signature-params": ` + params)
	return []byte(b.String()), nil
}

// component gives the value of a component of a request (RFC 9421, section 2).
func component(r *http.Request, origin, name string) (string, error) {
	if !strings.HasPrefix(name, "@") {
		return field(r, name)
	}
	if name == "@method" {
		return method(r), nil
	}
	target, err := target(r, origin)
	if err != nil {
		return "", err
	}
	scheme, authority, _ := strings.Cut(origin, "://")
	path, query, _ := strings.Cut(target, "?")
	switch name {
	case "@target-uri":
		return origin + target, nil
	case "@scheme":
		return scheme, nil
	case "@authority":
		return authority, nil
	case "@path":
		return path, nil
	case "@query":
		return "?" + query, nil
	}
	return "", fault.Unauthenticatedf("Signature-Input", "%q cannot be covered here", name).
		WithHint("cover @method and @target-uri, and fields by their names")
}

// method is GET if a request about to be sent leaves it empty.
func method(r *http.Request) string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// field is the value of a field, its lines put together (RFC 9421, section 2.1).
func field(r *http.Request, name string) (string, error) {
	lines := r.Header.Values(name)
	if len(lines) == 0 {
		return "", fault.Unauthenticatedf(name, "is covered, and not there")
	}
	values := make([]string, len(lines))
	for i, line := range lines {
		values[i] = strings.TrimSpace(line)
	}
	return strings.Join(values, ", "), nil
}

// target is the path and the query, in the very bytes that were sent: what is
// written in two ways is two addresses. A request on its way out has no
// RequestURI yet.
func target(r *http.Request, origin string) (string, error) {
	raw := r.RequestURI
	if raw == "" {
		raw = r.URL.RequestURI()
	}
	if rest, ok := strings.CutPrefix(raw, origin); ok { // the absolute form (RFC 9112, section 3.2.2)
		raw = rest
	}
	if !strings.HasPrefix(raw, "/") {
		return "", fault.Unauthenticatedf("@target-uri", "the request is not addressed to %s", origin)
	}
	return raw, nil
}

// originOf gives scheme and authority as they are signed: in small letters and
// without the port that goes without saying (RFC 9421, section 2.2.3).
func originOf(u *url.URL) (string, bool) {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	default:
		return "", false
	}
	return scheme + "://" + host, host != "" && u.User == nil
}
