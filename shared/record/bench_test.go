package record

import "testing"

func BenchmarkEncode(b *testing.B) {
	event := pageEvent(b)
	b.ReportAllocs()
	var packed []byte
	for b.Loop() {
		packed, _, _ = Encode(event, succeeded, 400<<10)
	}
	b.ReportMetric(float64(len(packed)), "bytes")
}

func BenchmarkDecode(b *testing.B) {
	packed, _, _ := Encode(pageEvent(b), succeeded, 400<<10)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Decode(packed); err != nil {
			b.Fatal(err)
		}
	}
}
