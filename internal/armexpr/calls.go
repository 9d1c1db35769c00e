package armexpr

// Calls visits every function that the expression calls, by its name as
// spelled and the number of its arguments.
func (e *Expr) Calls(visit func(name string, args int)) { calls(e.root, visit) }

func calls(n node, visit func(name string, args int)) {
	switch n := n.(type) {
	case *access:
		calls(n.of, visit)
		calls(n.at, visit)
	case *callNode:
		visit(n.name, len(n.args))
		for _, a := range n.args {
			calls(a, visit)
		}
	}
}

// Left is how many steps may still be taken.
func (b *Budget) Left() int { return max(b.steps, 0) }
