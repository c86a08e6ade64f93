package dynamostore

import (
	"context"
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// reserveTries is how often Reserve tries, if the rate alternates between idle and busy between its
// calls.
const reserveTries = 8

// Reserve takes a slot of an integration's rate if one is free. Neither of its updates depends on
// the exact state, so concurrent calls do not conflict.
func (s *Store) Reserve(ctx context.Context, integrationID string, perMinute, burst int, now time.Time) (bool, error) {
	if perMinute <= 0 {
		return true, nil
	}
	rate := webhook.Rate{PerMinute: perMinute, Burst: burst}
	at, latest, slot := now.UnixMicro(), rate.Latest(now).UnixMicro(), rate.Slot().Microseconds()
	ttl := number(unixCeil(rate.Latest(now).Add(time.Hour)))
	k := rateKey(integrationID)
	idle := true // assume that all slots are free
	for range reserveTries {
		var found item
		var err error
		if idle {
			found, err = s.updateIf(ctx, k, "SET allFree = :next, #ttl = :ttl", "attribute_not_exists(allFree) OR allFree < :now",
				item{":now": number(at), ":next": number(at + slot), ":ttl": ttl})
		} else {
			found, err = s.updateIf(ctx, k, "SET allFree = allFree + :slot, #ttl = :ttl", "allFree BETWEEN :now AND :latest",
				item{":now": number(at), ":latest": number(latest), ":slot": number(slot), ":ttl": ttl})
		}
		switch {
		case err != nil:
			return false, s.explain("reserve a slot of "+integrationID, err)
		case found == nil:
			return true, nil
		case found.int64("allFree") > latest:
			return false, nil
		}
		idle = found.int64("allFree") < at
	}
	return false, fmt.Errorf("reserve a slot of %s: the rate changed concurrently %d times", integrationID, reserveTries)
}
