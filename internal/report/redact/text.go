package redact

import (
	"strings"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
)

// dictionary knows names by the hash of their folded spelling. There may be
// millions, of which a sentence holds one or two.
type dictionary struct {
	kinds   map[uint64]kind
	longest int
}

// A name that is longer is not looked for in sentences, one that is shorter
// says nothing.
const (
	longestName  = 300
	shortestName = 2
)

func (d *dictionary) add(k kind, name string) {
	if len(name) < shortestName || len(name) > longestName {
		return
	}
	h := newHash()
	for i := range len(name) {
		h.add(name[i])
	}
	if _, known := d.kinds[uint64(h)]; !known {
		d.kinds[uint64(h)] = k
		d.longest = max(d.longest, len(name))
	}
}

// at finds the longest name that begins a text and ends where a word ends.
func (d *dictionary) at(s string) (length int, k kind) {
	h := newHash()
	for i := range min(len(s), d.longest) {
		h.add(s[i])
		if i+1 < len(s) && isLetter(s[i]) && isLetter(s[i+1]) {
			continue
		}
		if found, ok := d.kinds[uint64(h)]; ok {
			length, k = i+1, found
		}
	}
	return length, k
}

// hash is FNV-1a of 64 bits over bytes without case.
type hash uint64

func newHash() hash { return 14695981039346656037 }

func (h *hash) add(c byte) {
	if 'A' <= c && c <= 'Z' {
		c |= 0x20
	}
	*h = (*h ^ hash(c)) * 1099511628211
}

// isLetter reports whether a byte belongs to a word: a letter, a digit, or a
// piece of a letter outside ASCII.
func isLetter(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c >= utf8.RuneSelf
}

// text replaces what a sentence tells about the estate: names that are known,
// what stands between quotes, ids, GUIDs, addresses.
func (r *Redactor) text(s string) string { return r.scan(s, true) }

// command does the same for a command of the catalogue, in which quotes hold
// what is typed.
func (r *Redactor) command(s string) string { return r.scan(s, false) }

func (r *Redactor) scan(s string, quotes bool) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		n, put := r.piece(s, i, quotes)
		b.WriteString(put)
		i += n
	}
	return b.String()
}

// piece says what stands in place of the n bytes from i on.
func (r *Redactor) piece(s string, i int, quotes bool) (n int, put string) {
	rest := s[i:]
	if i > 0 && isLetter(s[i-1]) && isLetter(s[i]) {
		return 1, s[i : i+1] // within a word
	}
	if n, k := r.names.at(rest); n > 0 && !r.public(rest[:n]) {
		return n, r.name(k, rest[:n])
	}
	if rest[0] == '"' && quotes {
		return r.quoted(rest)
	}
	if len(rest) >= len(zeroGUID) && isGUID(rest[:len(zeroGUID)]) {
		return len(zeroGUID), r.guid(rest[:len(zeroGUID)])
	}
	if (isLetter(rest[0]) || rest[0] == '/') && (i == 0 || s[i-1] != '.') { // not the rest of a property
		if n, put = r.token(rest); n > 0 {
			return n, put
		}
	}
	return 1, rest[:1]
}

// public reports whether a name is also a word that everybody may read.
func (r *Redactor) public(name string) bool {
	folded := demarc.Fold(name)
	return r.words[folded] || r.types[folded]
}

// quoted replaces what stands between quotes unless it is a public word. Titles
// of checks are sentences themselves.
func (r *Redactor) quoted(s string) (n int, put string) {
	end := 1
	for end < len(s) && s[end] != '"' {
		if s[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(s) {
		return 1, s[:1]
	}
	inner := s[1:end]
	switch folded := demarc.Fold(inner); {
	case inner == "" || r.public(inner):
		return end + 1, s[:end+1]
	case r.words[title+folded]:
		return end + 1, `"` + r.text(inner) + `"`
	}
	return end + 1, `"` + r.whole(inner) + `"`
}

// title stands in front of the titles of checks among the words.
const title = "title\x00"

// token replaces an id, an address or a name of the internet.
func (r *Redactor) token(s string) (n int, put string) {
	n = strings.IndexFunc(s, func(c rune) bool { return c <= ' ' || strings.ContainsRune(`"'()<>,;|`, c) })
	if n < 0 {
		n = len(s)
	}
	word := strings.TrimRight(s[:n], ".:")
	n = len(word)
	folded := demarc.Fold(word)
	switch {
	case n == 0:
		return 0, ""
	case strings.HasPrefix(folded, "https://") || strings.HasPrefix(folded, "http://"):
		return r.url(word)
	case isID(folded):
		return n, r.id(word)
	case strings.IndexByte(word, '@') > 0:
		return n, r.name(aPerson, word)
	case isAddress(word):
		return n, r.name(anAddress, word)
	case isFile(folded):
		return n, r.path(word)
	}
	host, _, _ := strings.Cut(word, "/")
	if folded = demarc.Fold(host); isHost(folded) && !r.words[folded] && !r.types[folded] {
		return len(host), r.name(aHost, host)
	}
	return 0, ""
}

// url replaces the host of an address unless it is a public one of Microsoft;
// what stands behind it is looked at by itself.
func (r *Redactor) url(s string) (n int, put string) {
	scheme, rest, _ := strings.Cut(s, "://")
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	n = len(scheme) + len("://") + len(host)
	if folded := demarc.Fold(host); folded != "learn.microsoft.com" && folded != "management.azure.com" && folded != "graph.microsoft.com" && !strings.HasPrefix(folded, "www.") {
		host = r.name(aHost, host)
	}
	return n, scheme + "://" + host
}

func isID(folded string) bool {
	first, _, more := strings.Cut(strings.TrimPrefix(folded, "/"), "/")
	return folded[0] == '/' && more && (isWord(first) || first == "providers")
}

// isFile reports whether a word names a file that is read here. A fact of the
// catalogue is written as file#id.
func isFile(folded string) bool {
	i := strings.LastIndexByte(folded, '.')
	return i > 0 && files[folded[i+1:]] && !strings.ContainsRune(folded, '#')
}

// isAddress reports whether a word is an IP address, with or without the length
// of a prefix.
func isAddress(s string) bool {
	s, _, _ = strings.Cut(s, "/")
	dots, colons := strings.Count(s, "."), strings.Count(s, ":")
	only := strings.Trim(s, "0123456789.") == ""
	return dots == 3 && only || colons >= 3 && strings.Trim(s, "0123456789abcdefABCDEF:.") == ""
}

// files are the endings of the files that are read.
var files = map[string]bool{
	"json": true, "jsonl": true, "ndjson": true, "csv": true, "yaml": true, "yml": true, "xlsx": true, "xml": true, "txt": true, "html": true,
	"bicep": true, "bicepparam": true, "tf": true, "tfstate": true, "nessus": true, "sarif": true, "pdf": true, "zip": true,
}

// labels are words that properties end with and no name of the internet does.
var labels = map[string]bool{"id": true, "name": true, "type": true, "kind": true, "publisher": true, "md": true}

// isHost reports whether a folded word is a name of the internet. Properties
// are written alike, but begin with words of their own.
func isHost(s string) bool {
	list := strings.Split(s, ".")
	last := list[len(list)-1]
	if len(list) < 2 || len(last) < 2 || strings.Trim(last, "abcdefghijklmnopqrstuvwxyz") != "" || labels[last] || strings.ContainsAny(s, "=[]{}") {
		return false
	}
	switch list[0] {
	case "properties", "plan", "sku", "identity", "tags", "microsoft", "e", "i":
		return false
	}
	return !strings.Contains(s, "..") && list[0] != ""
}
