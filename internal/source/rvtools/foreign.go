package rvtools

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/workbook"
)

// fedRAMP are headers by which the FedRAMP inventory workbook is known, the
// second of which stands over groups of columns.
var fedRAMP = []string{"uniqueassetidentifier", "os/infrastructureinventory"}

// foreign says what a workbook is that RVTools did not write.
func foreign(ctx context.Context, b *workbook.Book, names []string) error {
	for _, name := range names {
		inventory, rows := false, 0
		err := b.Rows(ctx, name, func(row workbook.Row) bool {
			switch {
			case hasColumn(row.Fields, fedRAMP):
				inventory, rows = true, 0
			case inventory:
				rows++
			}
			return row.Line < headerRows
		})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case inventory && rows == 0:
			return refusal("a blank template, not an inventory: sheet %q has the headers of the FedRAMP inventory and no rows", name)
		case inventory:
			return refusal("a FedRAMP inventory workbook, which is not read: save sheet %q as CSV with the columns name, class, location and owned by", name)
		case err != nil && len(names) == 1:
			return err
		}
	}
	return refusal("a workbook, but not of RVTools (no sheet vInfo, vHost, vDatastore, vCluster or vSource): it has %s", list(names))
}

// headerRows is how far headers and the first rows are looked for.
const headerRows = 20

func hasColumn(fields, wanted []string) bool {
	for _, f := range fields {
		folded := source.FoldHeader(strings.TrimSpace(f))
		if slices.ContainsFunc(wanted, func(want string) bool { return strings.HasPrefix(folded, want) }) {
			return true
		}
	}
	return false
}

// list names the first sheets.
func list(names []string) string {
	const most = 5
	text := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", text, len(names)-most)
	}
	return text
}

func refusal(format string, args ...any) error { return source.Refusal(fmt.Sprintf(format, args...)) }
