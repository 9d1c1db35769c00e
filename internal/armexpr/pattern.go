package armexpr

import (
	"strconv"
	"strings"
)

// maxPower bounds the powers of ten by which a pattern multiplies: no number
// has as many digits.
const maxPower = 1000

// customNumber writes a number as a pattern of digits says.
// https://learn.microsoft.com/dotnet/standard/base-types/custom-numeric-format-strings
func customNumber(v Value, pattern string) (text string, ok bool) {
	section, sign := sectionOf(pattern, v)
	p := readPattern(section)
	if max(p.power, -p.power) > maxPower {
		return "", false
	}
	if p.exponent != "" {
		return sign + p.scientific(v), true
	}
	whole, fraction, _ := strings.Cut(fixed(v, p.power, p.behind), ".")
	if strings.Trim(whole+fraction, "0") == "" { // what is rounded to zero is written as zero
		sign = ""
		if zero := sectionAt(pattern, 2); zero != "" {
			p = readPattern(zero)
			whole, fraction, _ = strings.Cut(fixed(Int(0), 0, p.behind), ".")
		}
	}
	return sign + p.filled(whole, fraction), true
}

// sectionOf chooses the section for positive, negative or zero numbers. A
// section for negative numbers writes its own sign.
func sectionOf(pattern string, v Value) (section, sign string) {
	first, negative, zero := sectionAt(pattern, 0), sectionAt(pattern, 1), sectionAt(pattern, 2)
	switch {
	case v.Float() < 0 && negative != "":
		return negative, ""
	case v.Float() < 0:
		return first, "-"
	case v.Float() == 0 && zero != "":
		return zero, ""
	}
	return first, ""
}

// sectionAt is a section of the pattern, "" where there is none. Quoted and
// escaped semicolons part nothing.
func sectionAt(pattern string, n int) string {
	from := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '\\':
			i++
		case '\'', '"':
			if end := strings.IndexByte(pattern[i+1:], c); end >= 0 {
				i += end + 1
			}
		case ';':
			if n == 0 {
				return pattern[from:i]
			}
			n, from = n-1, i+1
		}
	}
	if n > 0 {
		return ""
	}
	return pattern[from:]
}

// numberPattern is a section that was read.
type numberPattern struct {
	pieces    []patternPiece
	front     int // places for digits in front of the dot
	behind    int // and behind it
	firstZero int // the first place in front of the dot that is never left out
	lastZero  int // the last such place behind the dot, counted from 1
	power     int // of ten, by which the number is multiplied
	grouped   bool
	exponent  string // E0, e+00 and the like
}

// patternPiece is a place for a digit, the dot, the exponent or a literal text.
type patternPiece struct {
	kind    byte // '0', '.', 'E' or 'l'
	literal string
}

func readPattern(section string) *numberPattern {
	p := &numberPattern{firstZero: -1}
	dot, commas := false, 0
	for i := 0; i < len(section); i++ {
		c := section[i]
		switch {
		case c == '0' || c == '#':
			if commas > 0 && !dot {
				p.grouped = true
			}
			commas = 0
			p.place(c == '0', dot)
		case c == '.' && !dot:
			p.power -= 3 * commas
			dot, commas = true, 0
			p.pieces = append(p.pieces, patternPiece{kind: '.'})
		case c == ',' && !dot && p.front > 0:
			commas++
		case c == ',' || c == '.':
		case p.readExponent(section[i:]):
			i += len(p.exponent) - 1
		default:
			n := p.readLiteral(section[i:])
			i += n - 1
		}
	}
	p.power -= 3 * commas
	return p
}

// place adds a place for a digit.
func (p *numberPattern) place(zero, dot bool) {
	p.pieces = append(p.pieces, patternPiece{kind: '0'})
	if !dot {
		if zero && p.firstZero < 0 {
			p.firstZero = p.front
		}
		p.front++
		return
	}
	if p.behind++; zero {
		p.lastZero = p.behind
	}
}

func (p *numberPattern) readExponent(rest string) bool {
	if p.exponent != "" || rest[0]|0x20 != 'e' {
		return false
	}
	digits := strings.TrimLeft(rest[1:], "+-")
	zeros := len(digits) - len(strings.TrimLeft(digits, "0"))
	sign := len(rest) - 1 - len(digits)
	if sign > 1 || zeros == 0 {
		return false
	}
	p.exponent = rest[:1+sign+zeros]
	p.pieces = append(p.pieces, patternPiece{kind: 'E'})
	return true
}

// readLiteral adds a piece of text and tells the length of its spelling.
func (p *numberPattern) readLiteral(rest string) int {
	text, n := rest[:1], 1
	switch rest[0] {
	case '\\':
		n = min(2, len(rest))
		text = rest[1:n]
	case '\'', '"':
		end := strings.IndexByte(rest[1:], rest[0])
		if end < 0 {
			end = len(rest) - 1
		}
		text, n = rest[1:end+1], min(end+2, len(rest))
	case '%':
		p.power += 2
	default:
		if strings.HasPrefix(rest, "‰") {
			p.power += 3
			text, n = "‰", len("‰")
		}
	}
	p.pieces = append(p.pieces, patternPiece{kind: 'l', literal: text})
	return n
}

// filled writes digits into the places.
func (p *numberPattern) filled(whole, fraction string) string {
	return p.write(p.wholeDigits(whole), p.fractionDigits(fraction), "")
}

// wholeDigits drops zeros in front and fills up to the first place that is
// never left out.
func (p *numberPattern) wholeDigits(whole string) string {
	least := 0
	if p.firstZero >= 0 {
		least = p.front - p.firstZero
	}
	return padded(strings.TrimLeft(whole, "0"), least)
}

func (p *numberPattern) fractionDigits(fraction string) string {
	for len(fraction) > p.lastZero && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	return fraction
}

// write puts digits and literals in their order. Digits for which there is no
// place stand at the first one.
func (p *numberPattern) write(whole, fraction, exponent string) string {
	var b strings.Builder
	places, behind := p.front, false
	for _, piece := range p.pieces {
		switch {
		case piece.kind == 'l':
			b.WriteString(piece.literal)
		case piece.kind == 'E':
			b.WriteString(exponent)
		case piece.kind == '.':
			if behind = true; fraction != "" {
				b.WriteByte('.')
			}
		case behind:
			if fraction != "" {
				b.WriteByte(fraction[0])
				fraction = fraction[1:]
			}
		default:
			for places--; len(whole) > places; whole = whole[1:] {
				b.WriteByte(whole[0])
				if left := len(whole) - 1; p.grouped && left > 0 && left%3 == 0 {
					b.WriteByte(',')
				}
			}
		}
	}
	return b.String()
}

// scientific writes as many digits in front of the dot as there are places.
func (p *numberPattern) scientific(v Value) string {
	front := max(p.front, 1)
	mantissa, power, _ := strings.Cut(exponential(v, min(front-1+p.behind, maxDigits), 'e', 1), "e")
	digits := strings.ReplaceAll(strings.TrimPrefix(mantissa, "-"), ".", "")
	n, _ := strconv.Atoi(power)
	n -= front - 1
	if strings.Trim(digits, "0") == "" {
		n = 0
	}
	front = min(front, len(digits))
	zeros := len(strings.TrimLeft(p.exponent[1:], "+-"))
	text := p.exponent[:1]
	switch {
	case n < 0:
		text += "-"
	case strings.Contains(p.exponent, "+"):
		text += "+"
	}
	text += padded(strconv.Itoa(max(n, -n)), zeros)
	return p.write(digits[:front], p.fractionDigits(digits[front:]), text)
}
