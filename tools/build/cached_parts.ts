/** The parts of the program that are worth a code cache, by the names that the build gives them. */
export const DAEMON_PART = "daemon-run_daemon";
export const CLIENT_PART = "ctl-mod";
/** The client programs inside the manager. */
export const CLIENTS_PART = "daemon-clients-mod";

export const CACHED_PARTS: readonly string[] = [DAEMON_PART, CLIENT_PART, CLIENTS_PART];
