package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/demarc-dev/demarc/internal/bench"
	"github.com/demarc-dev/demarc/internal/json"
)

// ownRules are three definitions in the language of Azure Policy, and the same
// three in Rego.
//
//go:embed rules
var ownRules embed.FS

// The folders of ownRules.
const (
	definitionsFolder = "rules/azure-policy"
	regoFolder        = "rules/rego"
)

// What is read from DEMARC_SHARED, or the folder `shared` beside the checkout.
const (
	builtinsFile = "data/azure-policy-builtins.tar.gz"
	aliasesFile  = "data/alias_exceptions_for_builtins.json"
)

// sharedFile is the path of a file that is no part of the repository.
func sharedFile(name string) (string, error) {
	folder := os.Getenv("DEMARC_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "shared")
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("the samples of Azure Policy need Microsoft's built-in definitions: %w (set DEMARC_SHARED, or leave them out with -only)", err)
	}
	return path, nil
}

// needsShared fails when files that are no part of the repository are absent,
// and one of the samples needs them, or what is measured apart does.
func needsShared(chosen []sample, needed bool) error {
	for _, s := range chosen {
		switch s.kind {
		case kindCompile, kindPolicies, kindBeside:
			needed = true
		}
	}
	if !needed {
		return nil
	}
	for _, name := range [...]string{builtinsFile, aliasesFile} {
		if _, err := sharedFile(name); err != nil {
			return err
		}
	}
	return nil
}

// rules are what the built-in definitions and our three look at, read once.
var rules = sync.OnceValues(func() (*bench.Rules, error) {
	archive, err := sharedFile(builtinsFile)
	if err != nil {
		return nil, err
	}
	paths, err := aliasPaths()
	if err != nil {
		return nil, err
	}
	own, err := ownDefinitions()
	if err != nil {
		return nil, err
	}
	return bench.ReadRules(archive, own, paths)
})

// aliasPaths are the paths of the aliases that follow no convention.
func aliasPaths() (map[string]string, error) {
	file, err := sharedFile(aliasesFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	if err := json.Unmarshal(text, &paths); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return paths, nil
}

// ownDefinitions are the texts of our three definitions.
func ownDefinitions() ([][]byte, error) {
	files, err := fs.Glob(ownRules, definitionsFolder+"/*.json")
	if err != nil {
		return nil, err
	}
	var texts [][]byte
	for _, file := range files {
		text, err := ownRules.ReadFile(file)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// writeRules writes the files of a folder of ownRules into dir.
func writeRules(dir, folder string) error {
	sub, err := fs.Sub(ownRules, folder)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.CopyFS(dir, sub)
}

// writePolicies writes an export near the values that rules compare with, and
// what was collected, side by side in a folder.
func writePolicies(s sample, path string) (written, error) {
	r, err := rules()
	if err != nil {
		return written{}, err
	}
	if err := emptyFolder(path); err != nil {
		return written{}, err
	}
	export := bench.Export{Seed: seed, Rows: s.rows}
	size, err := writeFile(filepath.Join(path, "resources.json"), func(w io.Writer) error { return bench.WritePolicies(w, r, export) })
	if err != nil {
		return written{}, err
	}
	manifest, err := writeFile(filepath.Join(path, "manifest.json"), func(w io.Writer) error { return bench.WriteManifest(w, r, export) })
	return written{size + manifest, s.rows}, err
}

// writeDefinitions writes the built-in definitions of the public cloud into a
// folder, as a clone of Azure/azure-policy holds them.
func writeDefinitions(_ sample, path string) (w written, err error) {
	archive, err := sharedFile(builtinsFile)
	if err != nil {
		return written{}, err
	}
	if err := emptyFolder(path); err != nil {
		return written{}, err
	}
	f, err := os.Open(archive)
	if err != nil {
		return written{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	err = bench.EachDefinition(f, func(name string, text []byte) error {
		file := filepath.Join(path, filepath.FromSlash(name))
		w.size, w.resources = w.size+int64(len(text)), w.resources+1
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%s: a path that leads out of the archive", name)
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, text, 0o644)
	})
	return w, err
}

// addPack compiles the built-in definitions into a pack in the folder of the
// bench, which the runs read, and gives the seconds.
func addPack(ctx context.Context, program string) (float64, error) {
	archive, err := sharedFile(builtinsFile)
	if err != nil {
		return 0, err
	}
	seconds, _, err := execute(ctx, program, "catalog", "add", "azure-policy", archive)
	return seconds, err
}
