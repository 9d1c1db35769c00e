package armexpr

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// writeNumber writes a number in a format of .NET, in the invariant culture.
// Ok is false for a format that .NET refuses.
// https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings
func writeNumber(v Value, spec string) (text string, ok bool) {
	if spec == "" {
		return general(v, -1, 'G'), true
	}
	letter, digits := spec[0], -1
	if letter|0x20 < 'a' || letter|0x20 > 'z' || strings.Trim(spec[1:], "0123456789") != "" {
		return customNumber(v, spec)
	}
	if spec[1:] != "" {
		if digits, ok = wholeNumber(spec[1:]); !ok || digits > MaxText/4 {
			return "", false
		}
	}
	return standardNumber(v, letter, digits)
}

// standardNumber writes the formats of one letter; -1 digits stand for the
// number of digits that the format has by itself.
func standardNumber(v Value, letter byte, digits int) (string, bool) {
	whole := v.kind == KindInt
	switch letter {
	case 'C', 'c':
		text := grouped(v, 0, orTwo(digits))
		if isNegative(v) {
			return "(¤" + text + ")", true
		}
		return "¤" + text, true
	case 'D', 'd':
		return signed(v, padded(fixed(v, 0, 0), digits)), whole
	case 'E', 'e':
		if digits < 0 {
			digits = 6
		}
		return exponential(v, min(digits, maxDigits), letter, 3), true
	case 'F', 'f':
		return signed(v, fixed(v, 0, orTwo(digits))), true
	case 'G', 'g', 'R', 'r':
		return general(v, digits, letter), true
	case 'N', 'n':
		return signed(v, grouped(v, 0, orTwo(digits))), true
	case 'P', 'p':
		return signed(v, grouped(v, 2, orTwo(digits))+" %"), true
	case 'X':
		return padded(strings.ToUpper(strconv.FormatUint(uint64(v.Int()), 16)), digits), whole
	case 'x':
		return padded(strconv.FormatUint(uint64(v.Int()), 16), digits), whole
	case 'B', 'b':
		return padded(strconv.FormatUint(uint64(v.Int()), 2), digits), whole
	}
	return "", false
}

// maxDigits bounds the digits of a scientific number: no float has more.
const maxDigits = 800

func orTwo(digits int) int {
	if digits < 0 {
		return 2
	}
	return digits
}

func isNegative(v Value) bool { return v.Float() < 0 }

func signed(v Value, text string) string {
	if isNegative(v) {
		return "-" + text
	}
	return text
}

func padded(digits string, least int) string {
	return strings.Repeat("0", max(least-len(digits), 0)) + digits
}

// exact is the number without its sign and without any rounding.
func exact(v Value) *big.Rat {
	r := new(big.Rat)
	if v.kind == KindInt {
		r.SetInt64(v.Int())
	} else {
		r.SetFloat64(v.Float())
	}
	return r.Abs(r)
}

// fixed writes the number without its sign, times a power of ten, with so many
// digits behind the dot; a half is rounded up.
func fixed(v Value, power, digits int) string {
	r := exact(v)
	if power != 0 {
		r.Mul(r, powerOfTen(power))
	}
	const most = 1100 // digits behind the dot that a float can have
	text := r.FloatString(min(digits, most))
	return text + strings.Repeat("0", max(digits-most, 0))
}

func powerOfTen(n int) *big.Rat {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil)
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

// grouped is as fixed, with a comma between thousands.
func grouped(v Value, power, digits int) string {
	whole, fraction, dot := strings.Cut(fixed(v, power, digits), ".")
	if whole = thousands(whole); dot {
		return whole + "." + fraction
	}
	return whole
}

func thousands(whole string) string {
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole
}

// exponential writes one digit, a dot, more digits and an exponent.
func exponential(v Value, digits int, letter byte, exponentDigits int) string {
	f := new(big.Float).SetPrec(1100).SetRat(exact(v))
	return signed(v, dotNetExponent(f.Text('e', digits), letter, exponentDigits))
}

// dotNetExponent gives an exponent of Go at least so many digits.
func dotNetExponent(text string, letter byte, digits int) string {
	mantissa, exponent, _ := strings.Cut(text, "e")
	return mantissa + string(rune(letter)) + exponent[:1] + padded(strings.TrimLeft(exponent[1:], "0"), digits)
}

// general writes a number as short as it can be: -1 digits stand for as many
// as tell it from all others.
func general(v Value, digits int, letter byte) string {
	if v.kind == KindInt && digits <= 0 {
		return formatNumber(v)
	}
	if digits <= 0 || letter|0x20 == 'r' {
		digits = -1
	}
	const most = 15 // digits in front of the dot, where none are asked for
	text := new(big.Float).SetPrec(1100).SetRat(exact(v)).Text('e', min(digits, maxDigits)-1)
	if digits < 0 {
		text = strconv.FormatFloat(math.Abs(v.Float()), 'e', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	places, _ := strconv.Atoi(exponent)
	limit := digits
	if digits < 0 {
		limit = most
	}
	if strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	if places >= limit || places < -5 {
		if letter != 'g' {
			letter = 'E'
		} else {
			letter = 'e'
		}
		return signed(v, dotNetExponent(mantissa+"e"+exponent, letter, 2))
	}
	return signed(v, moveDot(strings.ReplaceAll(mantissa, ".", ""), places+1))
}

// moveDot sets a dot behind so many digits, and zeros where digits lack.
func moveDot(digits string, at int) string {
	switch {
	case at <= 0:
		return "0." + strings.Repeat("0", -at) + digits
	case at >= len(digits):
		return digits + strings.Repeat("0", at-len(digits))
	}
	return digits[:at] + "." + digits[at:]
}
