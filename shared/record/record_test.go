package record

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const noLimit = 1 << 30

var succeeded = []webhook.Attempt{{
	Number: 1, StartedAt: time.Date(2025, 6, 7, 6, 33, 14, 5e6, time.UTC), Duration: 153 * time.Millisecond,
	ResponseStatus: 200, ResponseBody: "ok", IntegrationVersion: 3,
}}

// pageEvent returns the product page's example without white space: 1,083 bytes.
func pageEvent(tb testing.TB) []byte {
	tb.Helper()
	raw, err := os.ReadFile("../../events/task-succeeded.detail.json")
	if err != nil {
		tb.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		tb.Fatal(err)
	}
	return compact.Bytes()
}

func TestRoundTrip(t *testing.T) {
	for name, tc := range map[string]struct {
		event    []byte
		attempts []webhook.Attempt
	}{
		"the page's example, delivered": {pageEvent(t), succeeded},
		"held: no attempt yet":          {[]byte(`{"a":1}`), nil},
		"event not kept":                {nil, succeeded},
		"nothing":                       {nil, nil},
		"event with line feeds":         {[]byte("{\n\"a\":\n1}\n"), succeeded},
		"every field, and hostile text": {[]byte(`{}`), []webhook.Attempt{{
			Number: 36, Round: 3, StartedAt: time.UnixMilli(1).UTC(), Duration: time.Hour, ResponseStatus: 599,
			ResponseBody: "<html>\n\"\\\u2028\x00", Code: webhook.CodeHTTPStatus, Message: "a\nb", IntegrationVersion: 9,
		}, {Number: 37}}},
	} {
		t.Run(name, func(t *testing.T) {
			packed, kept, err := Encode(tc.event, tc.attempts, noLimit)
			if err != nil || !kept {
				t.Fatalf("Encode: kept %v, %v", kept, err)
			}
			event, attempts, err := Decode(packed)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.event, event); diff != "" {
				t.Error("event:", diff)
			}
			if diff := cmp.Diff(tc.attempts, attempts); diff != "" {
				t.Error("attempts:", diff)
			}
		})
	}
}

func TestPageExampleIsSmall(t *testing.T) {
	packed, _, err := Encode(pageEvent(t), succeeded, noLimit)
	if err != nil {
		t.Fatal(err)
	}
	if len(packed) > 330 {
		t.Errorf("the page's example of %d bytes takes %d bytes compressed, want at most 330", len(pageEvent(t)), len(packed))
	}
}

func TestEventThatDoesNotFitIsLeftOut(t *testing.T) {
	incompressible := []byte(`{"x":"` + strings.Repeat("€𝄞\\u0001", 1<<19) + `"}`)
	for name, tc := range map[string]struct {
		event []byte
		limit int
	}{
		"over the limit":            {pageEvent(t), 100},
		"larger than Decode allows": {incompressible, noLimit},
	} {
		t.Run(name, func(t *testing.T) {
			packed, kept, err := Encode(tc.event, succeeded, tc.limit)
			if err != nil || kept {
				t.Fatalf("Encode: kept %v, %v", kept, err)
			}
			event, attempts, err := Decode(packed)
			if err != nil || event != nil || !cmp.Equal(attempts, succeeded) {
				t.Errorf("Decode = %q, %v, %v", event, attempts, err)
			}
		})
	}
	if _, _, err := Encode(nil, succeeded, 10); err == nil {
		t.Error("a log that does not fit gave no error")
	}
}

func TestDecodeRejects(t *testing.T) {
	deflated := func(plain []byte) []byte {
		packed, err := newest.pack(plain)
		if err != nil {
			t.Fatal(err)
		}
		return packed
	}
	whole, _, _ := Encode(pageEvent(t), succeeded, noLimit)
	for name, packed := range map[string][]byte{
		"nothing":                  {},
		"version 0":                {0, 1, 2},
		"no stream":                {1},
		"a truncated stream":       whole[:len(whole)/2],
		"an unterminated log":      deflated([]byte("[]")),
		"a log that is not a list": deflated([]byte("{}\n{}")),
		"a decompression bomb":     deflated(bytes.Repeat([]byte(" "), 64<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := Decode(packed); err == nil || errors.Is(err, webhook.ErrNewerFormat) {
				t.Errorf("Decode gave %v, want an error about damage", err)
			}
		})
	}
	if _, _, err := Decode([]byte{2, 0}); !errors.Is(err, webhook.ErrNewerFormat) {
		t.Errorf("a newer version gave %v, want ErrNewerFormat", err)
	}
}

// The file was written when format 1 was new. It must stay readable, so the dictionary must not
// change.
func TestOldRecordsStayReadable(t *testing.T) {
	packed, err := os.ReadFile("testdata/v1.record")
	if err != nil {
		t.Fatal(err)
	}
	event, attempts, err := Decode(packed)
	if err != nil || !bytes.Equal(event, pageEvent(t)) || !cmp.Equal(attempts, succeeded) {
		t.Errorf("Decode = %s, %v, %v", event, attempts, err)
	}
}

func TestStandardLibraryReadsRecords(t *testing.T) {
	packed, _, _ := Encode(pageEvent(t), succeeded, noLimit)
	plain, err := io.ReadAll(flate.NewReaderDict(bytes.NewReader(packed[1:]), []byte(dictionary1)))
	if err != nil || !bytes.HasSuffix(plain, pageEvent(t)) {
		t.Errorf("got %q, %v", plain, err)
	}
}

func TestConcurrentUseGivesTheSameBytes(t *testing.T) {
	event := pageEvent(t)
	want, _, _ := Encode(event, succeeded, noLimit)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if _, _, err := Encode([]byte(`{"other":1}`), nil, noLimit); err != nil {
					t.Error(err)
				}
				got, _, err := Encode(event, succeeded, noLimit)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("Encode gave other bytes the next time, %v", err)
				}
				if back, _, err := Decode(got); err != nil || !bytes.Equal(back, event) {
					t.Errorf("Decode = %q, %v", back, err)
				}
			}
		})
	}
	wg.Wait()
}

// The event is omitted if and only if the record would exceed the limit with it.
func TestLimitIsInclusive(t *testing.T) {
	event, attempts := []byte(`{"userId":1,"resource":{"taskId":"0f1e2d3c4b5a"}}`), []webhook.Attempt{{Number: 1, ResponseStatus: 503}}
	whole, _, err := Encode(event, attempts, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, kept, err := Encode(event, attempts, len(whole)); err != nil || !kept {
		t.Errorf("at the limit: kept %v, %v", kept, err)
	}
	alone, kept, err := Encode(event, attempts, len(whole)-1)
	if err != nil || kept {
		t.Fatalf("over the limit: kept %v, %v", kept, err)
	}
	if _, _, err := Encode(nil, attempts, len(alone)); err != nil {
		t.Errorf("the attempts alone, at the limit: %v", err)
	}
	if _, _, err := Encode(nil, attempts, len(alone)-1); err == nil {
		t.Error("attempts over the limit were kept")
	}
}
