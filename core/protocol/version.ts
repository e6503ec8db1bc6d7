/**
 * The range of protocol versions spoken here. Which of them brought a request says its row in
 * `requests.ts`.
 */

/** Oldest version whose clients are served. */
export const MINIMUM_VERSION = 1;

/** Version reported to clients. */
export const CURRENT_VERSION = 7;

/** First version whose lists and statuses hold exit codes and signals (form 5). */
export const VERSION_OF_EXIT_DETAILS = 5;

/** First version whose statuses hold the time of the description file (form 6). */
export const VERSION_OF_DESCRIPTION_TIME = 6;

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
