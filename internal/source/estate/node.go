package estate

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/json"
)

// parser walks the tree of a document and gathers what is wrong with it.
type parser struct {
	file *demarc.File
	errs []error
}

// maxErrors is how many mistakes are told at once.
const maxErrors = 20

func (p *parser) fail(n *yaml.Node, format string, args ...any) {
	if len(p.errs) < maxErrors {
		p.errs = append(p.errs, fmt.Errorf("%s: %s", p.place(n), fmt.Sprintf(format, args...)))
	}
}

func (p *parser) err() error { return errors.Join(p.errs...) }

func (p *parser) place(n *yaml.Node) demarc.Place { return demarc.Place{File: p.file, Line: n.Line} }

// fields are what a mapping may hold: a reader for each key.
type fields map[string]func(*yaml.Node)

// mapping reads a mapping. Unknown and repeated keys are mistakes.
func (p *parser) mapping(n *yaml.Node, what string, known fields) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		p.fail(n, "%s is not a mapping", what)
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolve(n.Content[i+1])
		read, ok := known[key.Value]
		switch line, again := seen[key.Value]; {
		case again:
			p.fail(key, "key %q is already on line %d", key.Value, line)
			continue
		case !ok:
			p.fail(key, "unknown key %q in %s%s", key.Value, what, suggest(key.Value, known))
			continue
		}
		seen[key.Value] = key.Line
		if value.Tag != "!!null" {
			read(value)
		}
	}
}

// suggest names the key that was likely meant.
func suggest(key string, known fields) string {
	for name := range known {
		if demarc.EqualFold(name, strings.NewReplacer("_", "", "-", "", " ", "").Replace(key)) {
			return fmt.Sprintf(", did you mean %q", name)
		}
	}
	return ""
}

// list calls each for each element of a list.
func (p *parser) list(what string, each func(*yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode {
			p.fail(n, "%s is not a list", what)
			return
		}
		for _, element := range n.Content {
			each(resolve(element))
		}
	}
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// text reads a text into to.
func (p *parser) text(to *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode {
			p.fail(n, "a text is expected here")
			return
		}
		*to = n.Value
	}
}

// texts reads a list of texts, or one text, into to.
func (p *parser) texts(to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			*to = []string{n.Value}
			return
		}
		p.list("a list of texts", func(e *yaml.Node) {
			var s string
			p.text(&s)(e)
			*to = append(*to, s)
		})(n)
	}
}

// textMap reads a mapping of any keys to texts.
func (p *parser) textMap(to *map[string]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*to = map[string]string{}
		p.anyMapping(n, func(key string, value *yaml.Node) {
			var s string
			p.text(&s)(value)
			(*to)[key] = s
		})
	}
}

// anyMapping reads a mapping whose keys are the writer's own.
func (p *parser) anyMapping(n *yaml.Node, each func(key string, value *yaml.Node)) {
	known := fields{}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			known[key] = func(value *yaml.Node) { each(key, value) }
		}
	}
	p.mapping(n, "this entry", known)
}

// day reads a date such as 2026-10-31.
func (p *parser) day(to *time.Time) func(*yaml.Node) {
	return func(n *yaml.Node) {
		t, err := time.Parse(time.DateOnly, n.Value)
		if err != nil {
			p.fail(n, "%q is not a date such as 2026-10-31", n.Value)
			return
		}
		*to = t
	}
}

// units are the units of durations. "m" is left out: it could be minutes or
// months.
var units = map[string]time.Duration{
	"min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour, "weeks": 7 * 24 * time.Hour,
	"y": 365 * 24 * time.Hour, "year": 365 * 24 * time.Hour, "years": 365 * 24 * time.Hour,
}

// duration reads a duration such as 14d.
func (p *parser) duration(to *time.Duration) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d, err := parseDuration(n.Value)
		if err != nil {
			p.fail(n, "%v", err)
			return
		}
		*to = d
	}
}

func parseDuration(s string) (time.Duration, error) {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 && s != "" {
		return 0, fmt.Errorf("duration %q has no unit: write min, h, d, w or y behind the number", s)
	}
	if end <= 0 {
		return 0, fmt.Errorf("%q is not a duration such as 14d", s)
	}
	const longest = 200 * 365 * 24 // hours
	number, err := strconv.Atoi(s[:end])
	unit, ok := units[strings.ToLower(strings.TrimSpace(s[end:]))]
	if !ok {
		return 0, fmt.Errorf("duration %q has an unknown unit: write min, h, d, w or y behind the number", s)
	}
	if err != nil || number > int(longest*time.Hour/unit) {
		return 0, fmt.Errorf("duration %q is too long", s)
	}
	return time.Duration(number) * unit, nil
}

// object reads a mapping of any depth as JSON.
func (p *parser) object(to *[]byte) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var v map[string]any
		err := n.Decode(&v)
		if err == nil {
			*to, err = json.Marshal(v, json.Deterministic())
		}
		if err != nil {
			p.fail(n, "a mapping of names to values is expected here")
		}
	}
}
