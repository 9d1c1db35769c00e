package json

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

func appendEstate(dst []byte, e *demarc.Estate) []byte {
	dst = append(dst, `{"name":`...)
	dst = AppendText(dst, e.Name)
	dst = appendNumber(dst, `,"workloads":`, e.Workloads)
	dst = appendNumber(dst, `,"parts":`, e.Parts)
	dst = appendNumber(dst, `,"configurations":`, e.Configurations)
	dst = appendNumber(dst, `,"controlPlane":`, e.ControlPlane)
	dst = appendNumber(dst, `,"providerManaged":`, e.ProviderManaged)
	dst = appendNumber(dst, `,"conditional":`, e.Conditional)
	dst = appendNumber(dst, `,"leaving":`, e.Leaving)
	dst = append(dst, `,"incomplete":`...)
	dst = appendBool(dst, slices.ContainsFunc(e.Incomplete, func(i demarc.Incomplete) bool { return !i.Possibly }))
	dst = append(dst, `,"incompleteReasons":`...)
	dst = appendArray(dst, e.Incomplete, appendIncomplete)
	dst = append(dst, `,"files":`...)
	dst = appendArray(dst, e.Files, appendFile)
	return append(dst, '}')
}

// appendArray appends a short list on one line.
func appendArray[T any](dst []byte, elements []T, add func([]byte, T) []byte) []byte {
	dst = append(dst, '[')
	for i := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = add(dst, elements[i])
	}
	return append(dst, ']')
}

