package login

import (
	"net/http"
	"strings"

	"github.com/rogatory/rogatory/fault"
)

// tokenPrefix marks a service token, so that people and scanners of leaked
// secrets know one when they see it.
const tokenPrefix = "rst_"

// presented gives the one secret that a request carries: the cookie of a
// session, or a token as RFC 6750 section 2.1 has it. Of several, whoever put a
// proxy in between and we might each believe another, so they are refused.
func (d *Door) presented(r *http.Request) (string, bool, error) {
	cookies := r.CookiesNamed(d.cookieName(sessionCookie))
	headers := r.Header.Values("Authorization")
	switch {
	case len(cookies)+len(headers) == 0:
		return "", false, fault.Unauthenticatedf("", "nobody is signed in").WithHint("sign in")
	case len(cookies)+len(headers) > 1:
		return "", false, fault.Unauthenticatedf("", "the request says more than once who asks").WithHint("send one cookie, or one token")
	case len(cookies) == 1:
		if !looksMade(cookies[0].Value) {
			return "", false, fault.Unauthenticatedf("", "this session is over").WithHint("sign in again")
		}
		return cookies[0].Value, false, nil
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	secret, ok := strings.CutPrefix(token, tokenPrefix)
	if !strings.EqualFold(scheme, "Bearer") || !ok || !looksMade(secret) {
		return "", false, fault.Unauthenticatedf("header Authorization", "is not Bearer and a service token").WithHint("a token begins with " + tokenPrefix)
	}
	return token, true, nil
}
