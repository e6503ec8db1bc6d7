/**
 * A pager between a program and the terminal: what is printed is shown by it when all of it is
 * there.
 *
 * Which one: `$DINIT_PAGER`, `$PAGER`, or less. A user with another one's rights (sudo) gets less
 * alone, whatever the environment says, and as root less can start no other programs
 * (`LESSSECURE`): both as systemctl has it.
 */
import type { ClientIo } from "./io.ts";

/** Where text goes that is printed. */
export type PrintSink = Pick<ClientIo, "out" | "outBytes" | "err">;

/** A pager, and what prints into it. */
export interface Paged {
  readonly sink: PrintSink;
  /** Shows what was printed. */
  show(): void;
}

/** Quits if all fits on the screen, keeps colours, does not wrap, leaves the text where it is. */
const LESS = "LESSCHARSET=utf-8 less -FRSX";
const LESS_PLACES = ["/usr/bin/less", "/bin/less", "/usr/local/bin/less"];
const NONE = new Set(["", "cat"]);
/** Who became root by one of these has left a trace. */
const BECAME_ROOT = ["SUDO_UID", "DOAS_USER", "PKEXEC_UID"];
/** Linux: the user who has logged in; this number: nobody (proc(5)). */
const LOGIN_USER = "/proc/self/loginuid";
const NOBODY = "4294967295";
/** A shell has not found the program. */
const NOT_FOUND = 127;

/** undefined: there is none, or none is wanted. */
export function pagerFor(io: ClientIo): Paged | undefined {
  if (!io.isOutTerminal || wantsNoPager((name) => io.env(name))) return undefined;
  const command = pagerCommand(io);
  if (command === undefined) return undefined;
  const pieces: string[] = [];
  const decoder = new TextDecoder();
  return {
    sink: {
      out: (text) => void pieces.push(text),
      outBytes: (bytes) => void pieces.push(decoder.decode(bytes)),
      err: (text) => io.err(text),
    },
    show: () => show(pieces.join(""), command, io),
  };
}

/** Whether the environment says so, which anybody may. */
export function wantsNoPager(env: (name: string) => string | undefined): boolean {
  const named = env("DINIT_PAGER") ?? env("PAGER");
  return env("TERM") === "dumb" || (named !== undefined && NONE.has(named.trim()));
}

/** As the shell understands it; undefined: none. */
function pagerCommand(io: ClientIo): string | undefined {
  const isRoot = io.userId() === 0;
  const named = isRoot && hasOtherRights(io) ? undefined : io.env("DINIT_PAGER") ?? io.env("PAGER");
  const less = LESS_PLACES.some((place) => io.files.exists(place)) ? LESS : undefined;
  const chosen = named ?? less;
  if (chosen === undefined) return undefined;
  if (!isRoot) return chosen;
  // What less reads from the environment could name a program.
  const clean = named === undefined ? "unset LESS LESSOPEN LESSCLOSE; " : "";
  return `LESSSECURE=1; export LESSSECURE; ${clean}${chosen}`;
}

function hasOtherRights(io: ClientIo): boolean {
  if (BECAME_ROOT.some((name) => io.env(name) !== undefined)) return true;
  const file = io.files.read(LOGIN_USER);
  const user = file.kind === "contents" ? new TextDecoder().decode(file.bytes).trim() : NOBODY;
  return user !== "0" && user !== NOBODY;
}

function show(text: string, command: string, io: ClientIo): void {
  if (text === "") return;
  const file = io.files.makeScratchFile("log", text);
  if (typeof file === "string") return io.out(text);
  const outcome = io.run(["/bin/sh", "-c", `${command} < "$1"`, "sh", file.path], "its");
  io.files.remove(file.path);
  io.files.remove(file.path.slice(0, file.path.lastIndexOf("/")));
  const isFound = outcome.kind !== "not-run" &&
    !(outcome.kind === "exited" && outcome.code === NOT_FOUND);
  if (!isFound) io.out(text);
}
