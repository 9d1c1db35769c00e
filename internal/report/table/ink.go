package table

import "github.com/demarc-dev/demarc/internal/report"

// ink colours text for a terminal, or does nothing. The colours are from the
// middle of the 256-colour cube, which reads on dark and on light grounds;
// orange against blue is the pair that all kinds of colour vision tell apart.
type ink bool

var hues = [...]string{
	report.HueCustomer: "1;38;5;172",
	report.HueProvider: "38;5;32",
	report.HueShared:   "1;38;5;133",
	report.HueThird:    "38;5;36",
	report.HueUnknown:  "7",
}

func (on ink) paint(code, s string) string {
	if !on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (on ink) hue(h report.Hue, s string) string { return on.paint(hues[h], s) }
func (on ink) heading(s string) string           { return on.paint("1", s) }
func (on ink) quiet(s string) string             { return on.paint("2", s) }
func (on ink) warn(s string) string              { return on.paint("1;4", s) }
func (on ink) command(s string) string           { return on.paint("36", s) }
