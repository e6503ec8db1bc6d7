/** The machine's file of names, read again when it is another one. */
import { addressOfName, type HostAddress } from "../../core/text/host_names.ts";
import { decodeText } from "../../core/text/byte_text.ts";

export const HOSTS_FILE = "/etc/hosts";

/** What is behind it is not looked at: somebody's list of a million hosts must not keep us. */
const READ_BYTES = 256 * 1024;

/** Of the file as it was when {@link hosts} was read; empty: there is none. */
let state = "";
let hosts = "";

/** The first address of a name; undefined: the file does not have it. Never waits for a server. */
export function findHost(name: string, path: string = HOSTS_FILE): HostAddress | undefined {
  const now = stateOf(path);
  if (now !== state) {
    state = now;
    hosts = now === "" ? "" : readBeginning(path);
  }
  return addressOfName(name, hosts);
}

function stateOf(path: string): string {
  try {
    const { ino, mtime, size } = Deno.statSync(path);
    return `${path} ${ino} ${mtime?.getTime()} ${size}`;
  } catch {
    return "";
  }
}

function readBeginning(path: string): string {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(READ_BYTES);
    return decodeText(bytes.subarray(0, file.readSync(bytes) ?? 0));
  } catch {
    return "";
  }
}
