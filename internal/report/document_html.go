package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the page
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
)

//go:embed document.html
var documentPage string

//go:embed document.css
var documentStyle string

// htmlDocument is a document as its page reads it.
type htmlDocument struct {
	Title  string
	Policy string // content security policy: nothing but this style
	Style  template.CSS
	Blocks []htmlBlock
}

type htmlBlock struct {
	Heading string
	Fields  []htmlField
	Figure  template.HTML
	Table   *htmlTable
	Text    []string
}

type htmlField struct{ Name, Value string }

type htmlTable struct {
	Titles []string
	Rows   [][]string
}

// writeHTML writes a document as one self-contained page without a script.
func writeHTML(out *bytes.Buffer, d document) error {
	t, err := template.New("document").Parse(documentPage)
	if err != nil {
		return fmt.Errorf("read the page's template: %w", err)
	}
	style := documentStyle
	if slices.ContainsFunc(d.blocks, func(b block) bool { return b.flows != nil }) {
		style += figureStyle
	}
	if slices.ContainsFunc(d.blocks, func(b block) bool { return b.figure != "" }) {
		style += trendStyle
	}
	sum := sha256.Sum256([]byte(style))
	page := htmlDocument{Title: Visible(d.title), Style: template.CSS(style),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"}
	for _, b := range d.blocks {
		block := htmlBlock{Heading: Visible(b.heading), Text: visibleAll(b.text)}
		flows, err := drawFlows(b.flows)
		if err != nil {
			return err
		}
		block.Figure = template.HTML(b.figure) + flows
		for _, f := range b.fields {
			block.Fields = append(block.Fields, htmlField{Visible(f.name), Visible(f.value)})
		}
		if b.table != nil {
			block.Table = &htmlTable{Titles: visibleAll(b.table.titles)}
			for _, row := range b.table.rows {
				block.Table.Rows = append(block.Table.Rows, visibleAll(row))
			}
		}
		page.Blocks = append(page.Blocks, block)
	}
	if err := t.Execute(out, page); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

func visibleAll(texts []string) []string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = Visible(t)
	}
	return list
}
