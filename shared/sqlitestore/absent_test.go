package sqlitestore

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestAbsentIsSureOnlyOfUnwrittenIDs(t *testing.T) {
	a := newAbsent()
	a.learn("i", "d005", 0)
	a.note("i", "d007")
	for id, want := range map[string]bool{"d004": false, "d005": false, "d006": true, "d007": false, "d008": true} {
		if sure, known, _ := a.sure("i", id); sure != want || !known {
			t.Errorf("%s certainly has no record: %v, want %v", id, sure, want)
		}
	}
	if sure, known, _ := a.sure("other", "d008"); sure || known {
		t.Error("sure of an unknown integration")
	}
}

func TestAbsentIgnoresStaleReads(t *testing.T) {
	a := newAbsent()
	_, _, mark := a.sure("i", "d1")
	a.note("i", "d1") // a write while the largest id, "", is being read
	a.learn("i", "", mark)
	if sure, known, _ := a.sure("i", "d1"); sure || known {
		t.Error("sure that a dispatch that was just written has no record")
	}
	_, _, mark = a.sure("i", "d1")
	a.learn("i", "d1", mark)
	if sure, known, _ := a.sure("i", "d2"); !sure || !known {
		t.Error("did not learn the result of an undisturbed read")
	}
}

func TestAbsentIsBoundedAndStaysCorrect(t *testing.T) {
	a := newAbsent()
	a.learn("i", "", 0)
	var all []string
	for _, n := range rand.Perm(5 * maxSince) {
		id := fmt.Sprintf("%06d", n)
		all = append(all, id)
		a.note("i", id)
		if held := len(a.known["i"].since); held > maxSince || held != a.size {
			t.Fatalf("%d ids are held, %d counted", held, a.size)
		}
	}
	for _, id := range all {
		if sure, _, _ := a.sure("i", id); sure {
			t.Fatalf("sure that %s has no record", id)
		}
	}
	for i := range maxAbsent {
		a.learn(fmt.Sprint(i), "", 0)
	}
	if held := a.size + len(a.known); held > maxAbsent {
		t.Errorf("%d ids and integrations are held, want at most %d", held, maxAbsent)
	}
}
