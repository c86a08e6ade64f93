package sqlitestore

import (
	"database/sql"
	"strings"
	"testing"
)

// The cost of a query follows from its plan: these queries must read only an index, starting at the
// first row of the result.
func TestQueriesReadOnlyTheirIndex(t *testing.T) {
	s := openFor(t, Options{})
	for name, c := range map[string]struct {
		query string
		args  int
		want  string
	}{
		"what waits":       {waitingForwards, 5, "SEARCH dispatches USING COVERING INDEX dispatches_waiting (integration_id=? AND (accepted_at,id)>(?,?))"},
		"what waits, end":  {waitingLast, 5, "SEARCH dispatches USING COVERING INDEX dispatches_waiting (integration_id=? AND (accepted_at,id)<(?,?))"},
		"count what waits": {waitingCount, 3, "SEARCH dispatches USING COVERING INDEX dispatches_waiting (integration_id=?)"},
		"due entries":      {dueEntries, 5, "SEARCH due USING PRIMARY KEY ((at,integration_id,dispatch_id)>(?,?,?) AND at<?)"},
	} {
		t.Run(name, func(t *testing.T) {
			var plan []string
			err := s.read.rows("EXPLAIN QUERY PLAN "+c.query, make([]any, c.args), func(rows *sql.Rows) (bool, error) {
				var id, parent, unused int
				var step string
				err := rows.Scan(&id, &parent, &unused, &step)
				plan = append(plan, step)
				return true, err
			})
			if err != nil {
				t.Fatal(err)
			}
			if all := strings.Join(plan, "; "); !strings.Contains(all, c.want) || strings.Contains(all, "TEMP B-TREE") {
				t.Errorf("plan is %q, want %q", all, c.want)
			}
		})
	}
}
