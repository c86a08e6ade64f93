// Puts an event with the AWS SDK for JavaScript. Arguments: endpoint, detail. Prints "ok" or the error's code.
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const [endpoint, Detail] = process.argv.slice(2);
const client = new EventBridgeClient({ endpoint, region: "eu-west-1", maxAttempts: 1 });
try {
  const answer = await client.send(new PutEventsCommand({ Entries: [{ Source: "thordata.scraper", DetailType: "Web Scraper Task Status Change", Detail }] }));
  console.log(answer.FailedEntryCount === 0 ? "ok" : JSON.stringify(answer));
} catch (error) {
  console.log(error.name);
}
