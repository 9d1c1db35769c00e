package jsontree

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// shown writes a tree with the line of each value.
func shown(n *Node) string {
	switch n.Kind {
	case '{':
		parts := make([]string, 0, len(n.Members))
		for _, m := range n.Members {
			parts = append(parts, m.Name+":"+shown(m.Value))
		}
		return fmt.Sprintf("%d{%s}", n.Line, strings.Join(parts, " "))
	case '[':
		parts := make([]string, 0, len(n.Elements))
		for _, e := range n.Elements {
			parts = append(parts, shown(e))
		}
		return fmt.Sprintf("%d[%s]", n.Line, strings.Join(parts, " "))
	case '"':
		return fmt.Sprintf("%d%q", n.Line, n.Text)
	case '0':
		return fmt.Sprintf("%d=%s", n.Line, n.Text)
	}
	return fmt.Sprintf("%d=%c", n.Line, n.Kind)
}

func TestParse(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"strict", "{\"a\": [1, -2.5e3, true],\n\"b\": null}", "1{a:1[1=1 1=-2.5e3 1=t] b:2=n}"},
		{"comments and trailing commas", "// x\n{ /* y\n */ \"a\": 1, // z\n}", "2{a:3=1}"},
		{"line breaks in a text", "{\"a\": \"x\ny \\\"q\\\" \\u00e4\tz\",\n\"b\": 1}", `1{a:1"x\ny \"q\" ä\tz" b:3=1}`},
		{"repeated names", `{"a":1,"A":2}`, "1{a:1=1 A:1=2}"},
		{"empty", "[{},[],\"\"]", `1[1{} 1[] 1""]`},
		{"cut off", "{\"a\": [1,\n", "broken JSON in line 2: the document ends before it should"},
		{"cut off in a text", `{"a`, "broken JSON in line 1: the document ends before it should"},
		{"no comma", `[1 2]`, "broken JSON in line 1: '2' where a comma should be"},
		{"no name", `{1:2}`, "broken JSON in line 1: '1' where a name should be"},
		{"wrong bracket", `[1}`, "broken JSON in line 1: '}' where a comma should be"},
		{"a word", `[yes]`, `broken JSON in line 1: "yes", which is no value`},
		{"infinity", `[Inf]`, `broken JSON in line 1: "Inf", which is no value`},
		{"two documents", "{}\n{}", "broken JSON in line 2: more behind the end"},
		{"nothing", " ", "broken JSON in line 1: the document ends before it should"},
		{"too deep", strings.Repeat("[", 600), "broken JSON in line 1: nests more than 500 levels deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, err := Parse(tt.text)
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				got = shown(n)
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestGet(t *testing.T) {
	n, err := Parse(`{"A":"x","b":{"c":1},"a":"y"}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Get("a").String(); got != "y" {
		t.Errorf("the last of two is %q, want y", got)
	}
	if n.Get("b").Get("C").Text != "1" || n.Get("z").Get("z") != nil || n.Get("b").String() != "" || n.Get("z").Is('{') {
		t.Error("members are found wrong")
	}
}

// plain turns a tree into what encoding/json makes of the same text.
func plain(n *Node) any {
	switch n.Kind {
	case '{':
		m := map[string]any{}
		for _, member := range n.Members {
			m[member.Name] = plain(member.Value)
		}
		return m
	case '[':
		list := []any{}
		for _, e := range n.Elements {
			list = append(list, plain(e))
		}
		return list
	case '"':
		return n.Text
	case '0':
		return json.Number(n.Text)
	case 'n':
		return nil
	}
	return n.Kind == 't'
}

// FuzzParse holds the parser against encoding/json: what that reads is read
// here, and gives the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"\u00e4\n"}],"c":null}`, "[1,/* x */2,]", "\"a\nb\"", `{"a`, `[1e5,-0.1]`, `"\ud800"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text)
		var want any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if d.Decode(&want) != nil || d.More() || strings.Count(text, "[")+strings.Count(text, "{") > MaxDepth {
			return
		}
		if err != nil {
			if strings.HasPrefix(err.Error(), "broken JSON in line") && strings.Contains(err.Error(), "more behind the end") {
				return
			}
			t.Fatalf("%q: %v", text, err)
		}
		if got := plain(n); !reflect.DeepEqual(got, want) {
			t.Errorf("%q gives %#v, want %#v", text, got, want)
		}
	})
}
