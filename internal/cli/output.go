package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/demarc-dev/demarc/internal/report"
)

// output is where a result goes and in which format.
type output struct {
	format string
	path   string
}

func (s *session) outputFlags(cmd *cobra.Command, formats []string) {
	cmd.Flags().StringVar(&s.output.format, "format", formats[0], "one of "+strings.Join(formats, ", "))
	cmd.Flags().StringVar(&s.output.path, "out", "", "write to this file instead of the terminal")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(formats, s.output.format) {
			return usageError{fmt.Errorf("unknown format %q, known are %s", s.output.format, strings.Join(formats, ", "))}
		}
		return nil
	}
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

// write opens the place of the result and lets print fill it.
func (s *session) write(print func(w io.Writer, o report.Options) error) error {
	if s.output.path == "" {
		w := bufio.NewWriterSize(s.stdout, 1<<16)
		if err := print(w, s.options()); err != nil {
			return fmt.Errorf("write the result: %w", err)
		}
		return w.Flush()
	}
	if err := writeFile(s.output.path, func(w io.Writer) error { return print(w, report.Options{}) }); err != nil {
		return fmt.Errorf("write %s: %w", s.output.path, err)
	}
	return nil
}

// writeFile fills a file whole or leaves what was there: it writes beside it
// and renames. A device or pipe is written to as it is.
func writeFile(path string, fill func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return fillAndClose(f, fill)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".demarc-*")
	if err != nil {
		return err
	}
	err = fillAndClose(f, fill)
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

func fillAndClose(f *os.File, fill func(io.Writer) error) error {
	w := bufio.NewWriterSize(f, 1<<16)
	err := fill(w)
	if err == nil {
		err = w.Flush()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// options says what the terminal can show.
func (s *session) options() report.Options {
	o := report.Options{}
	f, ok := s.stdout.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return o
	}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		o.Width = width
	}
	o.Color = s.getenv("NO_COLOR") == "" && s.getenv("TERM") != "dumb"
	return o
}

// getenv looks a variable up; the last of its settings counts.
func (s *session) getenv(name string) string {
	value := ""
	for _, line := range s.env {
		if v, ok := strings.CutPrefix(line, name+"="); ok {
			value = v
		}
	}
	return value
}

// width of the terminal that messages go to, 0 when there is none.
func (s *session) stderrWidth() int {
	f, ok := s.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	if n, err := strconv.Atoi(s.getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 80
	}
	return width
}
