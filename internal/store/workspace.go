package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/demarc-dev/demarc"
)

// DefaultWorkspace is the workspace of who names none.
const DefaultWorkspace = "default"

// mostName is how many characters a workspace's name may have.
const mostName = 100

// WorkspaceError says what is wrong with the name of a workspace.
type WorkspaceError struct{ text, hint string }

// Error says what is wrong.
func (e *WorkspaceError) Error() string { return e.text }

// Hint says what to do.
func (e *WorkspaceError) Hint() string { return e.hint }

// foldWorkspace is the name under which a workspace is kept: names are compared
// without case, and however many spaces stand between words.
func foldWorkspace(name string) (string, error) {
	folded := strings.ToLower(demarc.Fold(strings.Join(strings.Fields(name), " ")))
	wrong := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_. ", r)
	}
	switch {
	case folded == "":
		return DefaultWorkspace, nil
	case utf8.RuneCountInString(folded) > mostName:
		return "", &WorkspaceError{fmt.Sprintf("the name of a workspace has at most %d characters", mostName), ""}
	case strings.ContainsFunc(folded, wrong) || strings.ContainsRune(folded, utf8.RuneError):
		return "", &WorkspaceError{fmt.Sprintf("%q is no name of a workspace", name), "it is made of letters, digits, spaces, hyphens, underscores and full stops"}
	}
	return folded, nil
}

// WorkspaceName is the name under which a workspace is kept.
func WorkspaceName(name string) (string, error) { return foldWorkspace(name) }

// ensureWorkspace finds a workspace or makes it.
func ensureWorkspace(c conn, name string) (int64, error) {
	folded, err := foldWorkspace(name)
	if err != nil {
		return 0, err
	}
	id, err := workspaceID(c, folded)
	if err != nil || id != 0 {
		return id, err
	}
	if id, err = one(c, "SELECT COALESCE(MAX(id), 0) + 1 FROM workspace"); err != nil {
		return 0, err
	}
	_, err = c.exec("INSERT INTO workspace (id, name) VALUES ($1, $2)", id, folded)
	return id, err
}

// findWorkspace finds a workspace that must be there.
func findWorkspace(c conn, name string) (int64, error) {
	folded, err := foldWorkspace(name)
	if err != nil {
		return 0, err
	}
	id, err := workspaceID(c, folded)
	if err != nil || id != 0 {
		return id, err
	}
	names, err := workspaceNames(c)
	if err != nil {
		return 0, err
	}
	hint := "nothing was saved yet: demarc assess --save does"
	if len(names) > 0 {
		hint = "there are " + strings.Join(names[:min(len(names), 10)], ", ")
	}
	return 0, &WorkspaceError{fmt.Sprintf("there is no workspace %q", folded), hint}
}

// workspaceID is the number of a workspace by its folded name, 0 for none.
func workspaceID(c conn, folded string) (int64, error) {
	return one(c, "SELECT id FROM workspace WHERE name = $1", folded)
}

func workspaceNames(c conn) (names []string, err error) {
	err = c.query(func(r row) error { names = append(names, r.text(0)); return nil }, "SELECT name FROM workspace ORDER BY name")
	return names, err
}

// Workspaces are the names of all workspaces, in order.
func (db *DB) Workspaces(ctx context.Context) (names []string, err error) {
	err = db.engine.read(ctx, func(c conn) error {
		names, err = workspaceNames(c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the workspaces: %w", err)
	}
	return names, nil
}
