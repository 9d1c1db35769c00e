package report

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "vm-web-01", "vm-web-01"},
		{"escape code", "\x1b[31m", "␛[31m"},
		{"line end and bell", "a\r\n\a", "a␍␊␇"},
		{"delete", "\x7f", "␡"},
		{"C1 control sequence", "\u009b5m", "\uFFFD5m"},
		{"right to left override", "\u202egpj.exe", "\uFFFDgpj.exe"},
		{"zero width space", "a\u200bb", "a\uFFFDb"},
		{"line separator", "a\u2028b", "a\uFFFDb"},
		{"broken UTF-8", "a\xffb", "a\uFFFDb"},
		{"other scripts", "Büro 東京 عربي", "Büro 東京 عربي"},
		{"joiners of scripts and emoji", "👩\u200d🚀", "👩\u200d🚀"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Visible(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("\x1b]0;x\a\u009b\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := Visible(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x1b\u009b\u202e\x00\r\n") || Visible(got) != got {
			t.Errorf("Visible(%q) = %q", s, got)
		}
	})
}

func TestTextWidthCutPadWrap(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "Büro": 4, "東京": 4, "e\u0301": 1, "👩": 2, "␛": 1, "…": 1} {
		if got := TextWidth(s); got != want {
			t.Errorf("TextWidth(%q) = %d, want %d", s, got, want)
		}
	}
	for _, tt := range []struct {
		in    string
		width int
		want  string
	}{{"short", 8, "short"}, {"exactly8", 8, "exactly8"}, {"longer than", 8, "longer …"}, {"東京東京", 5, "東京…"}, {"x", 0, "…"}} {
		if got := Cut(tt.in, tt.width); got != tt.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
	if got := Pad("東", 4); got != "東  " {
		t.Errorf("Pad gives %q", got)
	}
	if got, want := Wrap("one two  three averyveryverylongword x", 9), []string{"one two", "three", "averyveryverylongword", "x"}; !slices.Equal(got, want) {
		t.Errorf("Wrap gives %q, want %q", got, want)
	}
}

func TestSpreadsheetText(t *testing.T) {
	for in, want := range map[string]string{
		"vm-01": "vm-01", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "  =1": "'  =1",
		"\t=1": "'␉=1", "\r\n=1": "'␍␊=1", "＝1": "'＝1", "a=1": "a=1", "": "", "/subscriptions/x": "/subscriptions/x",
	} {
		if got := SpreadsheetText(in); got != want {
			t.Errorf("SpreadsheetText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWebAddress(t *testing.T) {
	for in, want := range map[string]bool{
		"https://learn.microsoft.com/azure/": true, "http://example.com": false, "javascript:alert(1)": false, "": false,
		"https://a b": false, "https://a\"onclick=": false, "https://a>b": false, "https://a\u202eb": false,
	} {
		if got := WebAddress(in); got != want {
			t.Errorf("WebAddress(%q) = %t, want %t", in, got, want)
		}
	}
}

func TestMarkdownText(t *testing.T) {
	for in, want := range map[string]string{
		"vm-01": "vm-01", "a|b": `a\|b`, "<b>": "&lt;b&gt;", "`x`": "\\`x\\`", "[a](b)": `\[a\](b)`, "@team": "&#64;team",
		"https://evil.example": "https&#58;//evil.example", "\x1b[0m": `␛\[0m`, "a_b*c": `a\_b\*c`,
	} {
		if got := MarkdownText(in); got != want {
			t.Errorf("MarkdownText(%q) = %q, want %q", in, got, want)
		}
	}
}
