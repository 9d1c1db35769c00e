package policyfiles

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Origin says where definitions come from, for what is made of them.
type Origin struct {
	Commit  string // of the clone, or as the archive names it; "" when unknown
	SHA256  string // of the archive, or of all files of a folder with their names
	Licence Licence
}

// Licence is the notice under which definitions are published.
type Licence struct {
	Name string // "MIT", or "" for one that is not known by its title
	Text string // in full
}

// Origin says where the definitions of a tree come from.
func (t *Tree) Origin() (Origin, error) {
	o := t.origin
	if o.SHA256 == "" {
		sum, err := t.sum()
		if err != nil {
			return o, err
		}
		o.SHA256 = sum
	}
	best := ""
	for _, name := range t.names {
		if isLicence(name) && (best == "" || strings.Count(name, "/") < strings.Count(best, "/")) {
			best = name
		}
	}
	if best == "" {
		return o, nil
	}
	text, err := t.text(best)
	if err != nil {
		return o, fmt.Errorf("%s: %w", t.shown(best), err)
	}
	o.Licence = Licence{Name: licenceName(text), Text: text}
	return o, nil
}

// sum is a fingerprint of all files of a folder with their names and lengths.
func (t *Tree) sum() (string, error) {
	sum := sha256.New()
	for _, name := range t.names {
		text, err := t.read(name)
		if err != nil {
			return "", fmt.Errorf("%s: %w", t.shown(name), err)
		}
		fmt.Fprintf(sum, "%s\x00%d\x00", name, len(text))
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func isLicence(name string) bool {
	switch strings.ToLower(path.Base(name)) {
	case "license", "licence", "license.txt", "license.md", "licence.txt", "licence.md", "copying":
		return true
	}
	return false
}

// licenceTitles are the titles by which the usual licences begin.
var licenceTitles = [...]struct{ title, name string }{
	{"mit license", "MIT"}, {"apache license", "Apache-2.0"}, {"mozilla public license", "MPL-2.0"},
	{"creative commons attribution 4.0", "CC-BY-4.0"}, {"bsd 3-clause", "BSD-3-Clause"}, {"bsd 2-clause", "BSD-2-Clause"},
}

func licenceName(text string) string {
	const beginning = 300
	head := strings.ToLower(text[:min(len(text), beginning)])
	for _, l := range licenceTitles {
		if strings.Contains(head, l.title) {
			return l.name
		}
	}
	return ""
}

var (
	hash      = regexp.MustCompile(`^[0-9a-f]{40}$`)
	hashAtEnd = regexp.MustCompile(`-([0-9a-f]{7,40})$`)
)

// commitOf is the commit that the name of a folder ends in, as those of
// downloaded archives do.
func commitOf(folder string) string {
	if m := hashAtEnd.FindStringSubmatch(folder); m != nil && strings.ContainsAny(m[1], "0123456789") {
		return m[1]
	}
	return ""
}

// hint takes the commit from the comment that git writes into archives, else
// from the folder at the top.
func (o *Origin) hint(comment, name string) {
	if comment = strings.TrimSpace(comment); hash.MatchString(comment) {
		o.Commit = comment
		return
	}
	if top, _, found := strings.Cut(name, "/"); found && o.Commit == "" {
		o.Commit = commitOf(top)
	}
}

// headOf is the commit that a clone stands on.
func headOf(root string) string {
	folder := filepath.Join(filepath.FromSlash(root), ".git")
	head := firstLine(filepath.Join(folder, "HEAD"))
	ref, found := strings.CutPrefix(head, "ref: ")
	if !found {
		if hash.MatchString(head) {
			return head
		}
		return ""
	}
	if !filepath.IsLocal(filepath.FromSlash(ref)) {
		return ""
	}
	if commit := firstLine(filepath.Join(folder, filepath.FromSlash(ref))); hash.MatchString(commit) {
		return commit
	}
	packed, err := os.ReadFile(filepath.Join(folder, "packed-refs"))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(packed)) {
		if commit, name, _ := strings.Cut(strings.TrimSpace(line), " "); name == ref && hash.MatchString(commit) {
			return commit
		}
	}
	return ""
}

func firstLine(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(line)
}
