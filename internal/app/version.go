package app

import "runtime/debug"

// Version says which program this is: the version of the module or the commit
// it was built from, as the Go toolchain recorded them.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "demarc (unknown version)"
	}
	version, modified := info.Main.Version, ""
	if version == "" || version == "(devel)" {
		version = "development version"
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			version += " " + s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " with changes"
		}
	}
	return "demarc " + version + modified + " (" + info.GoVersion + ")"
}
