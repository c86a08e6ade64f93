package record

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// EncodeBreaker returns a breaker as a text, "" for the zero one. Equal breakers give the same text:
// times are kept to the millisecond, in UTC.
func EncodeBreaker(b webhook.Breaker) string {
	for _, t := range []*time.Time{&b.Since, &b.NotBefore, &b.ToldAt, &b.Wrote, &b.WroteBefore} {
		*t = t.UTC().Truncate(time.Millisecond)
	}
	if b == (webhook.Breaker{}) {
		return ""
	}
	text, _ := json.Marshal(b) // texts and times of our age always have a JSON form
	return string(text)
}

// DecodeBreaker reads what EncodeBreaker wrote.
func DecodeBreaker(text string) (b webhook.Breaker, err error) {
	if text == "" {
		return b, nil
	}
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return webhook.Breaker{}, fmt.Errorf("the breaker is damaged: %w", err)
	}
	return b, nil
}
