package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed web
var embedded embed.FS

const (
	root   = "/console/"
	assets = root + "assets/" // followed by the version and the file

	// versionMark is replaced by the assets' version in index.html.
	versionMark = "VERSION"

	forever = "public, max-age=31536000, immutable"
	asked   = "no-cache" // cached, but revalidated each time
)

// types are the media types of the files, because the system's own table may differ.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

// file is a static file.
type file struct {
	kind string // media type
	body []byte
	etag string
}

func newFile(name string, body []byte) file {
	return file{kind: types[path.Ext(name)], body: body, etag: `"` + digest(body) + `"`}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// handler serves the console. It is immutable.
type handler struct {
	policy  string
	version string // a hash of all files
	index   file
	config  file
	files   map[string]file // by path below web/
}

// Handler serves the console at GET /console and below /console/. Every path without a file
// extension is a view and gets the page, whose script reads the path. It is safe for concurrent use
// and needs about 100 KB of memory.
func Handler(c Config) http.Handler {
	h := &handler{policy: c.policy(), files: load()}
	all := sha256.New()
	_ = fs.WalkDir(embedded, "web", func(name string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			all.Write([]byte(name))
			all.Write(h.files[strings.TrimPrefix(name, "web/")].body)
		}
		return nil
	})
	h.version = hex.EncodeToString(all.Sum(nil)[:6])
	index := bytes.ReplaceAll(h.files["index.html"].body, []byte(versionMark), []byte(h.version))
	h.index = newFile("index.html", index)
	h.config = newFile("config.json", c.page())
	return h
}

// load reads the embedded files. It cannot fail.
func load() map[string]file {
	files := map[string]file{}
	_ = fs.WalkDir(embedded, "web", func(name string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			body, _ := embedded.ReadFile(name)
			files[strings.TrimPrefix(name, "web/")] = newFile(name, body)
		}
		return nil
	})
	return files
}

// ServeHTTP responds to GET and HEAD with a file, the page, or 404.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "the console only supports GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	f, keep, ok := h.find(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Security-Policy", h.policy)
	head.Set("Content-Type", f.kind)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cache-Control", keep)
	head.Set("ETag", f.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}

// find returns the file at a path and its Cache-Control header.
func (h *handler) find(at string) (f file, keep string, ok bool) {
	if versioned, isAsset := strings.CutPrefix(at, assets); isAsset {
		version, name, _ := strings.Cut(versioned, "/")
		f, ok = h.files[name]
		// During a rollout a page may request another version's files. It gets the current ones,
		// but must not cache them under the other version's URL.
		if version != h.version {
			return f, "no-store", ok
		}
		return f, forever, ok
	}
	if at == root+"config.json" {
		return h.config, asked, true
	}
	view := at+"/" == root || strings.HasPrefix(at, root)
	return h.index, asked, view && path.Ext(at) == ""
}
