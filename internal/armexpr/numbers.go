package armexpr

import (
	"cmp"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

func (c *call) ints() (a, b int64) { return c.args[0].Int(), c.args[1].Int() }

const outOfRange = "the result is out of range"

func add(c *call) Value {
	a, b := c.ints()
	if s := a + b; (s > a) == (b > 0) {
		return Int(s)
	}
	return c.fail(outOfRange)
}

func sub(c *call) Value {
	a, b := c.ints()
	if d := a - b; (d < a) == (b > 0) {
		return Int(d)
	}
	return c.fail(outOfRange)
}

func mul(c *call) Value {
	a, b := c.ints()
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > math.MaxInt64 {
		return c.fail(outOfRange)
	}
	if (a < 0) != (b < 0) {
		return Int(-int64(lo))
	}
	return Int(int64(lo))
}

func magnitude(i int64) uint64 {
	if i < 0 {
		return -uint64(i)
	}
	return uint64(i)
}

func div(c *call) Value {
	a, b := c.ints()
	if b == 0 {
		return c.fail("division by zero")
	}
	if a == math.MinInt64 && b == -1 {
		return c.fail(outOfRange)
	}
	return Int(a / b)
}

func mod(c *call) Value {
	a, b := c.ints()
	switch b {
	case 0:
		return c.fail("division by zero")
	case -1:
		return Int(0)
	}
	return Int(a % b)
}

func least(c *call) Value { return c.extreme(-1) }
func most(c *call) Value  { return c.extreme(1) }

// compareNumbers compares integers as such: as floats, large ones would be
// rounded to the same number.
func compareNumbers(a, b Value) int {
	if a.kind == KindInt && b.kind == KindInt {
		return cmp.Compare(a.Int(), b.Int())
	}
	return cmp.Compare(a.Float(), b.Float())
}

// extreme finds the number whose comparison with all others has the sign,
// among the arguments or among the elements of the one array.
func (c *call) extreme(sign int) Value {
	list := c.args
	if len(list) == 1 && list[0].kind == KindArray {
		list = list[0].more.list
	}
	if _, unknown := firstUnknown(list); unknown {
		return c.unknown()
	}
	if len(list) == 0 {
		return c.fail("no numbers")
	}
	best := list[0]
	for _, v := range list {
		if !v.isNumber() {
			return c.fail(v.kind.String() + " among the numbers")
		}
		if compareNumbers(v, best) == sign {
			best = v
		}
	}
	return best
}

func toInt(c *call) Value {
	switch v := c.args[0]; v.kind {
	case KindInt:
		return v
	case KindFloat:
		if math.Abs(v.Float()) < 1<<63 {
			return Int(int64(v.Float()))
		}
		return c.fail(outOfRange)
	case KindText:
		text := strings.TrimSpace(v.text)
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return Int(i)
		}
		if f, ok := parseFloat(text); ok && math.Abs(f) < 1<<53 {
			return Int(int64(f))
		}
	case KindUnknown, KindNull, KindBool, KindArray, KindObject:
	}
	return c.fail("no number")
}

func toFloat(c *call) Value {
	switch v := c.args[0]; v.kind {
	case KindInt, KindFloat:
		return v
	case KindText:
		if f, ok := parseFloat(strings.TrimSpace(v.text)); ok {
			return Float(f)
		}
	case KindUnknown, KindNull, KindBool, KindArray, KindObject:
	}
	return c.fail("no number")
}

// parseFloat reads decimal numbers only: no words, no other bases.
func parseFloat(s string) (float64, bool) {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// maxRange is the largest count that Azure's range function takes.
const maxRange = 10_000

func span(c *call) Value {
	start, count := c.ints()
	if count < 0 || count > maxRange {
		return c.fail("a count of " + strconv.FormatInt(count, 10) + ", Azure allows 0 to 10000")
	}
	if start+count > math.MaxInt32 || start < math.MinInt32 || start > math.MaxInt32 {
		return c.fail(outOfRange)
	}
	list := make([]Value, count)
	for i := range list {
		list[i] = Int(start + int64(i))
	}
	return Array(list)
}
