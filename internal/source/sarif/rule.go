package sarif

import (
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source/finding"
)

// tools are the words of tools whose names say more or are spelled otherwise.
var tools = map[string]string{"semgrep oss": "semgrep", "ps-rule": "psrule"}

// errorsOf is how TFLint calls the run with the mistakes that it met itself.
const errorsOf = "-errors"

// toolOf is the word of a tool, and whether the run lists its mistakes.
func toolOf(name string) (word string, broken bool) {
	word, broken = strings.CutSuffix(demarc.Fold(strings.TrimSpace(name)), errorsOf)
	if known, ok := tools[word]; ok {
		return known, broken
	}
	return finding.First(strings.Join(strings.Fields(word), "-"), "sarif"), broken
}

// rule is what a tool says of one rule.
type rule struct {
	id, name, title string
	level, score    string
	messages        finding.Object
	secret          bool
}

// rules are the rules of a run: those of the driver, then those of each
// extension.
type rules struct {
	components [][]*rule
	byID       map[string]*rule
}

func rulesOf(tool finding.Object) rules {
	all := rules{byID: map[string]*rule{}}
	for _, raw := range append([][]byte{tool["driver"]}, tool.List("extensions")...) {
		component, _ := finding.Parse(raw)
		var list []*rule
		for _, raw := range component.List("rules") {
			o, _ := finding.Parse(raw)
			ru := ruleOf(o)
			list = append(list, ru)
			if _, ok := all.byID[ru.id]; !ok {
				all.byID[ru.id] = ru
			}
		}
		all.components = append(all.components, list)
	}
	return all
}

func ruleOf(o finding.Object) *rule {
	properties := o.In("properties")
	ru := &rule{
		id: o.Text("id"), name: o.Text("name"), level: o.Text("defaultconfiguration", "level"), messages: o.In("messagestrings"),
		score: finding.First(properties.Text("security-severity"), properties.Text("cvssv3_basescore")),
	}
	ru.title = finding.First(o.Text("shortdescription", "text"), ru.name, o.Text("fulldescription", "text"))
	ru.secret = namesSecret(ru.title)
	for _, tag := range properties.Texts("tags") {
		ru.secret = ru.secret || namesSecret(tag)
	}
	return ru
}

// of finds the rule of a result: by its index, else by its id, else by the
// front of an id that has parts. A result of no rule has an empty one.
func (all rules) of(result finding.Object) *rule {
	reference := result.In("rule")
	component := 0
	if i, err := strconv.Atoi(reference.Text("toolcomponent", "index")); err == nil && i >= 0 {
		component = i + 1
	}
	id := finding.First(result.Text("ruleid"), reference.Text("id"))
	index, err := strconv.Atoi(finding.First(result.Text("ruleindex"), reference.Text("index")))
	if err == nil && component < len(all.components) && index >= 0 && index < len(all.components[component]) {
		if ru := all.components[component][index]; id == "" || ru.id == id || strings.HasPrefix(id, ru.id+"/") {
			return ru
		}
	}
	for front := id; front != ""; {
		if ru, ok := all.byID[front]; ok {
			return ru
		}
		front = front[:max(strings.LastIndexByte(front, '/'), 0)]
	}
	return &rule{messages: finding.Object{}}
}

// checkOf is the id of what was checked. PSRule numbers its rules, or writes
// their module in front, and calls them by their name.
func (t *run) checkOf(result finding.Object, ru *rule) string {
	id := finding.First(result.Text("ruleid"), result.Text("rule", "id"))
	if t.Tool == "psrule" {
		return finding.First(ru.name, id[strings.LastIndexByte(id, '\\')+1:])
	}
	if t.Tool == "trivy" {
		return finding.TrivyID(id)
	}
	return id
}

// message is what the tool says of a result.
func (t *run) message(result finding.Object, ru *rule) string {
	m := result.In("message")
	text := m.Text("text")
	if id := m.Text("id"); text == "" && id != "" {
		text = ru.messages.Text(demarc.Fold(id), "text")
	}
	for i, argument := range m.Texts("arguments") {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", argument)
	}
	return text
}

// severity is that of a rule, where its results do not say.
func (ru *rule) severity() demarc.Severity {
	if s := finding.Score(ru.score); s != demarc.UnknownSeverity {
		return s
	}
	return finding.Severity(ru.level)
}

// severityOf is that of a result: a number says more than a level, and a
// result more than its rule. A rule that says nothing warns.
func severityOf(result finding.Object, ru *rule) demarc.Severity {
	if s := finding.Score(result.Text("properties", "security-severity")); s != demarc.UnknownSeverity {
		return s
	}
	if s := finding.Score(ru.score); s != demarc.UnknownSeverity {
		return s
	}
	return finding.Severity(finding.First(result.Text("level"), ru.level, "warning"))
}

// secretTools look for secrets and nothing else.
var secretTools = map[string]bool{"gitleaks": true, "trufflehog": true, "detect-secrets": true, "ggshield": true}

// isSecret reports whether a result is about a secret, which its message may
// quote.
func isSecret(tool, check string, result finding.Object) bool {
	secret := secretTools[tool] || namesSecret(check)
	for _, tag := range result.Texts("properties", "tags") {
		secret = secret || namesSecret(tag)
	}
	return secret
}

func namesSecret(s string) bool {
	s = demarc.Fold(s)
	for _, word := range [...]string{"secret", "password", "credential", "hardcoded", "hard-coded", "private key", "api key", "token"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}
