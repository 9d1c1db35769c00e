package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc"
)

// Picture is one published matrix filled in with the estate.
type Picture struct {
	Model   string // id of the published model
	Title   string
	Columns []Column
	Rows    []Row
	NA      bool // something is not applicable
	Known   bool // of some cell it is known whether the customer's half is met
	Stands  bool // some cell has a half that can be met or not
}

// Column is one service model of a picture.
type Column struct {
	Model     demarc.ServiceModel
	Workloads int
}

// Row is one area of a picture, with a cell per column.
type Row struct {
	Area  demarc.Area
	Cells []Cell
}

// Cell says whose an area is in one column, and of how many workloads.
type Cell struct {
	Workloads     int
	Shares        []Share // most workloads first
	NotApplicable int
	Done          demarc.Done // how the customer's half stands
}

// Share is the part of a cell's workloads with the same answer.
type Share struct {
	Hue   Hue
	Short string // "YOU", "MS", "YOU+MS", "?"
	Words string // "you", "Microsoft", "you and Microsoft", "cannot be told"
	Count int
}

// Hue says whose; every format for people gives each hue one colour.
type Hue uint8

// The hues, in the order of legends.
const (
	HueCustomer Hue = iota
	HueProvider
	HueShared
	HueThird
	HueUnknown
)

var hueNames = [...]string{"customer", "provider", "shared", "third", "unknown"}

// String is the word that style sheets use.
func (h Hue) String() string { return hueNames[h] }

// Parties knows how the parties of an assessment are called.
type Parties struct {
	byID      map[string]demarc.Party
	providers map[string]bool
}

func newParties(a *demarc.Assessment) Parties {
	p := Parties{byID: a.Parties, providers: map[string]bool{demarc.Microsoft: true}}
	var last *demarc.Answer
	for _, r := range a.Resources {
		if r.Answer != last {
			last = r.Answer
			if last.Provider != demarc.Customer {
				p.providers[last.Provider] = true
			}
		}
	}
	return p
}

// Short is the word of a party in a cell.
func (p Parties) Short(id string) string {
	switch id {
	case demarc.UnknownParty:
		return "?"
	case demarc.Customer:
		return "YOU"
	}
	if s := p.byID[id].Short; s != "" {
		return Visible(s)
	}
	if id == demarc.Microsoft {
		return "MS"
	}
	return Cut(strings.ToUpper(Visible(id)), 7)
}

// Name is the name of a party in a sentence.
func (p Parties) Name(id string) string {
	switch id {
	case demarc.UnknownParty:
		return "cannot be told"
	case demarc.Customer:
		return "you"
	}
	if s := p.byID[id].Name; s != "" {
		return Visible(s)
	}
	if id == demarc.Microsoft {
		return "Microsoft"
	}
	return Visible(id)
}

// Share describes parties that answer together; the customer comes first.
func (p Parties) Share(ids []string, count int) Share {
	ids = p.order(ids)
	shorts, names := make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		shorts[i], names[i] = p.Short(id), p.Name(id)
	}
	return Share{Hue: p.hue(ids), Short: strings.Join(shorts, "+"), Words: strings.Join(names, " and "), Count: count}
}

// order sorts parties as people read them.
func (p Parties) order(ids []string) []string {
	return slices.SortedFunc(slices.Values(ids), func(x, y string) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x, y))
	})
}

// rank puts the customer first and what cannot be told last.
func rank(id string) int {
	switch id {
	case demarc.Customer:
		return 0
	case demarc.UnknownParty:
		return 2
	}
	return 1
}

func (p Parties) hue(ids []string) Hue {
	switch {
	case len(ids) == 0 || slices.Contains(ids, demarc.UnknownParty):
		return HueUnknown
	case len(ids) > 1:
		return HueShared
	case ids[0] == demarc.Customer:
		return HueCustomer
	case p.providers[ids[0]]:
		return HueProvider
	}
	return HueThird
}

// pictures fills the matrices: Microsoft's cloud matrix first and always, the
// others when they have workloads.
func pictures(a *demarc.Assessment, p Parties) []Picture {
	const first = "microsoft-cloud"
	var list []Picture
	for i := range a.Matrices {
		pic := picture(&a.Matrices[i], p)
		if pic.workloads() > 0 || pic.Model == first && len(a.Conditional) == 0 {
			list = append(list, pic)
		}
	}
	slices.SortStableFunc(list, func(x, y Picture) int {
		return cmp.Compare(b2i(x.Model != first), b2i(y.Model != first))
	})
	return list
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *Picture) workloads() int {
	n := 0
	for _, c := range p.Columns {
		n += c.Workloads
	}
	return n
}

func picture(m *demarc.Matrix, p Parties) Picture {
	pic := Picture{Model: m.Model, Title: Visible(m.Title)}
	for _, model := range m.Models {
		pic.Columns = append(pic.Columns, Column{Model: model})
	}
	for _, area := range m.Areas {
		pic.Rows = append(pic.Rows, Row{Area: demarc.Area{ID: area.ID, Label: Visible(area.Label)}, Cells: make([]Cell, len(m.Models))})
	}
	for i := range m.Cells {
		mc := &m.Cells[i]
		row := slices.IndexFunc(pic.Rows, func(r Row) bool { return r.Area.ID == mc.Area.ID })
		col := slices.Index(m.Models, mc.Model)
		if row < 0 || col < 0 {
			continue
		}
		c := newCell(mc, p)
		pic.Rows[row].Cells[col] = c
		pic.Columns[col].Workloads = max(pic.Columns[col].Workloads, c.Workloads)
		pic.NA = pic.NA || c.NotApplicable > 0
		pic.Known, pic.Stands = pic.Known || c.Done.Known(), pic.Stands || c.Stands()
	}
	return pic
}

