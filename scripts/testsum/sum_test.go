package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestSum(t *testing.T) {
	tests := []struct {
		name   string
		events string
		exit   error
		ok     bool
		line   string
		says   []string // what the output must hold
		hides  []string // what it must not
	}{
		{
			name: "all passed",
			events: `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA/sub"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}
{"Action":"output","Package":"q","Output":"?   \tq\t[no test files]\n"}
{"Action":"skip","Package":"q"}`,
			ok:    true,
			line:  "2 passed, 0 failed, 0 skipped in 61 s",
			hides: []string{"chatter", "no test files"},
		},
		{
			name: "a failed test is counted once and its output printed",
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"a_test.go:3: wrong\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p"}`,
			exit:  errors.New("exit status 1"),
			line:  "0 passed, 1 failed, 0 skipped in 61 s",
			says:  []string{"--- p TestA", "a_test.go:3: wrong"},
			hides: []string{"=== RUN"},
		},
		{
			name: "a skipped test fails the run",
			events: `{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"b_test.go:9: not today\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p"}`,
			line: "1 passed, 0 failed, 1 skipped in 61 s",
			says: []string{"--- p TestB", "not today"},
		},
		{
			name: "a package that does not build",
			events: `{"Action":"build-output","ImportPath":"p","Output":"p.go:1: syntax error\n"}
{"Action":"build-fail","ImportPath":"p"}
{"Action":"pass","Package":"q","Test":"TestQ"}
{"Action":"fail","Package":"p","FailedBuild":"p"}`,
			exit: errors.New("exit status 1"),
			line: "1 passed, 1 failed, 0 skipped in 61 s",
			says: []string{"p.go:1: syntax error", "--- p"},
		},
		{
			name: "a package that ends in the middle of a test",
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"panic: oh\n"}
{"Action":"fail","Package":"p"}`,
			exit: errors.New("exit status 1"),
			line: "0 passed, 1 failed, 0 skipped in 61 s",
			says: []string{"panic: oh"},
		},
		{
			name: "no tests",
			line: "0 passed, 0 failed, 0 skipped in 61 s: no tests were run",
		},
		{
			name: "an error that no event tells",
			events: `{"Action":"pass","Package":"p","Test":"TestA"}
go: updates to go.mod needed`,
			exit: errors.New("exit status 2"),
			line: "1 passed, 0 failed, 0 skipped in 61 s: go test ended with an error",
			says: []string{"go: updates to go.mod needed", "exit status 2"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			s := newSum(&out)
			if err := s.read(strings.NewReader(tt.events)); err != nil {
				t.Fatal(err)
			}
			s.exited(tt.exit)
			if s.ok() != tt.ok {
				t.Errorf("ok = %v, want %v", s.ok(), tt.ok)
			}
			if got := s.line(61 * time.Second); got != tt.line {
				t.Errorf("line = %q, want %q", got, tt.line)
			}
			for _, want := range tt.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("output lacks %q:\n%s", want, out.String())
				}
			}
			for _, word := range tt.hides {
				if strings.Contains(out.String(), word) {
					t.Errorf("output has %q:\n%s", word, out.String())
				}
			}
		})
	}
}

func TestReadBroken(t *testing.T) {
	s := newSum(&strings.Builder{})
	if err := s.read(brokenReader{}); err == nil {
		t.Error("a broken pipe was taken for the end of the run")
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestArguments(t *testing.T) {
	for _, tt := range [][2]string{
		{"-race -short ./...", "test -json -race -short ./..."},
		{"-C internal/x -count=1 ./...", "test -C internal/x -json -count=1 ./..."},
		{"", "test -json"},
	} {
		if got := strings.Join(testArguments(strings.Fields(tt[0])), " "); got != tt[1] {
			t.Errorf("go %s, want go %s", got, tt[1])
		}
	}
}
