/**
 * Which protocol version brought which request, and the range of versions spoken here.
 *
 * A server takes every request at any time; the table is for clients, which must not send what an
 * older server does not know (it would close the connection).
 */
import { REQUEST_CODE } from "./numbers.ts";

/** Oldest version whose clients are served. */
export const MINIMUM_VERSION = 1;

/** Version reported to clients. */
export const CURRENT_VERSION = 7;

/** First version whose lists and statuses hold exit codes and signals (form 5). */
export const VERSION_OF_EXIT_DETAILS = 5;

/** First version whose statuses hold the time of the description file (form 6). */
export const VERSION_OF_DESCRIPTION_TIME = 6;

const FIRST_CODE_OF_VERSION: readonly { readonly version: number; readonly firstCode: number }[] = [
  { version: 7, firstCode: REQUEST_CODE["enable-7"] },
  { version: 6, firstCode: REQUEST_CODE["status-6"] },
  { version: 5, firstCode: REQUEST_CODE["list-5"] },
  { version: 4, firstCode: REQUEST_CODE["close-handle"] },
  { version: 3, firstCode: REQUEST_CODE["query-description-directory"] },
  { version: 2, firstCode: REQUEST_CODE["set-trigger"] },
  { version: 1, firstCode: REQUEST_CODE["query-version"] },
];

/** The first protocol version that has a request of this kind. */
export function requestSince(kind: keyof typeof REQUEST_CODE): number {
  const code = REQUEST_CODE[kind];
  return FIRST_CODE_OF_VERSION.find((entry) => code >= entry.firstCode)?.version ?? 1;
}

/** What a client finds when it compares its own range of versions with the server's. */
export type VersionCheck = "fits" | "client-too-old" | "server-too-old";

/** Compares a server's version answer with the versions spoken here. */
export function checkVersion(
  server: { readonly minimum: number; readonly current: number },
): VersionCheck {
  if (server.minimum > CURRENT_VERSION) return "client-too-old";
  if (server.current < MINIMUM_VERSION) return "server-too-old";
  return "fits";
}
