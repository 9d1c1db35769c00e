package report

import (
	"strings"
	"unicode/utf8"
)

// SpreadsheetText returns s as it may stand in a CSV file that people open in
// a spreadsheet. A text that a spreadsheet would run as a formula (it begins
// with =, +, - or @, also behind white space or as a full-width character)
// gets a single quote in front, which spreadsheets take for "this is text";
// programs that read the file strip it. See
// https://owasp.org/www-community/attacks/CSV_Injection.
func SpreadsheetText(s string) string {
	s = Visible(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000␉␍␊"))
	if strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + s
	}
	return s
}

// MarkdownText returns s as it may stand in a cell of a GitHub table or in a
// sentence: nothing in it is taken for markup.
func MarkdownText(s string) string { return markdownEscapes.Replace(Visible(s)) }

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "#", `\#`, "~", `\~`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;",
	// GitHub turns bare mentions and addresses into links.
	"@", "&#64;", "://", "&#58;//", "www.", "www&#46;",
)

// MarkdownLink writes a link to a public address; what is no web address is
// written as text.
func MarkdownLink(text, address string) string {
	if !WebAddress(address) {
		return MarkdownText(address)
	}
	return "[" + MarkdownText(text) + "](<" + address + ">)"
}

// WebAddress reports whether s is an address that may become a link.
func WebAddress(s string) bool {
	return strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " <>\"'\\`") && Visible(s) == s
}
