package source

import (
	"bytes"
	"encoding/csv"
	"strings"
	"sync"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// Head is the beginning of a file, from which a format is recognised. What it
// tells is worked out once, when it is first asked for.
type Head struct {
	text  []byte
	whole bool // the text is the whole file
	json  func() JSONHead
	csv   func() CSVHead
	yaml  func() []string
}

// NewHead makes the head of a file that begins with text; whole says that
// nothing follows.
func NewHead(text []byte, whole bool) Head {
	return Head{
		text: text, whole: whole,
		json: sync.OnceValue(func() JSONHead { return probeJSON(text) }),
		csv:  sync.OnceValue(func() CSVHead { return probeCSV(text) }),
		yaml: sync.OnceValue(func() []string { return probeYAML(text) }),
	}
}

// Size is the length of the file when the head is all of it, else -1.
func (h Head) Size() int {
	if h.whole {
		return len(h.text)
	}
	return -1
}

// Empty reports whether the file holds nothing but white space.
func (h Head) Empty() bool { return h.whole && len(bytes.TrimSpace(h.text)) == 0 }

// EmptyList reports whether the file is a JSON list without elements.
func (h Head) EmptyList() bool {
	i := jsonspan.Space(h.text, 0)
	if !h.whole || i >= len(h.text) || h.text[i] != '[' {
		return false
	}
	i = jsonspan.Space(h.text, i+1)
	return i < len(h.text) && h.text[i] == ']' && jsonspan.Space(h.text, i+1) == len(h.text)
}

// JSON tells what the head shows when it is JSON.
func (h Head) JSON() JSONHead { return h.json() }

// CSV tells what the head shows when it is a table of separated values.
func (h Head) CSV() CSVHead { return h.csv() }

// Text is the head as it is, for formats that are neither JSON nor a table. It
// must not be changed.
func (h Head) Text() []byte { return h.text }

// Mentions reports whether a text, given in lower case, occurs in the head.
func (h Head) Mentions(lower string) bool {
	return bytes.Contains(bytes.ToLower(h.text), []byte(lower))
}

// YAML are the top-level keys when the head is a YAML mapping, as spelled.
func (h Head) YAML() []string { return h.yaml() }

// localHeader begins each part of a zip archive.
const localHeader = "PK\x03\x04"

// magic are the first bytes of files that hold no text, and what they are.
var magic = []struct{ prefix, name string }{
	{localHeader, "a zip archive or Office document"},
	{"%PDF-", "a PDF document"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"GIF8", "a picture"},
	{"\x1f\x8b", "a compressed file"},
}

// Workbook reports whether the file is an Excel workbook: a zip archive with
// a part below xl/, in whatever order its writer put the parts.
func (h Head) Workbook() bool {
	const name = 30 // where the name of a part stands in its local header
	for rest := h.text; bytes.HasPrefix(h.text, []byte(localHeader)); {
		i := bytes.Index(rest, []byte(localHeader))
		if i < 0 {
			return false
		}
		rest = rest[i+len(localHeader):]
		if at := name - len(localHeader); len(rest) > at && bytes.HasPrefix(bytes.ToLower(rest[at:min(len(rest), at+3)]), []byte("xl/")) {
			return true
		}
	}
	return false
}

// isPlan reports whether the file is a plan as Terraform saves it: a zip
// archive that begins with the part tfplan.
func (h Head) isPlan() bool {
	const name, part = 30, "tfplan" // where the name of a part stands in its local header
	return bytes.HasPrefix(h.text, []byte(localHeader)) && len(h.text) >= name+len(part) && string(h.text[name:name+len(part)]) == part
}

// compoundFile says what an Office document of the old container is: workbooks
// with a password come in it too.
func (h Head) compoundFile() string {
	wide := func(s string) []byte { return []byte(strings.Join(strings.Split(s, ""), "\x00")) }
	switch {
	case bytes.Contains(h.text, wide("EncryptedPackage")):
		return "an Office document protected by a password (save it without one)"
	case bytes.Contains(h.text, wide("Workbook")):
		return "a workbook of the old kind, .xls (save it as .xlsx)"
	}
	return "an Office document of the old kind or one protected by a password (save it as .xlsx without one)"
}

// Binary says what a file is that holds no text and no workbook, and "" for
// those that do.
func (h Head) Binary() string {
	switch {
	case h.Workbook():
		return ""
	case bytes.HasPrefix(h.text, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return h.compoundFile()
	case h.isPlan():
		return "a binary Terraform plan (run `terraform show -json plan.out > plan.json` and read that)"
	}
	for _, m := range magic {
		if bytes.HasPrefix(h.text, []byte(m.prefix)) {
			return m.name
		}
	}
	if bytes.IndexByte(h.text, 0) >= 0 {
		return "a binary file"
	}
	return ""
}

// Member is a member of a JSON object in the head.
type Member struct {
	Kind json.Kind
	Text string // of a text that the head shows to its end
}

// JSONHead is what the head of a JSON file shows. Names are folded.
type JSONHead struct {
	// Kind is '{' or '[', or 0 when the file is not JSON.
	Kind json.Kind
	// Members are those of the first object at the top, if it is one; the
	// value of a member that the head cuts off is not there, but its kind is.
	Members map[string]Member
	// Row are the members of the first rows: of the list at the top, of the
	// list in `data` or `value`, the columns of a table, or of the object at
	// the top where it is a row itself.
	Row map[string]Member
	// Table says that rows are lists and Row are their columns.
	Table bool
	// Pages says that the list at the top holds envelopes, not rows.
	Pages bool
}

// Has reports whether rows have all these members, named folded.
func (h JSONHead) Has(names ...string) bool {
	for _, name := range names {
		if _, ok := h.Row[name]; !ok {
			return false
		}
	}
	return true
}

// HasAny reports whether rows have one of these members, named folded.
func (h JSONHead) HasAny(names ...string) bool {
	for _, name := range names {
		if h.Has(name) {
			return true
		}
	}
	return false
}

// IsAzure reports whether rows have the id of a resource or scope in Azure.
func (h JSONHead) IsAzure() bool {
	for _, column := range [...]string{"id", "resourceid"} {
		if isAzureID(h.Row[column].Text) {
			return true
		}
	}
	return false
}

func isAzureID(id string) bool {
	id = demarc.Fold(id)
	for _, prefix := range [...]string{"/subscriptions/", "/providers/", "/tenants/"} {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// Envelope reports whether the top is an object with rows in one of its members.
func (h JSONHead) Envelope() bool {
	return h.Table || h.Members["data"].Kind == '[' || h.Members["value"].Kind == '['
}

func probeJSON(text []byte) JSONHead {
	i := jsonspan.Space(text, 0)
	if i >= len(text) || (text[i] != '{' && text[i] != '[') {
		return JSONHead{}
	}
	h := JSONHead{Kind: json.Kind(text[i])}
	if h.Kind == '{' {
		h.object(text[i:])
		return h
	}
	h.Row = rowsOf(text[i:])
	if h.Row["data"].Kind == '[' || h.Row["value"].Kind == '[' {
		first := jsonspan.Space(text, i+1)
		h.Pages = true
		h.object(text[first:])
	}
	return h
}

// object looks at an object at the top: an envelope of rows, or a row.
func (h *JSONHead) object(text []byte) {
	h.Members = map[string]Member{}
	h.Row = h.Members
	members(text, h.Members, func(name string, value []byte) {
		switch {
		case (name == "data" || name == "value") && value[0] == '[':
			h.Row = rowsOf(value)
		case name == "data" && value[0] == '{':
			members(value, map[string]Member{}, h.table)
		default:
			h.table(name, value)
		}
	})
}

// table looks for the columns of a table.
func (h *JSONHead) table(name string, value []byte) {
	if name != "columns" || value[0] != '[' {
		return
	}
	columns := map[string]Member{}
	elements(value, func(column []byte) bool {
		of := map[string]Member{}
		members(column, of, nil)
		if name := of["name"].Text; name != "" {
			columns[demarc.Fold(name)] = Member{}
		}
		return true
	})
	if len(columns) > 0 {
		h.Table, h.Row = true, columns
	}
}

// rowsOf gathers the members of the first objects of a list.
func rowsOf(list []byte) map[string]Member {
	const enough = 5
	all, n := map[string]Member{}, 0
	elements(list, func(element []byte) bool {
		if element[0] == '{' {
			members(element, all, nil)
			n++
		}
		return n < enough
	})
	return all
}

// elements visits the elements of a list that may be cut off. The last one
// visited may be cut off as well.
func elements(list []byte, visit func([]byte) bool) {
	for i := 1; ; {
		i = jsonspan.Space(list, i)
		if i < len(list) && list[i] == ',' {
			i = jsonspan.Space(list, i+1)
		}
		if i >= len(list) || list[i] == ']' || !visit(list[i:]) {
			return
		}
		end, _ := jsonspan.End(list, i)
		if end <= i {
			return
		}
		i = end
	}
}

// members adds the members of an object that may be cut off, and visits each
// with the bytes from its value on. What was added before stays.
func members(object []byte, into map[string]Member, visit func(name string, value []byte)) {
	if len(object) == 0 || object[0] != '{' {
		return
	}
	for i := 1; ; {
		i = jsonspan.Space(object, i)
		if i < len(object) && object[i] == ',' {
			i = jsonspan.Space(object, i+1)
		}
		if i >= len(object) || object[i] != '"' {
			return
		}
		nameEnd := jsonspan.String(object, i)
		if nameEnd < 0 {
			return
		}
		colon := jsonspan.Space(object, nameEnd)
		if colon >= len(object) || object[colon] != ':' {
			return
		}
		start := jsonspan.Space(object, colon+1)
		if start >= len(object) {
			return
		}
		end, _ := jsonspan.End(object, start)
		name := demarc.Fold(string(json.AppendUnquote(nil, object[i:nameEnd])))
		if _, ok := into[name]; !ok {
			into[name] = memberOf(object[start:], end-start)
		}
		if visit != nil {
			visit(name, object[start:])
		}
		if end <= start {
			return
		}
		i = end
	}
}

func memberOf(value []byte, length int) Member {
	m := Member{Kind: kindOf(value[0])}
	if m.Kind == '"' && length > 0 {
		m.Text = string(json.AppendUnquote(nil, value[:length]))
	}
	return m
}

// kindOf is the kind of the value that begins with c. All numbers are '0'.
func kindOf(c byte) json.Kind {
	if c == '-' || '1' <= c && c <= '9' {
		return '0'
	}
	return json.Kind(c)
}

// CSVHead is what the head of a table of separated values shows.
type CSVHead struct {
	Delimiter byte     // 0 when there is no table
	Header    []string // as spelled, without white space around
	First     []string // the fields of the line behind the header
}

// IsAzure reports whether the first row has the id of a resource in Azure.
func (h CSVHead) IsAzure() bool {
	for i, column := range h.Header {
		if name := FoldHeader(column); (name == "id" || name == "resourceid") && i < len(h.First) && isAzureID(h.First[i]) {
			return true
		}
	}
	return false
}

// Has reports whether the header has all these names, compared without case,
// spaces, underscores and dashes.
func (h CSVHead) Has(names ...string) bool {
	for _, name := range names {
		found := false
		for _, column := range h.Header {
			found = found || FoldHeader(column) == name
		}
		if !found {
			return false
		}
	}
	return true
}

// FoldHeader returns the spelling by which column headers are compared:
// without case, spaces, underscores and dashes.
func FoldHeader(s string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(demarc.Fold(s))
}

// Delimiters are what separates the values of a table, the likeliest first.
var Delimiters = [...]byte{',', ';', '\t', '|'}

func probeCSV(text []byte) CSVHead {
	line, rest := headerLine(text)
	if len(line) == 0 || line[0] == '{' || line[0] == '[' {
		return CSVHead{}
	}
	best := CSVHead{}
	for _, d := range Delimiters {
		if fields := fieldsOf(line, d); len(fields) > 1 && len(fields) > len(best.Header) {
			best = CSVHead{Delimiter: d, Header: fields}
		}
	}
	if best.Delimiter != 0 {
		first, _ := headerLine(rest)
		best.First = fieldsOf(first, best.Delimiter)
	}
	return best
}

// fieldsOf takes a line apart, nil when it cannot.
func fieldsOf(line []byte, delimiter byte) []string {
	r := csv.NewReader(bytes.NewReader(line))
	r.Comma, r.LazyQuotes = rune(delimiter), true
	fields, err := r.Read()
	if err != nil {
		return nil
	}
	for i, field := range fields {
		fields[i] = strings.TrimSpace(field)
	}
	return fields
}

// headerLine is the first line that is neither blank nor an instruction to a
// program ("#TYPE ..." of PowerShell, "sep=;" of Excel), and what follows it.
func headerLine(text []byte) (line, rest []byte) {
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		if line = bytes.TrimSpace(line); len(line) > 0 && !IsCSVInstruction(line) {
			return line, rest
		}
		text = rest
	}
	return nil, nil
}

// IsCSVInstruction reports whether a line in front of the header of a table is
// an instruction to a program and not the header.
func IsCSVInstruction(line []byte) bool {
	line = bytes.Trim(line, `"`)
	return bytes.HasPrefix(line, []byte("#TYPE")) || (bytes.HasPrefix(line, []byte("sep=")) && len(line) <= len("sep=;"))
}

// probeYAML finds the top-level keys of a mapping: lines that begin with a
// name and a colon. The first line with content must be one; later lines that
// are none are left to the parser, which can say what is wrong with them.
func probeYAML(text []byte) []string {
	var keys []string
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 || line[0] == '#' || line[0] == '%' || bytes.HasPrefix(line, []byte("---")) {
			continue
		}
		name, rest, found := bytes.Cut(line, []byte(":"))
		switch {
		case found && isName(name) && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t'):
			keys = append(keys, string(name))
		case len(keys) == 0:
			return nil
		}
	}
	return keys
}

func isName(b []byte) bool {
	for _, c := range b {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && c != '_' && c != '-' && (c < '0' || c > '9') {
			return false
		}
	}
	return len(b) > 0
}
