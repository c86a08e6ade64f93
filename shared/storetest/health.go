package storetest

import (
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func health() []check {
	return []check{
		{"is set without a new version", healthSet},
		{"is not set over a changed health", healthStale},
		{"of a missing integration is not found", healthMissing},
		{"one of several concurrent changes wins", healthConcurrently},
	}
}

func healthy(in *webhook.Integration) { in.Health = webhook.Health{} }

func healthSet(r *subtest) {
	in := r.created(healthy)
	since := r.clock.Now().Add(-time.Minute)
	for _, to := range []webhook.Health{
		{FailingSince: since},
		{FailingSince: since, Notified: webhook.NoticeFailing},
		{FailingSince: since, Notified: webhook.NoticeHalfway},
		{FailingSince: since.Add(time.Second), Notified: webhook.NoticePaused},
		{FailingSince: since, Breaker: webhook.Breaker{State: webhook.BreakerOpen, Since: since, Wrote: since}},
		{FailingSince: since, Breaker: r.breaker()},
		{Breaker: webhook.Breaker{State: webhook.BreakerReleasing, Since: since, Rate: true}},
		{Breaker: webhook.Breaker{ToldAt: since}},
		{},
	} {
		r.must("save health", r.store.SaveHealth(r.Context(), r.user, in.ID, in.Health, to))
		in.Health = to
		r.stored(in)
		loaded, err := r.store.Load(r.Context(), []webhook.Ref{{UserID: r.user, IntegrationID: in.ID, DispatchID: in.ID}})
		r.must("load", err)
		r.same("loaded", loaded[0].Integration, in)
	}
	r.must("update", r.store.UpdateIntegration(r.Context(), r.changed(in)))
}

func healthStale(r *subtest) {
	in := r.created()
	since := in.Health.FailingSince
	other := in.Health
	other.Breaker.Wrote = other.Breaker.Wrote.Add(time.Millisecond)
	closed := in.Health
	closed.Breaker = webhook.Breaker{}
	late := in.Health
	late.FailingSince = since.Add(time.Second)
	well := in.Health
	well.FailingSince = time.Time{}
	unnoticed := in.Health
	unnoticed.Notified = webhook.NoticeNone
	for _, from := range []webhook.Health{{}, other, closed, late, well, unnoticed} {
		r.wantErr("save health", r.store.SaveHealth(r.Context(), r.user, in.ID, from, webhook.Health{FailingSince: since, Notified: webhook.NoticePaused}), webhook.ErrConflict)
	}
	r.stored(in)

	in = r.created(healthy)
	r.wantErr("save health", r.store.SaveHealth(r.Context(), r.user, in.ID, closed, late), webhook.ErrConflict)
	r.wantErr("save health", r.store.SaveHealth(r.Context(), r.user, in.ID, webhook.Health{Breaker: other.Breaker}, closed), webhook.ErrConflict)
	r.stored(in)
}

func healthMissing(r *subtest) {
	in := r.integration()
	r.wantErr("save health", r.store.SaveHealth(r.Context(), r.user, in.ID, webhook.Health{}, in.Health), webhook.ErrNotFound)
}

func healthConcurrently(r *subtest) {
	in := r.created(healthy)
	to := func(i int) webhook.Health {
		return webhook.Health{FailingSince: in.CreatedAt.Add(time.Duration(i) * time.Second), Notified: webhook.NoticeFailing}
	}
	won := r.race(6, func(i int) error { return r.store.SaveHealth(r.Context(), r.user, in.ID, webhook.Health{}, to(i)) })
	if won >= 0 {
		in.Health = to(won)
		r.stored(in)
	}
}
