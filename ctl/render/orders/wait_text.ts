/** What a person sees while a command waits for services. */
import { printable } from "../../../core/text/printable.ts";
import type { Report } from "../../interface/report.ts";
import { durationText } from "../text/duration_text.ts";
import { passingText } from "../text/screen_codes.ts";
import { cutTo } from "../text/text_width.ts";

/** What Ctrl-C prints at a wait: in place of the line that is drawn, and of the `^C` in it. */
export function interruptText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${passingText("")}${printable(text)}\n`;
}

/** Narrower terminals are rare, and a line that is wrapped cannot be drawn over. */
const COLUMNS = 78;

/** `Waiting for 'web' (3 s): 'db' is starting for 2 s, usually 5 s`, in one line. */
export function waitText(
  { lead, elapsedMs, cause }: Extract<Report, { readonly kind: "waiting" }>,
): string {
  const text = `${lead} (${durationText(elapsedMs)})${cause === undefined ? "" : causeText(cause)}`;
  return cutTo(printable(text).replaceAll("\t", " "), COLUMNS);
}

type Cause = NonNullable<Extract<Report, { readonly kind: "waiting" }>["cause"]>;

function causeText({ name, usage }: Cause): string {
  const { state, inStateMs, usualStartMs, usualStopMs } = usage;
  const since = inStateMs === undefined ? "" : ` for ${durationText(inStateMs)}`;
  const usualMs = state === "stopping" ? usualStopMs : usualStartMs;
  const isMoving = state === "starting" || state === "stopping";
  const usual = usualMs === undefined || !isMoving ? "" : `, usually ${durationText(usualMs)}`;
  return `: '${name}' is ${state}${since}${usual}`;
}
