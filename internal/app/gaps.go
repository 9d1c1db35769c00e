package app

import (
	"context"
	"strings"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/report"
)

// gapKinds are the kinds of gaps in the order in which they are told.
var gapKinds = []struct {
	kind    demarc.GapKind
	heading string
}{
	{demarc.GapNobody, "NOBODY HAS IT"},
	{demarc.GapEnded, "A DELEGATION ENDED: IT IS YOURS AGAIN"},
	{demarc.GapUndeclaredAccess, "ACCESS THAT NO DELEGATION EXPLAINS"},
	{demarc.GapNoAccess, "DELEGATED, BUT WITHOUT ACCESS"},
	{demarc.GapOverlap, "TWO TOOK THE SAME"},
	{demarc.GapNoOwner, "UNMET, AND NOBODY ANSWERS FOR IT BY NAME"},
}

// Gaps lists what nobody took, what two took, access that nothing explains,
// and what is unmet without an owner.
func Gaps(ctx context.Context, q Request) (*report.GapList, error) {
	a, err := Assess(ctx, q)
	if err != nil {
		return nil, err
	}
	list := &report.GapList{Estate: a.Estate.Name, AsOf: date(a.AsOf), Gaps: []report.GapLine{}}
	for _, k := range gapKinds {
		if k.kind == demarc.GapNoOwner {
			list.Gaps = append(list.Gaps, ownerless(a, k.heading)...)
			continue
		}
		for i := range a.Gaps {
			if g := &a.Gaps[i]; g.Kind == k.kind {
				list.Gaps = append(list.Gaps, report.GapLine{Kind: string(g.Kind), Heading: k.heading, Subject: g.Subject, Text: g.Text,
					Count: g.Count, Place: g.Place.String()})
			}
		}
	}
	return list, nil
}

// ownerless lists the unmet responsibilities that nobody answers for by name,
// in the order in which they should be done.
func ownerless(a *demarc.Assessment, heading string) []report.GapLine {
	var list []report.GapLine
	for i := range a.DoFirst {
		act := &a.DoFirst[i]
		if act.Owner.Named() {
			continue
		}
		text := act.Responsibility.Title
		if strings.HasPrefix(act.Owner.From, "two rules tie") {
			text += "; " + act.Owner.From
		}
		list = append(list, report.GapLine{Kind: string(demarc.GapNoOwner), Heading: heading, Subject: act.Responsibility.ID, Text: text,
			Count: act.Count, First: act.First, Severity: act.Responsibility.Severity.String()})
	}
	return list
}
