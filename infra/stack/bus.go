package stack

import "fmt"

// Bus is the event bus and the pattern of its rule.
type Bus struct {
	Name       string
	ARN        string
	Source     string
	DetailType string
	Failures   string // ARN of the dead-letter queue of the rule
}

type ruleProperties struct {
	Pattern struct {
		Source     []string `json:"source"`
		DetailType []string `json:"detail-type"`
	}
	DeadLetterConfig struct{ Arn string }
}

func bus(resources map[string]Resource, r *resolver) (Bus, error) {
	buses := ids(resources, "AWS::Events::EventBus")
	if len(buses) != 1 {
		return Bus{}, fmt.Errorf("the template has %d event buses, want 1", len(buses))
	}
	name, err := r.physicalName(buses[0])
	if err != nil {
		return Bus{}, err
	}
	rule, err := rule(resources)
	if err != nil {
		return Bus{}, err
	}
	return Bus{
		Name: name, ARN: r.arn("events", "event-bus/"+name),
		Source:     rule.Pattern.Source[0],
		DetailType: rule.Pattern.DetailType[0],
		Failures:   rule.DeadLetterConfig.Arn,
	}, nil
}

// rule returns the only rule in the functions' events.
func rule(resources map[string]Resource) (ruleProperties, error) {
	var found []ruleProperties
	for _, id := range ids(resources, "AWS::Serverless::Function") {
		events, _ := resources[id].Properties["Events"].(map[string]any)
		for _, event := range events {
			event, _ := event.(map[string]any)
			if event["Type"] != "EventBridgeRule" {
				continue
			}
			var p ruleProperties
			if err := into(event["Properties"], &p); err != nil {
				return p, fmt.Errorf("%s: %w", id, err)
			}
			found = append(found, p)
		}
	}
	if len(found) != 1 || len(found[0].Pattern.Source) != 1 || len(found[0].Pattern.DetailType) != 1 {
		return ruleProperties{}, fmt.Errorf("want one rule with one source and one detail-type, found %+v", found)
	}
	return found[0], nil
}
