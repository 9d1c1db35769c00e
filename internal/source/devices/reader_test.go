package devices

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/demarc-dev/demarc"
	"github.com/demarc-dev/demarc/internal/source"
	"github.com/demarc-dev/demarc/internal/source/graphrow"
	"github.com/demarc-dev/demarc/internal/source/sourcetest"
)

func TestCases(t *testing.T) { sourcetest.Cases(t, Format) }

func FuzzRead(f *testing.F) { sourcetest.Fuzz(f, Format) }

func TestTypesAreDescribed(t *testing.T) {
	sourcetest.Described(t, workstation, mobile, server, printer, iot, cloudPC, record)
}

func TestTypeOf(t *testing.T) {
	tests := []struct{ name, os, profile, model, want string }{
		{"laptop", "Windows", "RegisteredDevice", "Latitude 7440", workstation},
		{"server", "Windows Server 2022 Datacenter", "", "", server},
		{"phone", "iOS", "", "iPhone 15", mobile},
		{"tablet", "iPadOS", "", "", mobile},
		{"work profile", "AndroidForWork", "", "", mobile},
		{"mac", "macOS", "", "", workstation},
		{"mac by its older name", "MacMDM", "", "", workstation},
		{"cloud PC", "Windows", "", "Cloud PC Enterprise 2vCPU/8GB/128GB", cloudPC},
		{"machine in Azure", "Windows", "SecureVM", "", record},
		{"printer", "", "Printer", "", printer},
		{"nobody knows", "Unknown", "", "", record},
		{"nothing", "", "", "", record},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := graphrow.New()
			r.Fields([]string{"operatingSystem", "profileType", "model"}, []string{tt.os, tt.profile, tt.model}, 1)
			if got := typeOf(r); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDetect(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"computers of an on-premises list", "name,kind,os\na,laptop,Windows\n", false},
		{"resources of Azure", `[{"id":"/subscriptions/x/y","deviceId":"1","displayName":"a","trustType":"x"}]`, false},
		{"sign-ins by device", "Device ID,User,Display name\n1,a,b\n", false},
		{"devices of the directory", "displayName,deviceId,joinType\na,1,Hybrid\n", true},
		{"devices of Intune", "Device name,Compliance,OS\na,Compliant,Windows\n", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := detect(source.NewHead([]byte(tt.text), true)); got != tt.want {
				t.Errorf("recognised: %v", got)
			}
		})
	}
}

// BenchmarkRead reads 100,000 managed devices.
func BenchmarkRead(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`{"value":[`)
	for i := range 100_000 {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"id":"m%d","deviceName":"LT-%06d","azureADDeviceId":"00000000-0000-0000-0001-%012d","operatingSystem":"Windows","osVersion":"10.0.22631.1","complianceState":"compliant","userPrincipalName":"u%d@contoso.com","model":"Latitude","notes":null}`+"\n", i, i, i, i)
	}
	text.WriteString("]}")
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		in, err := source.NewInput(&demarc.File{Path: "in"}, bytes.NewReader(text.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		sink := sourcetest.NewSink(b)
		if err := Format.Read(context.Background(), in, sink); err != nil || len(sink.Resources) != 100_000 {
			b.Fatalf("%d devices, %v", len(sink.Resources), err)
		}
	}
}
