package armexpr

// Reach is an expression that calls one function with at most one text and
// reads members of what it gives: current('x').a.b. Its host can answer such a
// one without evaluating anything.
type Reach struct {
	Function string // folded
	Argument string
	Args     int // 0 or 1
	Members  []string
}

// Reach takes the expression apart; ok is false when it is more than that.
func (e *Expr) Reach() (r Reach, ok bool) {
	n := e.root
	for {
		a, isAccess := n.(*access)
		if !isAccess {
			break
		}
		name, isText := a.at.(literal)
		if !isText || name.value.kind != KindText || a.safe {
			return r, false
		}
		r.Members = append([]string{name.value.text}, r.Members...)
		n = a.of
	}
	c, isCall := n.(*callNode)
	if !isCall || len(c.args) > 1 || c.fn != nil && c.fn.mode != hosted {
		return r, false
	}
	r.Function, r.Args = c.folded, len(c.args)
	if len(c.args) == 1 {
		text, isText := c.args[0].(literal)
		if !isText || text.value.kind != KindText {
			return r, false
		}
		r.Argument = text.value.text
	}
	return r, true
}

// MemberOf reads a member of a value as a lenient host does: one that is not
// there is null.
func MemberOf(v Value, name string) Value { return at(v, Text(name), true) }
