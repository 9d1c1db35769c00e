package armexpr

import (
	"strings"
	"testing"
	"time"
)

// functionTests are grouped by the page of the reference that says so, below
// https://learn.microsoft.com/azure/azure-resource-manager/templates/
var functionTests = map[string][]struct{ text, want string }{
	"template-functions-array": {
		{"[first('')]", `""`}, {"[last('')]", `""`}, {"[last('aé')]", `"é"`}, {"[first(createObject())]", "failed: first: an object has no beginning and no end"},
		{"[take('abc', -1)]", `""`}, {"[take('äbc', 5)]", `"äbc"`}, {"[skip(createArray(1, 2), -3)]", "[1,2]"}, {"[skip('ab', 5)]", `""`},
		{"[range(5, 0)]", "[]"}, {"[range(2147483647, 1)]", "failed: range: the result is out of range"}, {"[range(0, -1)]", "failed: range: a count of -1, Azure allows 0 to 10000"},
		{"[indexFromEnd(createArray(null()), 1)]", "null"}, {"[indexFromEnd(createArray(1), 2)]", "failed: indexFromEnd: there is no such element"},
		{"[tryIndexFromEnd(createArray(1), 0)]", "null"}, {"[tryIndexFromEnd('ab', 1)]", "null"}, {"[tryIndexFromEnd(createArray(1), 'x')]", "null"},
		{"[union(createArray('a'), createArray('A', 'a'))]", `["a","A"]`}, {"[union(createArray(1), 'a')]", "failed: union: the arguments are not all arrays or all objects"},
		{"[union(createObject('a', createArray(1)), createObject('a', createArray(2)))]", `{"a":[2]}`},
		{"[intersection(createObject('a', 1, 'b', 2), createObject('b', 3, 'a', 1))]", `{"a":1}`}, {"[intersection(createArray(1, 1, 2), createArray(1))]", "[1]"},
		{"[contains('OneTwo', 'one')]", "false"}, {"[contains(createArray('a'), 'A')]", "false"}, {"[tryGet(createArray(1), 3)]", "null"}, {"[tryGet('x', 'y')]", "null"},
		{"[empty(null())]", "true"}, {"[empty(0)]", "false"}, {"[join(createArray(1, true(), 'x'), ', ')]", `"1, True, x"`}, {"[array(null())]", "[null]"},
		{"[max(createArray(9007199254740993, 9007199254740992))]", "9007199254740993"}, {"[min(createArray())]", "failed: min: no numbers"},
	},
	"template-functions-comparison": {
		{"[greater('A', 'a')]", "true"}, {"[less('A', 'a')]", "false"}, {"[lessOrEquals('a', 'a')]", "true"}, {"[equals('a', 'A')]", "false"}, {"[equals(1, '1')]", "false"},
		{"[equals(9007199254740993, 9007199254740992)]", "false"}, {"[greater(9007199254740993, 9007199254740992)]", "true"}, {"[coalesce(null(), null())]", "null"}, {"[coalesce(null(), '')]", `""`},
	},
	"template-functions-date": {
		{"[dateTimeAdd('2023-01-01 00:00:00Z', 'P1Y')]", `"2024-01-01T00:00:00Z"`}, {"[dateTimeAdd('2024-01-01 00:00:00Z', 'P1Y')]", `"2024-12-31T00:00:00Z"`},
		{"[dateTimeAdd('2023-02-01 00:00:00Z', 'P1M')]", `"2023-03-03T00:00:00Z"`}, {"[dateTimeAdd('2020-04-07 14:53:14Z', '-P9D')]", `"2020-03-29T14:53:14Z"`},
		{"[dateTimeAdd('2024-01-01T00:00:00Z', 'PT1.5H')]", `"2024-01-01T01:30:00Z"`}, {"[dateTimeAdd('2024-01-01T00:00:00Z', '-PT0.25S')]", `"2023-12-31T23:59:59.75Z"`},
		{"[dateTimeAdd('2024-01-01T00:00:00Z', 'PT')]", "failed: dateTimeAdd: no duration that can be added"}, {"[dateTimeAdd('2024-01-01T00:00:00Z', '-P')]", "failed: dateTimeAdd: no duration that can be added"},
		{"[dateTimeAdd('2024-01-01T00:00:00Z', 'P1DT')]", "failed: dateTimeAdd: no duration that can be added"}, {"[dateTimeAdd('20240101T000000Z', 'P1DT1M')]", `"2024-01-02T00:01:00Z"`},
		{"[dateTimeAdd('2024-01-15T12:00:00+05:30', 'P0D', 'zzz K HH')]", `"+05:30 +05:30 12"`}, {"[dateTimeAdd('2024-01-15T12:00:00+05:30', 'P0D', 'u')]", `"2024-01-15 06:30:00Z"`},
		{"[addDays('2024-02-28T00:00:00.5Z', 2)]", `"2024-03-01T00:00:00.5Z"`}, {"[addDays('9999-12-31T00:00:00Z', 1)]", "failed: addDays: no date that can be told"},
		{"[dateTimeToEpoch('1969-12-31T23:59:59Z')]", "-1"}, {"[dateTimeFromEpoch(-1)]", `"1969-12-31T23:59:59Z"`}, {"[dateTimeToEpoch('2024-02-30')]", "failed: dateTimeToEpoch: no date"},
	},
	"template-functions-logical": {
		{"[bool('TRUE')]", "true"}, {"[bool(0)]", "false"}, {"[bool('yes')]", "failed: bool: neither true nor false"}, {"[and(true(), 'x')]", "failed: and: argument 2 is a text, not a bool"},
	},
	"template-functions-numeric": {
		{"[int('-7')]", "-7"}, {"[int('1e3')]", "1000"}, {"[int('0x10')]", "failed: int: no number"}, {"[int('99999999999999999999')]", "failed: int: no number"}, {"[int(true())]", "failed: int: no number"},
		{"[float('nan')]", "failed: float: no number"}, {"[float('-2.5')]", "-2.5"}, {"[div(-9223372036854775807, 1)]", "-9223372036854775807"},
	},
	"template-functions-object": {
		{"[json('null')]", "null"}, {"[json(null())]", "null"}, {"[json('')]", "failed: json: broken JSON"}, {"[json(1)]", "failed: json: argument 1 is an integer, not a text"},
		{"[json('1 2')]", "failed: json: broken JSON"}, {"[createObject()]", "{}"}, {"[createObject(1, 2)]", "failed: createObject: a name is an integer"},
		{"[objectKeys(createObject())]", "[]"}, {"[shallowMerge(createArray(createObject('a', createObject('x', 1)), createObject('a', createObject('y', 2))))]", `{"a":{"y":2}}`},
	},
	"template-functions-string": {
		// the sample of base64ToJson has single quotes
		{"[base64ToJson(base64('{''one'': ''a'', ''two'': ''b''}'))]", `{"one":"a","two":"b"}`}, {"[json('{''it'': ''\\''\"s''}')]", `{"it":"'\"s"}`},
		{"[base64('')]", `""`}, {"[base64ToString('SGk=')]", `"Hi"`}, {"[base64ToString('SGk')]", "failed: base64ToString: no base64 of a text"}, {"[dataUri(1)]", "failed: dataUri: argument 1 is an integer, not a text"},
		{"[dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')]", `"Hello, World!"`}, {"[dataUriToString('DATA:,a%20b')]", `"a b"`}, {"[dataUriToString('hello')]", "failed: dataUriToString: no data URI"},
		{"[startsWith('\u212Aelvin', 'k')]", "true"}, {"[endsWith('abcDEF', 'def')]", "true"}, {"[endsWith('a', '')]", "true"}, {"[indexOf('ÄÖÜ', 'ü')]", "2"}, {"[indexOf('abc', '')]", "0"},
		{"[lastIndexOf('abcdef', 'AB')]", "0"}, {"[indexOf('abc', 'z')]", "-1"}, {"[padLeft('abc', 2)]", `"abc"`}, {"[padLeft('a', 3, 'xy')]", "failed: padLeft: a width or a character that cannot be"},
		{"[padLeft(true(), 9)]", "failed: padLeft: argument 1 is a bool, not a text or an integer"}, {"[split('a;b,c', createArray(',', ';'))]", `["a","b","c"]`}, {"[split('abc', createArray('bc', 'ab'))]", `["","c"]`},
		{"[split('', ',')]", `[""]`}, {"[split('abc', createArray())]", `["abc"]`}, {"[substring('abc', 3)]", `""`}, {"[substring('abc', -1, 1)]", "failed: substring: characters -1 to 0 of a text of 3"}, {"[string(null())]", `"null"`},
		{"[uri('http://contoso.org/firstpath', 'myscript.sh')]", `"http://contoso.org/myscript.sh"`}, {"[uri('http://contoso.org/firstpath/', '/myscript.sh')]", `"http://contoso.org/firstpath/myscript.sh"`},
		{"[uri('http://contoso.org/firstpath/azuredeploy.json', 'myscript.sh')]", `"http://contoso.org/firstpath/myscript.sh"`}, {"[uri('http://contoso.org', 'x')]", `"http://contoso.org/x"`},
		{"[uri('http://contoso.org/a/b/', '../c')]", `"http://contoso.org/a/c"`}, {"[uri('relative', 'x')]", "failed: uri: the base is no address"},
		{"[uriComponentToString('100%')]", `"100%"`}, {"[uriComponentToString('a+b%zz%C3%BC%ff')]", `"a+b%zzü%ff"`}, {"[uriComponent('-_.~+')]", `"-_.~%2B"`}, {"[toUpper('straße')]", `"STRAßE"`},
	},
}

