package api_test

import (
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
)

func TestSecretsRotate(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID + "/secret"
	got := w.do("GET", path, "").want(200)
	first := read[api.SecretState](got)
	if first.SigningSecret != in.SigningSecret || first.PreviousSecret != "" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("first: %+v, %v", first, got.header)
	}
	second := read[api.SecretState](w.do("POST", path+"/rotate", "").want(200))
	if second.SigningSecret == first.SigningSecret || second.PreviousSecret != first.SigningSecret || !second.PreviousExpires.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("second: %+v", second)
	}
	third := read[api.SecretState](w.do("POST", path+"/rotate", "").want(200))
	if third.PreviousSecret != second.SigningSecret {
		t.Errorf("third: %+v", third)
	}
	w.now = noon.Add(24 * time.Hour)
	if later := read[api.SecretState](w.do("GET", path, "").want(200)); later.SigningSecret != third.SigningSecret || later.PreviousSecret != "" || later.PreviousExpires != nil {
		t.Errorf("later: %+v", later)
	}
}

func TestRotationSurvivesConcurrentChange(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	w.store.before = func(m string) {
		if m == "UpdateIntegration" {
			w.store.before = nil
			w.do("PATCH", "/v1/integrations/"+in.ID, `{"name":"new"}`).want(200)
		}
	}
	w.do("POST", "/v1/integrations/"+in.ID+"/secret/rotate", "").want(200)
	if got := w.stored(in.ID); got.Name != "new" || got.Version != 3 || len(got.Secrets.Previous) == 0 {
		t.Errorf("stored: %+v", got)
	}
}
