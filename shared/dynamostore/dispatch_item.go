package dynamostore

import (
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/record"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxRecord is the maximum size of the record attribute. An item may have 400 KiB; 10 KiB are
// reserved for the other attributes.
const maxRecord = 390 << 10

// Keeps reports whether the record of the dispatch includes its event.
func (s *Store) Keeps(d webhook.Dispatch) bool {
	_, kept, err := record.Encode(d.Event, d.Attempts, maxRecord)
	return err == nil && kept && len(d.Event) > 0
}

// dispatchItem encodes a dispatch that expires at ttl. Its creation time is part of its id. To save
// bytes, acc has the time of acceptance as microseconds since the creation, which are usually few.
func dispatchItem(d webhook.Dispatch, ttl int64) (item, error) {
	packed, _, err := record.Encode(d.Event, d.Attempts, maxRecord)
	if err != nil {
		return nil, fmt.Errorf("dispatch %s: %w", d.ID, err)
	}
	it := dispatchKey(d.Ref()).attributes()
	it.setNumber("f", format)
	it.setText("user", d.UserID)
	it.setText("event", d.EventID)
	it.setText("type", string(d.EventType))
	it.setText("trigger", string(d.Trigger))
	it.setText("status", string(d.Status))
	it.setText("reason", d.Reason)
	it.setNumber("round", d.Round)
	it.setNumber("rev", d.Revision)
	it.setNumber("shards", d.Shards)
	if !d.Accepted.IsZero() {
		it["acc"] = number(d.Accepted.UnixMicro() - ids.Time(d.ID).UnixMicro())
	}
	it.setTime("next", d.NextAttemptAt)
	it.setTime("ended", d.FinishedAt)
	it.setBytes("rec", packed)
	it["ttl"] = number(ttl)
	return it, nil
}

// dispatch decodes what dispatchItem encoded.
func (it item) dispatch() (webhook.Dispatch, error) {
	if err := it.check(); err != nil {
		return webhook.Dispatch{}, err
	}
	event, attempts, err := record.Decode(it.bytes("rec"))
	if err != nil {
		return webhook.Dispatch{}, fmt.Errorf("item %s: %w", it.key(), err)
	}
	id := it.idIn(dispatchPrefix)
	var accepted time.Time
	if _, ok := it["acc"]; ok {
		accepted = ids.Time(id).Add(time.Duration(it.int64("acc")) * time.Microsecond)
	}
	return webhook.Dispatch{
		ID:            id,
		IntegrationID: integrationIn(it.text("PK")),
		UserID:        it.text("user"),
		EventID:       it.text("event"),
		EventType:     webhook.EventType(it.text("type")),
		Trigger:       webhook.Trigger(it.text("trigger")),
		Status:        webhook.DispatchStatus(it.text("status")),
		Reason:        it.text("reason"),
		Round:         it.number("round"),
		Attempts:      attempts,
		CreatedAt:     ids.Time(id),
		Accepted:      accepted,
		Shards:        it.number("shards"),
		NextAttemptAt: it.time("next"),
		FinishedAt:    it.time("ended"),
		Event:         event,
		Revision:      it.number("rev"),
	}, nil
}
