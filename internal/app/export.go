package app

import (
	"context"
	"errors"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/assess"
	"github.com/demarc-dev/demarc/internal/catalog"
	"github.com/demarc-dev/demarc/internal/report/parquet"
	"github.com/demarc-dev/demarc/internal/store"
)

// ExportFormats are the formats of [Export].
var ExportFormats = [...]string{"parquet"}

// ExportRequest says what to hand over, and where to.
type ExportRequest struct {
	Request        // the workspace of its place is the one that the rows are filed under
	Folder  string // of the tables
	Replace bool   // what was exported of the workspace and day before gives way; else it is an error
}

// Exported says what was handed over.
type Exported struct {
	Assessment *demarc.Assessment // what the rows say
	Tables     []parquet.Table
}

// Export assesses an estate and writes the result as tables for a data
// platform. Whether the folder can be written to is seen before anything is
// read; nothing is left in it when the export fails.
func Export(ctx context.Context, q ExportRequest) (e *Exported, err error) {
	workspace, err := store.WorkspaceName(q.Place.Workspace)
	if err != nil {
		return nil, err
	}
	folder, err := parquet.Open(q.Folder)
	if err != nil {
		return nil, hinted(err, "--out names a folder that can be written to")
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	c, settled, err := q.run(ctx)
	if err != nil {
		return nil, err
	}
	a, workspace := q.shown(c, settled, workspace)
	tables, err := folder.Write(ctx, parquet.Export{Assessment: a, Workspace: workspace, Program: Version().Version, Catalog: catalogHash(), Replace: q.Replace})
	if err != nil {
		return nil, err
	}
	return &Exported{Assessment: a, Tables: tables}, nil
}

// shown are the assessment and the workspace, without names when they are to be
// hidden.
func (q *ExportRequest) shown(c *catalog.Catalog, s *assess.Settled, workspace string) (*demarc.Assessment, string) {
	hide := q.redactor(c, s)
	if hide == nil {
		return s.Assessment, workspace
	}
	named := struct{ Estate string }{workspace}
	if workspace != store.DefaultWorkspace {
		hide.Document(&named)
	}
	return hide.Assessment(s.Assessment), named.Estate
}
