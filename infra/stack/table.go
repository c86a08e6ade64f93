package stack

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Table is the table of the stack.
type Table struct {
	ID   string // logical
	Name string
	ARN  string

	definition tableDefinition
}

type tableDefinition struct {
	BillingMode             types.BillingMode
	AttributeDefinitions    []types.AttributeDefinition
	KeySchema               []types.KeySchemaElement
	TimeToLiveSpecification struct{ AttributeName string }
}

// Input is the request that creates the table in an emulator: without encryption, point-in-time
// recovery and deletion protection.
func (t Table) Input() *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName:            &t.Name,
		BillingMode:          t.definition.BillingMode,
		AttributeDefinitions: t.definition.AttributeDefinitions,
		KeySchema:            t.definition.KeySchema,
	}
}

// TimeToLive is the request that enables time to live, after the table is created.
func (t Table) TimeToLive() *dynamodb.UpdateTimeToLiveInput {
	enabled := true
	return &dynamodb.UpdateTimeToLiveInput{
		TableName: &t.Name,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: &t.definition.TimeToLiveSpecification.AttributeName,
			Enabled:       &enabled,
		},
	}
}

func table(resources map[string]Resource, r *resolver) (Table, error) {
	tables := ids(resources, "AWS::DynamoDB::Table")
	if len(tables) != 1 {
		return Table{}, fmt.Errorf("the template has %d tables, want 1", len(tables))
	}
	id := tables[0]
	name, err := r.physicalName(id)
	if err != nil {
		return Table{}, err
	}
	t := Table{ID: id, Name: name, ARN: r.arn("dynamodb", "table/"+name)}
	if err := into(resources[id].Properties, &t.definition); err != nil {
		return Table{}, fmt.Errorf("%s: %w", id, err)
	}
	return t, nil
}
