// Package provideraliases reads the aliases of properties that Azure Policy
// knows: what `az provider list --expand resourceTypes/aliases`, `az provider
// show` and the REST API (Providers - List) answer, what Get-AzPolicyAlias
// converts to JSON, and tables without a header of alias and path, each
// compressed by gzip or not. They describe no estate, so that this is no format
// of an input: who knows the language of policies asks for them.
package provideraliases

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
)

// Alias is a name by which policies call a property.
// See https://learn.microsoft.com/rest/api/resources/providers/list
type Alias struct {
	Name string
	// Type is the type of resource that it is listed with, which its name need
	// not tell: the same name may be listed with several types and mean another
	// path with each. It is "" where only the name tells.
	Type        string
	DefaultPath string
	Pattern     Pattern // of the default path, zero for none
	Modifiable  bool    // by policies, through the default path
	Paths       []Path  // of single API versions
}

// Path is where the property is in some API versions.
type Path struct {
	Path        string
	APIVersions []string
	Pattern     Pattern
	Modifiable  bool // as the alias where the path does not say
}

// Pattern says which part of the property the alias is.
type Pattern struct {
	Phrase   string // the text around the part
	Variable string // the name of the part in the phrase
	Type     string // "Extract" or "NotSpecified", as spelled
}

// errNone says that a file was read and holds no alias.
var errNone = errors.New("no aliases in it: az provider list lists them with --expand resourceTypes/aliases")

// Bounds of what is held at once. The largest type of Azure has some ten
// thousand aliases.
const (
	longestLine = 1 << 20
	largestPart = 16 << 20 // of one alias, or of one text that is passed over
	mostWaiting = 1 << 18  // aliases whose type is not told yet
)

// Read gives the aliases of a file to each, in the order of the file. What is
// not understood becomes a note. An error of each ends the reading and is
// returned as it is, another one says that the file could not be read to its end.
func Read(r io.Reader, each func(Alias) error) ([]demarc.Note, error) {
	buffered := bufio.NewReader(r)
	if head, _ := buffered.Peek(2); bytes.Equal(head, []byte("\x1f\x8b")) {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
		r = unzipped
	} else {
		r = buffered
	}
	in, err := source.NewInput(&demarc.File{}, r)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	c := &collector{each: each}
	if in.Head.JSON().Kind != 0 {
		err = newWalker(in, c).documents()
	} else {
		err = c.table(in)
	}
	if err == nil && c.given == 0 {
		err = errNone
	}
	return c.notes, err
}

// collector hands on what is found and keeps notes, one of a kind.
type collector struct {
	each  func(Alias) error
	given int
	notes []demarc.Note
}

func (c *collector) give(a Alias) error {
	c.given++
	return c.each(a)
}

// skip notes a record that is not understood. The line is 0 where it is not
// known.
func (c *collector) skip(line int, message string) {
	for i := range c.notes {
		if c.notes[i].Message == message {
			c.notes[i].Count++
			return
		}
	}
	c.notes = append(c.notes, demarc.Note{Kind: demarc.NoteSkipped, Place: demarc.Place{Line: line}, Message: message, Count: 1})
}

// table reads lines of an alias and its default path.
func (c *collector) table(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		name, path := columns(line)
		switch {
		case strings.Contains(name, "/") && path != "":
			if err := c.give(Alias{Name: name, DefaultPath: path}); err != nil {
				return err
			}
		case n > 1: // the first may be a header
			c.skip(n, "a line that is no alias and its path")
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the table: %w", err)
	}
	return nil
}

// columns takes a line apart. Paths without quotes may hold commas.
func columns(line string) (name, path string) {
	if strings.HasPrefix(line, `"`) {
		if fields, err := csv.NewReader(strings.NewReader(line)).Read(); err == nil && len(fields) > 1 {
			return strings.TrimSpace(fields[0]), strings.TrimSpace(fields[1])
		}
	}
	name, path, _ = strings.Cut(line, ",")
	return strings.TrimSpace(name), strings.Trim(strings.TrimSpace(path), `"`)
}