func appendIncomplete(dst []byte, i demarc.Incomplete) []byte {
	dst = append(dst, `{"file":`...)
	dst = appendFilePath(dst, i.Place)
	dst = appendNumber(dst, `,"read":`, i.Read)
	dst = append(dst, `,"total":`...)
	if i.Total > 0 {
		dst = strconv.AppendInt(dst, int64(i.Total), 10)
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"possibly":`...)
	dst = appendBool(dst, i.Possibly)
	dst = append(dst, `,"message":`...)
	dst = AppendText(dst, i.Message)
	dst = append(dst, `,"command":`...)
	return append(appendOptional(dst, i.Command), '}')
}

func appendFile(dst []byte, f *demarc.File) []byte {
	dst = append(dst, `{"path":`...)
	dst = AppendText(dst, f.Path)
	dst = append(dst, `,"format":`...)
	dst = appendOptional(dst, f.Format)
	dst = appendNumber(dst, `,"resources":`, f.Resources)
	dst = appendNumber(dst, `,"scopes":`, f.Scopes)
	dst = appendNumber(dst, `,"references":`, f.References)
	dst = appendNumber(dst, `,"evidence":`, f.Evidence)
	dst = appendNumber(dst, `,"statements":`, f.Statements)
	dst = appendNumber(dst, `,"notes":`, f.Notes)
	return append(dst, '}')
}

func appendParties(dst []byte, parties map[string]demarc.Party) []byte {
	ids := slices.Sorted(maps.Keys(parties))
	return appendArray(dst, ids, func(dst []byte, id string) []byte {
		p := parties[id]
		dst = append(dst, `{"id":`...)
		dst = AppendText(dst, id)
		dst = append(dst, `,"name":`...)
		dst = AppendText(dst, p.Name)
		dst = append(dst, `,"short":`...)
		dst = AppendText(dst, p.Short)
		dst = append(dst, `,"until":`...)
		return append(appendDay(dst, p.Until), '}')
	})
}

func appendMatrixCell(dst []byte, model string, c *demarc.MatrixCell) []byte {
	dst = append(dst, `{"model":`...)
	dst = AppendText(dst, model)
	dst = append(dst, `,"areaId":`...)
	dst = AppendText(dst, c.Area.ID)
	dst = append(dst, `,"area":`...)
	dst = AppendText(dst, c.Area.Label)
	dst = append(dst, `,"serviceModel":`...)
	dst = AppendText(dst, c.Model.String())
	dst = appendNumber(dst, `,"workloads":`, c.Workloads)
	dst = append(dst, `,"parties":{`...)
	for i, key := range slices.Sorted(maps.Keys(c.Parties)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendText(dst, key)
		dst = appendNumber(dst, ":", c.Parties[key])
	}
	dst = appendNumber(dst, `},"notApplicable":`, c.NotApplicable)
	return append(appendDone(dst, &c.Done), '}')
}

func appendDone(dst []byte, d *demarc.Done) []byte {
	dst = appendNumber(dst, `,"done":{"met":`, d.Met)
	dst = appendNumber(dst, `,"unmet":`, d.Unmet)
	dst = appendNumber(dst, `,"unknown":`, d.Unknown)
	dst = appendNumber(dst, `,"notApplicable":`, d.NotApplicable)
	dst = appendNumber(dst, `,"accepted":`, d.Accepted)
	return append(appendNumber(dst, `,"theirs":`, d.Theirs), '}')
}

func appendDivision(dst []byte, d *demarc.Division) []byte {
	dst = append(dst, `{"id":`...)
	dst = AppendText(dst, d.ID)
	dst = append(dst, `,"cells":[`...)
	for i := range d.Cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCell(dst, &d.Cells[i])
	}
	return append(dst, "]}"...)
}

func appendCell(dst []byte, c *demarc.Cell) []byte {
	dst = append(dst, `{"model":`...)
	dst = AppendText(dst, c.Model)
	dst = append(dst, `,"facet":`...)
	dst = AppendText(dst, c.Facet)
	dst = append(dst, `,"areaId":`...)
	dst = AppendText(dst, c.AreaID)
	dst = append(dst, `,"area":`...)
	dst = AppendText(dst, c.Area)
	dst = append(dst, `,"parties":`...)
	dst = appendArray(dst, c.Parties, AppendText)
	dst = append(dst, `,"halves":`...)
	dst = appendMap(dst, c.Halves)
	dst = append(dst, `,"accountable":`...)
	dst = appendMap(dst, c.Accountable)
	dst = append(dst, `,"notApplicable":`...)
	dst = appendBool(dst, c.NotApplicable)
	dst = append(dst, `,"decidedBy":`...)
	dst = appendOptional(dst, c.DecidedBy)
	dst = append(dst, `,"reason":`...)
	dst = appendOptional(dst, c.Reason)
	dst = append(dst, `,"source":`...)
	return append(appendOptional(dst, c.Source), '}')
}

func appendMap(dst []byte, m map[string]string) []byte {
	dst = append(dst, '{')
	for i, key := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendText(dst, key)
		dst = append(dst, ':')
		dst = AppendText(dst, m[key])
	}
	return append(dst, '}')
}

func appendRule(dst []byte, r *demarc.Rule) []byte {
	dst = append(dst, `{"id":`...)
	dst = AppendText(dst, report.RuleID(r))
	dst = append(dst, `,"name":`...)
	dst = AppendText(dst, r.ID)
	dst = append(dst, `,"source":`...)
	dst = appendOptional(dst, r.Source)
	dst = append(dst, `,"checked":`...)
	dst = appendOptional(dst, r.Checked)
	dst = append(dst, `,"reviewed":`...)
	return append(appendBool(dst, r.Reviewed), '}')
}

func appendUnclassified(dst []byte, u demarc.Unclassified) []byte {
	dst = append(dst, `{"type":`...)
	dst = AppendText(dst, u.Type)
	dst = appendNumber(dst, `,"count":`, u.Count)
	dst = append(dst, `,"reason":`...)
	dst = AppendText(dst, u.Reason)
	dst = append(dst, `,"first":`...)
	return append(appendOptional(dst, u.First.String()), '}')
}

func appendUndecided(dst []byte, u demarc.Undecided) []byte {
	dst = append(dst, `{"type":`...)
	dst = AppendText(dst, u.Type)
	dst = append(dst, `,"property":`...)
	dst = AppendText(dst, strings.Join(u.Properties, ", "))
	dst = append(dst, `,"question":`...)
	dst = AppendText(dst, u.Question)
	dst = appendNumber(dst, `,"count":`, u.Count)
	dst = append(dst, `,"settle":`...)
	return append(appendOptional(dst, u.Settle), '}')
}

func appendSurprise(dst []byte, s demarc.Surprise) []byte {
	dst = append(dst, `{"text":`...)
	dst = AppendText(dst, s.Text)
	dst = appendNumber(dst, `,"count":`, s.Count)
	dst = append(dst, `,"first":`...)
	return append(appendOptional(dst, s.First), '}')
}

func appendReference(dst []byte, r demarc.Reference) []byte {
	dst = append(dst, `{"id":`...)
	dst = AppendText(dst, r.ID)
	dst = append(dst, `,"from":`...)
	dst = appendOptional(dst, r.From)
	return append(appendNumber(dst, `,"count":`, r.Count), '}')
}

func appendNote(dst []byte, n demarc.Note) []byte {
	dst = append(dst, `{"file":`...)
	dst = appendFilePath(dst, n.Place)
	dst = append(dst, `,"place":`...)
	if n.Place.Line > 0 {
		dst = append(dst, `"line `...)
		dst = append(strconv.AppendInt(dst, int64(n.Place.Line), 10), '"')
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"kind":`...)
	dst = AppendText(dst, string(n.Kind))
	dst = append(dst, `,"message":`...)
	dst = AppendText(dst, n.Message)
	return append(appendNumber(dst, `,"count":`, max(n.Count, 1)), '}')
}

func appendFilePath(dst []byte, p demarc.Place) []byte {
	if p.File == nil {
		return append(dst, "null"...)
	}
	return AppendText(dst, p.File.Path)
}

// appendGroup appends a group with its own pictures.
func appendGroup(dst []byte, g demarc.Group) []byte {
	dst = append(dst, `{"name":`...)
	dst = appendOptional(dst, g.Name)
	dst = appendNumber(dst, `,"workloads":`, g.Workloads)
	dst = append(dst, `,"matrix":[`...)
	first := true
	for i := range g.Matrices {
		for j := range g.Matrices[i].Cells {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = appendMatrixCell(dst, g.Matrices[i].Model, &g.Matrices[i].Cells[j])
		}
	}
	return append(dst, "]}"...)
}
