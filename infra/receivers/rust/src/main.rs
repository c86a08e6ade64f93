//! A receiver in Rust: it verifies with the official Standard Webhooks library, and answers with what
//! it saw. Usage: receiver SECRET

use sha2::{Digest, Sha256};
use standardwebhooks::Webhook;

fn main() {
    let secret = std::env::args().nth(1).expect("usage: receiver SECRET");
    let webhook = Webhook::new(&secret).expect("the secret is whsec_ and base64");
    let server = tiny_http::Server::http("127.0.0.1:0").expect("a free port");
    println!("port {}", server.server_addr().to_ip().expect("an IP address").port());
    for mut request in server.incoming_requests() {
        let mut body = Vec::new();
        request.as_reader().read_to_end(&mut body).expect("the whole body");
        let mut headers = http::HeaderMap::new();
        let mut shown = serde_json::Map::new();
        for header in request.headers() {
            let (name, value) = (header.field.as_str().as_str(), header.value.as_str());
            shown.insert(name.to_string(), value.into());
            if let (Ok(name), Ok(value)) = (name.parse::<http::HeaderName>(), value.parse()) {
                headers.insert(name, value);
            }
        }
        let target = request.url().to_string();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let q = query.split('&').find_map(|pair| pair.strip_prefix("q=")).unwrap_or("");
        let answer = serde_json::json!({
            "target": target,
            "path": decoded(path),
            "q": decoded(&q.replace('+', " ")),
            "headers": shown,
            "sha256": Sha256::digest(&body).iter().map(|b| format!("{b:02x}")).collect::<String>(),
            "verified": webhook.verify(&body, &headers).is_ok(),
        });
        let _ = request.respond(tiny_http::Response::from_string(answer.to_string()));
    }
}

/// Undoes percent-encoding.
fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &tail[2..];
            }
            _ => {
                out.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
