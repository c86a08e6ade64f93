package egress_test

// corpus are request URLs that try to reach internal addresses. CheckURL rejects all of them.
var corpus = []string{
	// The Lambda Runtime API, and the addresses of extensions and credentials.
	"http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
	"https://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
	"https://169.254.100.1:9001/2018-06-01/runtime/invocation/next",
	"https://sandbox.localdomain:9001/2020-01-01/extension/register",

	// Metadata services.
	"https://169.254.169.254/latest/meta-data/iam/security-credentials/",
	"https://169.254.170.2/v2/credentials",
	"https://169.254.170.23/v1/credentials",
	"https://[fd00:ec2::254]/latest/meta-data/",
	"https://[fd00:ec2::23]/v1/credentials",
	"https://metadata.google.internal/computeMetadata/v1/",
	"https://metadata/computeMetadata/v1/",
	"https://instance-data.ec2.internal/latest/meta-data/",
	"https://100.100.100.200/latest/meta-data/",
	"https://192.0.0.192/opc/v2/",
	"https://168.63.129.16/metadata/",
	"https://[fe80::a9fe:a9fe]/latest/meta-data/",

	// IPv4 in every spelling that some client accepts.
	"https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/",
	"https://0x7f.0.0.1/", "https://0x7F.0x0.0x0.0x1/", "https://017700000001/", "https://0177.0.0.1/",
	"https://0177.0.0.01/", "https://127.0.0.01/", "https://127.000.000.001/", "https://00000000177.0.0.1/",
	"https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://169.254.43518/",
	"https://169.16689662/", "https://0/", "https://0.0.0.0/", "https://0x0/", "https://00/", "https://127.0.0.1./",
	"https://4294967295/", "https://99999999999/", "https://1.1.1.256/", "https://1.2.3/", "https://0x/", "https://1.2.3.0x/",

	// Ranges of IPv4 that are not public.
	"https://10.0.0.1/", "https://10.255.255.255/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/",
	"https://127.255.255.254/", "https://169.254.0.1/", "https://100.64.0.1/", "https://100.127.255.254/", "https://0.1.2.3/",
	"https://192.0.0.8/", "https://192.0.2.1/", "https://198.51.100.1/", "https://203.0.113.1/", "https://198.18.0.1/",
	"https://198.19.255.255/", "https://192.88.99.1/", "https://224.0.0.1/", "https://239.255.255.250/", "https://240.0.0.1/",
	"https://255.255.255.255/",

	// IPv6, and IPv4 inside it.
	"https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[0000::0001]/", "https://[::ffff:127.0.0.1]/",
	"https://[::ffff:7f00:1]/", "https://[::ffff:169.254.169.254]/", "https://[0:0:0:0:0:ffff:a9fe:a9fe]/", "https://[::127.0.0.1]/",
	"https://[::ffff:0:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::169.254.169.254]/", "https://[64:ff9b:1::a9fe:a9fe]/",
	"https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::1]/", "https://[2001:0:7f00:1::]/", "https://[2001::1]/", "https://[2001:10::1]/",
	"https://[2001:20::1]/", "https://[2001:db8::1]/", "https://[3fff::1]/", "https://[3ffe::1]/", "https://[fc00::1]/", "https://[fd12:3456::1]/",
	"https://[fe80::1]/", "https://[fec0::1]/", "https://[ff02::1]/", "https://[100::1]/", "https://[5f00::1]/", "https://[4000::1]/",
	"https://[fe80::1%25eth0]/", "https://[fe80::1%25lo]/", "https://[::1%25lo]/", "https://[fe80::1%eth0]/",
	"https://[2606:4700:4700::1111%25eth0]/", "https://[127.0.0.1]/", "https://[::ffff:127.1]/", "https://[1]/", "https://[]/", "https://[::1/",

	// Internal names.
	"https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/", "https://localhost.localdomain/",
	"https://printer.local/", "https://db.internal/", "https://ip-10-0-0-1.ec2.internal/", "https://router.lan/", "https://nas.home/",
	"https://wiki.corp/", "https://wiki.intranet/", "https://router.home.arpa/", "https://1.0.0.127.in-addr.arpa/", "https://kubernetes/",
	"https://kubernetes.default.svc.cluster.local/", "https://db.private/", "https://x.onion/", "https://example.com./", "https://localhost../",

	// Look-alikes that a client maps to an internal address or name.
	"https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://ｌｏｃａｌｈｏｓｔ/", "https://１２７.０.０.１/", "https://127。0。0。1/", "https://①②⑦.⓪.⓪.①/",
	"https://127．0．0．1/", "https://loc\u00adalhost/", "https://ﬁle.local/", "https://db.ⓘnternal/", "https://xn--a/", "https://xn--localhost-/",
	"https://169。254。169。254/", "https://[::①]/", "https://𝟏𝟐𝟕.𝟎.𝟎.𝟏/", "https://0𝐱7f.1/",

	// Escapes, credentials, and confusion about where the host ends.
	"https://%31%32%37.0.0.1/", "https://127.0.0.1%2f.example.com/", "https://example.com%00.localhost/", "https://%6cocalhost/",
	"https://example.com@127.0.0.1/", "https://example.com:443@127.0.0.1/", "https://127.0.0.1:443@example.com/", "https://user:pass@10.0.0.1/",
	"https://127.0.0.1#@example.com/", "https://example.com#@127.0.0.1/", `https://example.com\@127.0.0.1/`, `https:\\127.0.0.1\`,
	"https://127.0.0.1\t/", " https://127.0.0.1/", "https://exam\nple.com/", "https:/127.0.0.1/", "https:127.0.0.1", "//127.0.0.1/",
	"https://127.0.0.1:80:443/", "https://[::1]:443:80/", "https://[::1]a.example.com/", "https://127.0.0.1 .example.com/",

	// Other schemes and services.
	"gopher://127.0.0.1:6379/_FLUSHALL", "file:///proc/self/environ", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/", "unix:///var/run/docker.sock",
	"http://example.com/", "ldap://127.0.0.1/", "jar:http://127.0.0.1!/", "https://example.com:22/", "https://example.com:25/", "https://example.com:6000/",
	"https://example.com:0/", "https://example.com:65536/", "https://example.com:-1/",
}
