package stack

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestQueuesAndTableAreEncrypted(t *testing.T) {
	for _, q := range load(t, nil).Queues {
		if q.Attributes["SqsManagedSseEnabled"] != "true" {
			t.Errorf("%s is not encrypted", q.ID)
		}
	}
	s := load(t, withKey)
	for _, q := range s.Queues {
		if q.Attributes["KmsMasterKeyId"] != withKey["KmsKeyArn"] || q.Attributes["SqsManagedSseEnabled"] != "" {
			t.Errorf("%s is not encrypted with the customer's key: %v", q.ID, q.Attributes)
		}
	}
	encryption, _ := s.Resources["Table"].Properties["SSESpecification"].(map[string]any)
	if encryption["KMSMasterKeyId"] != withKey["KmsKeyArn"] {
		t.Errorf("the table is not encrypted with the customer's key: %v", encryption)
	}
}

func TestPoliciesNameActionsAndResources(t *testing.T) {
	everything := map[string]string{"KmsKeyArn": withKey["KmsKeyArn"], "Tracing": "Active"}
	for name, f := range load(t, everything).Functions {
		for _, s := range f.Statements {
			where := name + ", " + s.Sid
			if s.Sid == "" || s.Effect != "Allow" || len(s.Action) == 0 || len(s.Resource) == 0 {
				t.Errorf("%s: want a Sid, Allow, actions and resources: %+v", where, s)
			}
			if strings.Contains(strings.Join(s.Action, " "), "*") {
				t.Errorf("%s: wildcard in %v", where, s.Action)
			}
			// X-Ray has no resource ARNs.
			if s.Sid != "AwsTraces" && slices.Contains(s.Resource, "*") {
				t.Errorf("%s: wildcard resource", where)
			}
		}
	}
}

func TestFunctionsHaveTheirOwnRoles(t *testing.T) {
	roles := map[any]string{}
	s := load(t, nil)
	for name, f := range s.Functions {
		p := s.Resources[f.ID].Properties
		if other, taken := roles[p["Role"]]; taken {
			t.Errorf("%s and %s share a role", name, other)
		}
		roles[p["Role"]] = name
		if p["Policies"] != nil {
			t.Errorf("%s has policies outside its role", name)
		}
	}
	for _, id := range ids(s.Resources, "AWS::IAM::Role") {
		if managed := s.Resources[id].Properties["ManagedPolicyArns"]; managed != nil {
			t.Errorf("%s has managed policies: %v", id, managed)
		}
	}
}

func TestRolesAllowTheKeyOnlyWithKmsKeyArn(t *testing.T) {
	for name, f := range load(t, nil).Functions {
		for _, s := range f.Statements {
			if strings.HasPrefix(s.Action[0], "kms:") {
				t.Errorf("%s has a KMS statement without KmsKeyArn: %s", name, s.Sid)
			}
		}
	}
	for name, f := range load(t, withKey).Functions {
		if !f.Allows("kms:Decrypt", withKey["KmsKeyArn"]) {
			t.Errorf("%s is not allowed to decrypt with KmsKeyArn", name)
		}
	}
}

func TestBusAllowsOnlyTaskEventsOfTheProducer(t *testing.T) {
	const account = "999999999999"
	s := load(t, map[string]string{"ProducerAccountId": account, "EventSource": "acme.scraper"})
	got := s.Resources["BusPolicy"].Properties["Statement"]
	want := map[string]any{
		"Effect":    "Allow",
		"Principal": map[string]any{"AWS": "arn:aws:iam::" + account + ":root"},
		"Action":    "events:PutEvents",
		"Resource":  s.Bus.ARN,
		"Condition": map[string]any{"StringEquals": map[string]any{
			"events:source": "acme.scraper", "events:detail-type": "Web Scraper Task Status Change",
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s.Bus.Source != "acme.scraper" {
		t.Errorf("source of the rule = %s, want acme.scraper", s.Bus.Source)
	}
}

func TestPublicRoutes(t *testing.T) {
	s := load(t, nil)
	var public []string
	for _, id := range ids(s.Resources, "AWS::ApiGatewayV2::Route") {
		p := s.Resources[id].Properties
		if p["AuthorizationType"] != "JWT" {
			public = append(public, fmt.Sprint(p["RouteKey"]))
		}
	}
	slices.Sort(public)
	want := []string{"GET /console", "GET /console/{proxy+}", "GET /docs", "GET /docs/{proxy+}", "GET /openapi.json", "GET /schemas/{proxy+}"}
	if diff := cmp.Diff(want, public); diff != "" {
		t.Error(diff)
	}
}

func TestAccessLogHasNoSecrets(t *testing.T) {
	format := fmt.Sprint(load(t, nil).Resources["ApiStage"].Properties["AccessLogSettings"])
	for _, secret := range []string{"header", "query", "authorization", "claims", "$context.error.messageString"} {
		if strings.Contains(strings.ToLower(format), secret) {
			t.Errorf("the access log contains %s", secret)
		}
	}
}

// EventBridge rejects notices with another source or detail-type.
func TestDeliveryIsAllowedToSendNotices(t *testing.T) {
	s := load(t, map[string]string{"EventSource": "acme.scraper"})
	f := s.Functions["delivery"]
	i := slices.IndexFunc(f.Statements, func(s Statement) bool { return slices.Contains(s.Action, "events:PutEvents") })
	if i < 0 {
		t.Fatal("no statement allows events:PutEvents")
	}
	only := f.Statements[i].Condition["StringEquals"]
	if only["events:source"] != f.Environment["EVENT_SOURCE"] {
		t.Errorf("allowed source = %v, EVENT_SOURCE = %s", only["events:source"], f.Environment["EVENT_SOURCE"])
	}
	types := fmt.Sprint(only["events:detail-type"])
	for _, kind := range []webhook.NoticeKind{webhook.NoticeFailing, webhook.NoticePaused} {
		if sent := (webhook.Notice{Kind: kind}).DetailType(); !strings.Contains(types, sent) {
			t.Errorf("allowed detail-types = %s, want also %s", types, sent)
		}
	}
}
