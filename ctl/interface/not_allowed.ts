/** A request was refused because its sender lacks a right. */
import { NOT_ALLOWED } from "../../core/protocol/mod.ts";
import { ClientError } from "./client_error.ts";

export class NotAllowed extends ClientError {}

/** The error for the first cause of a refusal; undefined: it is about something else. */
export function notAllowed([cause]: readonly string[]): NotAllowed | undefined {
  if (cause?.startsWith(`${NOT_ALLOWED}:`) !== true) return undefined;
  const sentences = cause.split(/[.\n] */);
  return new NotAllowed(
    ...sentences.map((text) => `${text.charAt(0).toLowerCase()}${text.slice(1)}.`),
  );
}
