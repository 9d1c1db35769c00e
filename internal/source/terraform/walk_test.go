package terraform

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

// outline walks a document and writes down what it met.
func outline(w *walker) (string, error) {
	var out strings.Builder
	var visit func() error
	visit = func() error {
		switch w.peek() {
		case '{':
			out.WriteString("{")
			err := w.object(func(name string) error {
				fmt.Fprintf(&out, "%s@%d:", name, w.lineHere())
				return visit()
			})
			out.WriteString("}")
			return err
		case '[':
			out.WriteString("[")
			err := w.list(visit)
			out.WriteString("]")
			return err
		}
		raw, err := w.value()
		fmt.Fprintf(&out, "%s ", raw)
		return err
	}
	err := visit()
	return out.String(), err
}

func TestWalk(t *testing.T) {
	tests := []struct {
		name, text, want string
		err              error
	}{
		{"nested", "{\"a\":[1,\n{\"b\":\"x]\"}],\"c\":null}", `{a@1:[1 {b@2:"x]" }]c@2:null }`, nil},
		{"forgiven", "// c\n{\"a\" /* x */: [1,2,],}", `{a@2:[1 2 ]}`, nil},
		{"escaped name", `{"\u0061":true}`, `{a@1:true }`, nil},
		{"cut in a text", `{"a":"x`, `{a@1: }`, errCut},
		{"cut in a list", `{"a":[1,`, `{a@1:[1 ]}`, errCut},
		{"cut behind a name", `{"a"`, `{}`, errCut},
		{"no colon", `{"a" 1}`, `{}`, errBroken},
		{"name that is no text", `{1:2}`, `{}`, errBroken},
		{"wrong bracket", `{"a":[1}]`, `{a@1:[1  ]}`, errBroken},
		{"too deep", strings.Repeat("[", 1000), strings.Repeat("[", deepest+1) + strings.Repeat("]", deepest+1), errBroken},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 7, bufferSize} {
			t.Run(fmt.Sprint(tt.name, " in ", size), func(t *testing.T) {
				w := newWalker(context.Background(), iotest.OneByteReader(strings.NewReader(tt.text)), size)
				if got, err := outline(w); got != tt.want || !errors.Is(err, tt.err) {
					t.Errorf("got %s, %v; want %s, %v", got, err, tt.want, tt.err)
				}
			})
		}
	}
}

func TestWalkIsBounded(t *testing.T) {
	w := newWalker(context.Background(), strings.NewReader(`{"a":"`+strings.Repeat("x", 1<<20)+`"}`), 16)
	w.most = 1 << 10
	if _, err := outline(w); !errors.Is(err, errLarge) {
		t.Errorf("got %v, want %v", err, errLarge)
	}
	if len(w.buf) > 4<<10 {
		t.Errorf("the buffer grew to %d bytes", len(w.buf))
	}
}

func TestWalkPassesOnErrors(t *testing.T) {
	broken := errors.New("the disk is gone")
	w := newWalker(context.Background(), iotest.ErrReader(broken), 16)
	if _, err := outline(w); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w = newWalker(ctx, strings.NewReader("{}"), 16)
	if _, err := outline(w); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestMarked(t *testing.T) {
	const marks = `{"a":true,"b":[{"c":true},{"d":{"e":[false,true]}}],"l":[true],"o":{"p":true},"f":false}`
	for path, want := range map[string]bool{
		"a": true, "a.x": true, "A": true, "b.c": true, "b.d.e": true, "b.d": false, "b.x": false, "l": true, "o": false, "o.p": true, "f": false, "none": false,
	} {
		if got := marked([]byte(marks), path); got != want {
			t.Errorf("marked at %s: %v, want %v", path, got, want)
		}
	}
	if marked(nil, "a") || marked([]byte("[]"), "a") {
		t.Error("marks where there are none")
	}
	if got := string(marksOf([]byte(`[[{"type":"get_attr","value":"a\"b"}],[{"type":"get_attr","value":"c"},{"type":"index","value":0}],[]]`))); got != `{"a\"b":true,"c":true}` {
		t.Errorf("marksOf = %s", got)
	}
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"azurerm_x.y":                          "",
		`module.a["x.y"].module.b[0].data.t.n`: `module.a["x.y"].module.b[0]`,
		"module.module.module.b.t.n":           "module.module.module.b",
	} {
		if got := moduleOf(address); got != want {
			t.Errorf("module of %s = %s, want %s", address, got, want)
		}
	}
	path, plain := modulePath(`module.a["x.\"]y"].module.b[0]`)
	if fmt.Sprintf("%q %q", path, plain) != `["a[\"x.\\\"]y\"]" "b[0]"] ["a" "b"]` {
		t.Errorf("%q %q", path, plain)
	}
	for ref, want := range map[string]string{
		"azurerm_a.b.id": "azurerm_a.b", `azurerm_a.b["k.x"].id`: `azurerm_a.b["k.x"]`, "data.azurerm_a.b": "data.azurerm_a.b", "x": "", "data.x": "",
	} {
		if got := resourceOf(ref); got != want {
			t.Errorf("resource of %s = %s, want %s", ref, got, want)
		}
	}
}
