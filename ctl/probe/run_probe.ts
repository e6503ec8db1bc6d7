/**
 * `dinit probe`: asks a server once. A process of its own, because a name server and TLS may take
 * their time, and the manager has none.
 */
import { HttpAnswer, httpRequest, type HttpVerdict } from "../../core/health/mod.ts";
import { printable } from "../../core/text/printable.ts";
import type { ClientIo } from "../interface/io.ts";
import type { ExitCode } from "../interface/report.ts";
import { parseProbeLine, probeHelp, type ProbeOptions } from "./options.ts";

/** Carries out one command line of `dinit probe`. */
export async function runProbe(words: readonly string[], io: ClientIo): Promise<ExitCode> {
  const parsed = parseProbeLine(words);
  switch (parsed.kind) {
    case "help":
      io.out(probeHelp());
      return 0;
    case "faulty":
      for (const line of parsed.lines) io.err(`dinit probe: ${line}\n`);
      return 1;
    case "run": {
      const verdict = await withinTime(parsed.options);
      if (verdict.kind === "good") return 0;
      const why = verdict.kind === "bad" ? verdict.why : "the answer breaks off";
      io.err(`dinit probe: ${printable(parsed.options.url.href)}: ${printable(why)}\n`);
      return 1;
    }
  }
}

/** What is under way when the time is over ends with the process. */
async function withinTime(options: ProbeOptions): Promise<HttpVerdict> {
  const seconds = options.timeoutMs / 1000;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<HttpVerdict>((resolve) => {
    const verdict = { kind: "bad", why: `no answer within ${seconds} s` } as const;
    timer = setTimeout(() => resolve(verdict), options.timeoutMs);
  });
  const asked = ask(options).catch((error): HttpVerdict => ({ kind: "bad", why: textOf(error) }));
  const verdict = await Promise.race([asked, late]);
  clearTimeout(timer);
  return verdict;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function ask({ url, wanted, authorities }: ProbeOptions): Promise<HttpVerdict> {
  const isSecure = url.protocol === "https:";
  // An IPv6 address stands in brackets in a URL, and nowhere else.
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  const caCerts = authorities === undefined ? [] : [Deno.readTextFileSync(authorities)];
  const connection =
    await (isSecure
      ? Deno.connectTls({ hostname, port, caCerts })
      : Deno.connect({ hostname, port }));
  try {
    return await exchange(
      connection,
      httpRequest(`${url.pathname}${url.search}`, url.host),
      wanted,
    );
  } finally {
    connection.close();
  }
}

async function exchange(
  connection: Deno.Conn,
  request: Uint8Array,
  wanted: ProbeOptions["wanted"],
): Promise<HttpVerdict> {
  for (let sent = 0; sent < request.length;) {
    sent += await connection.write(request.subarray(sent));
  }
  const answer = new HttpAnswer(wanted);
  const buffer = new Uint8Array(16 * 1024);
  for (;;) {
    const read = await connection.read(buffer);
    if (read === null) return answer.end();
    const verdict = answer.take(buffer.subarray(0, read));
    if (verdict.kind !== "more") return verdict;
  }
}
