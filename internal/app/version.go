package app

import (
	"runtime/debug"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// Version says which program this is: the version of the module or the commit
// it was built from, as the Go toolchain recorded them.
func Version() *report.Version {
	v := &report.Version{Version: "unknown version", SchemaVersion: demarc.SchemaVersion}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version, v.Go = info.Main.Version, info.GoVersion
	if v.Version == "" || v.Version == "(devel)" {
		v.Version = "development version"
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}
