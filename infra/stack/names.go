package stack

import (
	"fmt"
	"strings"
)

// ref resolves !Ref: the value of a parameter, or the physical id of a resource.
func (r *resolver) ref(name string) (any, error) {
	if v, ok := r.parameters[name]; ok {
		return v, nil
	}
	if pseudo, ok := strings.CutPrefix(name, "AWS::"); ok {
		return r.pseudo(pseudo)
	}
	// SAM's Function.Alias and Function.Version.
	if id, part, ok := strings.Cut(name, "."); ok {
		return r.attribute(id, part)
	}
	res, ok := r.src.Resources[name]
	if !ok {
		return nil, fmt.Errorf("unknown parameter or resource %s", name)
	}
	physical, err := r.physicalName(name)
	if err == nil && res.Type == "AWS::SQS::Queue" {
		return r.at.QueueURL + "/" + r.at.Account + "/" + physical, nil
	}
	return physical, err
}

func (r *resolver) pseudo(name string) (any, error) {
	switch name {
	case "AccountId":
		return r.at.Account, nil
	case "Region":
		return r.at.Region, nil
	case "StackName":
		return r.at.Name, nil
	case "StackId":
		return r.arn("cloudformation", "stack/"+r.at.Name+"/00000000-0000-4000-8000-000000000000"), nil
	case "Partition":
		return r.at.partition(), nil
	case "URLSuffix":
		return r.at.domain(), nil
	case "NoValue":
		return noValue{}, nil
	default:
		return nil, fmt.Errorf("unsupported pseudo parameter AWS::%s", name)
	}
}

// nameProperty is the name property of each resource type.
var nameProperty = map[string]string{
	"AWS::CloudWatch::Alarm":       "AlarmName",
	"AWS::CloudWatch::Dashboard":   "DashboardName",
	"AWS::Cognito::UserPoolDomain": "Domain",
	"AWS::Events::EventBus":        "Name",
	"AWS::Logs::LogGroup":          "LogGroupName",
	"AWS::SQS::Queue":              "QueueName",
	"AWS::Events::Rule":            "Name",
	"AWS::Serverless::Function":    "FunctionName",
	"AWS::DynamoDB::Table":         "TableName",
}

// physicalName returns the name in the template, or one generated from the stack's name and the
// logical id.
func (r *resolver) physicalName(id string) (string, error) {
	res := r.src.Resources[id]
	properties, _ := res.Properties.v.(map[string]any)
	given, ok := properties[nameProperty[res.Type]]
	if !ok {
		return r.at.Name + "-" + id, nil
	}
	name, err := r.resolve(given)
	return text(name), err
}

// arnForm is the service in the ARN of each resource type, and the prefix of the resource's name.
var arnForm = map[string][2]string{
	"AWS::CloudWatch::Alarm":    {"cloudwatch", "alarm:"},
	"AWS::Events::EventBus":     {"events", "event-bus/"},
	"AWS::SQS::Queue":           {"sqs", ""},
	"AWS::Serverless::Function": {"lambda", "function:"},
	"AWS::DynamoDB::Table":      {"dynamodb", "table/"},
	"AWS::Logs::LogGroup":       {"logs", "log-group:"},
	"AWS::IAM::Role":            {"iam", "role/"},
}

// attribute resolves !GetAtt.
func (r *resolver) attribute(id, attribute string) (any, error) {
	res, ok := r.src.Resources[id]
	if !ok {
		return r.generated(id, attribute)
	}
	name, err := r.physicalName(id)
	if err != nil {
		return nil, err
	}
	form, hasARN := arnForm[res.Type]
	switch {
	case attribute == "Arn" && res.Type == "AWS::Logs::LogGroup":
		return r.arn(form[0], form[1]+name+":*"), nil
	case attribute == "Arn" && hasARN:
		return r.arn(form[0], form[1]+name), nil
	case attribute == "Arn" && res.Type == "AWS::Events::Rule":
		return r.ruleARN(res, name)
	case attribute == "Alias":
		globals, _ := r.src.Globals.Function.v.(map[string]any)
		return r.arn(form[0], form[1]+name+":"+text(globals["AutoPublishAlias"])), nil
	case attribute == "QueueName":
		return name, nil
	case attribute == "ApiEndpoint":
		return "https://" + strings.ToLower(id) + ".execute-api." + r.at.Region + "." + r.at.domain(), nil
	default:
		return id + "." + attribute, nil
	}
}

// ruleARN returns the ARN of a rule on a bus of its own.
func (r *resolver) ruleARN(res written, name string) (any, error) {
	properties, _ := res.Properties.v.(map[string]any)
	bus, err := r.resolve(properties["EventBusName"])
	return r.arn("events", "rule/"+text(bus)+"/"+name), err
}

// generated returns the ARN of a rule that SAM generates for an event of a function. Its logical id
// is the function's followed by the event's.
func (r *resolver) generated(id, attribute string) (any, error) {
	for function := range r.src.Resources {
		if event, ok := strings.CutPrefix(id, function); ok && event != "" && attribute == "Arn" {
			return r.arn("events", "rule/"+r.at.Name+"/"+id), nil
		}
	}
	return nil, fmt.Errorf("unknown resource %s", id)
}

func (r *resolver) arn(service, resource string) string {
	region := r.at.Region
	if service == "iam" {
		region = ""
	}
	return "arn:" + r.at.partition() + ":" + service + ":" + region + ":" + r.at.Account + ":" + resource
}
