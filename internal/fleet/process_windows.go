package fleet

import "os"

// PeakMemory is 0: Windows does not say what a process that ended had resident.
func PeakMemory(*os.ProcessState) int { return 0 }
