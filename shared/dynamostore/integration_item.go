package dynamostore

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// integrationItem encodes an integration stored under k.
func integrationItem(k key, in webhook.Integration) item {
	it := k.attributes()
	it.setNumber("f", format)
	it.setText("user", in.UserID)
	it.setText("id", in.ID)
	it.setText("name", in.Name)
	it.setText("description", in.Description)
	it["eventTypes"] = eventTypes(in.EventTypes)
	it.setText("filter", in.Filter)
	it.setText("requestUrl", in.RequestURL)
	it.setText("payloadTemplate", in.PayloadTemplate)
	it.setText("headersTemplate", in.HeadersTemplate)
	it.setText("status", string(in.Status))
	it.setText("statusReason", in.StatusReason)
	it.setBool("doNotRetry", in.DoNotRetry)
	it.setBool("redirectIsSuccess", in.RedirectIsSuccess)
	it.setNumber("maxPerMinute", in.MaxPerMinute)
	it.setNumber("version", in.Version)
	it.setTime("createdAt", in.CreatedAt)
	it.setTime("modifiedAt", in.ModifiedAt)
	it.setHealth(in.Health)
	it.setNumber("shards", in.Shards)
	it.setBytes("secret", in.Secrets.Current)
	it.setBytes("oldSecret", in.Secrets.Previous)
	it.setTime("oldSecretUntil", in.Secrets.PreviousUntil)
	return it
}

// versionItem encodes the copy of an integration that is kept as a version, without its health and
// shards.
func versionItem(in webhook.Integration) item {
	in.Health, in.Shards = webhook.Health{}, 0
	return integrationItem(versionKey(in.ID, in.Version), in)
}

// integration decodes what integrationItem and versionItem encoded.
func (it item) integration() (webhook.Integration, error) {
	if err := it.check(); err != nil {
		return webhook.Integration{}, err
	}
	health, err := it.health()
	if err != nil {
		return webhook.Integration{}, err
	}
	return webhook.Integration{
		ID:                it.text("id"),
		UserID:            it.text("user"),
		Name:              it.text("name"),
		Description:       it.text("description"),
		EventTypes:        it.eventTypes(),
		Filter:            it.text("filter"),
		RequestURL:        it.text("requestUrl"),
		PayloadTemplate:   it.text("payloadTemplate"),
		HeadersTemplate:   it.text("headersTemplate"),
		Status:            webhook.IntegrationStatus(it.text("status")),
		StatusReason:      it.text("statusReason"),
		DoNotRetry:        it.bool("doNotRetry"),
		RedirectIsSuccess: it.bool("redirectIsSuccess"),
		MaxPerMinute:      it.number("maxPerMinute"),
		Version:           it.number("version"),
		CreatedAt:         it.time("createdAt"),
		ModifiedAt:        it.time("modifiedAt"),
		Health:            health,
		Shards:            it.number("shards"),
		Secrets: webhook.Secrets{
			Current: it.bytes("secret"), Previous: it.bytes("oldSecret"), PreviousUntil: it.time("oldSecretUntil"),
		},
	}, nil
}

func eventTypes(all []webhook.EventType) types.AttributeValue {
	list := make([]types.AttributeValue, len(all))
	for i, t := range all {
		list[i] = text(string(t))
	}
	return &types.AttributeValueMemberL{Value: list}
}

func (it item) eventTypes() []webhook.EventType {
	list, ok := it["eventTypes"].(*types.AttributeValueMemberL)
	if !ok {
		return nil
	}
	var all []webhook.EventType
	for _, v := range list.Value {
		if t, ok := v.(*types.AttributeValueMemberS); ok {
			all = append(all, webhook.EventType(t.Value))
		}
	}
	return all
}
