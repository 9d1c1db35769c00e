package terraform

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/demarc-dev/demarc"
)

const (
	mostSourceFiles = 1000
	mostSourceSize  = 4 << 20
)

// sources are the .tf files beside a plan or state: they tell on which line
// each resource is written. Modules are followed where their source is a
// folder beside. Nothing else is read of them.
type sources struct {
	folder string // "" when there is none
	root   *sourceFolder
	files  int
}

// sourceFolder is what the .tf files of one folder declare.
type sourceFolder struct {
	blocks  map[string]demarc.Place  // by address inside of the module
	modules map[string]string        // source, by name of the call
	folders map[string]*sourceFolder // those that were looked into
	folder  string
}

func newSources(file string) *sources {
	s := &sources{}
	if file != "-" && file != "" {
		s.folder = path.Dir(filepath.ToSlash(file))
	}
	return s
}

// find finds the place where a record is written.
func (s *sources) find(c *record) (demarc.Place, bool) {
	if s.folder == "" {
		return demarc.Place{}, false
	}
	if s.root == nil {
		s.root = s.read(s.folder)
	}
	f := s.root
	_, steps := modulePath(c.module)
	for _, step := range steps {
		if f = s.module(f, step); f == nil {
			return demarc.Place{}, false
		}
	}
	address := c.typ + "." + c.name
	if c.data {
		address = "data." + address
	}
	place, ok := f.blocks[address]
	return place, ok
}

// module looks into the folder of a module that is called.
func (s *sources) module(f *sourceFolder, name string) *sourceFolder {
	if called, ok := f.folders[name]; ok {
		return called
	}
	var called *sourceFolder
	if source := f.modules[name]; strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
		called = s.read(path.Join(f.folder, source))
	}
	f.folders[name] = called
	return called
}

// read scans the .tf files of a folder. What cannot be read declares nothing.
func (s *sources) read(folder string) *sourceFolder {
	f := &sourceFolder{folder: folder, blocks: map[string]demarc.Place{}, modules: map[string]string{}, folders: map[string]*sourceFolder{}}
	entries, err := os.ReadDir(filepath.FromSlash(folder))
	if err != nil {
		return f
	}
	for _, entry := range entries {
		if path.Ext(entry.Name()) != ".tf" || !entry.Type().IsRegular() || s.files >= mostSourceFiles {
			continue
		}
		s.files++
		name := entry.Name()
		if folder != "." {
			name = folder + "/" + name
		}
		f.scan(name)
	}
	return f
}

func (f *sourceFolder) scan(name string) {
	opened, err := os.Open(filepath.FromSlash(name))
	if err != nil {
		return
	}
	defer func() { _ = opened.Close() }()
	text, err := io.ReadAll(io.LimitReader(opened, mostSourceSize))
	if err != nil {
		return
	}
	file := &demarc.File{Path: name, Format: "terraform-source"}
	blocks(string(text), func(b block) {
		switch {
		case b.kind == "resource" && len(b.labels) == 2:
			f.declare(b.labels[0]+"."+b.labels[1], demarc.Place{File: file, Line: b.line})
		case b.kind == "data" && len(b.labels) == 2:
			f.declare("data."+b.labels[0]+"."+b.labels[1], demarc.Place{File: file, Line: b.line})
		case b.kind == "module" && len(b.labels) == 1 && b.source != "":
			f.modules[b.labels[0]] = b.source
		}
	})
}

func (f *sourceFolder) declare(address string, at demarc.Place) {
	if _, ok := f.blocks[address]; !ok {
		f.blocks[address] = at
	}
}

// block is a block at the top of a .tf file.
type block struct {
	kind   string
	labels []string
	source string // of a module: the text of its attribute source
	line   int
}

