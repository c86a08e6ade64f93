package sqlitestore

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestAbsentIsSureOnlyOfWhatWasNeverWritten(t *testing.T) {
	a := newAbsent()
	a.learn("i", "d005", 0)
	a.note("i", "d007")
	for id, want := range map[string]bool{"d004": false, "d005": false, "d006": true, "d007": false, "d008": true} {
		if sure, known, _ := a.sure("i", id); sure != want || !known {
			t.Errorf("%s certainly has no record: %v, want %v", id, sure, want)
		}
	}
	if sure, known, _ := a.sure("other", "d008"); sure || known {
		t.Error("it is sure of an integration that it was never told of")
	}
}

func TestAbsentLearnsNothingThatMayBeOld(t *testing.T) {
	a := newAbsent()
	_, _, mark := a.sure("i", "d1")
	a.note("i", "d1") // somebody writes while the largest id, none, is being read
	a.learn("i", "", mark)
	if sure, known, _ := a.sure("i", "d1"); sure || known {
		t.Error("it is sure that there is no record of what was just written")
	}
	_, _, mark = a.sure("i", "d1")
	a.learn("i", "d1", mark)
	if sure, known, _ := a.sure("i", "d2"); !sure || !known {
		t.Error("it did not learn what was read in peace")
	}
}

func TestAbsentIsBoundedAndStaysRight(t *testing.T) {
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
			t.Fatalf("it is sure that there is no record of %s", id)
		}
	}
	for i := range maxAbsent {
		a.learn(fmt.Sprint(i), "", 0)
	}
	if held := a.size + len(a.known); held > maxAbsent {
		t.Errorf("%d ids and integrations are held, at most %d", held, maxAbsent)
	}
}
