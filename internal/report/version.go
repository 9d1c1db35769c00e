package report

// Version says which program wrote or would write something.
type Version struct {
	Version       string `json:"version"`
	Commit        string `json:"commit"`   // "" when the toolchain did not record it
	Modified      bool   `json:"modified"` // built from files that differ from the commit
	Go            string `json:"go"`
	SchemaVersion string `json:"schemaVersion"` // of the JSON contract
}

func (v *Version) document() document {
	title := "demarc " + v.Version
	if v.Commit != "" {
		title += " " + v.Commit[:min(len(v.Commit), 12)]
	}
	if v.Modified {
		title += " with changes"
	}
	if v.Go != "" {
		title += " (" + v.Go + ")"
	}
	return document{title: title}
}
