//go:build unix

package fleet

import (
	"os"
	"runtime"
	"syscall"
)

// PeakMemory is what a process that ended had resident at most, in megabytes.
func PeakMemory(p *os.ProcessState) int {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	unit := int64(1024)
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return int(usage.Maxrss * unit / 1e6)
}
