package e2e

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// itemSize returns the size of an item as DynamoDB counts it: the bytes of names and values, where
// a number has one byte per two digits plus one. See
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html.
func itemSize(item map[string]types.AttributeValue) (bytes int) {
	for name, v := range item {
		bytes += len(name) + valueSize(v)
	}
	return bytes
}

func valueSize(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return (len(v.Value)+1)/2 + 1
	case *types.AttributeValueMemberL:
		size := 3
		for _, one := range v.Value {
			size += 1 + valueSize(one)
		}
		return size
	}
	return 1 // a boolean or null
}

func TestItemSize(t *testing.T) {
	got := itemSize(map[string]types.AttributeValue{
		"PK":   &types.AttributeValueMemberS{Value: "user"},                                                            // 2 + 4
		"n":    &types.AttributeValueMemberN{Value: "1749277994000"},                                                   // 1 + 7 + 1
		"rec":  &types.AttributeValueMemberB{Value: make([]byte, 10)},                                                  // 3 + 10
		"is":   &types.AttributeValueMemberBOOL{Value: true},                                                           // 2 + 1
		"list": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "ab"}}}, // 4 + 3 + 1 + 2
	})
	if want := 6 + 9 + 13 + 3 + 10; got != want {
		t.Errorf("size = %d, want %d", got, want)
	}
}
