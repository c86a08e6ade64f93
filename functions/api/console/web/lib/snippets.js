/** How a receiver verifies signatures with the official Standard Webhooks libraries. */
export const SNIPPETS = {
  "Node.js": {
    install: "npm install standardwebhooks",
    code: `import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

app.post("/hooks/scraper", express.text({ type: "*/*", limit: "2mb" }), (req, res) => {
  try {
    const event = webhook.verify(req.body, req.headers);
    res.sendStatus(204);
  } catch {
    res.sendStatus(401);
  }
});
`,
  },
  Python: {
    install: "pip install standardwebhooks",
    code: `from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])


@app.post("/hooks/scraper")
def scraper():
    try:
        event = webhook.verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 401
    return "", 204
`,
  },
  Go: {
    install: "go get github.com/standard-webhooks/standard-webhooks/libraries",
    code: `import standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

func scraper(w http.ResponseWriter, r *http.Request) {
	webhook, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || webhook.Verify(body, r.Header) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
`,
  },
};
