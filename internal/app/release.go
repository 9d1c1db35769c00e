package app

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/catalog"
)

// lifecycleTopic is the topic of the facts about operating systems.
const lifecycleTopic = "os-lifecycle"

// release is a release of an operating system whose end of support is known.
type release struct {
	fact  *catalog.Fact
	name  string
	words []string // as an inventory must name it, in this order
}

// releasesOf are the releases of the catalogue. Their ids hold their names:
// os.windows-server-2012-r2.
func releasesOf(c *catalog.Catalog) []release {
	var list []release
	for i := range c.Facts {
		f := &c.Facts[i]
		if f.Topic != lifecycleTopic {
			continue
		}
		name, _, found := strings.Cut(f.Text, " gets its ")
		if !found {
			name, _, _ = strings.Cut(f.Text, " leaves ")
		}
		list = append(list, release{fact: f, name: name, words: strings.Split(strings.TrimPrefix(f.ID, "os."), "-")})
	}
	return list
}

// ended reports whether support was over on a day. A fact may name a month
// alone, which counts to its end.
func (r *release) ended(day string) bool {
	return day[:min(len(day), len(r.fact.Value))] > r.fact.Value
}

// spellings are what inventories write for the words of releases.
var spellings = []struct {
	pattern *regexp.Regexp
	as      string
}{
	{regexp.MustCompile(`\bred hat enterprise linux( server)?( release)?\b`), "rhel"},
	{regexp.MustCompile(`\bsuse linux enterprise( server)?\b`), "sles"},
	{regexp.MustCompile(`\bdebian gnu linux\b`), "debian"},
	{regexp.MustCompile(`\bservice pack (\d+)\b`), "sp$1"},
	{regexp.MustCompile(`\b(home|professional|pro)\b`), "pro"},
	{regexp.MustCompile(`\b(education|enterprise)\b`), "enterprise"},
}

// filler are words that say nothing about the release. "Server" is none of
// them: it tells Windows Server from Windows.
var filler = []string{"microsoft", "r", "tm", "the", "x64", "x86", "64", "bit", "edition", "version", "lts", "standard", "datacenter", "essentials", "core", "azure"}

// lineNames are systems whose major release is the release: what stands behind
// it are minor ones.
var lineNames = []string{"rhel", "debian"}

// matchRelease finds the release that an inventory's words mean, nil unless
// they mean exactly one. All words must be the release's: "Windows Server
// 2012" is not 2012 R2, and "Windows 10" without an edition is none of them.
func matchRelease(list []release, text string) *release {
	words := osWords(text)
	for i := range list {
		if slices.Equal(words, list[i].words) {
			return &list[i]
		}
	}
	return nil
}

// osWords are the words of an operating system as releases spell them.
func osWords(text string) []string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}, demarc.Fold(text))
	plain = strings.Join(strings.Fields(plain), " ")
	for _, s := range spellings {
		plain = s.pattern.ReplaceAllString(plain, s.as)
	}
	var words []string
	for _, w := range strings.Fields(plain) {
		if !slices.Contains(filler, w) {
			words = append(words, w)
		}
	}
	return patched(words)
}

// patched leaves out the level of patches behind a release: Ubuntu 22.04.3 is
// 22.04, RHEL 8.9 is RHEL 8.
func patched(words []string) []string {
	switch {
	case len(words) > 2 && slices.Contains(lineNames, words[0]):
		if !onlyNumbers(words[1:]) {
			return words
		}
		return words[:2]
	case len(words) > 3 && words[0] == "ubuntu" && onlyNumbers(words[1:]):
		return words[:3]
	case len(words) == 3 && words[0] == "sles" && onlyNumbers(words[1:]): // SLES 15.6 is 15 SP6
		return []string{words[0], words[1], "sp" + words[2]}
	}
	return words
}

func onlyNumbers(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool {
		return strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsDigit(r) })
	})
}