func newCell(mc *demarc.MatrixCell, p Parties) Cell {
	c := Cell{Workloads: mc.Workloads, NotApplicable: mc.NotApplicable, Done: mc.Done}
	for key, n := range mc.Parties {
		if n > 0 {
			c.Shares = append(c.Shares, p.Share(strings.Split(key, "+"), n))
		}
	}
	slices.SortFunc(c.Shares, func(x, y Share) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Hue, y.Hue), cmp.Compare(x.Short, y.Short))
	})
	return c
}

// Words says a cell in a sentence, for people who hear the picture.
func (c *Cell) Words() string {
	if c.Workloads == 0 {
		return "no workloads"
	}
	var parts []string
	for _, s := range c.Shares {
		parts = append(parts, s.Words+" "+Number(s.Count))
	}
	if c.NotApplicable > 0 {
		parts = append(parts, "not applicable "+Number(c.NotApplicable))
	}
	words := strings.Join(parts, ", ")
	if done := c.DoneWords(); done != "" {
		words += "; your half: " + done
	}
	return words
}

// Piece is one stretch of a cell's text in one hue.
type Piece struct {
	Text  string
	Hue   Hue
	Quiet bool // n/a, dashes and separators
}

// Detail says how much of a cell to write, from all to least.
type Detail uint8

// The details.
const (
	DetailAll     Detail = iota // all shares and what is not applicable
	DetailShares                // all shares
	DetailTight                 // all shares without spaces
	DetailTwo                   // the two largest shares and the number of the rest
	DetailLargest               // the largest share and the number of the rest
)

// Pieces writes a cell as short text in pieces of one hue each.
func (c *Cell) Pieces(d Detail) []Piece {
	switch {
	case c.Workloads == 0:
		return []Piece{quiet("-")}
	case len(c.Shares) == 0:
		return []Piece{quiet("n/a")}
	}
	shares, rest := c.largest(d)
	var list []Piece
	for i, s := range shares {
		if i > 0 {
			list = append(list, quiet(separator(d)))
		}
		list = append(list, Piece{Text: s.Short + " " + Number(s.Count), Hue: s.Hue})
	}
	if rest > 0 {
		list = append(list, quiet(" …"+Number(rest)))
	}
	if c.NotApplicable > 0 && d == DetailAll {
		list = append(list, quiet(" · n/a "+Number(c.NotApplicable)))
	}
	return list
}

func quiet(s string) Piece { return Piece{Text: s, Quiet: true} }

func separator(d Detail) string {
	if d < DetailTight {
		return " · "
	}
	return "·"
}

// largest returns the shares that a detail shows and how many workloads the
// others have.
func (c *Cell) largest(d Detail) (shares []Share, rest int) {
	n := len(c.Shares)
	switch d {
	case DetailTwo:
		n = min(n, 2)
	case DetailLargest:
		n = min(n, 1)
	case DetailAll, DetailShares, DetailTight:
	}
	for _, s := range c.Shares[n:] {
		rest += s.Count
	}
	return c.Shares[:n], rest
}

// Shown are the shares that a detail writes.
func (c *Cell) Shown(d Detail) []Share {
	shares, _ := c.largest(d)
	return shares
}

// Rest is the number of workloads whose share a detail leaves out.
func (c *Cell) Rest(d Detail) int {
	_, rest := c.largest(d)
	return rest
}

// Text joins the pieces.
func (c *Cell) Text(d Detail) string {
	var b strings.Builder
	for _, p := range c.Pieces(d) {
		b.WriteString(p.Text)
	}
	return b.String()
}

// LegendLine explains the words of cells with one hue.
type LegendLine struct {
	Hue   Hue
	Short string // an example of the hue, as cells write it
	Words string
}

var legendWords = [...]string{
	HueCustomer: "your job",
	HueProvider: "the provider's",
	HueShared:   "each has a half",
	HueThird:    "a third party's",
	HueUnknown:  "cannot be told yet",
}

// Legend explains the hues that occur in any picture.
func (v *View) Legend() []LegendLine {
	var all []Share
	for _, p := range v.Pictures {
		for _, r := range p.Rows {
			for _, c := range r.Cells {
				all = append(all, c.Shares...)
			}
		}
	}
	return LegendOf(all)
}

// LegendOf explains the hues of shares, each by the word that stands for most
// workloads.
func LegendOf(shares []Share) []LegendLine {
	var most [len(hueNames)]Share
	for _, s := range shares {
		if s.Count > most[s.Hue].Count {
			most[s.Hue] = s
		}
	}
	var list []LegendLine
	for h, s := range most {
		if s.Count > 0 {
			list = append(list, LegendLine{Hue: Hue(h), Short: s.Short, Words: legendWords[h]})
		}
	}
	return list
}
