package storetest

import (
	"slices"
	"sync"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func creating() []check {
	return []check{
		{"every field is stored", createAll},
		{"empty fields are stored", createLittle},
		{"odd user ids are stored", createForOddUsers},
		{"a taken id is a conflict", createTwice},
		{"the quota is kept", createToQuota},
		{"each user has a quota", createForTwoUsers},
		{"concurrent calls keep the quota", createConcurrently},
	}
}

func createAll(r *subtest) {
	in := r.integration()
	got, err := r.store.CreateIntegration(r.Context(), in, webhook.CreateOptions{Quota: 1})
	r.must("create", err)
	r.same("answer", got, in)
	r.stored(in)
	got, err = r.store.Integration(r.Context(), in.UserID, in.ID)
	r.must("read", err)
	r.utc("createdAt", got.CreatedAt)
	r.utc("modifiedAt", got.ModifiedAt)
	r.utc("failingSince", got.Health.FailingSince)
	r.utc("previousUntil", got.Secrets.PreviousUntil)
}

func createLittle(r *subtest) {
	in := r.integration()
	in = webhook.Integration{
		ID: in.ID, UserID: r.user, Name: "n", EventTypes: []webhook.EventType{webhook.Running}, RequestURL: "https://example.com",
		Status: webhook.Disabled, Version: 1, CreatedAt: in.CreatedAt, ModifiedAt: in.ModifiedAt,
		Secrets: webhook.Secrets{Current: []byte("s")},
	}
	_, err := r.store.CreateIntegration(r.Context(), in, webhook.CreateOptions{Quota: 1})
	r.must("create", err)
	r.stored(in)
}

func createForOddUsers(r *subtest) {
	for _, prefix := range []string{"用户", "a/b|c%_*", `"';--`, "0", "A@b.example"} {
		r.user = prefix + newUser()
		in := r.created()
		r.stored(in)
		r.same("list", integrationIDs(r.all(r.user, 10)), []string{in.ID})
	}
}

func createTwice(r *subtest) {
	in := r.created()
	other := in
	other.Name = "another"
	_, err := r.store.CreateIntegration(r.Context(), other, webhook.CreateOptions{Quota: 9})
	r.wantErr("create with a taken id", err, webhook.ErrConflict)
	r.stored(in)
	r.same("list", integrationIDs(r.all(r.user, 10)), []string{in.ID})
}

func createToQuota(r *subtest) {
	opt := webhook.CreateOptions{Quota: 2}
	var all []webhook.Integration
	for range 2 {
		in, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
		r.must("create within the quota", err)
		all = append(all, in)
	}
	_, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
	r.wantErr("create one over the quota", err, webhook.ErrQuota)
	r.same("list", integrationIDs(r.all(r.user, 10)), integrationIDs(all))

	r.must("delete", r.store.DeleteIntegration(r.Context(), r.user, all[0].ID, 1))
	_, err = r.store.CreateIntegration(r.Context(), r.integration(), opt)
	r.must("create after a deletion", err)
	_, err = r.store.CreateIntegration(r.Context(), r.integration(), opt)
	r.wantErr("create one over the quota again", err, webhook.ErrQuota)
}

func createForTwoUsers(r *subtest) {
	opt := webhook.CreateOptions{Quota: 1}
	for range 2 {
		r.user = newUser()
		_, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
		r.must("create", err)
	}
}

func createConcurrently(r *subtest) {
	const quota = 3
	opt := webhook.CreateOptions{Quota: quota}
	var all []webhook.Integration
	for range 10 {
		all = append(all, r.integration())
	}
	var mu sync.Mutex
	var ok []string
	var wg sync.WaitGroup
	for _, in := range all {
		wg.Go(func() {
			if _, err := r.store.CreateIntegration(r.Context(), in, opt); err == nil {
				mu.Lock()
				defer mu.Unlock()
				ok = append(ok, in.ID)
			}
		})
	}
	wg.Wait()
	kept := integrationIDs(r.all(r.user, 100))
	if len(kept) > quota {
		r.Fatalf("%d integrations are stored, the quota is %d", len(kept), quota)
	}
	for _, id := range ok {
		if !slices.Contains(kept, id) {
			r.Errorf("integration %s was created and is not listed", id)
		}
	}
	for len(kept) < quota { // conflicting calls may have given up
		in, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
		r.must("create within the quota", err)
		kept = append(kept, in.ID)
	}
	_, err := r.store.CreateIntegration(r.Context(), r.integration(), opt)
	r.wantErr("create one over the quota", err, webhook.ErrQuota)
}
