package authority

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fault"
)

// Limits of a directory.
const (
	mostRows     = 10_000
	cellLimit    = 4_000    // bytes
	bytesLimit   = 32 << 20 // of the whole
	mostProblems = 100      // told at once; the rest is counted
)

// columns are what a directory may say. Keys, certificates and recipients are not
// among them: those are enrolled one by one, by people who compare them.
var columns = []string{"id", "name", "country", "role", "mail", "language", "contacts", "powers", "instruments", "from", "until"}

// needed are the columns without which no row could be an entry.
var needed = []string{"id", "name", "country", "role", "contacts", "powers", "until"}

// ReadCSV reads a directory of authorities: a row that names the columns, and a
// row each. Cells are parted by commas, semicolons or tabs; within a cell a
// semicolon parts the members of a list, so where cells are parted by
// semicolons such a cell stands in quotation marks. Every power of a row is under
// its instruments, and under any if there are none. A date is taken to its end
// where it is one until which, in UTC.
//
// What comes back has the form of CheckForm, and nobody has verified any of it.
// What is wrong is told all at once, with line and column: fault.Invalid.
func ReadCSV(r io.Reader) ([]Authority, error) {
	text, err := io.ReadAll(io.LimitReader(r, bytesLimit+1))
	if err != nil {
		return nil, fmt.Errorf("read the directory: %w", err)
	}
	text, err = decoded(text)
	if err != nil {
		return nil, err
	}
	d := &directory{lines: map[string]int{}, rows: csv.NewReader(bytes.NewReader(text))}
	d.rows.Comma = separator(text)
	d.rows.FieldsPerRecord = -1 // counted here, so that the place is told
	if d.header() {
		for d.row() {
		}
	}
	if d.more > 0 {
		d.wrong.add("", "and %d more", d.more)
	}
	if err := errors.Join(d.wrong...); err != nil {
		return nil, err
	}
	return d.list, nil
}

// decoded is the text without a byte order mark; fault.Invalid if it is too long
// or not UTF-8.
func decoded(text []byte) ([]byte, error) {
	if len(text) > bytesLimit {
		return nil, fault.Invalidf("", "the directory has more than %d bytes", bytesLimit).WithHint("read it in parts")
	}
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		return nil, fault.Invalidf("", "the directory is UTF-16").WithHint("save it as CSV in UTF-8")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if utf8.Valid(text) {
		return text, nil
	}
	line := 1
	for rest := text; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		rest = rest[n:]
	}
	return nil, fault.Invalidf(fmt.Sprintf("line %d", line), "is not UTF-8").WithHint("save it as CSV in UTF-8")
}

// separator is the first of the three that stands in the row of names, which
// themselves have none of them.
func separator(text []byte) rune {
	header, _, _ := bufio.NewReader(bytes.NewReader(text)).ReadLine()
	if i := bytes.IndexAny(header, ",;\t"); i >= 0 {
		return rune(header[i])
	}
	return ','
}

// A directory is being read.
type directory struct {
	rows    *csv.Reader
	columns []string
	lines   map[string]int // where an id stands
	count   int
	list    []Authority
	wrong   complaint
	more    int

	powers, under []string // of the row
}

func (d *directory) add(where, format string, args ...any) {
	if len(d.wrong) >= mostProblems {
		d.more++
		return
	}
	d.wrong.add(where, format, args...)
}

// next gives a row; false after the last, and after one that cannot be parted
// into cells, because what follows would be parted wrongly too.
func (d *directory) next() ([]string, bool) {
	cells, err := d.rows.Read()
	if err == nil {
		return cells, true
	}
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
	case errors.As(err, &parse):
		d.add(fmt.Sprintf("line %d, column %d", parse.Line, parse.Column), "cannot be parted into cells: %v", parse.Err)
	default:
		d.add("", "cannot be read: %v", err)
	}
	return nil, false
}

// place is where a cell of the row that was read last begins.
func (d *directory) place(cell int) string {
	line, column := d.rows.FieldPos(cell)
	if cell < len(d.columns) && d.columns[cell] != "" {
		return fmt.Sprintf("line %d, column %d (%s)", line, column, d.columns[cell])
	}
	return fmt.Sprintf("line %d, column %d", line, column)
}

