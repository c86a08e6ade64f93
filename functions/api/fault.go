package api

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Fault is one validation error.
type Fault struct {
	Location string `json:"location" doc:"The field of the body, the parameter or the header." example:"body.payloadTemplate"`
	Message  string `json:"message" doc:"What is wrong and, usually, how to fix it." example:"unknown variable \"resorce\""`
	Value    any    `json:"value,omitempty" doc:"The wrong value, where it helps. Never a secret."`
	*Place
	Suggestion string `json:"suggestion,omitempty" doc:"The value that was probably meant." example:"resource"`
}

// Place is the position of a validation error in a template.
type Place struct {
	Line   int `json:"line" required:"false" doc:"Counted from 1." example:"3"`
	Column int `json:"column" required:"false" doc:"Counted from 1, in characters." example:"14"`
	Offset int `json:"offset" required:"false" doc:"Bytes from the beginning of the text." example:"40"`
	Length int `json:"length" required:"false" doc:"Length of the wrong part in bytes; 0 where something is missing." example:"7"`
}

// faults is the list of all validation errors of a request. It implements error.
type faults []Fault

func (fs faults) Error() string {
	texts := make([]string, len(fs))
	for i, f := range fs {
		texts[i] = f.Location + ": " + f.Message
	}
	return strings.Join(texts, "; ")
}

// err returns the errors in a stable order, or nil if there are none. Of several errors with one
// location, such as a wrong type that also violates a rule, only the first is kept, except for
// templates.
func (fs faults) err() error {
	if len(fs) == 0 {
		return nil
	}
	if i := slices.IndexFunc(fs, func(f Fault) bool { return f.Location == "body" }); i >= 0 {
		return fs[i : i+1] // if the body is not an object, its other errors are meaningless
	}
	seen := map[string]bool{}
	kept := fs[:0:0]
	for _, f := range fs {
		if f.Place == nil && seen[f.Location] {
			continue
		}
		seen[f.Location] = true
		kept = append(kept, f)
	}
	return kept
}

// sorted orders the errors by location, so that the same request always gets the same response.
func (fs faults) sorted() faults {
	slices.SortStableFunc(fs, func(a, b Fault) int { return cmp.Compare(a.Location, b.Location) })
	return fs
}

// faultsOf converts a validation error of another package, with prefix ("body." or "query.") before
// each field. It returns nil for other errors.
func faultsOf(err error, prefix string) faults {
	if err == nil {
		return nil
	}
	if fs, ok := errors.AsType[faults](err); ok {
		return fs
	}
	if all, ok := errors.AsType[webhook.FieldErrors](err); ok {
		var fs faults
		for _, f := range all {
			fs = append(fs, Fault{Location: prefix + f.Field, Message: f.Reason, Value: f.Value})
		}
		return fs
	}
	if f, ok := errors.AsType[*webhook.FieldError](err); ok {
		return faults{{Location: prefix + f.Field, Message: f.Reason, Value: f.Value}}
	}
	return nil
}

// templateFaults returns the errors of the template in the given field.
func templateFaults(err error, location string) faults {
	if wrong, ok := errors.AsType[*template.Error](err); ok {
		return placed(wrong.Faults, location)
	}
	return nil
}

// placed returns the errors of the template in the given field with their places.
func placed(found []template.Fault, location string) faults {
	var fs faults
	for _, f := range found {
		fs = append(fs, Fault{
			Location: location, Message: f.Message, Suggestion: f.Suggestion,
			Place: &Place{Line: f.Line, Column: f.Column, Offset: f.Offset, Length: f.Length},
		})
	}
	return fs
}
