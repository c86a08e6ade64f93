package dynamostore

import (
	"context"
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// reserveTries bounds how often Reserve can find the rate to have been idle when it tries to go on,
// and the other way round.
const reserveTries = 8

// Reserve takes the next slot of an integration's rate if one is free. Both of the writes that do
// so depend on no exact state, so that concurrent calls need not repeat them.
func (s *Store) Reserve(ctx context.Context, integrationID string, perMinute, burst int, now time.Time) (bool, error) {
	if perMinute <= 0 {
		return true, nil
	}
	rate := webhook.Rate{PerMinute: perMinute, Burst: burst}
	at, latest, slot := now.UnixMicro(), rate.Latest(now).UnixMicro(), rate.Slot().Microseconds()
	ttl := number(unixCeil(rate.Latest(now).Add(time.Hour)))
	k := rateKey(integrationID)
	idle := true // all slots have been free for a while, as far as is known
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
	return false, fmt.Errorf("reserve a slot of %s: it changed %d times", integrationID, reserveTries)
}
