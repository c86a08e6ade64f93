package stack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// deployment is a deployed stack.
type deployment struct {
	Resources map[string]deployed
	Outputs   map[string]any
}

// deployed is a resource as others understand the template: SAM's translator, moto's resolver of intrinsic
// functions, and the emulated service, which was called to create it.
type deployed struct {
	Type       string
	Properties map[string]any // resolved
	Stored     map[string]any // what the service returns
}

// A trial is one combination of parameters.
type trial struct {
	Stack      string            `json:"stack"`
	Region     string            `json:"region"`
	Parameters map[string]string `json:"parameters"`
}

func (c trial) String() string { return fmt.Sprint(c.Region, " ", c.Parameters) }

// switches are parameters that change a condition of the template.
var switches = []map[string]string{
	{"ProducerAccountId": "999999999999"},
	{"NoticesBusArn": platformBus},
	withKey,
	{"AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:ops"},
	{"Tracing": "Active"},
	{"SignInIssuer": "https://id.example.com/", "SignInAudience": "one,two", "SignInOrigins": "https://tokens.example.com"},
	{"CallerClaim": "username"},
	{"FrameAncestors": "https://a.example.com,https://b.example.com"},
	{"DeploymentType": "Canary10Percent5Minutes"},
	{"RollbackOnAlarms": "false"},
	{"TableDeletionProtection": "false"},
	{"ApiReservedConcurrency": "7"},
	{"FanoutReservedConcurrency": "8"},
	{"DeliveryReservedConcurrency": "300"},
	{"ExtraCaLayerArn": "arn:aws:lambda:us-east-1:123456789012:layer:ca:1"},
	{"VpcSubnetIds": "subnet-0123456789abcdef0,subnet-0123456789abcdef1", "VpcSecurityGroupIds": "sg-0123456789abcdef0"},
}

// SAM transforms the template, and moto resolves it and creates its resources, in every combination of two
// conditions, and of all that a value depends on. What comes out is what the template says, as this
// package reads it.
func TestTemplateMeansTheSameToSAMAndMoto(t *testing.T) {
	trials := combinations(t)
	t.Logf("%d combinations of parameters", len(trials))
	for i, d := range deployElsewhere(t, trials) {
		s, err := Load(templatePath, trials[i].place(), trials[i].Parameters)
		if err != nil {
			t.Fatal(err)
		}
		compareReading(t, trials[i], s, d.Resources)
		compareFunctions(t, trials[i], s, d.Resources)
		for _, diff := range append(missing("outputs", s.Outputs, d.Outputs), missing("outputs", d.Outputs, s.Outputs)...) {
			t.Errorf("%s: %s", trials[i], diff)
		}
		for id, r := range d.Resources {
			for _, diff := range missing(id, without(r.Properties, notStored[r.Type]), r.Stored) {
				t.Errorf("%s: stored by the service: %s", trials[i], diff)
			}
		}
		if t.Failed() {
			return // the other combinations mostly differ in the same way
		}
	}
}

// compareReading compares the resources that the template has, but for functions.
func compareReading(t *testing.T, c trial, s *Stack, got map[string]deployed) {
	t.Helper()
	for id, r := range s.Resources {
		if r.Type == "AWS::Serverless::Function" {
			continue
		}
		if got[id].Type != r.Type {
			t.Errorf("%s: %s is a %q, want a %s", c, id, got[id].Type, r.Type)
			continue
		}
		for _, diff := range append(missing(id, r.Properties, got[id].Properties), missing(id, got[id].Properties, r.Properties)...) {
			t.Errorf("%s: read by others: %s", c, diff)
		}
	}
	for id, r := range got {
		_, ours := s.Resources[id]
		made := slices.ContainsFunc(ids(s.Resources, "AWS::Serverless::Function"), func(f string) bool { return strings.HasPrefix(id, f) })
		if !ours && !made && id != "ServerlessDeploymentApplication" && id != "CodeDeployServiceRole" {
			t.Errorf("%s: %s, a %s, is not in the template", c, id, r.Type)
		}
	}
}

