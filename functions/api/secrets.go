package api

import (
	"context"
	"errors"
	"time"

	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// secretOverlap is how long a replaced secret continues to sign.
const secretOverlap = 24 * time.Hour

// SecretState is the secrets that verify the signatures of an integration's requests.
type SecretState struct {
	SigningSecret   string     `json:"signingSecret" doc:"The secret with which any Standard Webhooks library verifies signatures." example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"`
	PreviousSecret  string     `json:"previousSecret,omitempty" doc:"The previous secret, which also signs until previousExpiresAt: requests carry both signatures."`
	PreviousExpires *time.Time `json:"previousExpiresAt,omitempty"`
}

type secretInput struct {
	ID string `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
}

type secretOutput struct{ Body SecretState }

func (s *server) getSecret(ctx context.Context, req *secretInput) (*secretOutput, error) {
	in, err := s.integration(ctx, req.ID)
	if err != nil {
		return nil, err
	}
	return s.openSecrets(ctx, in)
}

// rotateSecret creates a new secret. The replaced one continues to sign for 24 hours. A secret that
// was still signing from an earlier rotation stops immediately.
func (s *server) rotateSecret(ctx context.Context, req *secretInput) (*secretOutput, error) {
	for range maxTries {
		in, err := s.integration(ctx, req.ID)
		if err != nil {
			return nil, err
		}
		sealed, err := s.cfg.Box.Seal(ctx, []byte(signing.NewSecret()), in.ID)
		if err != nil {
			return nil, err
		}
		now := s.now()
		next := in.Changed(now)
		next.Secrets = in.Secrets.Rotated(sealed, now, secretOverlap)
		err = s.cfg.Store.UpdateIntegration(ctx, next)
		if err == nil {
			return s.openSecrets(ctx, next)
		}
		if !errors.Is(err, webhook.ErrConflict) {
			return nil, err
		}
	}
	return nil, webhook.ErrConflict
}

func (s *server) openSecrets(ctx context.Context, in webhook.Integration) (*secretOutput, error) {
	var texts []string
	for _, sealed := range in.Secrets.At(s.now()) {
		secret, err := s.cfg.Box.Open(ctx, sealed, in.ID)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(secret))
	}
	out := &secretOutput{Body: SecretState{SigningSecret: texts[0]}}
	if len(texts) > 1 {
		out.Body.PreviousSecret = texts[1]
		out.Body.PreviousExpires = new(in.Secrets.PreviousUntil)
	}
	return out, nil
}
