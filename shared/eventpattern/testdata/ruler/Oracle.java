import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/**
 * Answers what AWS's Event Ruler says. Each line of the input is {"pattern": TEXT, "event": TEXT}; the line of the
 * output is true, false, or "error: " and what is wrong with the pattern.
 */
public final class Oracle {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode pair = MAPPER.readTree(line);
            out.println(answer(pair.get("pattern").asText(), pair.get("event").asText()));
        }
    }

    private static String answer(String pattern, String event) {
        // Machine.addRule alone would read what this refuses by the rules of before there was $or.
        String wrong = JsonRuleCompiler.check(pattern);
        if (wrong != null) {
            return "error: " + wrong.split("\n")[0];
        }
        try {
            Machine machine = new Machine();
            machine.addRule("rule", pattern);
            return String.valueOf(!machine.rulesForJSONEvent(event).isEmpty());
        } catch (Exception e) {
            return "error: " + String.valueOf(e.getMessage()).split("\n")[0];
        }
    }
}
