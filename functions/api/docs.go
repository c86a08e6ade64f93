package api

import "github.com/danielgtaylor/huma/v2"

func docsStyleHash() string { return "" }

func docsPage(*huma.OpenAPI) []byte { return nil }