func TestFunctions(t *testing.T) {
	for page, tests := range functionTests {
		for _, tt := range tests {
			if got := shown(evaluate(t, tt.text)); got != tt.want {
				t.Errorf("%s: %s\n got %s\nwant %s", page, tt.text, got, tt.want)
			}
		}
	}
}

// TestIPRanges: the formats and failures of
// https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule#policy-functions
func TestIPRanges(t *testing.T) {
	const none, mixed = "failed: ipRangeContains: no range of addresses", "failed: ipRangeContains: addresses of two families"
	tests := []struct{ outer, inner, want string }{
		{"10.0.0.0/24", "10.0.0.255", "true"}, {"10.0.0.0/24", "10.0.1.0", "false"}, {"10.0.0.0/24", "10.0.0.0/23", "false"}, {"10.0.0.0/24", "10.0.0.0/24", "true"},
		{"10.0.0.0", "10.0.0.0", "true"}, {"10.0.0.0", "10.0.0.0/32", "true"}, {"10.0.0.0", "10.0.0.1", "false"},
		{"192.168.0.1-192.168.0.9", "192.168.0.9", "true"}, {"192.168.0.1-192.168.0.9", "192.168.0.0/29", "false"}, {"192.168.0.0/24", "192.168.0.1-192.168.0.9", "true"},
		{"2001:0DB8::/110", "2001:0DB8::3:FFFE", "true"}, {"2001:0DB8::-2001:0DB8::3:FFFF", "2001:db8::4:0", "false"},
		{"192.168.0.9-192.168.0.1", "192.168.0.5", none}, {"10.0.0.0/33", "10.0.0.1", none}, {"10.0.0.0/8", "", none}, {"10.0.0.0/8", "2001:db8::1", mixed}, {"::/0", "10.0.0.1", mixed}, {"10.0.0.1-::1", "10.0.0.1", none},
	}
	for _, tt := range tests {
		if got := shown(evaluate(t, "[ipRangeContains('"+tt.outer+"', '"+tt.inner+"')]")); got != tt.want {
			t.Errorf("%s holds %s: got %s, want %s", tt.outer, tt.inner, got, tt.want)
		}
	}
}

