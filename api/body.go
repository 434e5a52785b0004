package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// Limits of what is read, in bytes.
const (
	documentLimit    = 1 << 20 // a request document: see package request
	instructionLimit = 2 << 20 // an act with the text of a decision in it
	messageLimit     = 64 << 10
)

// deepest is how deep JSON may be nested.
const deepest = 32

// Media types of what is read whole.
const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded" // what a browser sends for a form without files
)

// read gives the bytes of a body of JSON as they came, of at most limit bytes, and
// waits no longer than bodyTime for them.
func read(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	return readAs(w, r, jsonType, limit)
}

// readAs reads a body of another media type.
func readAs(w http.ResponseWriter, r *http.Request, media string, limit int64) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, said := params["charset"]
	if err != nil || kind != media || said && !strings.EqualFold(charset, "utf-8") {
		return nil, mediaType(r.Header.Get("Content-Type"), media)
	}
	if r.Header.Get("Content-Encoding") != "" {
		return nil, mediaType(r.Header.Get("Content-Type")+" in "+r.Header.Get("Content-Encoding"), media+" as it is, without Content-Encoding")
	}
	if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, tooLarge(limit)
	}
	if err != nil {
		return nil, fault.Invalidf("", "the body was cut off, or took longer than %s", bodyTime).WithHint("send it again")
	}
	return body, nil
}

// decode reads JSON strictly: one object, without members that are not known or
// stand there twice.
func decode(body []byte, into any) error {
	if err := plain(body); err != nil {
		return err
	}
	if begin := bytes.TrimLeft(body, " \t\r\n"); len(begin) == 0 || begin[0] != '{' {
		return fault.Invalidf("", "the body is no JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		var mistyped *json.UnmarshalTypeError
		if errors.As(err, &mistyped) {
			return fault.Invalidf(mistyped.Field, "a JSON %s does not fit here", mistyped.Value)
		}
		return fault.Invalidf("", "the body cannot be read: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// plain refuses JSON that two readers may read differently, or that is nested
// for no other reason than to exhaust them.
func plain(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := plainValue(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fault.Invalidf("", "something follows the JSON value").WithHint("send one value and nothing else")
	}
	return nil
}

func plainValue(d *json.Decoder, depth int) error {
	if depth > deepest {
		return fault.Invalidf("", "the JSON is nested deeper than %d", deepest)
	}
	token, err := d.Token()
	if err != nil {
		return fault.Invalidf(fmt.Sprintf("byte %d", d.InputOffset()), "this is not JSON")
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	names := map[string]bool{}
	for d.More() {
		if open == '{' {
			token, err := d.Token()
			name, ok := token.(string)
			if err != nil || !ok {
				return fault.Invalidf(fmt.Sprintf("byte %d", d.InputOffset()), "this is not JSON")
			}
			// encoding/json takes a member whatever its letters' case.
			folded := strings.ToLower(name)
			if names[folded] {
				return fault.Invalidf("", "a member is there twice: %q", name)
			}
			names[folded] = true
		}
		if err := plainValue(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fault.Invalidf(fmt.Sprintf("byte %d", d.InputOffset()), "this is not JSON")
	}
	return nil
}

// given refuses a text that has to be there and is not.
func given(member, text string) error {
	if strings.TrimSpace(text) == "" {
		return fault.Invalidf(member, "is missing")
	}
	return nil
}

// needing reads a body in which one text has to be there.
func needing(body []byte, into any, member string, text *string) error {
	if err := decode(body, into); err != nil {
		return err
	}
	return given(member, *text)
}

// readMessage reads the body of a request that has nothing behind the question mark.
func readMessage(w http.ResponseWriter, r *http.Request, limit int64, into any) error {
	if err := queryOf(r).checked(); err != nil {
		return err
	}
	body, err := read(w, r, limit)
	if err != nil {
		return err
	}
	return decode(body, into)
}
