package stack

import (
	"fmt"
	"strconv"
)

// Prices are the list prices in the template's mappings, in US dollars.
type Prices struct {
	Date   string // year and month
	Region string

	// Per million.
	LambdaRequest, SQSRequest, BusEvent, WriteUnit, ReadUnit, APIRequest float64

	LambdaGBSecond float64 // arm64
	TableGBMonth   float64
	BackupGBMonth  float64 // point-in-time recovery of the table
	LogGB          float64 // ingested
	LogGBMonth     float64 // stored
	TransferOutGB  float64
}

func prices(mappings map[string]map[string]map[string]string) (Prices, error) {
	listed := mappings["UnitPrices"]
	p := Prices{Date: listed["Source"]["Date"], Region: listed["Source"]["Region"]}
	for _, price := range []struct {
		group, name string
		into        *float64
	}{
		{"PerMillion", "LambdaRequest", &p.LambdaRequest},
		{"PerMillion", "SqsRequest", &p.SQSRequest},
		{"PerMillion", "BusEvent", &p.BusEvent},
		{"PerMillion", "WriteUnit", &p.WriteUnit},
		{"PerMillion", "ReadUnit", &p.ReadUnit},
		{"PerMillion", "ApiRequest", &p.APIRequest},
		{"Each", "LambdaGBSecond", &p.LambdaGBSecond},
		{"Each", "TableGBMonth", &p.TableGBMonth},
		{"Each", "BackupGBMonth", &p.BackupGBMonth},
		{"Each", "LogGB", &p.LogGB},
		{"Each", "LogGBMonth", &p.LogGBMonth},
		{"Each", "TransferOutGB", &p.TransferOutGB},
	} {
		var err error
		if *price.into, err = strconv.ParseFloat(listed[price.group][price.name], 64); err != nil {
			return Prices{}, fmt.Errorf("UnitPrices.%s.%s: %w", price.group, price.name, err)
		}
	}
	return p, nil
}
