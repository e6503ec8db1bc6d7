/**
 * Recorded exchanges with upstream's daemon and client: the truth that both sides of ours are held
 * to.
 *
 * `daemon.json`: what the daemon answers. `client.json`: sessions of the client, with its command
 * line and exit code. Service descriptions are in upstream's own format, files last changed at
 * {@link DESCRIPTION_TIME}. A step is a line:
 *
 *     A > 020400626f6f74  LOADSERVICE name=boot
 *     A < 6515… [async varies=13+4]  SERVICEEVENT5 …
 *     A < end
 *
 * Connection, direction (`>` from the client), one packet as hexadecimal digits, marks, a note.
 * Marks: `async`: comes when it comes; `optional`: a defect of upstream, may be left out;
 * `pause=MS`: time before it is sent; `varies=AT+SIZE`: bytes that differ from run to run.
 */

/** Seconds and nanoseconds of all recorded description files. */
export const DESCRIPTION_TIME = { seconds: 1_700_000_000, nanoseconds: 123_456_789 };

export interface TranscriptStep {
  readonly connection: string;
  /** `end`: the server closes the connection. */
  readonly kind: "request" | "packet" | "end";
  readonly bytes: Uint8Array;
  readonly isAsync: boolean;
  readonly isOptional: boolean;
  readonly pauseMs: number;
  readonly varies: readonly { readonly offset: number; readonly size: number }[];
  /** The line itself, for messages. */
  readonly line: string;
}

export interface Transcript {
  readonly name: string;
  readonly setup: string;
  /** Of the protocol, as the recorded daemon reported it. */
  readonly version: number;
  /** Text of the description by service name; null for an empty directory. */
  readonly services: Readonly<Record<string, string | null>>;
  /** Services named on the daemon's command line. */
  readonly start: readonly string[];
  /** The daemon's whole environment, if it matters. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Other files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Client sessions only. */
  readonly command?: string;
  readonly exitCode?: number;
  readonly steps: readonly TranscriptStep[];
}

/** Reads `daemon` or `client` from beside this file. */
export function readTranscripts(name: "daemon" | "client"): Transcript[] {
  const text = Deno.readTextFileSync(new URL(`./${name}.json`, import.meta.url));
  const stored: (Omit<Transcript, "steps"> & { steps: string[] })[] = JSON.parse(text);
  return stored.map((transcript) => ({ ...transcript, steps: transcript.steps.map(readStep) }));
}

function readStep(line: string): TranscriptStep {
  const match = line.match(/^([A-Z]) ([<>]) (end|[0-9a-f]+)(?: \[([^\]]*)\])?(?: {2}.*)?$/);
  if (match === null) throw new Error(`Cannot read transcript step ${JSON.stringify(line)}`);
  const [, connection = "", direction, content = "", marks = ""] = match;
  const words = marks.split(" ");
  return {
    connection,
    kind: stepKind(direction, content),
    bytes: content === "end" ? new Uint8Array(0) : fromHex(content),
    isAsync: words.includes("async"),
    isOptional: words.includes("optional"),
    pauseMs: Number(words.find((word) => word.startsWith("pause="))?.slice(6) ?? 0),
    varies: words.filter((word) => word.startsWith("varies=")).map((word) => {
      const [offset, size] = word.slice(7).split("+");
      return { offset: Number(offset), size: Number(size) };
    }),
    line,
  };
}

function stepKind(direction: string | undefined, content: string): TranscriptStep["kind"] {
  if (content === "end") return "end";
  return direction === ">" ? "request" : "packet";
}

/** Bytes written as hexadecimal digits. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Hexadecimal digits of bytes, the ones that vary as dots. */
export function toHex(bytes: Uint8Array, varies: TranscriptStep["varies"] = []): string {
  return Array.from(bytes, (byte, at) => {
    const isVarying = varies.some(({ offset, size }) => at >= offset && at < offset + size);
    return isVarying ? ".." : byte.toString(16).padStart(2, "0");
  }).join("");
}
