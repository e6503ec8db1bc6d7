import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { sha256 } from "../../../../tools/build/hash.ts";
import { NO_PROGRESS } from "../../../../tools/build/progress.ts";
import { findRuntime, type RuntimeOptions } from "../../../../tools/build/runtime/runtime.ts";
import { TARGETS } from "../../../../tools/build/target.ts";
import { SMALL_ELF_BYTES, smallElf } from "../small_elf.ts";
import { zipArchive } from "../zip_archive.ts";

const X86_64 = TARGETS["x86_64-unknown-linux-gnu"];
const AARCH64 = TARGETS["aarch64-unknown-linux-gnu"];
const ARCHIVE_PATH = "/release/v1.2.3/denort-x86_64-unknown-linux-gnu.zip";

/** What one test has: an empty cache, and a server with the given files. */
interface Place {
  readonly options: RuntimeOptions;
  readonly lines: string[];
  readonly requests: string[];
}

type Files = Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>;

async function withPlace(files: Files, test: (place: Place) => Promise<void>): Promise<void> {
  const cache = await Deno.makeTempDir({ prefix: "dinit-runtime-" });
  const lines: string[] = [];
  const requests: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    requests.push(pathname);
    const file = files[pathname];
    return file === undefined ? new Response("", { status: 404 }) : new Response(file);
  });
  try {
    await test({
      lines,
      requests,
      options: {
        denortPath: undefined,
        denoVersion: "1.2.3",
        denoDirectory: `${cache}/deno`,
        cache,
        report: (line) => lines.push(line),
        progress: NO_PROGRESS,
        downloadServer: `http://127.0.0.1:${server.addr.port}`,
      },
    });
  } finally {
    await server.shutdown();
    await Deno.remove(cache, { recursive: true });
  }
}

Deno.test("findRuntime() takes DENORT_BIN first and cuts off what is behind the image", async () => {
  await withPlace({}, async ({ options, lines, requests }) => {
    const denortPath = `${options.cache}/denort`;
    await Deno.writeFile(denortPath, new Uint8Array([...smallElf(), 1, 2, 3]));
    const runtime = await findRuntime(X86_64, { ...options, denortPath });
    assertEquals(runtime.length, SMALL_ELF_BYTES);
    assertEquals(lines, [`runtime: ${denortPath} (DENORT_BIN)`]);
    assertEquals(requests, []);
  });
});

Deno.test("findRuntime() for FreeBSD says what must be given, and fetches nothing", async () => {
  await withPlace({}, async ({ options, requests }) => {
    for (const name of ["x86_64-unknown-freebsd", "aarch64-unknown-freebsd"] as const) {
      await assertRejects(
        () => findRuntime(TARGETS[name], options),
        /runtime of Deno 1\.2\.3 for .*freebsd: nobody offers it .* DENORT_BIN .*docs\/freebsd\.md/,
      );
    }
    assertEquals(requests, []);
  });
});

Deno.test("findRuntime() refuses a DENORT_BIN for another system", async () => {
  await withPlace({}, async ({ options }) => {
    const denortPath = `${options.cache}/denort`;
    const linker = "/lib64/ld-linux-x86-64.so.2";
    await Deno.writeFile(denortPath, smallElf({ interpreter: linker }));
    await assertRejects(
      () => findRuntime(TARGETS["x86_64-unknown-freebsd"], { ...options, denortPath }),
      /Cannot use this as a runtime for x86_64-unknown-freebsd: its dynamic linker is "\/lib64/,
    );
    await findRuntime(X86_64, { ...options, denortPath });
    await Deno.writeFile(denortPath, smallElf({ interpreter: "/libexec/ld-elf.so.1" }));
    await findRuntime(TARGETS["x86_64-unknown-freebsd"], { ...options, denortPath });
    await assertRejects(
      () => findRuntime(X86_64, { ...options, denortPath }),
      /"\/libexec\/ld-elf/,
    );
  });
});

Deno.test("findRuntime() refuses a DENORT_BIN that is missing or for another processor", async () => {
  await withPlace({}, async ({ options }) => {
    const denortPath = `${options.cache}/denort`;
    await assertRejects(
      () => findRuntime(X86_64, { ...options, denortPath }),
      /Cannot read DENORT_BIN = ".*\/denort": No such file/,
    );
    await Deno.writeFile(denortPath, smallElf());
    await assertRejects(
      () => findRuntime(AARCH64, { ...options, denortPath }),
      /Cannot use this as a runtime for aarch64-unknown-linux-gnu: .* is 62, needed is 183/,
    );
  });
});

Deno.test("findRuntime() takes the archive in Deno's own cache before any download", async () => {
  await withPlace({}, async ({ options, requests }) => {
    const path = `${options.denoDirectory}/dl${ARCHIVE_PATH}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(path, await zipArchive("denort", smallElf(), "deflated"));
    assertEquals(await findRuntime(X86_64, options), smallElf());
    assertEquals(requests, []);
  });
});

Deno.test("findRuntime() downloads once, checked against the published checksum", async () => {
  const archive = await zipArchive("denort", smallElf(), "deflated");
  const files = {
    [ARCHIVE_PATH]: archive,
    [`${ARCHIVE_PATH}.sha256sum`]: `${await sha256(archive)}  denort.zip\n`,
  };
  await withPlace(files, async ({ options, lines, requests }) => {
    assertEquals(await findRuntime(X86_64, options), smallElf());
    assertEquals(await findRuntime(X86_64, options), smallElf());
    assertEquals(requests, [ARCHIVE_PATH, `${ARCHIVE_PATH}.sha256sum`]);
    assertEquals(lines, [
      "runtime: fetching Deno's download of 1.2.3, once (some 40 MB)",
      "runtime: Deno's download of 1.2.3 (from the cache)",
    ]);
  });
});

Deno.test("findRuntime() refuses a download with another checksum than published", async () => {
  const files = {
    [ARCHIVE_PATH]: await zipArchive("denort", smallElf(), "deflated"),
    [`${ARCHIVE_PATH}.sha256sum`]: `${"0".repeat(64)}  denort.zip\n`,
  };
  await withPlace(files, async ({ options }) => {
    await assertRejects(
      () => findRuntime(X86_64, options),
      /Deno's download of 1.2.3: .* has SHA-256 [0-9a-f]{64}, published is 0{64}/,
    );
  });
});

Deno.test("findRuntime() says why each source failed, and no raw error before that", async () => {
  await withPlace({}, async ({ options, lines, requests }) => {
    const search = () => findRuntime(X86_64, options);
    await assertRejects(
      search,
      /Set DENORT_BIN to its path.*\n.*does not exist\n.*npm.*: .* is of/,
    );
    assertEquals(requests, [ARCHIVE_PATH]);
    assertEquals(lines, [
      "runtime: fetching Deno's download of 1.2.3, once (some 40 MB)",
      `runtime: that cannot be had here, so fetching the npm package ${X86_64.packagedRuntime.package}, ` +
      "once (some 40 MB)",
    ]);
    assert(X86_64.packagedRuntime.denoVersion !== "1.2.3");
  });
});
