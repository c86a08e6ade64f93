package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// realistic replaces the masked ids of the documentation's example, which would compress too well,
// and adds inputs until it has 2 KiB.
func realistic(detail map[string]any, user string, random *rand.Rand) {
	hex := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "0123456789abcdef"[random.IntN(16)]
		}
		return string(b)
	}
	task := hex(32)
	resource := detail["resource"].(map[string]any)
	detail["userId"] = user
	detail["eventData"].(map[string]any)["apiRunId"] = task
	resource["taskId"], resource["apiKey"] = task, hex(32)
	for _, kind := range []string{"csv", "json"} {
		resource[kind+"Url"] = fmt.Sprintf("https://th-scrapers-1303252866.cos.na-siliconvalley.myqcloud.com/scrapers/thordata/2025/06/07/%s.%s", task, kind)
	}
	var inputs []string
	for range 13 {
		inputs = append(inputs, fmt.Sprintf(`{"url":"https://www.amazon.com/dp/B0%s?th=1&psc=1"}`, strings.ToUpper(hex(8))))
	}
	resource["url"] = `{"spider_errors":true,"spider_id":"3","spider_parameters":[` + strings.Join(inputs, ",") + `]}`
}

// stored returns the size of the table's items as DynamoDB bills them, including 100 bytes for
// each.
func (w *harness) stored() (bytes int) {
	w.t.Helper()
	pages := dynamodb.NewScanPaginator(w.table, &dynamodb.ScanInput{TableName: &w.Table.Name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, item := range page.Items {
			bytes += 100 + itemSize(item)
		}
	}
	return bytes
}
