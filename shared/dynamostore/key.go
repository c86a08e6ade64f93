package dynamostore

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	integrationPrefix = "INTEGRATION#"
	dispatchPrefix    = "DISPATCH#"
)

// key is the primary key of an item.
type key struct{ pk, sk string }

func (k key) String() string { return k.pk + " " + k.sk }

func (k key) attributes() item { return item{"PK": text(k.pk), "SK": text(k.sk)} }

func userKey(userID string) string { return "USER#" + userID }

func integrationKey(userID, id string) key { return key{userKey(userID), integrationPrefix + id} }

func quotaKey(userID string) key { return key{userKey(userID), "QUOTA"} }

// idempotencyKey hashes the client's key, because it may be longer than DynamoDB allows for a sort
// key.
func idempotencyKey(userID, idempotency string) key {
	sum := sha256.Sum256([]byte(idempotency))
	return key{userKey(userID), "KEY#" + hex.EncodeToString(sum[:])}
}

func versionKey(integrationID string, n int) key {
	return key{integrationPrefix + integrationID, fmt.Sprintf("VERSION#%010d", n)}
}

func dispatchKey(integrationID, id string) key {
	return key{integrationPrefix + integrationID, dispatchPrefix + id}
}

func (it item) key() key { return key{it.text("PK"), it.text("SK")} }

// idIn returns the id in the sort key, after prefix.
func (it item) idIn(prefix string) string { return strings.TrimPrefix(it.text("SK"), prefix) }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
