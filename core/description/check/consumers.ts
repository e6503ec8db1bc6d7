/** What is wrong with services that read the output of others (`consumer-of`). */
import type { Entry, SecondaryFinding } from "./entry.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";

/** Faults of consumers and of the producers that they name. */
export function consumerFindings(entries: ReadonlyMap<string, Entry>): readonly SecondaryFinding[] {
  const found: SecondaryFinding[] = [];
  const consumers = new Map<string, string>();
  for (const entry of entries.values()) {
    const producer = entry.draft?.reading.values["consumer-of"];
    if (producer === undefined) continue;
    const fault = producerFinding(entry, producer, entries.get(producer));
    if (fault !== undefined) found.push(fault);
    const other = consumers.get(producer);
    consumers.set(producer, entry.name);
    if (other === undefined) continue;
    found.push(finding(entry, `${quote(producer)} has a consumer already: ${quote(other)}`));
  }
  return found;
}

function producerFinding(
  entry: Entry,
  name: string,
  producer: Entry | undefined,
): SecondaryFinding | undefined {
  const body = producer?.draft?.body;
  if (body === undefined) {
    return finding(entry, `The service ${quote(name)} was not found`, "warning");
  }
  if (body.type === "internal" || body.type === "triggered") {
    return finding(entry, `${quote(name)} has no processes whose output could be read`);
  }
  if (body.log.kind === "pipe") return undefined;
  return finding(entry, `${quote(name)} has log-type = "${body.log.kind}"; it must be "pipe"`);
}

function finding(
  entry: Entry,
  message: string,
  severity: Problem["severity"] = "error",
): SecondaryFinding {
  const assignment = entry.draft?.reading.given.get("consumer-of");
  const where = assignment === undefined
    ? undefined
    : entry.draft?.tree.locate(assignment, { part: "value", path: [] });
  const found = { problem: problem(where, message, { severity }), counts: severity === "error" };
  return { service: entry.name, finding: found };
}