// blocks visits the blocks at the top of a .tf file. It knows just enough of
// the language to find them: comments, quoted texts with templates in them,
// here-documents and brackets.
// See https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
func blocks(text string, visit func(block)) {
	s := scanner{text: text, line: 1}
	var head block
	depth, attribute := 0, ""
	for {
		switch t := s.next(); {
		case t.kind == 0:
			return
		case t.kind == '{' || t.kind == '[' || t.kind == '(':
			depth++
		case t.kind == '}' || t.kind == ']' || t.kind == ')':
			if depth--; depth <= 0 {
				if head.kind != "" && t.kind == '}' {
					visit(head)
				}
				head, depth = block{}, 0
			}
		case depth == 0 && t.kind == 'w' && head.kind == "":
			head = block{kind: t.text, line: t.line}
		case depth == 0 && (t.kind == 'w' || t.kind == '"'):
			head.labels = append(head.labels, t.text)
		case depth == 0:
			head = block{}
		case depth == 1 && t.kind == 'w':
			attribute = t.text
		case depth == 1 && t.kind == '=':
		case depth == 1 && t.kind == '"' && attribute == "source":
			head.source, attribute = t.text, ""
		default:
			attribute = ""
		}
	}
}

// token is a word 'w', a quoted text '"', or a single character.
type token struct {
	kind byte
	text string
	line int
}

type scanner struct {
	text string
	pos  int
	line int
}

// next returns the next token, of kind 0 at the end.
func (s *scanner) next() token {
	for s.pos < len(s.text) {
		rest := s.text[s.pos:]
		c := rest[0]
		switch {
		case c == '\n':
			s.line++
			s.pos++
		case c == ' ' || c == '\t' || c == '\r':
			s.pos++
		case c == '#' || strings.HasPrefix(rest, "//"):
			s.until("\n")
		case strings.HasPrefix(rest, "/*"):
			s.until("*/")
			s.pos = min(s.pos+2, len(s.text))
		case strings.HasPrefix(rest, "<<"):
			s.heredoc()
		case c == '"':
			return s.quoted()
		case isWord(c):
			n := 0
			for n < len(rest) && isWord(rest[n]) {
				n++
			}
			s.pos += n
			return token{'w', rest[:n], s.line}
		default:
			s.pos++
			return token{c, "", s.line}
		}
	}
	return token{}
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c >= 0x80
}

// until moves in front of an end, counting lines.
func (s *scanner) until(end string) {
	n := strings.Index(s.text[s.pos:], end)
	if n < 0 {
		n = len(s.text) - s.pos
	}
	s.line += strings.Count(s.text[s.pos:s.pos+n], "\n")
	s.pos += n
}

// heredoc passes over a here-document: from <<END to a line that is END.
func (s *scanner) heredoc() {
	first, _, _ := strings.Cut(s.text[s.pos:], "\n")
	end := strings.TrimRight(strings.TrimPrefix(strings.TrimPrefix(first, "<<"), "-"), " \t\r")
	if end == "" || strings.ContainsFunc(end, func(r rune) bool { return r < 0x80 && !isWord(byte(r)) }) {
		s.pos += 2
		return // no here-document
	}
	s.until("\n")
	for s.pos < len(s.text) {
		s.pos++
		s.line++
		line, _, _ := strings.Cut(s.text[s.pos:], "\n")
		s.pos += len(line)
		if strings.TrimSpace(line) == end {
			return
		}
	}
}

// quoted reads a quoted text; a template in it may hold quotes of its own.
func (s *scanner) quoted() token {
	t := token{'"', "", s.line}
	from := s.pos + 1
	depth := 0 // of templates
	for s.pos++; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case c == '\\' && depth == 0:
			s.pos++
		case c == '\n':
			s.line++
			if depth == 0 { // an unended text
				t.text = s.text[from:s.pos]
				return t
			}
		case depth == 0 && c == '"':
			t.text = s.text[from:s.pos]
			s.pos++
			return t
		case depth == 0 && (c == '$' || c == '%') && strings.HasPrefix(s.text[s.pos+1:], "{"):
			s.pos++
			depth++
		case depth > 0 && c == '{':
			depth++
		case depth > 0 && c == '}':
			depth--
		case depth > 0 && c == '"':
			s.quoted()
			s.pos--
		}
	}
	s.pos = min(s.pos, len(s.text))
	t.text = s.text[min(from, s.pos):s.pos]
	return t
}
