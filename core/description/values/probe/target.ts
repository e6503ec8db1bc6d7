/** What a probe asks, from what a table says: a command, an address, a URL or a file. */
import { isHostName } from "../../../text/host_names.ts";
import type { ProbedHost, ProbeTarget, WantedAnswer } from "../../contract/description.ts";
import { parseListenAddress } from "../../contract/listen_address.ts";
import type { Arguments } from "../process.ts";
import type { ValueScope } from "../value.ts";
import type { WrittenProbe } from "./keys.ts";

/** What a table asks. @returns undefined: it was reported what is wrong. */
export function targetOf(
  written: Partial<WrittenProbe>,
  scope: ValueScope,
): ProbeTarget | undefined {
  if (written.command !== undefined) {
    const words = filledWords(written.command, scope, "command");
    return words && { kind: "command", command: words };
  }
  if (written.tcp !== undefined) {
    const filled = scope.substitute(written.tcp, "tcp");
    const place = filled === undefined ? undefined : placeOf(filled, "tcp", scope);
    return place && { kind: "tcp", ...place };
  }
  if (written.unix !== undefined) {
    const path = scope.substitute(written.unix, "unix");
    if (path === undefined || /^[/@]./.test(path)) {
      return path && { kind: "unix", path } || undefined;
    }
    return scope.fail("a path from the root, or @NAME, is needed", { part: "unix" });
  }
  if (written.file !== undefined) {
    const path = scope.substitute(written.file, "file");
    if (path === undefined) return undefined;
    if (!path.startsWith("/")) {
      return scope.fail("a path from the root is needed", { part: "file" });
    }
    return { kind: "file", path, youngerThanMs: written["younger-than"] ?? 0 };
  }
  return httpTarget(written, scope);
}

function httpTarget(written: Partial<WrittenProbe>, scope: ValueScope): ProbeTarget | undefined {
  const url = scope.substitute(written.http ?? "", "http");
  if (url === undefined) return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed?.protocol === "http:";
  if (parsed === undefined || (!isPlain && parsed.protocol !== "https:")) {
    return scope.fail('a URL is needed: "http://127.0.0.1:8080/health"', { part: "http" });
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return scope.fail("a user in a URL is not sent", { part: "http", hint: "Use command = […]" });
  }
  const answer: WantedAnswer = {
    statuses: written.status ?? [[200, 399]],
    ...written.contains !== undefined && { contains: written.contains },
  };
  const authorities = written["ca-file"];
  if (!isPlain) {
    return { kind: "https", url, answer, ...authorities !== undefined && { authorities } };
  }
  if (authorities !== undefined) {
    return scope.fail("it is a matter of https", { part: "ca-file", isKey: true });
  }
  const port = parsed.port === "" ? "80" : parsed.port;
  const place = placeOf(`${parsed.hostname}:${port}`, "http", scope);
  return place && { kind: "http", url, ...place, answer };
}

/** A name is looked up at each try, in /etc/hosts alone: the manager cannot wait for a server. */
function placeOf(
  where: string,
  part: string,
  scope: ValueScope,
): { readonly host: ProbedHost; readonly port: number } | undefined {
  const colon = where.lastIndexOf(":");
  const [host, port] = [where.slice(0, colon), where.slice(colon + 1)];
  if (colon <= 0) {
    return scope.fail("address and port are needed", { part, hint: 'As "127.0.0.1:80"' });
  }
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    return scope.fail(`the port ${JSON.stringify(port)} is not 1 to 65535`, { part });
  }
  if (isHostName(host)) return { host, port: Number(port) };
  const address = parseListenAddress(where);
  if (address?.kind === "internet" && address.host !== "any") {
    return { host: address.host, port: address.port };
  }
  return scope.fail(`${JSON.stringify(host)} is no address`, {
    part,
    hint: 'Write the number ("127.0.0.1", "[::1]"), or a name that /etc/hosts has',
  });
}

/** The words of a command with their variables filled in. @param part Its key. */
export function filledWords(
  words: Arguments,
  scope: ValueScope,
  part: string,
): readonly string[] | undefined {
  const filled = words.map((each) => scope.substitute(each, part));
  return filled.includes(undefined) ? undefined : filled.map((each) => each ?? "");
}
