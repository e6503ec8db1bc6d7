/**
 * The recordings of upstream's daemon, byte for byte, against the built manager: its socket, its
 * loader, real processes.
 */
import { until as holds } from "../../wait.ts";
import {
  CURRENT_VERSION,
  encodeRequest,
  handle,
  type Reply,
  ReplyReader,
  type Request,
} from "../../../core/protocol/mod.ts";
import { assertEquals } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import {
  readTranscripts,
  toHex,
  type Transcript,
  type TranscriptStep,
} from "../../transcripts/transcripts.ts";
import { PROGRAM } from "../manager.ts";
import { RecordedConnection, RecordedDaemon } from "../scenarios/recorded_daemon.ts";

for (const transcript of readTranscripts("daemon")) {
  if (transcript.version !== CURRENT_VERSION) continue;
  testNeeding(
    `dinit answers as recorded in ${transcript.name}`,
    [surroundings("dist/dinit (npm run build)", isBuilt())],
    () => replay(transcript),
  );
}

function isBuilt(): boolean {
  try {
    return Deno.statSync(PROGRAM).isFile;
  } catch {
    return false;
  }
}

async function replay(transcript: Transcript): Promise<void> {
  const daemon = await RecordedDaemon.start(transcript);
  const connections = new Map<string, RecordedConnection>();
  try {
    await settle(transcript, daemon);
    for (const step of transcript.steps) {
      const connection = connections.get(step.connection) ?? await daemon.connect();
      connections.set(step.connection, connection);
      await follow(step, connection, () => pause(transcript, daemon));
    }
  } finally {
    for (const connection of connections.values()) connection.close();
    await daemon.close();
  }
}

async function follow(
  step: TranscriptStep,
  connection: RecordedConnection,
  pause: () => Promise<void>,
): Promise<void> {
  switch (step.kind) {
    case "request":
      if (step.pauseMs > 0) await pause();
      return await connection.send(step.bytes);
    case "packet": {
      if (step.isOptional) return;
      const varies = step.varies;
      if (isPath(step)) return await skipPath(connection, step);
      const packet = await connection.receive(step.bytes.length);
      return assertEquals(toHex(packet, varies), toHex(step.bytes, varies), step.line);
    }
    case "end":
      return assertEquals(toHex(await connection.receiveEnd()), "", step.line);
  }
}

/** Replies 64 and 77 hold paths, so that their length differs. */
function isPath(step: TranscriptStep): boolean {
  return step.bytes[0] === 64 || step.bytes[0] === 77;
}

async function skipPath(connection: RecordedConnection, step: TranscriptStep): Promise<void> {
  const headerBytes = step.bytes[0] === 64 ? 6 : 5;
  const header = await connection.receive(headerBytes);
  assertEquals(header.slice(0, 1), step.bytes.slice(0, 1), step.line);
  const length = new DataView(header.buffer).getUint32(headerBytes - 4, true);
  await connection.receive(step.bytes[0] === 64 ? length - headerBytes : length);
}

/** Waits until the services that were started at launch have got where they stay. */
async function settle(transcript: Transcript, daemon: RecordedDaemon): Promise<void> {
  if (transcript.files !== undefined && transcript.name.startsWith("shutdown")) {
    await daemon.waitForFile("ready");
  }
  const passing = Object.entries(transcript.services)
    .filter(([, text]) => text?.includes("exit 3") || text?.includes("/nonexistent/prog"))
    .map(([name]) => name);
  await until(daemon, { kind: "list-5" }, (replies) =>
    replies.every((reply) => {
      if (reply.kind !== "service-info") return true;
      const { state, reason } = reply.status;
      if (passing.includes(reply.name)) return state === "stopped" && reason !== "normal";
      return state === "stopped" || state === "started";
    }));
}

/** The recordings waited a while; here it is known what for. */
async function pause(transcript: Transcript, daemon: RecordedDaemon): Promise<void> {
  if (transcript.files !== undefined) return await daemon.waitForFile("ready");
  if (transcript.name !== "catlog") return;
  const request: Request = { kind: "read-log", handle: handle(0), clear: false };
  await until(daemon, request, ([reply]) => reply?.kind === "log" && reply.bytes.length > 0);
}

/** Asks on a connection of its own until the answer fits, or the time is up. */
async function until(
  daemon: RecordedDaemon,
  request: Request,
  isDone: (replies: readonly Reply[]) => boolean,
): Promise<void> {
  const connection = await daemon.connect();
  const reader = new ReplyReader();
  try {
    if (request.kind === "read-log") await ask(connection, reader, { kind: "find", name: "b" });
    await holds(request.kind, async () => isDone(await ask(connection, reader, request)));
  } finally {
    connection.close();
  }
}

async function ask(
  connection: RecordedConnection,
  reader: ReplyReader,
  request: Request,
): Promise<Reply[]> {
  reader.expect(request);
  await connection.send(encodeRequest(request));
  const replies: Reply[] = [];
  while (reader.pending > 0) {
    const bytes = await connection.receive(1);
    if (bytes.length === 0) throw new Error("The manager has closed the connection");
    reader.push(bytes);
    for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
      if (packet.kind === "reply") replies.push(packet.reply);
      if (packet.kind === "malformed") throw new Error(packet.why);
    }
  }
  return replies;
}
