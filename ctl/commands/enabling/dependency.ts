/** `add-dep` and `rm-dep`: change what depends on what until the manager ends. */
import { nearestName } from "../../../core/description/mod.ts";
import type { RuntimeDependencyKind } from "../../../core/types.ts";
import type { CommandRun } from "../../interface/report.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import {
  literalName,
  loadService,
  presentService,
  tellLoadFailure,
} from "../lookup/service_lookup.ts";

/**
 * Words for the kinds of dependency that can be changed at run time: upstream's, and the settings'
 * names.
 */
export const DEPENDENCY_TYPES: Readonly<Record<string, RuntimeDependencyKind>> = {
  need: "need",
  regular: "need",
  "depends-on": "need",
  milestone: "milestone",
  "depends-ms": "milestone",
  "waits-for": "waits-for",
};

export const addDependency: Command = (context) => change(context, "added");
export const removeDependency: Command = (context) => change(context, "removed");

function* change(
  { session, operands, io }: CommandContext,
  change: "added" | "removed",
): CommandRun {
  const [type = "", fromWord = "", toWord = ""] = operands;
  const dependency = DEPENDENCY_TYPES[type];
  if (dependency === undefined) {
    const near = nearestName(type, Object.keys(DEPENDENCY_TYPES));
    const hint = near === undefined ? "" : `; did you mean '${near}'?`;
    const allowed =
      "allowed are 'need' (or 'depends-on'), 'milestone' (or 'depends-ms'), 'waits-for'";
    yield { kind: "error", lines: [`unknown dependency type '${type}': ${allowed}${hint}`] };
    return 1;
  }
  const from = yield* literalName(session, fromWord);
  const to = yield* literalName(session, toWord);
  if (from === to) {
    yield { kind: "error", lines: [`service '${from}' cannot depend on itself.`] };
    return 1;
  }

  const find = change === "added" ? loadService : presentService;
  const handles = [];
  for (const name of [from, to]) {
    const service = yield* find(session, name);
    if (service.kind === "failed") {
      yield* tellLoadFailure(name, service.fault, { session }, io);
      return 1;
    }
    handles.push(service.handle);
  }
  const [fromHandle, toHandle] = handles;
  if (fromHandle === undefined || toHandle === undefined) return 1;

  const kind = change === "added" ? "add-dependency" : "remove-dependency";
  const reply = yield* session.expect(
    { kind, dependency, from: fromHandle, to: toHandle },
    "ack",
    "nak",
  );
  if (reply.kind === "nak") {
    const causes = change === "added" ? yield* session.causes() : [];
    yield causes.length > 0
      ? {
        kind: "error",
        lines: [`cannot add dependency of service '${from}' on '${to}':`],
        causes,
      }
      : { kind: "error", lines: [refusal(change, dependency, from, to)] };
    return 1;
  }
  yield { kind: "dependency-changed", from, to, change };
  return 0;
}

function refusal(
  change: "added" | "removed",
  dependency: RuntimeDependencyKind,
  from: string,
  to: string,
): string {
  if (change === "removed") {
    return `cannot remove dependency: service '${from}' has no '${dependency}' dependency on '${to}'.`;
  }
  const cause = `'${to}' depends on '${from}' already, which would make a cycle`;
  const other = dependency === "need"
    ? `, or '${from}' is not stopped and '${to}' is not started`
    : "";
  return `cannot add dependency of service '${from}' on '${to}': ${cause}${other}.`;
}
