// @ts-check

/**
 * Receivers that verify with the official Standard Webhooks libraries.
 * @type {Record<string, { install: string, code: string }>}
 */
export const SNIPPETS = {
  "Node.js": {
    install: "npm install standardwebhooks express",
    code: `import express from "express";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
const app = express();

app.post("/hooks/scraper", express.raw({ type: "*/*" }), (req, res) => {
  let event;
  try {
    event = webhook.verify(req.body.toString("utf8"), req.headers);
  } catch {
    return res.status(401).send("wrong signature");
  }
  console.log("verified", event);
  res.status(204).end();
});

app.listen(3000);
`,
  },
  Python: {
    install: "pip install standardwebhooks flask",
    code: `import os

from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
app = Flask(__name__)


@app.post("/hooks/scraper")
def scraper():
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        event = webhook.verify(request.get_data(as_text=True), headers)
    except WebhookVerificationError:
        return "wrong signature", 401
    print("verified", event)
    return "", 204
`,
  },
  Go: {
    install: "go get github.com/standard-webhooks/standard-webhooks/libraries",
    code: `package main

import (
	"io"
	"log"
	"net/http"
	"os"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func main() {
	webhook, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /hooks/scraper", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil || webhook.Verify(body, r.Header) != nil {
			http.Error(w, "wrong signature", http.StatusUnauthorized)
			return
		}
		log.Printf("verified %s", body)
		w.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe(":3000", nil))
}
`,
  },
};
