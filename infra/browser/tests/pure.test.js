// The console's functions that need no browser.

import assert from "node:assert/strict";
import { test } from "node:test";

const web = "../../../functions/api/console/web";
const { inString, laidOut, placeholders, position, tokens } = await import(`${web}/lib/json.js`);
const { filtering, insertion } = await import(`${web}/lib/insertion.js`);
const { cut } = await import(`${web}/parts/code.js`);
const { cause } = await import(`${web}/lib/causes.js`);
const { ago, clock, duration, fromField, left, toField } = await import(`${web}/lib/time.js`);
globalThis.location = { origin: "https://example.com" };
const { find, link } = await import(`${web}/lib/router.js`);
const { logAddress, periodOf } = await import(`${web}/parts/filters.js`);

const kinds = (text) => tokens(text).filter((t) => t.kind !== "space").map((t) => `${t.kind} ${t.text}`);

test("tokens add up to the text", () => {
  for (const text of ["", '{"a": "b{{c}}d", "e": {{f}}, 1.5e3: tru', '"', '"\\', "{{{", '{"a', "\u0000ä😀}{", '"{{a}}{{b}}"\n"x']) {
    assert.equal(tokens(text).map((t) => t.text).join(""), text);
  }
});

test("keys, strings, numbers, words and placeholders are distinguished", () => {
  assert.deepEqual(kinds('{"k{{x}}" : "v {{ y }}!", "n": -1.5e+3, "b": true, "p": {{z.0}}, ?}'), [
    "mark {", 'key "k', "place {{x}}", 'key "', "mark :", 'string "v ', "place {{ y }}", 'string !"', "mark ,",
    'key "n"', "mark :", "number -1.5e+3", "mark ,", 'key "b"', "mark :", "word true", "mark ,", 'key "p"', "mark :", "place {{z.0}}", "mark ,", "bad ?", "mark }",
  ]);
});

test("whether a cursor is inside a string", () => {
  const text = '{"a": "b\\"c", "": x}';
  const inside = [...text, ""].map((_, at) => (inString(text, at) ? "^" : " ")).join("");
  assert.equal(inside, "  ^^   ^^^^^   ^     ");
  assert.equal(inString('{"open', 6), true);
  assert.equal(inString('{"open\n', 7), false);
});

test("a variable is inserted so that JSON stays JSON", () => {
  for (const [marked, want] of [ // ^ is the cursor, ^…^ what is chosen
    ['{"a": "id ^"}', '{"a": "id {{x}}"}'],
    ['{"a": ^}', '{"a": "{{x}}"}'],
    ['{"a": ^"old"^}', '{"a": "{{x}}"}'],
    ['{"a": 1}^', '{"a": 1, "x": "{{x}}"}'],
    ['^{"a": 1}', '{"a": 1, "x": "{{x}}"}'],
    ['{\n  "a": {"b": 1}\n}\n^', '{\n  "a": {"b": 1},\n  "x": "{{x}}"\n}\n'],
    ['{\n  "a": 1^,\n  "b": 2\n}', '{\n  "a": 1,\n  "x": "{{x}}",\n  "b": 2\n}'],
    ['{^"a": 1}', '{"x": "{{x}}", "a": 1}'],
    ['{"x": 1, ^}', '{"x": 1, "x2": "{{x}}"}'],
    ['{"a": [^]}', '{"a": ["{{x}}"]}'],
    ['{"a": [1^, 2]}', '{"a": [1, "{{x}}", 2]}'],
    ['{"a": {{b}}^}', '{"a": {{b}}, "x": "{{x}}"}'],
    ['{}^', '{"x": "{{x}}"}'],
    ['^', '{\n  "x": "{{x}}"\n}'],
    ['^{"a": 1}^', '{\n  "x": "{{x}}"\n}'],
    ['}^', '}"{{x}}"'],
  ]) {
    const text = marked.replaceAll("^", ""), start = marked.indexOf("^"), end = Math.max(start, marked.lastIndexOf("^") - 1);
    const typed = insertion(text, start, end, "x");
    assert.equal(text.slice(0, typed.from) + typed.text + text.slice(typed.to), want, marked);
  }
  assert.match(insertion("", 0, 0, "globals.dateISO").text, /"dateISO": "{{globals.dateISO}}"/);
});

