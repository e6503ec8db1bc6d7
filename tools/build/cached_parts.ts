/** The parts of the program that are worth a code cache, by the names that the build gives them. */
export const DAEMON_PART = "daemon-run_daemon";
/** The client programs, for themselves and inside the manager. */
export const CLIENT_PART = "daemon-clients-part";

export const CACHED_PARTS: readonly string[] = [DAEMON_PART, CLIENT_PART];
