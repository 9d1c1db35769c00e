package armtemplate

import (
	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/armexpr"
	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

// elements are the elements of a list, none of a nil node.
func elements(n *jsontree.Node) []*jsontree.Node {
	if n == nil {
		return nil
	}
	return n.Elements
}

// function is the host of the expressions in a function that a template
// declares: it sees its own parameters only.
type function struct {
	*frame
	name string
	args map[string]armexpr.Value
}

// Parameter gives an argument of the call.
func (f *function) Parameter(name string) armexpr.Value {
	if v, ok := f.args[demarc.Fold(name)]; ok {
		return v
	}
	return armexpr.Failed(f.name + ": there is no parameter " + name)
}

// Variable fails: functions have none.
func (f *function) Variable(name string) armexpr.Value {
	return armexpr.Failed(f.name + ": there is no variable " + name)
}

func (f *frame) custom(name string, body *jsontree.Node, args []armexpr.Value) armexpr.Value {
	host := &function{frame: f, name: name, args: map[string]armexpr.Value{}}
	for i, p := range elements(body.Get("parameters")) {
		if i < len(args) {
			host.args[demarc.Fold(p.Get("name").String())] = args[i]
		}
	}
	result := body.Get("output").Get("value")
	if result == nil {
		return armexpr.Failed(name + ": the function has no output")
	}
	return f.t.r.evaluate(host, result)
}
