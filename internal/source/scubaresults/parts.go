package scubaresults

import (
	"context"
	"io"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/jsonrows"
	"github.com/demarc-dev/demarc/internal/source/jsonspan"
)

// parts names the bare answers beside a report that are of the same run: they
// hold the same observations, with less about each. ScubaGear calls their
// files TestResults; that they say the same as the report decides.
func parts(_ context.Context, in *source.Input) []string {
	var reported map[string]demarc.Outcome
	var paths []string
	for _, name := range in.Siblings() {
		if name == in.Name() || !strings.Contains(demarc.Fold(name), "testresults") {
			continue
		}
		sibling, err := in.Sibling(name)
		if err != nil || !detectAnswers(sibling.Head) {
			continue
		}
		if reported == nil {
			reported = outcomes(whole(in))
		}
		if sameRun(reported, answers(whole(sibling))) {
			paths = append(paths, sibling.File.Path)
		}
	}
	return paths
}

// whole is a file to its end, nothing of one that is too large to be read.
func whole(in *source.Input) []byte {
	text, err := io.ReadAll(io.LimitReader(in, jsonrows.MaxRow+1))
	if err != nil || len(text) > jsonrows.MaxRow {
		return nil
	}
	return text
}

// outcomes are what a report says of each policy, as far as the rules of
// ScubaGear said it: not what a person changed and what could not be asked.
func outcomes(text []byte) map[string]demarc.Outcome {
	found := map[string]demarc.Outcome{}
	doc, group, control := graphrow.New(), graphrow.New(), graphrow.New()
	if doc.Object(text, 1) != nil {
		return found
	}
	_ = jsonspan.Members(doc.Raw("results"), func(_, groups []byte) { // a broken report is told when it is read
		_ = jsonspan.Elements(groups, func(raw []byte) {
			if group.Object(raw, 1) != nil {
				return
			}
			group.Elements("controls", func(raw []byte) {
				if control.Object(raw, 1) != nil {
					return
				}
				result := demarc.Fold(control.Text("result"))
				if said := words[result]; said.Outcome != demarc.OutcomeUnknown || result == "n/a" {
					found[demarc.Fold(control.Text("controlid"))] = said.Outcome
				}
			})
		})
	})
	return found
}

// answers are what bare answers say of each policy.
func answers(text []byte) map[string]demarc.Outcome {
	found := map[string]demarc.Outcome{}
	row := graphrow.New()
	_ = jsonspan.Elements(text, func(raw []byte) { // broken answers are told when they are read
		if row.Object(raw, 1) != nil {
			return
		}
		if o, ok := answered(row.Text("criticality"), row.Text("requirementmet")); ok {
			found[demarc.Fold(row.Text("policyid"))] = o
		}
	})
	return found
}

// sameRun reports whether answers say of every policy of a report what the
// report says.
func sameRun(reported, answered map[string]demarc.Outcome) bool {
	for id, outcome := range reported {
		if o, ok := answered[id]; !ok || o != outcome {
			return false
		}
	}
	return len(reported) > 0
}
