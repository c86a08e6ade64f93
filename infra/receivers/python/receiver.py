"""A receiver in Python: it verifies with the official Standard Webhooks library, and answers with
what it saw. Usage: receiver.py SECRET"""

import hashlib
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from standardwebhooks import Webhook, WebhookVerificationError


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            Webhook(sys.argv[1]).verify(body, dict(self.headers))
            verified = True
        except WebhookVerificationError:
            verified = False
        url = urlsplit(self.path)
        answer = json.dumps({
            "target": self.path,
            "path": unquote(url.path),
            "q": parse_qs(url.query).get("q", [""])[0],
            # http.server takes the bytes of a header for Latin-1
            "headers": {name: value.encode("latin-1").decode() for name, value in self.headers.items()},
            "sha256": hashlib.sha256(body).hexdigest(),
            "verified": verified,
        }).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print("port", server.server_port, flush=True)
server.serve_forever()
