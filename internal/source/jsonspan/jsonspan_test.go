package jsonspan

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestEnd(t *testing.T) {
	tests := []struct {
		name, text string
		end, depth int
	}{
		{"object", `{"a":[1,{"b":2}]}, next`, 17, 3},
		{"text", `"a\"b" next`, 6, 0},
		{"text ending in a backslash", `"a\\" next`, 5, 0},
		{"brackets in texts", `{"a":"}]{["} next`, 12, 1},
		{"number", `12.5, next`, 4, 0},
		{"bracket in a comment", "[1 // ]\n, 2 /* ] */] next", 20, 1},
		{"cut in a text", `{"a":"b`, -1, 1},
		{"cut in an object", `{"a":1`, -1, 1},
		{"cut in a number", `12`, -1, 0},
		{"cut in a comment", `[1 /* `, -1, 1},
		{"cut behind an escape", `"a\`, -1, 0},
		{"nothing", ``, -1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if end, depth := End([]byte(tt.text), 0); end != tt.end || depth != tt.depth {
				t.Errorf("End = %d, depth %d; want %d, %d", end, depth, tt.end, tt.depth)
			}
		})
	}
}

func TestMembers(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", `{"a":1,"b":{"c":[2]}}`, `"a"=1 "b"={"c":[2]} `},
		{"empty", ` { } `, ``},
		{"comments and a trailing comma", "{ // one\n\"a\" /* b */ : 1, \n \"b\": \"x\", }", `"a"=1 "b"="x" `},
		{"repeated name", `{"a":1,"a":2}`, `"a"=1 "a"=2 `},
		{"escapes in the name", `{"a\"b":1}`, `"a\"b"=1 `},
		{"no comma", `{"a":1 "b":2}`, `"a"=1 broken JSON`},
		{"two commas", `{"a":1,,"b":2}`, `"a"=1 broken JSON`},
		{"comma first", `{,"a":1}`, `broken JSON`},
		{"no value", `{"a":}`, `broken JSON`},
		{"no colon", `{"a" 1}`, `broken JSON`},
		{"something behind", `{"a":1} x`, `"a"=1 broken JSON`},
		{"list", `[1]`, `broken JSON`},
		{"cut", `{"a":1,`, `"a"=1 broken JSON`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got strings.Builder
			err := Members([]byte(tt.text), func(name, value []byte) { fmt.Fprintf(&got, "%s=%s ", name, value) })
			if err != nil {
				got.WriteString(err.Error())
			}
			if got.String() != tt.want {
				t.Errorf("got %q, want %q", got.String(), tt.want)
			}
		})
	}
}

func TestElements(t *testing.T) {
	var got []string
	err := Elements([]byte(` [1, "a", {"b":[2]}, null,] `), func(v []byte) { got = append(got, string(v)) })
	if want := `[1 "a" {"b":[2]} null]`; err != nil || fmt.Sprint(got) != want {
		t.Errorf("got %v, %v; want %s", got, err, want)
	}
}

func TestClean(t *testing.T) {
	text := "{\"a\": [1, 2, /* three */ ], // c\n \"b\": \"// , ] /*\", \"url\": \"https://x\", }"
	want := `{"a":[1,2],"b":"// , ] /*","url":"https://x"}`
	var v any
	if err := json.Unmarshal(Clean([]byte(text)), &v); err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(v); string(got) != want {
		t.Errorf("cleaned to %s, want %s", got, want)
	}
}

// FuzzMembers holds the spans against encoding/json: whatever that reads as an
// object has the same members here.
func FuzzMembers(f *testing.F) {
	f.Add([]byte(`{"a":1,"b":{"c":["\"]"]}}`))
	f.Add([]byte(`{"a\\":"\\\""}`))
	f.Add([]byte(`{"/*":"//"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := map[string]string{}
		err := Members(b, func(name, value []byte) { got[unquote(name)] = string(value) })
		_ = Clean(b)
		var want map[string]json.RawMessage
		if json.Unmarshal(b, &want) != nil || want == nil {
			return
		}
		if err != nil || len(got) != len(want) {
			t.Fatalf("%q: %d members, %v; want %d", b, len(got), err, len(want))
		}
		for name, value := range want {
			if got[name] != string(value) {
				t.Errorf("%q: member %q is %q, want %q", b, name, got[name], value)
			}
		}
	})
}

func unquote(b []byte) string {
	var s string
	if json.Unmarshal(b, &s) != nil {
		return string(b)
	}
	return s
}

func BenchmarkEnd(b *testing.B) {
	row := []byte(`{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm",` +
		`"name":"vm","type":"microsoft.compute/virtualmachines","location":"westeurope","tags":{"env":"prod","owner":"team"},` +
		`"properties":{"hardwareProfile":{"vmSize":"Standard_D4s_v5"},"storageProfile":{"osDisk":{"osType":"Linux","diskSizeGB":64}},"vmId":"x"}}`)
	b.SetBytes(int64(len(row)))
	for b.Loop() {
		if end, _ := End(row, 0); end != len(row) {
			b.Fatal(end)
		}
	}
}
