package armrow

import "strings"

// keeper keeps many texts that live equally long, one behind the other in
// pieces of memory, which takes less of it than each text alone.
type keeper struct{ piece *strings.Builder }

// pieceSize is the size of a piece; a longer text is kept alone.
const pieceSize = 32 << 10

// keep copies a text.
func (k *keeper) keep(b []byte) string {
	if len(b) > pieceSize/8 {
		return string(b)
	}
	if k.piece == nil || k.piece.Cap()-k.piece.Len() < len(b) {
		k.piece = &strings.Builder{}
		k.piece.Grow(pieceSize)
	}
	from := k.piece.Len()
	k.piece.Write(b)
	return k.piece.String()[from:]
}
