package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// newest is the version of the tables that this program reads and writes.
const newest = 2

//go:embed migrations
var migrations embed.FS

// migration brings the tables from one version to the next. It is never edited
// once a release had it.
type migration struct {
	version int
	sql     string
}

// migrationsFor reads the migrations of an engine, which lie in files named
// after the version they lead to.
func migrationsFor(engine string) ([]migration, error) {
	folder := path.Join("migrations", engine)
	files, err := fs.ReadDir(migrations, folder) // sorted by name
	if err != nil {
		return nil, err
	}
	var all []migration
	for i, f := range files {
		version, err := strconv.Atoi(strings.TrimSuffix(f.Name(), ".sql"))
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s of %s does not follow number %d", f.Name(), engine, i)
		}
		sql, err := fs.ReadFile(migrations, path.Join(folder, f.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, migration{version, string(sql)})
	}
	return all, nil
}

// migrateSQLite runs the migrations that a file lacks, each in a transaction of
// its own. Who comes second finds them done.
func migrateSQLite(ctx context.Context, c *sqliteConn) error {
	all, err := migrationsFor("sqlite")
	if err != nil {
		return err
	}
	there, err := recognise(c)
	if err != nil {
		return err
	}
	for _, m := range all[there:] { // none mostly: whoever only opens waits for nobody
		err := c.within(ctx, "BEGIN IMMEDIATE", "COMMIT", func(conn) error {
			found, err := recognise(c)
			if err != nil || found >= m.version {
				return err
			}
			return c.db.Exec(fmt.Sprintf("%s; PRAGMA application_id=%d; PRAGMA user_version=%d", m.sql, applicationID, m.version))
		})
		if err != nil {
			return fmt.Errorf("bring the tables to version %d: %w", m.version, err)
		}
	}
	return nil
}
