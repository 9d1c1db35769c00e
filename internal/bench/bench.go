// Package bench makes estates to measure with: exports as Azure Resource Graph
// gives them, of any size, the same for the same seed. It stands beside the
// line; `make bench` writes what it makes to a file and assesses that.
//
// An export is made of sets of resources as one application has them (machines
// with their disks, cards and extensions, a cluster with its node group, web
// apps, databases, what configures them), each set in a resource group of its
// own, many groups to a subscription, all rows shuffled. The templates of the
// rows are in rows.json.
package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
)

// Export says which export to make.
type Export struct {
	Seed uint64
	Rows int
	// Changed is how many rows of a thousand, chosen by the seed, have another
	// owner and a setting turned off: what the same estate shows later.
	Changed int
}

// Write writes an export as the REST interface of Resource Graph answers: one
// object with the rows in "data", one row a line.
func Write(w io.Writer, e Export) error {
	templates, err := readTemplates()
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintf(b, `{"totalRecords":%d,"count":%d,"resultTruncated":"false","facets":[],"data":[`, e.Rows, e.Rows)
	r := rand.New(rand.NewPCG(e.Seed, uint64(e.Rows)))
	var row []byte
	for i, k := range r.Perm(e.Rows) {
		if i > 0 {
			b.WriteByte(',')
		}
		t := templates[k%len(templates)]
		row = t.append(row[:0], set{e.Seed, uint64(k / len(templates))}, uint64(k))
		if e.Changed > 0 && e.changes(uint64(k)) {
			row = change(row)
		}
		b.WriteByte('\n')
		b.Write(row)
	}
	b.WriteString("\n]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}

// changes reports whether a row is one of those that changed.
func (e Export) changes(k uint64) bool {
	return rand.New(rand.NewPCG(e.Seed, k)).IntN(1000) < e.Changed
}

// change gives a row another owner and turns its first setting off.
func change(row []byte) []byte {
	const owner = `"owner":"`
	row = bytes.Replace(row, []byte(":true"), []byte(":false"), 1)
	at := bytes.Index(row, []byte(owner))
	if at < 0 {
		return row
	}
	from := at + len(owner)
	return slices.Replace(row, from, from+bytes.IndexByte(row[from:], '"'), []byte("night-shift")...)
}