// compareFunctions compares what SAM makes of the functions with what the end-to-end tests run.
func compareFunctions(t *testing.T, c trial, s *Stack, got map[string]deployed) {
	t.Helper()
	for _, f := range s.Functions {
		diffs := missing(f.ID, map[string]any{
			"FunctionName": f.Name, "MemorySize": f.MemoryMB, "Timeout": int(f.Timeout.Seconds()),
			"Environment":   map[string]any{"Variables": f.Environment},
			"LoggingConfig": map[string]any{"LogGroup": f.LogGroup, "LogFormat": "JSON"},
			"Role":          s.Resources[f.ID].Properties["Role"],
		}, got[f.ID].Properties)
		if f.Failures != "" {
			destination := map[string]any{"OnFailure": map[string]any{"Destination": f.Failures}}
			diffs = append(diffs, missing(f.ID, map[string]any{"DestinationConfig": destination}, got[f.ID+"EventInvokeConfig"].Stored)...)
		}
		alarms, guarded := alarmsOf(s, f), got[f.ID+"DeploymentGroup"].Properties["AlarmConfiguration"]
		diffs = append(append(diffs, missing(f.ID+" alarms", alarms, guarded)...), missing(f.ID+" alarms", guarded, alarms)...)
		if want, got := mappingsOf(f), storedMappings(f, got); !slices.Equal(want, got) {
			diffs = append(diffs, fmt.Sprintf("%s: event source mappings = %v, want %v", f.ID, got, want))
		}
		for _, diff := range diffs {
			t.Errorf("%s: %s", c, diff)
		}
	}
}

// mappingsOf describes the event source mappings that the template gives a function, sorted.
func mappingsOf(f Function) (all []string) {
	for _, m := range f.Mappings {
		all = append(all, fmt.Sprint(m.QueueARN, " of ", m.BatchSize, ", at most ", m.MaxConcurrency, ", to ", f.ARN, ":live"))
	}
	slices.Sort(all)
	return all
}

// storedMappings is like mappingsOf, for those that were created.
func storedMappings(f Function, got map[string]deployed) (all []string) {
	for id, r := range got {
		if r.Type == "AWS::Lambda::EventSourceMapping" && strings.HasPrefix(id, f.ID) {
			scaling, _ := r.Stored["ScalingConfig"].(map[string]any)
			all = append(all, fmt.Sprint(r.Stored["EventSourceArn"], " of ", r.Stored["BatchSize"], ", at most ", scaling["MaximumConcurrency"],
				", to ", r.Properties["FunctionName"]))
		}
	}
	slices.Sort(all)
	return all
}

// alarmsOf returns the alarms that roll back a deployment, as CodeDeploy wants them.
func alarmsOf(s *Stack, f Function) map[string]any {
	preference, _ := s.Resources[f.ID].Properties["DeploymentPreference"].(map[string]any)
	alarms, _ := preference["Alarms"].([]any)
	if len(alarms) == 0 {
		return map[string]any{}
	}
	var names []any
	for _, name := range alarms {
		names = append(names, map[string]any{"Name": name})
	}
	return map[string]any{"Enabled": true, "Alarms": names}
}

func (c trial) place() Place { return Place{Region: c.Region, Name: c.Stack} }

// deployElsewhere deploys each trial. Without the tools the test is skipped, or fails if CI is true.
func deployElsewhere(t *testing.T, trials []trial) []deployment {
	t.Helper()
	python, err := filepath.Abs("../../.cache/venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SAM and moto are not installed: run infra/tools/install")
	}
	task, err := json.Marshal(map[string]any{"template": templatePath, "cases": trials})
	if err != nil {
		t.Fatal(err)
	}
	var failure bytes.Buffer
	cmd := exec.CommandContext(t.Context(), python, "-B", "testdata/moto/deploy.py") // -B: without writing __pycache__
	cmd.Stdin, cmd.Stderr = bytes.NewReader(task), &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("deploy.py: %v\n%s", err, failure.String())
	}
	d := json.NewDecoder(bytes.NewReader(out))
	d.UseNumber()
	var all []deployment
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}
