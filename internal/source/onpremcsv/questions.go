package onpremcsv

// The checks that columns answer.
const (
	patches           = "patches"
	backup            = "backup"
	restoreTested     = "restore-tested"
	antimalware       = "antimalware"
	networkMonitoring = "network-monitoring"
	osSupported       = "os-supported"
	hardwareSupported = "hardware-supported"
	physicalAccess    = "physical-access"
	encryption        = "encryption"
)

// answer is what kind of answer a column holds.
type answer uint8

const (
	aWord  answer = iota // yes or no
	aName                // yes, no, or the name of a product that does it
	aClaim               // who is said to do it, which does not show that it is done
	aDay                 // the day on which it was last done
	anEnd                // the day on which it ends
)

// question is what a column asks of a machine.
type question struct {
	check  string
	answer answer
}

// questions are the columns that are evidence, by folded header.
var questions = map[string]question{
	"lastpatch":     {patches, aDay},
	"lastpatched":   {patches, aDay},
	"lastpatchdate": {patches, aDay},
	"patchdate":     {patches, aDay},

	"lastbackup":     {backup, aDay},
	"lastbackupdate": {backup, aDay},
	"backup":         {backup, aName},
	"backedup":       {backup, aWord},
	"backupenabled":  {backup, aWord},

	"lastrestoretest":     {restoreTested, aDay},
	"lastrestoretestdate": {restoreTested, aDay},
	"restoretest":         {restoreTested, aDay},
	"restoretested":       {restoreTested, aDay},

	"antimalware":        {antimalware, aName},
	"antivirus":          {antimalware, aName},
	"av":                 {antimalware, aName},
	"edr":                {antimalware, aName},
	"endpointprotection": {antimalware, aName},

	"monitoredby":        {networkMonitoring, aClaim},
	"networkmonitoring":  {networkMonitoring, aName},
	"networkmonitored":   {networkMonitoring, aWord},
	"intrusiondetection": {networkMonitoring, aName},

	"vendorsupportend": {osSupported, anEnd}, // of a machine without a system it is that of the hardware
	"ossupportend":     {osSupported, anEnd},
	"osendofsupport":   {osSupported, anEnd},
	"ossupported":      {osSupported, aWord},

	"hardwaresupportend":   {hardwareSupported, anEnd},
	"hardwareendofsupport": {hardwareSupported, anEnd},
	"warrantyend":          {hardwareSupported, anEnd},
	"hardwaresupported":    {hardwareSupported, aWord},

	"physicalaccess":           {physicalAccess, aWord},
	"physicalaccesscontrolled": {physicalAccess, aWord},
	"lockedroom":               {physicalAccess, aWord},

	"encryption":     {encryption, aName},
	"encrypted":      {encryption, aWord},
	"diskencryption": {encryption, aName},
}

// asOf are the columns that say on which day a row was written.
var asOf = map[string]bool{"asof": true, "observed": true, "observedon": true, "inventorydate": true, "inventoriedon": true}

// words are what people write for yes and no, folded. What is in neither list
// is a name, where a name is an answer.
var words = map[string]bool{
	"yes": true, "y": true, "true": true, "x": true, "1": true, "ok": true, "done": true, "ja": true, "oui": true, "si": true,
	"installed": true, "enabled": true, "active": true, "on": true, "protected": true, "supported": true, "encrypted": true, "controlled": true, "locked": true,
	"no": false, "n": false, "false": false, "0": false, "none": false, "never": false, "nein": false, "non": false, "nobody": false,
	"notinstalled": false, "missing": false, "disabled": false, "off": false, "unprotected": false, "unsupported": false, "unencrypted": false, "open": false,
}

// silent are what people write where they do not know: as good as a blank.
var silent = map[string]bool{"": true, "?": true, "unknown": true, "n/a": true, "na": true, "tbd": true, "unbekannt": true, "notknown": true}

// doubtful are beginnings of words that are neither yes nor no nor a name.
var doubtful = []string{"plan", "partial", "partly", "expired", "outdated", "stopped", "failed", "failing", "pending", "error", "soon", "some", "maybe", "inprogress"}
