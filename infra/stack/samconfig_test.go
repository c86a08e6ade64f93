package stack

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	configSection  = regexp.MustCompile(`(?m)^\[(\w+)\.deploy\.parameters\]$`)
	configOverride = regexp.MustCompile(`(?m)^  "(\w+)=([^"]*)",$`)
)

// overrides returns the parameter overrides of each environment in samconfig.toml.
func overrides(t *testing.T) map[string]map[string]string {
	t.Helper()
	file, err := os.ReadFile("../../samconfig.toml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	sections := configSection.FindAllStringSubmatchIndex(string(file), -1)
	for i, at := range sections {
		end := len(file)
		if i+1 < len(sections) {
			end = sections[i+1][0]
		}
		given := map[string]string{}
		for _, m := range configOverride.FindAllStringSubmatch(string(file[at[1]:end]), -1) {
			given[m[1]] = m[2]
		}
		all[string(file[at[2]:at[3]])] = given
	}
	return all
}

// Every environment can be deployed as it is, and with an issuer, and the claim with the user id is right
// in both cases.
func TestEnvironmentsOfSamconfigCanBeDeployed(t *testing.T) {
	environments := overrides(t)
	if got := strings.Join(slices.Sorted(maps.Keys(environments)), " "); got != "default prod staging" {
		t.Fatalf("environments = %s", got)
	}
	for name, given := range environments {
		if len(given) == 0 {
			t.Errorf("%s has no overrides", name)
		}
		s := load(t, given)
		for parameter, v := range given {
			if err := s.Parameters[parameter].admits(v); err != nil {
				t.Errorf("%s: %s: %v", name, parameter, err)
			}
		}
		if got := s.Functions["api"].Environment["CALLER_CLAIM"]; got != "username" {
			t.Errorf("%s: CALLER_CLAIM = %s, want username", name, got)
		}
		issuer := maps.Clone(given)
		issuer["SignInIssuer"], issuer["SignInAudience"] = "https://id.example.com/", "webhooks"
		if got := load(t, issuer).Functions["api"].Environment["CALLER_CLAIM"]; got != "sub" {
			t.Errorf("%s with an issuer: CALLER_CLAIM = %s, want sub", name, got)
		}
	}
}
