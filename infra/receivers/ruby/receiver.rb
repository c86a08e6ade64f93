# A receiver in Ruby: it verifies as the specification says, and answers with what it saw.
# Usage: receiver.rb SECRET
# See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
require "base64"
require "cgi"
require "json"
require "openssl"
require "webrick"

SECRET = Base64.decode64(ARGV[0].delete_prefix("whsec_"))

def verified?(body, request)
  id, timestamp, signatures = %w[webhook-id webhook-timestamp webhook-signature].map { |name| request[name] }
  return false if [id, timestamp, signatures].any?(&:nil?) || (Time.now.to_i - timestamp.to_i).abs > 300

  expected = Base64.strict_encode64(OpenSSL::HMAC.digest("SHA256", SECRET, "#{id}.#{timestamp}.#{body}"))
  signatures.split.any? { |signature| OpenSSL.secure_compare(signature, "v1,#{expected}") }
end

server = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: 0, AccessLog: [], Logger: WEBrick::Log.new(File::NULL))
server.mount_proc("/") do |request, response|
  body = request.body || ""
  target = request.request_line.split[1]
  path, query = target.split("?", 2)
  response["Content-Type"] = "application/json"
  response.body = JSON.generate(
    target: target,
    path: CGI.unescape(path.gsub("+", "%2B")),
    q: CGI.parse(query || "")["q"].first.to_s,
    headers: request.raw_header.to_h { |line| line.dup.force_encoding("UTF-8").strip.split(/: ?/, 2) },
    sha256: OpenSSL::Digest::SHA256.hexdigest(body),
    verified: verified?(body, request),
  )
end
puts "port #{server.listeners.first.addr[1]}"
$stdout.flush
server.start
