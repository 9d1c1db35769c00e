package jsonrows

// skipper follows a value of any size byte by byte, and keeps nothing of it
// but how deep it is in.
type skipper struct {
	depth   int
	text    bool // inside of a text
	escaped bool
	comment byte // '/' or '*' inside of a comment
	last    byte
	begun   bool
	done    bool
}

// feed takes the next bytes and returns how many of them belong to the value.
func (k *skipper) feed(b []byte) int {
	for i, c := range b {
		switch {
		case k.comment != 0:
			k.inComment(c)
		case k.text:
			k.inText(c)
		default:
			if k.begun && k.depth == 0 && endsScalar(c) {
				k.done = true
				return i
			}
			k.outside(c)
		}
		k.last = c
		if k.done {
			return i + 1
		}
	}
	return len(b)
}

func endsScalar(c byte) bool {
	switch c {
	case ',', ']', '}', ':', ' ', '\t', '\r', '\n', '"', '{', '[':
		return true
	}
	return false
}

func (k *skipper) inComment(c byte) {
	if k.comment == '/' && c == '\n' || k.comment == '*' && k.last == '*' && c == '/' {
		k.comment = 0
		k.done = !k.begun // a comment in front of a value
	}
}

func (k *skipper) inText(c byte) {
	switch {
	case k.escaped:
		k.escaped = false
	case c == '\\':
		k.escaped = true
	case c == '"':
		k.text = false
		k.done = k.depth == 0
	}
}

func (k *skipper) outside(c byte) {
	switch c {
	case '"':
		k.text = true
	case '{', '[':
		k.depth++
	case '}', ']':
		k.depth--
		k.done = k.depth <= 0
	case '/', '*':
		if k.last == '/' {
			k.comment, c = c, 0
		}
		if !k.begun {
			return
		}
	}
	k.begun = true
}
