"""Verifies requests as a receiver does: one JSON object a line comes in, with
secret, headers and body (base64); one line goes out for each, "ok" or why not."""

import base64
import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

for line in sys.stdin:
    request = json.loads(line)
    try:
        Webhook(request["secret"]).verify(base64.b64decode(request["body"]), request["headers"])
        print("ok")
    except WebhookVerificationError as error:
        print(error)
