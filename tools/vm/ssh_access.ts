/**
 * Logins over ssh into a machine, by a key that is made for that and with the machine's host key
 * known beforehand, so that ssh asks nothing.
 */
import { hostProgram } from "./host_program.ts";
import { CACHE_FOLDER } from "./images/image_cache.ts";

const KEY = `${CACHE_FOLDER}/ssh-key`;
const KNOWN_HOSTS = `${CACHE_FOLDER}/ssh-known-hosts`;
/** Name under which the host key is known, whatever the port is. */
const HOST_ALIAS = "dinit-debian";

/**
 * The key that opens the machines of this clone, made when there is none; the secret half stays in
 * .cache/vm.
 *
 * @returns The public half, a line for authorized_keys; empty when ssh is not installed.
 * @throws {Error} When it cannot be made.
 */
export function sshPublicKey(): string {
  if (hostProgram("ssh-keygen") === undefined) return "";
  Deno.mkdirSync(CACHE_FOLDER, { recursive: true });
  try {
    return Deno.readTextFileSync(`${KEY}.pub`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const { code } = new Deno.Command("ssh-keygen", {
    args: ["-q", "-t", "ed25519", "-N", "", "-C", "dinit-vm", "-f", KEY],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync();
  if (code !== 0) throw new Error(`Cannot make the key "${KEY}": see the messages above`);
  return Deno.readTextFileSync(`${KEY}.pub`);
}

/**
 * Makes the machine's host key known.
 *
 * @param tarball Of the system, with host keys in it.
 * @throws {Error} When there are none.
 */
export function learnHostKey(tarball: string): void {
  const { code, stdout } = new Deno.Command("tar", {
    args: ["-xOf", tarball, "./etc/ssh/ssh_host_ed25519_key.pub"],
  }).outputSync();
  if (code !== 0) throw new Error(`Found no ssh host key in "${tarball}"`);
  Deno.writeTextFileSync(KNOWN_HOSTS, `${HOST_ALIAS} ${new TextDecoder().decode(stdout)}`);
}

/** Program and arguments of a login as root; paths are absolute, a command may follow. */
export function sshCommand(port: number): [string, ...string[]] {
  const options = {
    IdentitiesOnly: "yes",
    HostKeyAlias: HOST_ALIAS,
    HostKeyAlgorithms: "ssh-ed25519",
    UserKnownHostsFile: Deno.realPathSync(KNOWN_HOSTS),
    StrictHostKeyChecking: "yes",
  };
  return [
    "ssh",
    ...["-F", "none", "-i", Deno.realPathSync(KEY), "-p", String(port)],
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    "root@127.0.0.1",
  ];
}

/** A TCP port of the loopback address that nobody listens on now: the wanted one, or any. */
export function freePort(wanted = 0): number {
  try {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: wanted });
    return listener.addr.port;
  } catch (error) {
    if (wanted === 0 || !(error instanceof Deno.errors.AddrInUse)) throw error;
    return freePort();
  }
}