// TestFormats: the examples of the pages of .NET on composite formats and
// standard and custom numeric formats, in the invariant culture.
func TestFormats(t *testing.T) {
	const refused = "refused"
	tests := []struct{ format, arg, want string }{
		{"{0:D6}", "-1234", "-001234"}, {"{0:E}", "1052.0329112756", "1.052033E+003"}, {"{0:e2}", "-1052.0329112756", "-1.05e+003"}, {"{0:E2}", "0", "0.00E+000"}, {"{0:F}", "1234.567", "1234.57"}, {"{0:F1}", "1234", "1234.0"},
		{"{0:f4}", "-1234.56", "-1234.5600"}, {"{0:G}", "-123.456", "-123.456"}, {"{0:G4}", "123.4546", "123.5"}, {"{0:G}", "-1.234567890e-25", "-1.23456789E-25"}, {"{0:G2}", "1234", "1.2E+03"}, {"{0}", "1e21", "1E+21"}, {"{0}", "0.00012", "0.00012"},
		{"{0:N}", "1234.567", "1,234.57"}, {"{0:N1}", "1234", "1,234.0"}, {"{0:N3}", "-1234.56", "-1,234.560"}, {"{0:N0}", "8175133", "8,175,133"}, {"{0:P}", "1", "100.00 %"}, {"{0:P1}", "-0.39678", "-39.7 %"}, {"{0:F2}", "0.125", "0.13"},
		{"{0:X}", "255", "FF"}, {"{0:x4}", "255", "00ff"}, {"{0:x}", "-1", "ffffffffffffffff"}, {"{0:B8}", "5", "00000101"}, {"{0:C}", "1234.5", "¤1,234.50"}, {"{0:C0}", "-3", "(¤3)"}, {"{0:R}", "0.1", "0.1"},
		{"{0:D}", "1.5", refused}, {"{0:X}", "1.5", refused}, {"{0:Q}", "1", refused}, {"{0:Q2}", "1", refused}, {"{0:D9223372036854775808}", "1", refused},
		{"{0:00000}", "1234.5678", "01235"}, {"{0:0.00}", "0.45678", "0.46"}, {"{0:#####}", "1234.5678", "1235"}, {"{0:#.##}", "0.45678", ".46"}, {"{0:##,#}", "2147483647", "2,147,483,647"}, {"{0:#,#,,}", "2147483647", "2,147"},
		{"{0:%#0.00}", "0.3697", "%36.97"}, {"{0:##.0 %}", "0.3697", "37.0 %"}, {"{0:#0.00‰}", "0.03697", "36.97‰"}, {"{0:#0.0e0}", "987654", "98.8e4"}, {"{0:0.0##e+00}", "1503.92311", "1.504e+03"}, {"{0:0.0e+00}", "1.8901385E-16", "1.9e-16"},
		{`{0:\#\#\#00\#}`, "987654", "###987654#"}, {"{0:# 'degrees'}", "68", "68 degrees"}, {`{0:#0.0#;(#0.0#);-\0-}`, "12.345", "12.35"}, {`{0:#0.0#;(#0.0#);-\0-}`, "-12.345", "(12.35)"}, {`{0:#0.0#;(#0.0#);-\0-}`, "0", "-0-"}, {"{0:000-00}", "12345", "123-45"}, {"{0:0}", "-0.2", "0"},
		{"{0,6}|{0,-6}|", "42", "    42|42    |"}, {"{0:N2}", `"text"`, "text"}, {"{0}", "null", ""}, {"{0}", "true", "True"}, {"{{0}}", "1", "{0}"}, {"{0 }", "1", "1"},
		{"{0", "1", refused}, {"}", "1", refused}, {"{}", "1", refused}, {"{a}", "1", refused}, {"{-1}", "1", refused}, {"{1}", "1", refused}, {"{0,}", "1", refused}, {"{0,x}", "1", refused}, {"{ 0}", "1", refused}, {"{+0}", "1", refused}, {"{0,--3}", "1", refused}, {"{0{1}}", "1", refused},
	}
	for _, tt := range tests {
		arg, err := ParseJSON([]byte(tt.arg))
		if err != nil {
			t.Fatal(tt.arg, err)
		}
		v, _ := CallFunction("format", []Value{Text(tt.format), arg})
		got := v.Text()
		if v.Failed() {
			got = refused
		}
		if got != tt.want {
			t.Errorf("%s of %s: got %q (%s), want %q", tt.format, tt.arg, got, v.Reason(), tt.want)
		}
	}
}

