package api

import (
	"context"
	"time"
)

// Settings are the deployment's settings that users can read.
type Settings struct {
	RetryWaits     []int    `json:"retryWaitsSeconds" nullable:"false" doc:"The wait after each failed attempt but the last, 10 % more or less. Empty: there is one attempt." example:"[60, 120, 240]"`
	MaxAttempts    int      `json:"maxAttempts" doc:"Attempts of a dispatch until it has failed." example:"12"`
	Schedule       string   `json:"schedule" doc:"The same in words." example:"12 attempts over about 29 hours"`
	PauseAfter     int      `json:"pauseAfterSeconds" doc:"For how long an integration may fail without one success before it is paused." example:"432000"`
	AttemptTimeout int      `json:"attemptTimeoutSeconds" doc:"Total time for a request." example:"30"`
	ConnectTimeout int      `json:"connectTimeoutSeconds" doc:"Time to connect, part of the total time." example:"5"`
	MaxBody        int      `json:"maxBodyBytes" doc:"The largest body of a request." example:"1048576"`
	Retention      int      `json:"retentionSeconds" doc:"How long dispatches are kept." example:"2592000"`
	SecretPaths    []string `json:"secretPaths" nullable:"false" doc:"Paths of events whose values receivers get, and responses show as ********." example:"[\"resource.apiKey\"]"`
	Limits         Limits   `json:"limits" doc:"The limits of what a user can configure."`
}

// Limits are the limits of what a user can configure.
type Limits struct {
	Integrations    int `json:"integrations" example:"100"`
	Name            int `json:"nameCharacters" example:"100"`
	Description     int `json:"descriptionCharacters" example:"1000"`
	URL             int `json:"requestUrlBytes" example:"2048"`
	PayloadTemplate int `json:"payloadTemplateBytes" example:"32768"`
	HeadersTemplate int `json:"headersTemplateBytes" example:"8192"`
	Headers         int `json:"headers" example:"50"`
	RequestBody     int `json:"requestBodyBytes" doc:"Maximum body of a request to this API." example:"262144"`
	Page            int `json:"page" doc:"Maximum number of entries in a page." example:"100"`
}

type settingsOutput struct{ Body Settings }

func (s *server) getSettings(context.Context, *struct{}) (*settingsOutput, error) {
	p := s.cfg.Policy
	out := &settingsOutput{Body: Settings{
		RetryWaits: []int{}, MaxAttempts: p.Schedule.MaxAttempts, Schedule: p.Schedule.String(),
		PauseAfter: seconds(time.Duration(p.PauseAfter)), AttemptTimeout: seconds(p.AttemptTimeout),
		ConnectTimeout: seconds(p.ConnectTimeout), MaxBody: p.MaxBody, Retention: seconds(p.Retention),
		SecretPaths: s.cfg.Secrets.Paths(), Limits: Limits(s.cfg.Limits),
	}}
	for _, w := range p.Schedule.Waits() {
		out.Body.RetryWaits = append(out.Body.RetryWaits, seconds(w))
	}
	return out, nil
}

func seconds(d time.Duration) int { return int(d / time.Second) }
