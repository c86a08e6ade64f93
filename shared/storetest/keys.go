package storetest

import (
	"strings"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func keys() []check {
	return []check{
		{"a repeated request returns the same integration", keyRepeated},
		{"a repeat returns the current integration", keyAfterUpdate},
		{"a repeat does not count against the quota", keyAtQuota},
		{"another request with the key is rejected", keyReused},
		{"the key of a deleted integration is not found", keyOfDeleted},
		{"expires", keyExpired},
		{"belongs to its user", keyOfAnotherUser},
		{"can be any text", keyOdd},
		{"concurrent requests create one integration", keyConcurrently},
	}
}

func (r *subtest) key(key string) webhook.CreateOptions {
	return webhook.CreateOptions{Quota: 10, Key: key, Fingerprint: "f1", KeyUntil: r.clock.Now().Add(24 * time.Hour)}
}

// keyed creates an integration with a key.
func (r *subtest) keyed(opt webhook.CreateOptions) webhook.Integration {
	r.Helper()
	in, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
	r.must("create with a key", err)
	return in
}

func keyRepeated(r *subtest) {
	opt := r.key("k")
	first := r.keyed(opt)
	r.same("repeat", r.keyed(opt), first)
	r.same("list", integrationIDs(r.all(r.user, 10)), []string{first.ID})
	if other := r.keyed(r.key("another key")); other.ID == first.ID {
		r.Error("another key returned the same integration")
	}
}

func keyAfterUpdate(r *subtest) {
	opt := r.key("k")
	in := r.changed(r.keyed(opt))
	r.must("update", r.store.UpdateIntegration(r.Context(), in))
	r.same("repeat", r.keyed(opt), in)
}

func keyAtQuota(r *subtest) {
	opt := r.key("k")
	opt.Quota = 1
	first := r.keyed(opt)
	r.same("repeat", r.keyed(opt), first)
	opt.Key = "another"
	_, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
	r.wantErr("another key over the quota", err, webhook.ErrQuota)
}

func keyReused(r *subtest) {
	opt := r.key("k")
	first := r.keyed(opt)
	other := opt
	other.Fingerprint = "f2"
	_, err := r.store.CreateIntegration(r.Context(), r.integration(), other)
	r.wantErr("another request", err, webhook.ErrKeyReused)
	r.same("list", integrationIDs(r.all(r.user, 10)), []string{first.ID})
	r.same("repeat of the first", r.keyed(opt), first)
}

func keyOfDeleted(r *subtest) {
	opt := r.key("k")
	first := r.keyed(opt)
	r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, first.ID, 1))
	_, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
	r.wantErr("repeat", err, webhook.ErrNotFound)
	if all := r.all(r.user, 10); len(all) != 0 {
		r.Errorf("%d integrations are stored, want none", len(all))
	}
}

func keyExpired(r *subtest) {
	opt := r.key("k")
	first := r.keyed(opt)
	r.clock.Advance(opt.KeyUntil.Sub(r.clock.Now()) - 2*time.Second)
	r.same("repeat before the end", r.keyed(opt), first)
	r.clock.Advance(4 * time.Second)
	again := r.key("k")
	again.Fingerprint = "f2"
	second := r.keyed(again)
	if second.ID == first.ID {
		r.Error("the key did not expire")
	}
	r.same("repeat of the second", r.keyed(again), second)
}

func keyOfAnotherUser(r *subtest) {
	opt := r.key("k")
	first := r.keyed(opt)
	r.user = newUser()
	if second := r.keyed(opt); second.ID == first.ID {
		r.Error("the key returned another user's integration")
	}
}

func keyOdd(r *subtest) {
	for _, key := range []string{"#", "a#b", " ", "数据🚚", `"'\`, strings.Repeat("k", 255)} {
		opt := r.key(key)
		r.same("repeat with key "+key, r.keyed(opt), r.keyed(opt))
	}
}

func keyConcurrently(r *subtest) {
	opt := r.key("k")
	var all []webhook.Integration
	for range 8 {
		all = append(all, r.integration())
	}
	got := make([]string, len(all))
	var wg sync.WaitGroup
	for i, in := range all {
		wg.Go(func() {
			if in, err := r.store.CreateIntegration(r.Context(), in, opt); err == nil {
				got[i] = in.ID
			}
		})
	}
	wg.Wait()
	one := r.keyed(opt).ID
	r.same("list", integrationIDs(r.all(r.user, 10)), []string{one})
	for _, id := range got {
		if id != "" && id != one { // "" conflicted with another call and gave up
			r.Errorf("one call returned %s, another %s", id, one)
		}
	}
}
