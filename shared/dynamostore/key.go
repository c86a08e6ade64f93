package dynamostore

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	integrationPrefix = "INTEGRATION#"
	dispatchPrefix    = "DISPATCH#"
	waitingPrefix     = "WAITING#"
	duePrefix         = "DUE#"
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
	return key{partition(integrationID, 0), fmt.Sprintf("VERSION#%010d", n)}
}

func dispatchKey(r webhook.Ref) key { return key{partitionOf(r), dispatchPrefix + r.DispatchID} }

func lineKey(integrationID string) key { return key{partition(integrationID, 0), "LINE"} }

func rateKey(integrationID string) key { return key{partition(integrationID, 0), "RATE"} }

// millisKey formats a time so that it sorts as text. The zero time is 0.
func millisKey(t time.Time) string { return fmt.Sprintf("%013d", min(max(t.UnixMilli(), 0), 1e13-1)) }

func fromMillisKey(s string) time.Time {
	n, _ := strconv.ParseInt(s, 10, 64) // cannot fail: millisKey wrote it
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// microsKey is millisKey with microseconds, for acceptance times. Events of one call differ only by
// microseconds.
func microsKey(t time.Time) string { return fmt.Sprintf("%016d", min(max(t.UnixMicro(), 0), 1e16-1)) }

func fromMicrosKey(s string) time.Time {
	n, _ := strconv.ParseInt(s, 10, 64) // cannot fail: microsKey wrote it
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func (it item) key() key { return key{it.text("PK"), it.text("SK")} }

// idIn returns the id in the sort key, after prefix.
func (it item) idIn(prefix string) string { return strings.TrimPrefix(it.text("SK"), prefix) }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
