/**
 * `dinit-monitor`: runs a command at each event of services, or at each change of variables.
 */
import { printable } from "../../core/text/printable.ts";
import type { Handle } from "../../core/protocol/mod.ts";
import type { HealthState, ServiceState } from "../../core/types.ts";
import { ClientError } from "../interface/client_error.ts";
import { loadService } from "../commands/lookup/service_lookup.ts";
import { openSession } from "../connection/connect.ts";
import type { ClientIo } from "../interface/io.ts";
import type { ExitCode, LoadFault } from "../interface/report.ts";
import type { Received } from "../interface/connection.ts";
import type { Session } from "../connection/session.ts";
import { isWait, NOTHING, runToEnd, type Wait, type Waiting } from "../interface/waits.ts";
import { versionText } from "../words/version_text.ts";
import { fillCommand, type Happening, splitCommand } from "./command_template.ts";
import { monitorHelp, type MonitorOptions, parseMonitorLine, type StatusTexts } from "./options.ts";

const PROGRAM = "dinit-monitor";

/**
 * Carries out one command line of `dinit-monitor`. Help counts as a failure, as upstream has it.
 */
export function runMonitor(words: readonly string[], io: ClientIo): ExitCode {
  const parsed = parseMonitorLine(words);
  switch (parsed.kind) {
    case "help":
      io.out(monitorHelp());
      return 1;
    case "version":
      io.out(versionText());
      return 0;
    case "faulty":
      tell(parsed.lines, io);
      return 1;
    case "run":
      return runToEnd(watch(parsed.options, io), io);
  }
}

function* watch(options: MonitorOptions, io: ClientIo): Waiting<ExitCode> {
  const command = splitCommand(options.command);
  if (command.length === 0) {
    tell(["the command is empty."], io);
    return 1;
  }
  try {
    const target = { ...options, usesPassedConnection: false };
    const session = yield* openSession(target, io, "connecting to socket ");
    try {
      const happenings = options.watchesEnvironment
        ? variableHappenings(session, options)
        : serviceHappenings(session, options);
      let received = NOTHING;
      for (;;) {
        const step = happenings.next(received);
        if (step.done === true) break;
        received = NOTHING;
        if (isWait(step.value)) {
          received = yield step.value;
          continue;
        }
        runCommand(fillCommand(command, step.value), io);
        if (options.exitsAfterFirst) return 0;
      }
      throw new ClientError("the manager closed the connection.");
    } finally {
      session.close();
    }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    tell(error.lines, io);
    return 1;
  }
}

function runCommand(command: readonly string[], io: ClientIo): void {
  const outcome = io.run(command);
  switch (outcome.kind) {
    case "exited":
      if (outcome.code !== 0) tell([`command exited with status ${outcome.code}.`], io);
      break;
    case "signalled":
      tell([`command was ended by signal ${outcome.signal}.`], io);
      break;
    case "not-run":
      tell([`cannot run '${command[0]}': ${outcome.why}.`], io);
      break;
  }
}

/** Yields what happens, and its waits. */
type Happenings = Generator<Happening | Wait, void, Received>;

/** Ends when the manager closes the connection. */
function* serviceHappenings(session: Session, options: MonitorOptions): Happenings {
  const watched = new Map<Handle, string>();
  const initial: Happening[] = [];
  for (const name of options.names) {
    const service = yield* loadService(session, name);
    if (service.kind === "failed") {
      const causes = service.fault === "no-description" ? [] : yield* session.causes();
      throw new ClientError(
        loadFaultText(name, service.fault),
        ...causes.flatMap((cause) => cause.split("\n")),
      );
    }
    watched.set(service.handle, name);
    const status = restingText(service.state, options.texts);
    if (status !== undefined) initial.push({ name, status, value: "" });
  }
  const known = options.watchesHealth ? yield* session.remarks() : undefined;
  if (options.reportsInitial) {
    yield* initial;
    for (const name of watched.values()) {
      const status = healthText(known?.get(name)?.health?.state, options.texts);
      if (status !== undefined) yield { name, status, value: "" };
    }
  }
  for (;;) {
    const event = yield* session.nextEvent();
    if (event === "closed") return;
    if (event === "timeout" || event.kind === "environment-event") continue;
    const name = watched.get(event.handle);
    const status = event.kind === "health-event"
      ? healthText(event.state, options.texts)
      : eventText(event.event, options.texts);
    if (name !== undefined && status !== undefined) yield { name, status, value: "" };
  }
}

/** Ends when the manager closes the connection. */
function* variableHappenings(session: Session, options: MonitorOptions): Happenings {
  if (!session.knows("listen-environment")) {
    throw new ClientError(
      "the manager is too old to watch variables (control protocol 5 is needed).",
    );
  }
  yield* session.expect({ kind: "listen-environment" }, "ack");
  const isWanted = (name: string) => options.names.length === 0 || options.names.includes(name);
  if (options.reportsInitial) {
    const { entries } = yield* session.expect({ kind: "list-environment" }, "environment");
    for (const entry of entries) {
      const happening = variableHappening(entry, options.texts);
      if (isWanted(happening.name)) yield happening;
    }
  }
  for (;;) {
    const event = yield* session.nextEvent();
    if (event === "closed") return;
    if (event === "timeout" || event.kind !== "environment-event") continue;
    const happening = variableHappening(event.text, options.texts);
    if (isWanted(happening.name)) yield happening;
  }
}

/** `NAME=VALUE`, or `NAME` for one that was unset. */
function variableHappening(text: string, texts: StatusTexts): Happening {
  const equals = text.indexOf("=");
  if (equals < 0) return { name: text, status: texts.unset, value: "" };
  return { name: text.slice(0, equals), status: texts.set, value: text.slice(equals + 1) };
}

/** undefined: on its way, which is not reported. */
function restingText(state: ServiceState, texts: StatusTexts): string | undefined {
  if (state === "started") return texts.started;
  return state === "stopped" ? texts.stopped : undefined;
}

/** undefined: nothing is known of it, which is not reported. */
function healthText(state: HealthState | undefined, texts: StatusTexts): string | undefined {
  return state === "healthy" || state === "unhealthy" ? texts[state] : undefined;
}

/** undefined: cancelled starts and stops are not reported. */
function eventText(event: string, texts: StatusTexts): string | undefined {
  if (event === "started") return texts.started;
  if (event === "stopped") return texts.stopped;
  return event === "failed" ? texts.failed : undefined;
}

function loadFaultText(name: string, fault: LoadFault): string {
  switch (fault) {
    case "no-description":
      return `cannot watch service '${name}': there is no description of it.`;
    case "description-error":
      return `cannot watch service '${name}': its description has an error; see 'dinit-check ${name}'.`;
    case "load-error":
      return `cannot watch service '${name}': it or a dependency of it cannot be loaded; see 'dinit-check ${name}'.`;
  }
}

function tell(lines: readonly string[], io: ClientIo): void {
  for (const line of lines) io.err(`${PROGRAM}: ${printable(line)}\n`);
}
