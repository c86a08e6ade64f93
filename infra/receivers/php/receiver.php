<?php
// A receiver in PHP, run by its own server: it verifies as the specification says, with the headers
// that getallheaders() gives, and answers with what it saw. The secret is in the environment.
// See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.

function verified(string $body, array $headers, string $secret): bool
{
    // The official library looks the names up just so, in lower case.
    foreach (['webhook-id', 'webhook-timestamp', 'webhook-signature'] as $name) {
        if (!isset($headers[$name])) {
            return false;
        }
    }
    if (abs(time() - (int) $headers['webhook-timestamp']) > 300) {
        return false;
    }
    $key = base64_decode(substr($secret, strlen('whsec_')));
    $signed = $headers['webhook-id'] . '.' . $headers['webhook-timestamp'] . '.' . $body;
    $expected = base64_encode(hash_hmac('sha256', $signed, $key, true));
    foreach (explode(' ', $headers['webhook-signature']) as $versioned) {
        [$version, $signature] = explode(',', $versioned, 2);
        if ($version === 'v1' && hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

$body = file_get_contents('php://input');
header('Content-Type: application/json');
echo json_encode([
    'target' => $_SERVER['REQUEST_URI'],
    'path' => rawurldecode(explode('?', $_SERVER['REQUEST_URI'])[0]),
    'q' => $_GET['q'] ?? '',
    'headers' => getallheaders(),
    'sha256' => hash('sha256', $body),
    'verified' => verified($body, getallheaders(), getenv('WEBHOOK_SECRET')),
    'json' => json_decode($body) !== null,
]);
