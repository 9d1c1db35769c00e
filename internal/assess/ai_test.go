package assess_test

import (
	"strings"
	"testing"

	"github.com/demarc-dev/demarc"
)

// The areas that depend on the model follow the models that are deployed in
// an account; what was not seen keeps them unknown.
func TestDeployedModelsDecide(t *testing.T) {
	account := in("Microsoft.CognitiveServices/accounts/oai")
	deployment := func(name, model string) record {
		return full(account+"/deployments/"+name, `{"properties":{"model":`+model+`}}`)
	}
	tests := []struct {
		name           string
		records        []record
		accountability string
		tuning         string
		reason         string
	}{
		{"none seen", nil, "", "", "unknown: it depends on the deployed model, and none was seen"},
		{"one publisher", []record{deployment("a", `{"format":"OpenAI","name":"gpt-4o"}`)}, "microsoft+openai", "openai", "decided by the models deployed in it"},
		{"one publisher twice", []record{deployment("a", `{"format":"OpenAI","name":"gpt-4o"}`), deployment("b", `{"format":"OpenAI","name":"gpt-5"}`)},
			"microsoft+openai", "openai", "decided by the models deployed in it"},
		{"two publishers", []record{deployment("a", `{"format":"OpenAI","name":"gpt-4o"}`), deployment("b", `{"format":"Mistral AI","name":"large"}`)},
			"microsoft+mistral-ai+openai", "mistral-ai+openai", "decided by the models deployed in it"},
		{"Microsoft's own", []record{deployment("a", `{"format":"Microsoft","name":"Phi-4"}`)}, "microsoft", "microsoft", "decided by the models deployed in it"},
		{"fine-tuned", []record{deployment("a", `{"format":"OpenAI","name":"gpt-4o-mini.ft-0e1f"}`)}, "microsoft+openai", "customer+microsoft", "decided by the models deployed in it"},
		{"one not seen", []record{blind(account + "/deployments/a")}, "", "", "unknown: it depends on the deployed models, and who publishes one of them was not seen"},
		{"one seen and one not", []record{deployment("a", `{"format":"OpenAI","name":"gpt-4o"}`), blind(account + "/deployments/b")},
			"", "", "unknown: it depends on the deployed models, and who publishes one of them was not seen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := estate{records: append(tt.records, full(account, `{"kind":"OpenAI"}`))}.assess(t)
			r := find(t, a, account)
			says(t, r, map[string]string{
				"/ai-model-accountability": tt.accountability, "/ai-model-tuning": tt.tuning,
				"/ai-usage-policy": "customer", "/ai-compute": "microsoft",
			})
			c := cell(t, r, "", "ai-model-tuning")
			if c.Reason != tt.reason {
				t.Errorf("reason = %s, want %s", c.Reason, tt.reason)
			}
			for _, p := range c.Parties {
				if c.Halves[p] == "" || c.Accountable[p] == "" {
					t.Errorf("%s has no half or nobody accountable for it", p)
				}
			}
			checkSums(t, a)
		})
	}
}

// A project calls the models that are deployed in its account.
func TestProjectHasTheModelsOfItsAccount(t *testing.T) {
	account := in("Microsoft.CognitiveServices/accounts/ai")
	project := account + "/projects/p"
	a := estate{records: []record{full(project, "{}"), full(account, `{"kind":"AIServices"}`),
		full(account+"/deployments/gpt", `{"properties":{"model":{"format":"OpenAI","name":"gpt-4o"}}}`)}}.assess(t)
	says(t, find(t, a, project), map[string]string{"/ai-model-tuning": "openai", "/ai-model-accountability": "microsoft+openai"})
	if len(a.Undecided) > 0 {
		t.Errorf("undecided = %+v", a.Undecided)
	}
}

func TestAIMatrixOnlyWhereThereIsAI(t *testing.T) {
	vm := in("Microsoft.Compute/virtualMachines/vm")
	if a := (estate{records: []record{full(vm, "{}")}}).assess(t); len(a.Matrices) != 1 {
		t.Errorf("%d matrices for a machine, want the cloud's only", len(a.Matrices))
	}
	if a := (estate{}).assess(t); len(a.Matrices) != 1 || len(a.Matrices[0].Cells) != 40 {
		t.Errorf("matrices of an empty estate: %+v", a.Matrices)
	}
	a := estate{records: []record{
		full(in("Microsoft.CognitiveServices/accounts/vision"), `{"kind":"ComputerVision"}`),
		full(in("Microsoft.CognitiveServices/accounts/oai"), `{"kind":"AIServices"}`),
		{id: "copilot", typ: "m365/copilot", row: "{}", seen: demarc.SeenFull},
	}}.assess(t)
	if len(a.Matrices) != 2 || a.Matrices[1].Model != "microsoft-ai" || len(a.Matrices[1].Cells) != 14*3 {
		t.Fatalf("matrices = %+v", a.Matrices)
	}
	for _, c := range a.Matrices[1].Cells {
		want := map[demarc.ServiceModel]int{demarc.PaaS: 1, demarc.SaaS: 1}[c.Model]
		if c.Workloads != want {
			t.Errorf("%s %v: %d workloads, want %d", c.Area.ID, c.Model, c.Workloads, want)
		}
		if c.Area.ID == "ai-model-tuning" && c.Model == demarc.PaaS && c.Parties[demarc.UnknownParty] != 1 {
			t.Errorf("tuning without a deployment: %v, want unknown", c.Parties)
		}
	}
}

func TestDeploymentsStandForThemselves(t *testing.T) {
	id := in("Microsoft.CognitiveServices/accounts/oai/deployments/d")
	r := one(t, full(id, `{"properties":{"model":{"format":"Cohere","name":"command"}}}`))
	says(t, r, map[string]string{"/ai-model-design": "cohere", "/ai-model-accountability": "cohere+microsoft", "/ai-model-safety": "customer+microsoft"})
	r = one(t, blind(id))
	c := cell(t, r, "", "ai-model-design")
	if len(c.Parties) > 0 && !strings.Contains(c.Reason, "not seen") {
		t.Errorf("not seen, yet %v without a word of doubt: %s", c.Parties, c.Reason)
	}
}

// The model id of a serverless endpoint is the path of a catalogue entry: it
// tells Microsoft's own models from others, yet is nobody's name.
func TestServerlessEndpointsNameNoPath(t *testing.T) {
	id := in("Microsoft.MachineLearningServices/workspaces/w/serverlessEndpoints/e")
	for model, want := range map[string]string{
		"azureml://registries/azureml-mistral/models/Mistral-large": "publisher",
		"azureml://registries/azureml/models/Phi-4":                 "microsoft",
	} {
		r := one(t, full(id, `{"properties":{"modelSettings":{"modelId":"`+model+`"}}}`))
		says(t, r, map[string]string{"/ai-model-design": want, "/ai-training-data": want})
	}
}
