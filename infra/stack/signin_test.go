package stack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// issuers are issuer and token_endpoint of published discovery documents.
var issuers = map[string]struct{ issuer, tokenEndpoint string }{
	"Cognito": {"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI", "https://example.auth.eu-west-1.amazoncognito.com/oauth2/token"},
	"Auth0":   {"https://example.eu.auth0.com/", "https://example.eu.auth0.com/oauth/token"},
	"Okta":    {"https://dev-123456.okta.com/oauth2/default", "https://dev-123456.okta.com/oauth2/default/v1/token"},
	"Entra v1": {"https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/",
		"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/token"},
	"Entra v2": {"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0",
		"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token"},
	"Keycloak": {"https://id.example.com:8443/realms/scraper", "https://id.example.com:8443/realms/scraper/protocol/openid-connect/token"},
	"Google":   {"https://accounts.google.com", "https://oauth2.googleapis.com/token"},
}

// API Gateway compares an issuer with the iss claim byte for byte.
func TestIssuerIsPassedOnUnchanged(t *testing.T) {
	origin := regexp.MustCompile(`^https://[^/]+`)
	for name, c := range issuers {
		t.Run(name, func(t *testing.T) {
			given := map[string]string{
				"SignInIssuer": c.issuer, "SignInAudience": "api://webhooks,console", "SignInOrigins": origin.FindString(c.tokenEndpoint),
			}
			s := load(t, given)
			for parameter, v := range given {
				if err := s.Parameters[parameter].admits(v); err != nil {
					t.Errorf("%s: %v", parameter, err)
				}
			}
			jwt, _ := s.Resources["ApiAuthorizer"].Properties["JwtConfiguration"].(map[string]any)
			want := map[string]any{"Issuer": c.issuer, "Audience": []any{"api://webhooks", "console"}}
			if diff := cmp.Diff(want, jwt); diff != "" {
				t.Error(diff)
			}
			env := s.Functions["api"].Environment
			if env["SIGN_IN_ISSUER"] != c.issuer || env["SIGN_IN_ORIGINS"] != given["SignInOrigins"] || env["CALLER_CLAIM"] != "sub" {
				t.Errorf("environment: %s, %s, %s", env["SIGN_IN_ISSUER"], env["SIGN_IN_ORIGINS"], env["CALLER_CLAIM"])
			}
			if s.Outputs["SignInIssuer"] != c.issuer {
				t.Errorf("output SignInIssuer = %s", s.Outputs["SignInIssuer"])
			}
		})
	}
}

func TestIssuersThatAreNotURLs(t *testing.T) {
	p := load(t, nil).Parameters["SignInIssuer"]
	for _, issuer := range []string{
		"http://id.example.com", "https://", "id.example.com", "https://id.example.com/a b", "https://id.example.com/?tenant=1",
		"https://id.example.com/#a", "https://user@id.example.com",
	} {
		if p.admits(issuer) == nil {
			t.Errorf("%s is accepted", issuer)
		}
	}
}

func TestCallerClaim(t *testing.T) {
	const issuer = "https://id.example.com/"
	for name, c := range map[string]struct {
		issuer, claim string
		want          string // value, or part of the error
	}{
		"default of the user pool":                {"", "", "username"},
		"user names of the user pool":             {"", "username", "username"},
		"generated id of the user pool":           {"", "sub", "rule UserPoolNeedsUserNames: Without SignInIssuer, CallerClaim must be username or empty"},
		"claim that the user pool does not issue": {"", "user_id", "rule UserPoolNeedsUserNames"},
		"default of an issuer":                    {issuer, "", "sub"},
		"another claim of an issuer":              {issuer, "https://example.com/user", "https://example.com/user"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Load(templatePath, Place{}, map[string]string{"SignInIssuer": c.issuer, "SignInAudience": "a", "CallerClaim": c.claim})
			if err != nil {
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want %s", err, c.want)
				}
				return
			}
			if got := s.Functions["api"].Environment["CALLER_CLAIM"]; got != c.want {
				t.Errorf("CALLER_CLAIM = %s, want %s", got, c.want)
			}
		})
	}
}

func TestSignInByPartition(t *testing.T) {
	issuer := map[string]string{"SignInIssuer": "https://id.example.com", "SignInAudience": "a"}
	for _, c := range []struct {
		region     string
		parameters map[string]string
		want       []string // origin for sign-in, issuer and dashboard; or part of the error
	}{
		{"us-east-1", nil, []string{
			"https://webhooks-000000000000.auth.us-east-1.amazoncognito.com", "https://cognito-idp.us-east-1.amazonaws.com/webhooks-UserPool",
			"https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/webhooks"}},
		{"us-gov-west-1", nil, []string{
			"https://webhooks-000000000000.auth-fips.us-gov-west-1.amazoncognito.com", "https://cognito-idp.us-gov-west-1.amazonaws.com/webhooks-UserPool",
			"https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#dashboards/dashboard/webhooks"}},
		{"cn-north-1", nil, []string{"rule ChinaNeedsIssuer: SignInIssuer is required in the China regions"}},
		{"cn-northwest-1", nil, []string{"rule ChinaNeedsIssuer"}},
		{"cn-north-1", issuer, []string{"", "https://id.example.com",
			"https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1#dashboards/dashboard/webhooks"}},
	} {
		t.Run(c.region+" "+c.parameters["SignInIssuer"], func(t *testing.T) {
			s, err := Load(templatePath, Place{Region: c.region}, c.parameters)
			if err != nil {
				if !strings.Contains(err.Error(), c.want[0]) {
					t.Errorf("error %v, want %s", err, c.want[0])
				}
				return
			}
			env := s.Functions["api"].Environment
			if diff := cmp.Diff(c.want, []string{env["SIGN_IN_ORIGINS"], env["SIGN_IN_ISSUER"], s.Outputs["DashboardUrl"]}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConsoleCallbacks(t *testing.T) {
	const api = "https://api.execute-api.us-east-1.amazonaws.com"
	for name, c := range map[string]struct {
		frames string
		want   []string
	}{
		"default":    {"", []string{api + "/console", api + "/console/"}},
		"one frame":  {"https://app.example.com", []string{api + "/console", api + "/console/", "https://app.example.com/console", "https://app.example.com/console/"}},
		"two frames": {"https://a.example,https://b.example", []string{api + "/console", api + "/console/", "https://a.example/console", "https://a.example/console/", "https://b.example/console", "https://b.example/console/"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := load(t, map[string]string{"FrameAncestors": c.frames}).Resources["UserPoolClient"].Properties
			for _, list := range []string{"CallbackURLs", "LogoutURLs"} {
				var got []string
				for _, u := range p[list].([]any) {
					got = append(got, fmt.Sprint(u))
				}
				slices.Sort(got)
				slices.Sort(c.want)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s: %s", list, diff)
				}
			}
		})
	}
}
