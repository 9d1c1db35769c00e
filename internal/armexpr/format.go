package armexpr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// format is the composite formatting of .NET: {index,alignment:specification}.
// https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting
func format(c *call) Value {
	if c.args[0].IsUnknown() {
		return c.unknown()
	}
	f := formatter{text: c.args[0].text, args: c.args[1:]}
	if problem := f.run(); problem != "" {
		return c.fail(problem)
	}
	for _, a := range f.used {
		if a.Failed() {
			return a
		}
	}
	return shaped(f.out.String(), deep(f.used)...)
}

type formatter struct {
	text string
	args []Value
	used []Value
	out  strings.Builder
}

func (f *formatter) run() (problem string) {
	for f.text != "" {
		i := strings.IndexAny(f.text, "{}")
		if i < 0 {
			f.out.WriteString(f.text)
			return ""
		}
		f.out.WriteString(f.text[:i])
		c := f.text[i]
		if strings.HasPrefix(f.text[i+1:], string(c)) {
			f.out.WriteByte(c)
			f.text = f.text[i+2:]
			continue
		}
		end := strings.IndexByte(f.text[i:], '}')
		if c == '}' || end < 0 {
			return "a brace without its other half"
		}
		item := f.text[i+1 : i+end]
		f.text = f.text[i+end+1:]
		if problem := f.item(item); problem != "" {
			return problem
		}
		if f.out.Len() > MaxText {
			return "a text of more than 1 MB"
		}
	}
	return ""
}

// item writes one argument.
func (f *formatter) item(item string) (problem string) {
	place, spec, _ := strings.Cut(item, ":")
	index, alignment, aligned := strings.Cut(place, ",")
	at, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || at < 0 {
		return "{" + item + "} is no place"
	}
	width := 0
	if aligned {
		if width, err = strconv.Atoi(strings.TrimSpace(alignment)); err != nil || width > 1000 || width < -1000 {
			return "{" + item + "} has no width"
		}
	}
	if at >= len(f.args) {
		return fmt.Sprintf("there is no argument for {%d}", at)
	}
	v := f.args[at]
	f.used = append(f.used, v)
	text, ok := specified(v, spec)
	if !ok {
		return "cannot write " + v.kind.String() + " as " + spec
	}
	f.aligned(text, width)
	return ""
}

func (f *formatter) aligned(text string, width int) {
	n := utf8.RuneCountInString(text)
	if width > n {
		f.out.WriteString(strings.Repeat(" ", width-n))
	}
	f.out.WriteString(text)
	if -width > n {
		f.out.WriteString(strings.Repeat(" ", -width-n))
	}
}

// specified writes a value as a format specification says.
func specified(v Value, spec string) (string, bool) {
	if spec == "" || !v.isNumber() {
		return written(v), true
	}
	digits := -1
	if n, err := strconv.Atoi(spec[1:]); err == nil && n >= 0 && n < 100 {
		digits = n
	}
	switch spec[0] {
	case 'D', 'd':
		return zeroed(v, max(digits, 1)), v.kind == KindInt
	case 'X':
		return fmt.Sprintf("%0*X", max(digits, 1), v.Int()), v.kind == KindInt
	case 'x':
		return fmt.Sprintf("%0*x", max(digits, 1), v.Int()), v.kind == KindInt
	case 'F', 'f':
		return strconv.FormatFloat(v.Float(), 'f', orTwo(digits), 64), true
	case 'N', 'n':
		return grouped(v.Float(), orTwo(digits)), true
	case 'P', 'p':
		return grouped(v.Float()*100, orTwo(digits)) + " %", true
	case 'G', 'g':
		return formatNumber(v), true
	}
	if strings.Trim(spec, "0") == "" {
		return zeroed(v, len(spec)), true
	}
	return "", false
}

func orTwo(digits int) int {
	if digits < 0 {
		return 2
	}
	return digits
}

func zeroed(v Value, digits int) string {
	sign := ""
	n := math.Round(v.Float())
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%0*.0f", sign, digits, n)
}

// grouped writes a number with a comma between thousands.
func grouped(f float64, digits int) string {
	text := strconv.FormatFloat(math.Abs(f), 'f', digits, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if f < 0 {
		return "-" + whole
	}
	return whole
}