// TestDateFormats: utcNow('d') and utcNow('M d') are examples of
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date#utcnow
func TestDateFormats(t *testing.T) {
	at := time.Date(2019, 3, 5, 17, 53, 8, 120_000_000, time.UTC)
	tests := []struct{ spec, want string }{
		{"", "20190305T175308Z"}, {"d", "03/05/2019"}, {"M d", "3 5"}, {"D", "Tuesday, 05 March 2019"}, {"f", "Tuesday, 05 March 2019 17:53"}, {"G", "03/05/2019 17:53:08"}, {"o", "2019-03-05T17:53:08.1200000Z"}, {"R", "Tue, 05 Mar 2019 17:53:08 GMT"},
		{"s", "2019-03-05T17:53:08"}, {"u", "2019-03-05 17:53:08Z"}, {"y", "2019 March"}, {"h:mm tt", "5:53 PM"}, {"hh t", "05 P"}, {"yy-M-d ddd MMM", "19-3-5 Tue Mar"}, {"ss.fff", "08.120"}, {"ss.FFF", "08.12"}, {"yyyyMMddTHHmmssZ", "20190305T175308Z"},
		{"yyyy-MM-ddTHH:mm:ss.fffffffZ", "2019-03-05T17:53:08.1200000Z"}, {"'at' H\\h", "at 17h"}, {"%d", "5"}, {"zzz z K", "+00:00 +0 Z"}, {"Q", ""}, {"'open", ""}, {"ffffffff", ""}, {"yyyy\\", ""}, {"%", ""},
	}
	for _, tt := range tests {
		v := FormatDate(at, tt.spec)
		if v.Text() != tt.want || (tt.want == "") != v.Failed() {
			t.Errorf("%q: got %v, want %q", tt.spec, v, tt.want)
		}
	}
}

