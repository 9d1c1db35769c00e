package source

import (
	"bytes"
	"errors"
	"io"

	"github.com/demarc-dev/demarc"
)

// headSize is how much of a file is looked at to tell what it is.
const headSize = 64 << 10

// Input is one file on its way to a reader: a stream of UTF-8 without byte
// order mark, whatever the file was written in. Bytes that are not UTF-8 are
// passed on as they are; readers forgive them.
type Input struct {
	File   *demarc.File
	Head   Head
	Before bool   // what the change finds is asked for, not what it leaves; only readers whose format says so know it
	Target string // id of the scope that a template is deployed to, "" when nobody says
	stream io.Reader
	folder *Folder // nil when it lies in none
	path   string  // in the folder
}

// NewInput begins to read a file. It fails when not even the first bytes can
// be read.
func NewInput(file *demarc.File, r io.Reader) (*Input, error) {
	raw, err := readHead(r)
	if err != nil {
		return nil, err
	}
	text := bytes.TrimPrefix(raw, []byte("\ufeff"))
	if order, found := sniffUTF16(raw); found {
		r = newUTF16Reader(io.MultiReader(bytes.NewReader(raw), r), order)
		if text, err = readHead(r); err != nil {
			return nil, err
		}
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
	}
	return &Input{
		File:   file,
		Head:   NewHead(text, len(raw) < headSize && len(text) < headSize),
		stream: io.MultiReader(bytes.NewReader(text), r),
	}, nil
}

// Read reads the file from its beginning, the head included.
func (in *Input) Read(p []byte) (int, error) { return in.stream.Read(p) }

func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return head[:n], nil
}
