/**
 * What a request orders, in the words of the client's command line, for the log; undefined: it
 * changes nothing, or nothing that matters by itself.
 */
import { printable } from "../../../core/text/printable.ts";
import {
  type DependencyEnds,
  type Handle,
  OWN_PROGRAM,
  type Request,
} from "../../../core/protocol/mod.ts";
import type { RuntimeDependencyKind } from "../../../core/types.ts";

/** @param nameOf Name of the service with a handle; undefined: none has it, so nothing is done. */
export function orderText(
  request: Request,
  nameOf: (handle: Handle) => string | undefined,
): string | undefined {
  const about = (verb: string, handle: Handle, more = "") => {
    const name = nameOf(handle);
    return name === undefined ? undefined : `${verb} ${quoted(name)}${more}`;
  };
  switch (request.kind) {
    case "start":
    case "wake":
    case "release":
      return about(request.kind, request.handle, request.pin ? " --pin" : "");
    case "stop": {
      const { handle, restart, gentle, pin } = request;
      const more = `${gentle ? "" : " --force"}${pin && !restart ? " --pin" : ""}`;
      return about(restart ? "restart" : "stop", handle, more);
    }
    case "unpin":
    case "unload":
    case "reload":
    case "refresh":
      return about(request.kind, request.handle);
    case "set-trigger":
      return about(request.on ? "trigger" : "untrigger", request.handle);
    case "signal":
      return about(`signal ${request.signal}`, request.handle);
    case "read-log":
      return request.clear ? about("catlog --clear", request.handle) : undefined;
    case "add-dependency":
      return linkText("add-dep", request, nameOf);
    case "remove-dependency":
      return linkText("rm-dep", request, nameOf);
    case "enable":
    case "enable-7":
      return linkText("enable", request, nameOf);
    case "shutdown":
      return `shutdown ${request.type}`;
    case "reload-together":
      return "reload of several services";
    case "reexec":
      return request.program === OWN_PROGRAM ? "reexec" : `reexec ${quoted(request.program)}`;
    case "set-environment": {
      // Values are often secrets.
      const [name = ""] = request.text.split("=", 1);
      return `${request.text.includes("=") ? "setenv" : "unsetenv"} ${quoted(name)}`;
    }
    default:
      return undefined;
  }
}

const LINK_WORDS: Readonly<Record<RuntimeDependencyKind, string>> = {
  "need": "depends-on",
  "milestone": "depends-ms",
  "waits-for": "waits-for",
};

function linkText(
  verb: string,
  { dependency, from, to }: DependencyEnds,
  nameOf: (handle: Handle) => string | undefined,
): string | undefined {
  const [one, other] = [nameOf(from), nameOf(to)];
  if (one === undefined || other === undefined) return undefined;
  return `${verb} ${LINK_WORDS[dependency]} ${quoted(one)} ${quoted(other)}`;
}

function quoted(text: string): string {
  return printable(JSON.stringify(text));
}
