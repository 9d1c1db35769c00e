package armexpr

import (
	"fmt"
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

// maxWidth is the largest width that .NET takes.
const maxWidth = 1_000_000

// item writes one argument.
func (f *formatter) item(item string) (problem string) {
	place, spec, _ := strings.Cut(item, ":")
	index, alignment, aligned := strings.Cut(place, ",")
	at, ok := wholeNumber(strings.TrimRight(index, " "))
	if !ok || strings.Contains(item, "{") {
		return "{" + item + "} is no place"
	}
	width := 0
	if aligned {
		digits, left := strings.CutPrefix(strings.Trim(alignment, " "), "-")
		if width, ok = wholeNumber(digits); !ok {
			return "{" + item + "} has no width"
		}
		if left {
			width = -width
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

// wholeNumber reads digits and nothing else.
func wholeNumber(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 32)
	return int(min(n, maxWidth)), err == nil && n <= maxWidth
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

// specified writes a value as a format specification says. Only numbers heed
// it, as in .NET.
func specified(v Value, spec string) (string, bool) {
	if !v.isNumber() || v.kind == KindInt && spec == "" {
		return written(v), true
	}
	return writeNumber(v, spec)
}
