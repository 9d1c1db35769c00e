package policyfiles

import (
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc/internal/source/jsontree"
)

func textNode(s string) *jsontree.Node { return &jsontree.Node{Kind: '"', Text: s} }

func boolNode(b bool) *jsontree.Node {
	if b {
		return &jsontree.Node{Kind: 't'}
	}
	return &jsontree.Node{Kind: 'f'}
}

// objectNode makes an object; add leaves out what is not there.
func objectNode(line int) *jsontree.Node { return &jsontree.Node{Kind: '{', Line: line} }

func add(n *jsontree.Node, name string, value *jsontree.Node) {
	if value != nil {
		n.Members = append(n.Members, jsontree.Member{Name: name, Value: value})
	}
}

func addText(n *jsontree.Node, name, value string) {
	if value != "" {
		add(n, name, textNode(value))
	}
}

// with is an object with one more member in front, which it must not have.
func with(n *jsontree.Node, name string, value *jsontree.Node) *jsontree.Node {
	c := *n
	c.Members = append([]jsontree.Member{{Name: name, Value: value}}, n.Members...)
	return &c
}

// child is the pointer to a member or an element.
func child(pointer, name string) string {
	return pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func element(pointer string, i int) string { return pointer + "/" + strconv.Itoa(i) }