// header reads the names of the columns, and reports whether rows can be read by
// them.
func (d *directory) header() bool {
	cells, ok := d.next()
	if !ok {
		if len(d.wrong) == 0 {
			d.add("line 1", "there is nothing: the first row names the columns")
		}
		return false
	}
	for i, cell := range cells {
		name := strings.ToLower(strings.TrimSpace(cell))
		switch {
		case name == "" && i >= len(cells)-1: // many a program ends a row so
		case !slices.Contains(columns, name):
			d.add(d.place(i), "%s is no column; these are: %s", clip(name), strings.Join(columns, ", "))
		case slices.Contains(d.columns, name):
			d.add(d.place(i), "the column %s is there twice", name)
		}
		d.columns = append(d.columns, name)
	}
	for _, name := range needed {
		if !slices.Contains(d.columns, name) {
			d.add("line 1", "there is no column %s", name)
		}
	}
	return len(d.wrong) == 0
}

// row reads one authority, and reports whether there may be another.
func (d *directory) row() bool {
	cells, ok := d.next()
	if !ok {
		return false
	}
	if !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return true
	}
	if d.count++; d.count > mostRows {
		d.add(d.place(0), "the directory has more than %d rows", mostRows)
		return false
	}
	var a Authority
	d.powers, d.under = nil, nil
	before := len(d.wrong) + d.more
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		switch {
		case len(cell) > cellLimit:
			d.add(d.place(i), "has %d bytes; a cell has at most %d", len(cell), cellLimit)
		case i < len(d.columns) && d.columns[i] != "":
			d.cell(&a, i, cell)
		case cell != "":
			d.add(d.place(i), "stands in no column: the row has more cells than the first one")
		}
	}
	for _, data := range d.powers {
		a.Powers = append(a.Powers, Power{Data: data, Instruments: slices.Clone(d.under)})
	}
	if len(cells) < len(d.columns) {
		line, _ := d.rows.FieldPos(0)
		d.add(fmt.Sprintf("line %d", line), "has %d cells, and the first row has %d", len(cells), len(d.columns))
	}
	if len(d.wrong)+d.more == before {
		d.judge(&a, len(cells))
	}
	d.list = append(d.list, a)
	return true
}

// cell takes what a cell says into an entry.
func (d *directory) cell(a *Authority, i int, cell string) {
	switch d.columns[i] {
	case "id":
		a.ID = cell
	case "name":
		a.Name = cell
	case "country":
		a.Country = cell
	case "role":
		a.Role = cell
	case "mail":
		a.Mail = cell
	case "language":
		a.Language = cell
	case "contacts":
		for _, value := range members(cell) {
			a.Contacts = append(a.Contacts, Contact{Value: value})
		}
	case "powers":
		d.powers = members(cell)
	case "instruments":
		d.under = members(cell)
	case "from":
		a.From = d.date(i, cell, 0)
	case "until":
		a.Until = d.date(i, cell, 1)
	}
}

func members(cell string) []string {
	var list []string
	for part := range strings.SplitSeq(cell, ";") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// date reads a date, and moves it by days, or a time as it stands.
func (d *directory) date(i int, cell string, days int) time.Time {
	if cell == "" {
		return time.Time{}
	}
	if t, err := time.Parse(time.DateOnly, cell); err == nil {
		return t.AddDate(0, 0, days)
	}
	t, err := time.Parse(time.RFC3339, cell)
	if err != nil {
		d.add(d.place(i), "%s is no date (such as 2027-12-31)", clip(cell))
	}
	return t.UTC()
}

// judge says what is wrong with an entry that could be read, at the cell it came
// from.
func (d *directory) judge(a *Authority, cells int) {
	line, _ := d.rows.FieldPos(0)
	if first, twice := d.lines[strings.ToLower(a.ID)]; twice {
		d.add(d.place(slices.Index(d.columns, "id")), "%s stands in line %d already", clip(a.ID), first)
	}
	d.lines[strings.ToLower(a.ID)] = line
	var wrong complaint
	a.form(&wrong)
	for _, err := range wrong {
		var f *fault.Fault
		if !errors.As(err, &f) {
			continue
		}
		member, _, _ := strings.Cut(strings.TrimPrefix(f.Where, "/"), "/")
		if strings.Contains(f.Where, "/instruments") {
			member = "instruments"
		}
		where := fmt.Sprintf("line %d", line)
		if i := slices.Index(d.columns, member); i >= 0 && i < cells {
			where = d.place(i)
		}
		d.add(where, "%s", f.What)
	}
}