test("placeholders may have quotes after a bar, escaped or not", () => {
  const raw = '{{x | default: "a, }" | limit: 3}}', escaped = '{{x|default: \\"b\\"}}', bare = "{{x | default: 'c'}}";
  const text = `{"a": "1 ${raw} 2", "b": ${bare}, "c": "${escaped}", "d": ${raw}}`;
  assert.deepEqual(kinds(text).filter((kind) => kind.startsWith("place")), [raw, bare, escaped, raw].map((place) => `place ${place}`));
  assert.deepEqual(placeholders(text).map(({ from, to }) => text.slice(from, to)), [raw, bare, escaped, raw]);
  assert.ok(inString(text, text.indexOf(" 2")) && inString(text, text.indexOf("a, }")) && !inString(text, text.indexOf('"b"')));
  assert.deepEqual(kinds('["{{x | text", "{{y}}"]').filter((kind) => kind.startsWith("place")), ["place {{y}}"], "one that is never closed");
  assert.equal(inString(`"${"{{x|y}}".repeat(5000)}\\`, 4), true, "without backtracking");
});

test("a filter goes into the placeholder at the cursor", () => {
  for (const [marked, want] of [ // ^ is the cursor
    ['{"a": "{{x^}}"}', '{"a": "{{x | limit: 1500}}"}'],
    ['{"a": "{{x}}"^}', '{"a": "{{x | limit: 1500}}"}'],
    ['{"a": "{{x }}^ {{y}}"}', '{"a": "{{x | limit: 1500}} {{y}}"}'],
    ['{"a": {{^x | default: "n"}}}', '{"a": {{x | default: "n" | limit: 1500}}}'],
    ['{"a": ^}', '{"a": "{{detail | limit: 1500}}"}'],
    ['{"a": "{{x}} b^"}', '{"a": "{{x}} b{{detail | limit: 1500}}"}'],
    ["^", '{\n  "detail": "{{detail | limit: 1500}}"\n}'],
  ]) {
    const text = marked.replace("^", ""), at = marked.indexOf("^");
    const typed = filtering(text, at, at, "{{detail | limit: 1500}}");
    assert.equal(text.slice(0, typed.from) + typed.text + text.slice(typed.to), want, marked);
  }
});

test("formatting keeps every digit, escape and brace in a string", () => {
  const text = '{"n":12345678901234567890.10,"e":[],"o":{ },"s":"a\\u0026{b},[c]: \\"d\\"","l":[1,{"x":null}]}';
  const shown = laidOut(text);
  assert.equal(shown, '{\n  "n": 12345678901234567890.10,\n  "e": [],\n  "o": {},\n  "s": "a\\u0026{b},[c]: \\"d\\"",\n  "l": [\n    1,\n    {\n      "x": null\n    }\n  ]\n}');
  assert.equal(laidOut(shown), shown);
  assert.equal(laidOut("not { json"), "not { json");
});

test("byte offsets are converted to string indices", () => {
  for (const [text, offset, want] of [["abc", 1, 1], ["äbc", 2, 1], ["€x", 3, 1], ["😀x", 4, 2], ["a", 9, 1], ["", 0, 0]]) {
    assert.equal(position(text, offset), want, `${text} at ${offset}`);
  }
});

test("pieces are split at the borders of errors", () => {
  assert.deepEqual(cut(0, 10, []), [[0, 10, false]]);
  assert.deepEqual(cut(0, 10, [{ from: 3, to: 5 }]), [[0, 3, false], [3, 5, true], [5, 10, false]]);
  assert.deepEqual(cut(4, 8, [{ from: 0, to: 20 }]), [[4, 8, true]]);
  assert.deepEqual(cut(4, 8, [{ from: 0, to: 4 }]), [[4, 8, false]]);
});

