package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-dev/demarc/internal/app"
)

func (s *session) export() *cobra.Command {
	var f estateFlags
	var q app.ExportRequest
	var place app.Place
	var format string
	var checks checkFlags
	formats := app.ExportFormats[:]
	cmd := &cobra.Command{
		Use:   "export [PATH...|@SNAPSHOT]",
		Short: "write tables for a data platform",
		Long: `Writes resources, cells, responsibilities, verdicts and evidence as Parquet
files, a folder a table, partitioned by workspace and day.`,
		Example: "  demarc export exports/ --out lake --workspace contoso\n  demarc export @latest --out lake",
		PreRunE: func(cmd *cobra.Command, args []string) error { return checkExport(cmd, args, &q, format) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.paths = args; len(args) == 0 {
				f.paths = []string{"."}
			}
			var p *progress
			var err error
			q.Request, p = s.request(&f)
			q.Place = place
			if q.Checks, err = s.checks(&checks); err != nil {
				return err
			}
			e, err := app.Export(cmd.Context(), q)
			p.done()
			if err != nil {
				return err
			}
			s.warn(e.Assessment)
			return s.tellExported(e)
		},
	}
	cmd.Flags().StringVar(&format, "format", formats[0], "one of "+strings.Join(formats, ", "))
	cmd.Flags().StringVar(&q.Folder, "out", "", "folder of the tables")
	cmd.Flags().BoolVar(&q.Replace, "replace", false, "replace what is there of the workspace and day")
	checks.add(cmd)
	addPlace(cmd, &place)
	f.addDate(cmd)
	f.addRedact(cmd)
	return cmd
}

// checkExport refuses what cannot be meant.
func checkExport(cmd *cobra.Command, paths []string, q *app.ExportRequest, format string) error {
	switch {
	case !slices.Contains(app.ExportFormats[:], format):
		return usageError{fmt.Errorf("unknown format %q, known are %s", format, strings.Join(app.ExportFormats[:], ", "))}
	case q.Folder == "":
		return usageError{errors.New("--out FOLDER says where to write")}
	case cmd.Flags().Changed("database") && !app.NamesSnapshot(paths):
		return usageError{errors.New("--database says where a snapshot is: name one, such as @latest")}
	}
	return nil
}

// tellExported lists what was written, one line a table.
func (s *session) tellExported(e *app.Exported) error {
	for _, t := range e.Tables {
		if _, err := fmt.Fprintf(s.stdout, "%-16s %10d rows %4d files %12d bytes\n", t.Name, t.Rows, t.Files, t.Bytes); err != nil {
			return fmt.Errorf("write the result: %w", err)
		}
	}
	return nil
}
