/**
 * What listening sockets at a path must do on every system: their files, what is in the way, and a
 * hostile owner of the folder. Run on Linux's modules and on those of the BSDs.
 */
import type { LastingIdentity, ListenOptions, Platform } from "../../../../platform/mod.ts";
import { assert, assertEquals, assertMatch } from "../../../assert.ts";

/** The part of the platform that is tried. */
export type Listening = Pick<
  Platform,
  "listenUnix" | "removeExactly" | "accept" | "connectUnix" | "waitingInput" | "close"
>;

/** One thing that holds. */
export interface ListeningCase {
  readonly name: string;
  /** @param folder Empty, and the test's own. */
  run(system: Listening, folder: string): void;
}

const OPTIONS: ListenOptions = { mode: 0o600, uid: undefined, gid: undefined, backlog: 8 };
const UNKNOWN: LastingIdentity = { device: 0, inode: 0n, birth: 0n };

function listen(system: Listening, path: string, options: Partial<ListenOptions> = {}) {
  const made = system.listenUnix(path, { ...OPTIONS, ...options });
  assert(made.kind === "socket" && made.file !== undefined, Deno.inspect(made));
  return { fd: made.fd, file: made.file };
}

function refusal(
  system: Listening,
  path: string,
  options: Partial<ListenOptions> = {},
): string {
  const made = system.listenUnix(path, { ...OPTIONS, ...options });
  return made.kind === "failure" ? made.message : made.kind;
}

function modeOf(path: string): number {
  return (Deno.lstatSync(path).mode ?? 0) & 0o777;
}

function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** All cases. */
export const LISTENING_CASES: readonly ListeningCase[] = [
  {
    name: "a socket's file has its mode whatever the umask, and leaves the umask alone",
    run(system, folder) {
      for (const [umask, mode] of [[0o777, 0o666], [0o022, 0o620], [0, 0o600]] as const) {
        const before = Deno.umask(umask);
        const { fd } = listen(system, `${folder}/${mode}`, { mode });
        assertEquals(Deno.umask(before), umask);
        assertEquals(modeOf(`${folder}/${mode}`), mode);
        system.close(fd);
      }
    },
  },
  {
    name: "the socket knows itself by its path",
    run(system, folder) {
      const { fd } = listen(system, `${folder}/s`);
      assertMatch(Deno.readTextFileSync("/proc/net/unix"), new RegExp(` ${folder}/s\n`));
      system.close(fd);
      assertEquals(namesIn(folder), ["s"]);
    },
  },
  {
    name: "a socket that no process has is replaced, whatever its type",
    run(system, folder) {
      for (const type of ["stream", "datagram", "seqpacket", "stream"] as const) {
        system.close(listen(system, `${folder}/s`, { type }).fd);
      }
      assertEquals(namesIn(folder), ["s"]);
    },
  },
  {
    name: "a socket that a process has stays: full, of any type, or not listening",
    run(system, folder) {
      const full = listen(system, `${folder}/full`, { backlog: 0 });
      const waiting = system.connectUnix(`${folder}/full`);
      assert(
        typeof waiting === "number" && typeof system.connectUnix(`${folder}/full`) === "object",
      );
      const datagram = listen(system, `${folder}/datagram`, { type: "datagram" });
      // One for datagrams never listens; to a stream socket a bound one that does not listen yet
      // looks the same.
      for (const name of ["full", "datagram"]) {
        for (const type of ["stream", "datagram", "seqpacket"] as const) {
          assertEquals(refusal(system, `${folder}/${name}`, { type }), "in-use");
        }
      }
      [full.fd, waiting, datagram.fd].forEach((fd) => system.close(fd));
    },
  },
  {
    name: "looking whether a process has a socket leaves no connection behind",
    run(system, folder) {
      const { fd } = listen(system, `${folder}/s`);
      assertEquals(refusal(system, `${folder}/s`), "in-use");
      assertEquals(system.accept(fd), "again");
      system.close(fd);
    },
  },
  {
    name: "one's own former socket is replaced although a process still holds it",
    run(system, folder) {
      const path = `${folder}/s`;
      const former = listen(system, path);
      assertEquals(refusal(system, path, { formerOwn: UNKNOWN }), "in-use");
      const present = listen(system, path, { formerOwn: former.file });
      assert(present.file.inode !== former.file.inode);
      const client = system.connectUnix(path);
      assert(typeof client === "number");
      assertEquals(system.accept(former.fd), "again");
      const server = system.accept(present.fd);
      assert(typeof server === "number");
      // Another one has taken its place, which the former's identity says nothing about.
      assertEquals(refusal(system, path, { formerOwn: former.file }), "in-use");
      [former.fd, present.fd, client, server].forEach((fd) => system.close(fd));
    },
  },
  {
    name: "a connection that waits is seen, and that it was taken",
    run(system, folder) {
      const { fd } = listen(system, `${folder}/s`);
      assertEquals(system.waitingInput(fd), "none");
      const client = system.connectUnix(`${folder}/s`);
      assert(typeof client === "number");
      assertEquals(system.waitingInput(fd), "some");
      const server = system.accept(fd);
      assert(typeof server === "number");
      assertEquals([fd, server].map((each) => system.waitingInput(each)), ["none", "none"]);
      system.close(client);
      assertEquals(system.waitingInput(server), "hung-up");
      [fd, server].forEach((each) => system.close(each));
    },
  },
  {
    name: "files, folders and links in the way stay, and are told of",
    run(system, folder) {
      Deno.writeTextFileSync(`${folder}/file`, "precious");
      Deno.mkdirSync(`${folder}/folder`);
      Deno.symlinkSync(`${folder}/file`, `${folder}/link`);
      Deno.symlinkSync(`${folder}/nothing`, `${folder}/loose`);
      for (const name of ["file", "folder", "link", "loose"]) {
        assertMatch(refusal(system, `${folder}/${name}`), /not a socket is in the way \(EEXIST\)$/);
      }
      assertEquals(namesIn(folder), ["file", "folder", "link", "loose"]);
      assertEquals(Deno.readTextFileSync(`${folder}/file`), "precious");
    },
  },
  {
    name: "a folder that is missing is named",
    run(system, folder) {
      const text = `the folder "${folder}/a/b" does not exist (ENOENT)`;
      assertEquals(refusal(system, `${folder}/a/b/s`), text);
    },
  },
  {
    name: "removeExactly() removes this file and no other",
    run(system, folder) {
      const path = `${folder}/s`;
      const { fd, file } = listen(system, path);
      Deno.renameSync(path, `${folder}/moved`);
      assertEquals(system.removeExactly(path, file), undefined);
      Deno.writeTextFileSync(path, "precious");
      assertEquals(system.removeExactly(path, file), undefined);
      assertEquals(Deno.readTextFileSync(path), "precious");
      Deno.renameSync(`${folder}/moved`, path);
      assertEquals(system.removeExactly(path, file), undefined);
      assertEquals(system.removeExactly(`${folder}/none/s`, file), undefined);
      assertEquals(namesIn(folder), []);
      system.close(fd);
    },
  },
];
