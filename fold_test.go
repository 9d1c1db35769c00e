package demarc

import (
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"already folded", "microsoft.compute/disks", "microsoft.compute/disks"},
		{"ascii", "/Subscriptions/AB-Z", "/subscriptions/ab-z"},
		{"kelvin sign", "\u212Aey", "key"},
		{"long s", "Di\u017Fk", "disk"},
		{"umlaut behind ascii", "GR\u00D6SSE", "gr\u00D6sse"},
		{"umlaut in both cases", "gr\u00F6sse", "gr\u00D6sse"},
		{"dotless i stays apart", "d\u0131sk", "d\u0131sk"},
		{"dotted capital i stays apart", "D\u0130SK", "d\u0130sk"},
		{"angstrom sign", "\u212B", "\u00C5"},
		{"greek final sigma", "\u03C2", "\u03A3"},
		{"broken utf-8", "A\xffB", "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestEqualFold(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"RG-Prod", "rg-prod", true},
		{"rg-prod", "rg-prod2", false},
		{"\u212A", "k", true},
		{"stra\u00DFe", "STRA\u1E9EE", true},
		{"disk", "d\u0131sk", false},
		{"\u00C9", "\u00E9", true},
		{"", "", true},
	}
	for _, tt := range tests {
		if got := EqualFold(tt.a, tt.b); got != tt.want {
			t.Errorf("EqualFold(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
		if utf8.ValidString(tt.a+tt.b) && strings.EqualFold(tt.a, tt.b) != tt.want {
			t.Errorf("%q and %q: the standard library disagrees with the table", tt.a, tt.b)
		}
	}
}

func TestFoldAllocatesOnlyToChange(t *testing.T) {
	id := "/subscriptions/1/resourcegroups/rg"
	if n := testing.AllocsPerRun(100, func() { Fold(id) }); n != 0 {
		t.Errorf("folding a folded id allocates %v times", n)
	}
	other := "/Subscriptions/1/resourceGroups/RG"
	if n := testing.AllocsPerRun(100, func() { CompareFold(id, other) }); n != 0 {
		t.Errorf("comparing ids allocates %v times", n)
	}
}

// word is a text in which letters with several spellings are common.
func word(seed []byte) string {
	letters := []string{"a", "A", "b", "k", "K", "\u212A", "s", "\u017F", "i", "\u0131", "\u0130", "\u00E9", "\u00C9", "\u00DF", "\u1E9E", "\xff", "-", "/", "~", ""}
	var b strings.Builder
	for _, c := range seed {
		b.WriteString(letters[int(c)%len(letters)])
	}
	return b.String()
}

func sign(n int) int { return min(max(n, -1), 1) }

func TestFoldProperties(t *testing.T) {
	properties := map[string]any{
		"compares like the folded texts": func(x, y []byte) bool {
			a, b := word(x), word(y)
			return sign(CompareFold(a, b)) == strings.Compare(Fold(a), Fold(b))
		},
		"antisymmetric": func(x, y []byte) bool {
			return sign(CompareFold(word(x), word(y))) == -sign(CompareFold(word(y), word(x)))
		},
		"transitive": func(x, y, z []byte) bool {
			a, b, c := word(x), word(y), word(z)
			return CompareFold(a, b) > 0 || CompareFold(b, c) > 0 || CompareFold(a, c) <= 0
		},
		"idempotent":           func(x []byte) bool { return Fold(Fold(word(x))) == Fold(word(x)) },
		"equal to its folding": func(x []byte) bool { return EqualFold(word(x), Fold(word(x))) },
		"of any bytes":         func(x, y string) bool { return sign(CompareFold(x, y)) == strings.Compare(Fold(x), Fold(y)) },
	}
	for name, property := range properties {
		t.Run(name, func(t *testing.T) {
			if err := quick.Check(property, &quick.Config{MaxCount: 2000}); err != nil {
				t.Error(err)
			}
		})
	}
}

func FuzzCompareFold(f *testing.F) {
	f.Add("rg-Prod", "RG-prod", "rg")
	f.Add("\u212Aey", "key", "KEY")
	f.Add("a\xff", "A\uFFFD", "a")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if got, want := sign(CompareFold(a, b)), strings.Compare(Fold(a), Fold(b)); got != want {
			t.Errorf("CompareFold(%q, %q) = %d, the folded texts compare as %d", a, b, got, want)
		}
		if CompareFold(a, b) <= 0 && CompareFold(b, c) <= 0 && CompareFold(a, c) > 0 {
			t.Errorf("%q <= %q <= %q, but not the first and the last", a, b, c)
		}
		if Fold(Fold(a)) != Fold(a) {
			t.Errorf("Fold is not idempotent for %q", a)
		}
	})
}

func FuzzAppendFold(f *testing.F) {
	for _, s := range []string{"", "abc", "/Subscriptions/X", "Straße", "KELVIN \u212A", "\xff", "aİb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := string(AppendFold([]byte("x"), s)), "x"+Fold(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	})
}
