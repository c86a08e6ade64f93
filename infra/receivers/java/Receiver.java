import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.startup.Tomcat;

/** A receiver on Tomcat: it verifies with the official Standard Webhooks library, and answers with what it saw. */
public final class Receiver extends HttpServlet {
  private final transient Webhook webhook;

  private Receiver(String secret) {
    webhook = new Webhook(secret);
  }

  /** Usage: Receiver SECRET. */
  public static void main(String[] args) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.getConnector().setEncodedSolidusHandling("passthrough"); // it refuses %2F in a path otherwise
    var context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "receiver", new Receiver(args[0]));
    context.addServletMappingDecoded("/*", "receiver");
    tomcat.start();
    System.out.println("port " + tomcat.getConnector().getLocalPort());
    tomcat.getServer().await();
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
    byte[] body = request.getInputStream().readAllBytes();
    Map<String, List<String>> headers = new TreeMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      headers.put(name, List.of(utf8(request.getHeader(name))));
    }
    String query = request.getQueryString();
    List<String> members = new ArrayList<>();
    members.add(member("target", request.getRequestURI() + (query == null ? "" : "?" + query)));
    members.add(member("path", URLDecoder.decode(request.getRequestURI().replace("+", "%2B"), StandardCharsets.UTF_8)));
    members.add(member("q", q(query)));
    members.add(quoted("headers") + ":{" + String.join(",", headers.entrySet().stream().map(h -> member(h.getKey(), h.getValue().get(0))).toList()) + "}");
    members.add(member("sha256", sha256(body)));
    members.add(quoted("verified") + ":" + verified(new String(body, StandardCharsets.UTF_8), headers));
    response.setContentType("application/json");
    response.setCharacterEncoding("UTF-8");
    response.getWriter().write("{" + String.join(",", members) + "}");
  }

  private boolean verified(String body, Map<String, List<String>> headers) {
    try {
      webhook.verify(body, HttpHeaders.of(headers, (name, value) -> true));
      return true;
    } catch (WebhookVerificationException e) {
      return false;
    }
  }

  private static String q(String query) {
    for (String pair : query == null ? new String[0] : query.split("&")) {
      if (pair.startsWith("q=")) {
        return URLDecoder.decode(pair.substring(2), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tomcat takes the bytes of a header for Latin-1. */
  private static String utf8(String header) {
    return new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String member(String name, String value) {
    return quoted(name) + ":" + quoted(value);
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      out.append(c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return out.append('"').toString();
  }
}