func TestCallFunction(t *testing.T) {
	if v, ok := CallFunction("TOLOWER", []Value{Text("AB")}); !ok || v.Text() != "ab" {
		t.Error(v, ok)
	}
	if v, ok := CallFunction("if", []Value{Bool(false), Int(1), Null()}); !ok || !v.IsNull() {
		t.Error(v, ok)
	}
	if v, ok := CallFunction("add", []Value{Int(1)}); ok || !v.Failed() {
		t.Error(v, ok)
	}
	if v, ok := CallFunction("no.such", nil); ok || !v.Failed() {
		t.Error(v, ok)
	}
	for _, name := range []string{"uniqueString", "guid"} {
		if v, ok := CallFunction(name, []Value{Text("x")}); !ok || !v.IsUnknown() || v.Failed() || v.Reason() != azureHash {
			t.Error(name, v, ok)
		}
	}
	// what only a document or Azure knows is unknown, and not failed
	for _, name := range []string{"parameters", "utcNow", "resourceGroup"} {
		if v, ok := CallFunction(name, make([]Value, strings.Count(byName[strings.ToLower(name)].takes, "s")%2)); !ok || !v.IsUnknown() || v.Failed() {
			t.Error(name, v, ok)
		}
	}
	if !InPolicies("ADDdays") || InPolicies("dateTimeAdd") || InPolicies("reference") || InPolicies("noSuch") {
		t.Error("the functions of policies")
	}
}

func FuzzFormat(f *testing.F) {
	for _, seed := range []string{"{0:N2}", "{0,-5}", "{0:#,##0.00;(0);'zero'}", "{0:0.0e+00}", "{0:P1}|{{", "{0:\\", "{0:E800}", "yyyy-MM-dd'T'HH:mm:ss.FFFK"} {
		f.Add(seed, 1234.5)
	}
	f.Fuzz(func(t *testing.T, spec string, number float64) {
		if strings.ContainsAny(spec, string([]rune{holeOpen, holeClose})) {
			return // the marks of what is not known
		}
		for _, v := range []Value{Float(number), Int(int64(len(spec)) - 3)} {
			if v, _ := CallFunction("format", []Value{Text(spec), v}); v.Kind() != KindText && !v.Failed() {
				t.Errorf("%q gives %v", spec, v)
			}
		}
		FormatDate(time.Unix(0, 0), spec)
	})
}
