package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	keyLife = 24 * time.Hour // lifetime of an Idempotency-Key
	maxKey  = 255            // maximum length of a key in bytes
)

type createInput struct {
	Key  string `header:"Idempotency-Key" doc:"Makes the request safe to repeat: within 24 hours, the same key and request return the same integration." example:"8f14e45f-ceea-467f-a9c0-1f2e3d4c5b6a"`
	Body json.RawMessage
}

type createOutput struct {
	Location string `header:"Location" doc:"The URL of the integration."`
	ETag     string `header:"ETag"`
	Replayed string `header:"Idempotency-Replayed" doc:"true if an earlier request with this key created the integration."`
	Body     CreatedIntegration
}

// createIntegration responds to a repeated key with the integration that the first request created,
// in its current state and with its secret.
func (s *server) createIntegration(ctx context.Context, req *createInput) (*createOutput, error) {
	asked, fs := decode[Integration](s, req.Body)
	now := s.now()
	in := asked.apply(webhook.Integration{
		ID: ids.New(now), UserID: userOf(ctx), Version: 1, CreatedAt: now, ModifiedAt: now,
	})
	fs = append(fs, checkKey(req.Key)...)
	if err := append(fs, s.check(in)...).err(); err != nil {
		return nil, err
	}
	var err error
	if in.Secrets.Current, err = s.cfg.Box.Seal(ctx, []byte(signing.NewSecret()), in.ID); err != nil {
		return nil, err
	}
	stored, err := s.cfg.Store.CreateIntegration(ctx, in, webhook.CreateOptions{
		Quota: s.cfg.Limits.Integrations, Key: req.Key, Fingerprint: fingerprint(in), KeyUntil: now.Add(keyLife),
	})
	if req.Key != "" && errors.Is(err, webhook.ErrNotFound) {
		return nil, newProblem(http.StatusConflict, "The integration that this Idempotency-Key created was deleted. Use a new key.")
	}
	if err != nil {
		return nil, err
	}
	return s.created(ctx, stored, stored.ID != in.ID)
}

func (s *server) created(ctx context.Context, in webhook.Integration, replayed bool) (*createOutput, error) {
	secret, err := s.cfg.Box.Open(ctx, in.Secrets.Current, in.ID)
	if err != nil {
		return nil, err
	}
	out := &createOutput{Location: "/v1/integrations/" + in.ID, ETag: etag(in), Body: CreatedIntegration(show(in))}
	out.Body.SigningSecret, out.Body.Warnings = string(secret), warnings(in)
	if replayed {
		out.Replayed = "true"
	}
	return out, nil
}

func checkKey(key string) faults {
	printable := !strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' })
	if len(key) > maxKey || !printable {
		return faults{{Location: "header.Idempotency-Key", Message: "must have at most 255 printable ASCII characters"}}
	}
	return nil
}

// firstFields are the settings that existed in the first version of the API.
var firstFields = []string{"name", "description", "eventTypes", "requestUrl", "payloadTemplate", "headersTemplate", "status", "doNotRetry"}

// fingerprint identifies a request independently of its JSON formatting. Fields added after the
// first version count only if they are set, so that fingerprints stored by that version remain
// valid.
func fingerprint(in webhook.Integration) string {
	all := settings(in)
	for name, value := range all {
		if !slices.Contains(firstFields, name) && reflect.ValueOf(value).IsZero() {
			delete(all, name)
		}
	}
	wish, _ := json.Marshal(all) // cannot fail: strings and booleans
	sum := sha256.Sum256(wish)
	return hex.EncodeToString(sum[:])
}

type listInput struct {
	Limit  int    `query:"limit" minimum:"1" doc:"Maximum number of entries in a page; the limit of the deployment by default." example:"20"`
	Cursor string `query:"cursor" doc:"The cursor of the previous page; without it, the first page."`
}

type integrationPage struct {
	Integrations []Integration `json:"integrations" nullable:"false"`
	Cursor       string        `json:"cursor,omitempty" doc:"The cursor of the next page; absent on the last. A page may be short and still have one: large templates make a page shorter."`
}

type listOutput struct{ Body integrationPage }

func (s *server) listIntegrations(ctx context.Context, req *listInput) (*listOutput, error) {
	l := list{"integrations", userOf(ctx)}
	after, ok := l.after(req.Cursor)
	if !ok {
		return nil, wrongCursor("query.cursor")
	}
	limit, err := s.pageSize(req.Limit)
	if err != nil {
		return nil, err
	}
	page, next, err := s.cfg.Store.Integrations(ctx, userOf(ctx), after, limit)
	if err != nil {
		return nil, err
	}
	if n := listed(page); n < len(page) {
		page, next = page[:n], page[n-1].ID
	}
	out := integrationPage{Integrations: make([]Integration, len(page)), Cursor: l.cursor(next)}
	for i, in := range page {
		out.Integrations[i] = show(in)
	}
	return &listOutput{Body: out}, nil
}

// maxListed limits the texts of one page, in bytes as sent: a hundred integrations with the longest
// templates would exceed Lambda's response limit.
const maxListed = 4 << 20

// listed returns how many integrations fit into a page, at least one.
func listed(all []webhook.Integration) int {
	room := maxListed
	for i, in := range all {
		for _, text := range []string{in.Name, in.Description, in.RequestURL, in.PayloadTemplate, in.HeadersTemplate} {
			if fitting(text, &room) < len(text) {
				return max(i, 1)
			}
		}
	}
	return len(all)
}

type getInput struct {
	ID          string `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	IfNoneMatch string `header:"If-None-Match" doc:"The entity tag that you have: the response is 304 if the integration still has it."`
}

type integrationOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control" hidden:"true"`
	Body         Integration
}

func (s *server) getIntegration(ctx context.Context, req *getInput) (*integrationOutput, error) {
	in, err := s.integration(ctx, req.ID)
	if err != nil {
		return nil, err
	}
	closed := in.Health.Breaker.State == webhook.BreakerClosed // else how many wait changes all the time
	if closed && req.IfNoneMatch != "" && unchanged(req.IfNoneMatch, in) {
		return nil, &Problem{Status: http.StatusNotModified, header: http.Header{"Etag": {etag(in)}}}
	}
	out := &integrationOutput{ETag: etag(in), CacheControl: "private, no-cache", Body: show(in)}
	if out.Body.Health, err = s.healthOf(ctx, in); err != nil {
		return nil, err
	}
	return out, nil
}

// integration returns the caller's integration with the id.
func (s *server) integration(ctx context.Context, id string) (webhook.Integration, error) {
	if !ids.Valid(id) {
		return webhook.Integration{}, webhook.ErrNotFound
	}
	return s.cfg.Store.Integration(ctx, userOf(ctx), id)
}
