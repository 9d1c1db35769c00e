package tenantreport

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// MostText is how long a text of a tool may become, in characters.
const MostText = 300

// Meaning is what a tool's word for a result means.
type Meaning struct {
	Outcome demarc.Outcome
	Reason  demarc.Reason // of an unknown outcome
}

// Mean looks up a word for a result, in any case. A word that nobody knows is
// a note and means that nothing was found out.
func (r *Reader) Mean(words map[string]Meaning, word string, line int) Meaning {
	if m, ok := words[demarc.Fold(word)]; ok {
		return m
	}
	r.NoteAt(line, demarc.NoteMalformed, fmt.Sprintf("a result that nobody knows: %.40q", word))
	return Meaning{Reason: demarc.NotAssessed}
}

// signs are the words by which a tool's sentence tells why it could not look,
// in the order in which they are asked.
var signs = []struct {
	reason demarc.Reason
	words  []string
}{
	{demarc.NotAssessed, []string{"licen"}},
	{demarc.NotPermitted, []string{"permission", "access denied", "denied access", "unauthorized", "not authorized", "notauthorized", "forbidden", "403", "consent required", "noazureaccess", "does not have access"}},
	{demarc.NotCollected, []string{"not connected", "notconnected", "did not execute", "unable to retrieve", "not available", "could not be retrieved", "could not be collected", "results missing"}},
}

// Why tells from a tool's sentence why it could not look; otherwise is the
// reason where the sentence does not tell.
func Why(sentence string, otherwise demarc.Reason) demarc.Reason {
	folded := demarc.Fold(sentence)
	for _, s := range signs {
		for _, word := range s.words {
			if strings.Contains(folded, word) {
				return s.reason
			}
		}
	}
	return otherwise
}

// Severity reads the words that tools have for it. Those that rate nothing,
// such as "Info", are unknown.
func Severity(word string) demarc.Severity {
	s, err := demarc.ParseSeverity(word)
	if err != nil {
		return demarc.UnknownSeverity
	}
	return s
}

var (
	tag  = regexp.MustCompile(`<[^<>]*>`)
	link = regexp.MustCompile(`!?\[([^\[\]]*)\]\([^()]*\)`)
)

// Plain is a text without markup on one line, cut.
func Plain(text string) string {
	text = html.UnescapeString(tag.ReplaceAllString(link.ReplaceAllString(text, "$1"), " "))
	text = strings.Join(strings.Fields(strings.NewReplacer("**", "", "`", "").Replace(text)), " ")
	if runes := []rune(text); len(runes) > MostText {
		return strings.TrimSpace(string(runes[:MostText-1])) + "…"
	}
	return text
}

// Sentence is the first paragraph of a text in Markdown that is neither a
// heading nor a table: tables name people and things one by one.
func Sentence(markdown string) string {
	var kept []string
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "|") || strings.HasPrefix(line, "#") || strings.Contains(line, "%TestResult%"):
			line = ""
		}
		if line == "" && len(kept) > 0 {
			break
		}
		if line != "" {
			kept = append(kept, line)
		}
	}
	return Plain(strings.Join(kept, " "))
}

// Join puts the texts that hold something one behind the other, each once, cut.
func Join(texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return Plain(strings.Join(kept, ": "))
}

func unquoted(name []byte) string { return string(json.AppendUnquote(nil, name)) }
