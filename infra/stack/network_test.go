package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDeliveryRunsInAVPCOnlyIfAsked(t *testing.T) {
	inVPC := map[string]string{"VpcSubnetIds": "subnet-0123456789abcdef0,subnet-0123456789abcdef1", "VpcSecurityGroupIds": "sg-0123456789abcdef0"}
	for name, c := range map[string]struct {
		parameters map[string]string
		want       any
		sids       []string
	}{
		"no VPC": {nil, nil, nil},
		"a VPC": {inVPC, map[string]any{
			"SubnetIds": []any{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}, "SecurityGroupIds": []any{"sg-0123456789abcdef0"},
		}, []string{"AwsConnectsToVpc Allow", "CodeConnectsToNoVpc Deny"}},
	} {
		s := load(t, c.parameters)
		for id, f := range s.Functions {
			want, sids := c.want, c.sids
			if id != "delivery" {
				want, sids = nil, nil
			}
			if diff := cmp.Diff(want, s.Resources[f.ID].Properties["VpcConfig"]); diff != "" {
				t.Errorf("%s, %s: %s", name, id, diff)
			}
			var got []string
			for _, statement := range f.Statements {
				if slices.ContainsFunc(statement.Action, func(a string) bool { return strings.HasPrefix(a, "ec2:") }) {
					got = append(got, statement.Sid+" "+statement.Effect)
				}
			}
			if !slices.Equal(got, sids) {
				t.Errorf("%s, %s: statements about interfaces: %q, want %q", name, id, got, sids)
			}
		}
	}
	for parameter, value := range inVPC {
		if _, err := Load(templatePath, Place{}, map[string]string{parameter: value}); err == nil || !strings.Contains(err.Error(), "VpcSubnetIds and VpcSecurityGroupIds need each other") {
			t.Errorf("only %s: %v", parameter, err)
		}
	}
}

func TestNetworksAndAuthoritiesArePassedOn(t *testing.T) {
	const layer = "arn:aws:lambda:us-east-1:123456789012:layer:ca:1"
	s := load(t, map[string]string{"EgressAllow": "10.1.0.0/16,hooks.corp.internal", "ExtraCaLayerArn": layer})
	for id, want := range map[string]string{"api": "10.1.0.0/16,hooks.corp.internal", "delivery": "10.1.0.0/16,hooks.corp.internal", "fanout": ""} {
		if got := s.Functions[id].Environment["EGRESS_ALLOW"]; got != want {
			t.Errorf("%s: EGRESS_ALLOW = %q, want %q", id, got, want)
		}
	}
	if got := s.Functions["delivery"].Environment["EXTRA_CA"]; got != "/opt/extra-ca.pem" {
		t.Errorf("EXTRA_CA = %q", got)
	}
	if diff := cmp.Diff(any([]any{layer}), s.Resources["DeliveryFunction"].Properties["Layers"]); diff != "" {
		t.Error(diff)
	}
	s = load(t, nil)
	layers, _ := s.Resources["DeliveryFunction"].Properties["Layers"].([]any)
	if got := s.Functions["delivery"].Environment["EXTRA_CA"]; got != "" || len(layers) > 0 {
		t.Errorf("without a layer EXTRA_CA = %q, layers %v", got, layers)
	}
}
