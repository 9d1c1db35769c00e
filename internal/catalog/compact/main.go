// Command compact checks the knowledge in a data folder and writes its compact
// form. It is run by go generate.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/demarc-dev/demarc/internal/catalog"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder string) error {
	c, err := catalog.Load(os.DirFS(folder))
	if err != nil {
		return err
	}
	text, err := c.Compact()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "compact.json"), text, 0o644)
}
