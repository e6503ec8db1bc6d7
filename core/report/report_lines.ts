/** Lines of reports: a state, and what went in. */
import { mergedDescription, USUAL } from "../state/description_block.ts";
import { isObject } from "../state/json_block.ts";
import { fromPlain, toPlain } from "../state/plain_json.ts";
import { type Snapshot, snapshotBytes } from "../state/snapshot.ts";
import type { Input } from "../schedule/input_watch.ts";
import type { Instant } from "../types.ts";
import type { ReportedInput } from "./report.ts";
import { describedWithoutSecrets, inputWithoutSecrets } from "./withheld.ts";

/** What was in a line. */
export type Line = Readonly<Record<string, unknown>>;

/** The line of a state. */
export function stateLine(state: Uint8Array): string {
  return JSON.stringify({ state: base64(state) });
}

/** The state without secrets. */
export function stateBytes(snapshot: Snapshot): Uint8Array {
  return snapshotBytes(snapshot, describedWithoutSecrets);
}

/** The line of an input, without secrets. */
export function inputLine(input: Input, at: Instant | undefined): string {
  return JSON.stringify({ at, input: toPlain(inputWithoutSecrets(input)) });
}

/** Whoever made the report is believed: it is replayed in a test. */
export function inputOf({ at, input }: Line): ReportedInput {
  if (!isObject(input)) return { at: Number(at) as Instant, input: input as Input };
  const { description, descriptions, reloads, ...rest } = input;
  const read = {
    ...fromPlain(rest) as object,
    ...isObject(description) && { description: descriptionOf(description) },
    ...Array.isArray(descriptions) && { descriptions: descriptions.map(descriptionOf) },
    ...Array.isArray(reloads) && { reloads: reloads.map(reloadOf) },
  };
  return { at: Number(at) as Instant, input: read as unknown as Input };
}

function reloadOf({ description, ...rest }: Line): object {
  return { ...rest, description: descriptionOf(description as Line) };
}

/** Of settings that are younger than the report it says nothing: they are as usual. */
function descriptionOf({ name, ...rest }: Line): object {
  return { name, ...mergedDescription(USUAL, rest) };
}

function base64(bytes: Uint8Array): string {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