test("times are formatted in words", () => {
  const now = Date.parse("2026-01-02T12:00:00Z"), s = 1000;
  assert.deepEqual([0, -61, -3 * 3600, -50 * 3600, 90].map((d) => ago(now + d * s, now)), ["now", "1 minute ago", "3 hours ago", "2 days ago", "in 1 minute"]);
  assert.deepEqual([0, 8, 59.2, 185, 43200].map((d) => left(now + d * s, now)), ["a moment", "8 s", "1 min 0 s", "3 min 5 s", "12 h 0 min"]);
  assert.deepEqual(["2026-03-04T05:06Z", "2025-03-04T05:06Z"].map((at) => /\b20\d\d\b/.test(clock(Date.parse(at), now))), [false, true], "the year, where it is another");
  assert.deepEqual([0, 34, 1234, 12345].map(duration), ["under 1 ms", "34 ms", "1.2 s", "12 s"]);
});

test("a time field uses the user's time zone", () => {
  assert.equal(fromField(toField("2026-01-02T12:34:00.000Z")), "2026-01-02T12:34:00.000Z");
  assert.deepEqual([toField(""), toField(null), toField("nonsense"), fromField("")], ["", "", "", ""]);
});

test("every view has a URL", () => {
  const table = ["/", "/new", "/integrations/:id", "/integrations/:id/settings"].map((path) => ({ path }));
  const at = (pathname) => { const f = find(pathname, table); return f && [f.route.path, f.params.id]; };
  assert.deepEqual(at("/console"), ["/", undefined]);
  assert.deepEqual(at("/console/"), ["/", undefined]);
  assert.deepEqual(at("/console/new"), ["/new", ""].map((x) => x || undefined));
  assert.deepEqual(at(link("integrations", "a/b")), ["/integrations/:id", "a/b"]);
  assert.deepEqual(at("/console/integrations/1/settings/"), ["/integrations/:id/settings", "1"]);
  assert.equal(at("/console/integrations/1/nothing"), undefined);
});

test("the log's filters are in its URL", () => {
  const query = new URLSearchParams("status=FAILED&cursor=x");
  assert.equal(logAddress("i", query, { cursor: "" }), "/console/integrations/i?status=FAILED");
  assert.equal(logAddress("i", query, { cursor: "", status: "" }), "/console/integrations/i");
  assert.deepEqual(periodOf(new URLSearchParams("period=custom&since=a")), { since: "a", until: null });
  const { since } = periodOf(new URLSearchParams("period=day")); // before the clock is read below
  assert.ok(Date.now() - Date.parse(since) >= 24 * 3600_000);
});

test("every code of the API has a text, and unknown codes are shown as they are", () => {
  for (const code of ["dns_error", "connection_refused", "connection_reset", "connection_error", "timeout", "tls_error", "blocked_address", "redirect", "protocol_error", "render_error", "internal_error"]) {
    assert.doesNotMatch(cause({ errorCode: code })[0], /_/);
  }
  for (const status of [400, 401, 404, 410, 418, 429, 500, 503, 599]) assert.match(cause({ errorCode: "http_status", responseStatus: status })[0], /receiver/);
  assert.deepEqual(cause({ errorCode: "http_status", responseStatus: 199, errorMessage: "answered 199" }), ["answered 199", ""]);
  for (const ask of ["disable", "abort-message"]) {
    assert.match(cause({ errorCode: "http_status", responseStatus: 503, errorMessage: `answered 503 Service Unavailable with Webhook-Delivery: ${ask}` })[1], new RegExp(ask));
  }
  assert.deepEqual(cause({}), ["The receiver accepted it", ""]);
});
