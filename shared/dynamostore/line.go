package dynamostore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// lineAttributes are the attributes by which two lines of an integration differ.
var lineAttributes = []string{"due", "place", "shards"}

// lineItem encodes a line, which expires after the retention.
func (s *Store) lineItem(l webhook.Line) item {
	it := lineKey(l.IntegrationID).attributes()
	it.setText("user", l.UserID)
	it.setTime("due", l.DueAt)
	it.setText("place", l.After)
	it.setNumber("shards", l.Shards)
	it["ttl"] = number(max(s.expiry(), unixCeil(l.DueAt.Add(s.keep))))
	return it
}

// Line returns webhook.ErrNotFound if the integration has no line.
func (s *Store) Line(ctx context.Context, integrationID string) (webhook.Line, error) {
	it, err := s.get(ctx, lineKey(integrationID))
	if err != nil {
		return webhook.Line{}, err
	}
	return webhook.Line{
		UserID: it.text("user"), IntegrationID: integrationID, Shards: it.number("shards"),
		DueAt: it.time("due"), After: it.text("place"),
	}, nil
}

// MoveLine replaces line 'from' with 'to'. It writes the new due entry before the line and removes
// the old one after it.
func (s *Store) MoveLine(ctx context.Context, from, to webhook.Line) error {
	if err := s.PutDue(ctx, to.Due()); err != nil {
		return err
	}
	stored := s.lineItem(to)
	condition, values := s.overLine(from)
	found, err := s.putIf(ctx, stored, condition, values)
	switch {
	case err != nil:
		return s.explain("move the line of "+to.IntegrationID, err)
	case found != nil && !found.matches(stored, lineAttributes...):
		return webhook.ErrConflict
	}
	if from == (webhook.Line{}) || dueKey(from.Due()) == dueKey(to.Due()) {
		return nil
	}
	return s.RemoveDue(ctx, from.Due())
}

// overLine is the condition that the stored line is l. An expired line counts as missing.
func (s *Store) overLine(l webhook.Line) (condition string, values item) {
	now := number(s.now().Unix())
	if l == (webhook.Line{}) {
		return "attribute_not_exists(PK) OR #ttl <= :now", item{":now": now}
	}
	condition, values = equal(s.lineItem(l), lineAttributes...)
	values[":now"] = now
	return "#ttl > :now AND " + condition, values
}

// RemoveLine removes the line and its due entry if the stored line is l.
func (s *Store) RemoveLine(ctx context.Context, l webhook.Line) error {
	condition, values := s.overLine(l)
	err := s.delete(ctx, lineKey(l.IntegrationID), condition, values)
	refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	switch {
	case ok && len(refused.Item) > 0 && !item(refused.Item).expired(s.now()):
		return webhook.ErrConflict
	case err != nil && !ok:
		return s.explain("remove the line of "+l.IntegrationID, err)
	}
	return s.RemoveDue(ctx, l.Due())
}
