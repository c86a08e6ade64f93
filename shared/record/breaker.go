package record

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// EncodeBreaker encodes a breaker; the zero value gives "". Equal breakers give the same text:
// times are in UTC, to the millisecond.
func EncodeBreaker(b webhook.Breaker) string {
	for _, t := range []*time.Time{&b.Since, &b.NotBefore, &b.ToldAt, &b.Wrote, &b.WroteBefore} {
		*t = t.UTC().Truncate(time.Millisecond)
	}
	if b == (webhook.Breaker{}) {
		return ""
	}
	text, _ := json.Marshal(b) // cannot fail for strings and times of this era
	return string(text)
}

// DecodeBreaker decodes what EncodeBreaker returned.
func DecodeBreaker(text string) (b webhook.Breaker, err error) {
	if text == "" {
		return b, nil
	}
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return webhook.Breaker{}, fmt.Errorf("the breaker is damaged: %w", err)
	}
	return b, nil
}
