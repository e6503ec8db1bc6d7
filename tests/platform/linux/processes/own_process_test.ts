/** The end of a process by its own hand, and what it inherited: each in a program of its own. */
import type { Fd } from "../../../../core/types.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";
import { type Finished, platform, readAll, run } from "../children.ts";

const PLATFORM = new URL("../../../../platform/mod.ts", import.meta.url).href;

const NAMESPACE_NEEDS = [surroundings("root", Deno.uid() === 0), tool("unshare")];

/** Runs a program text with the platform at hand as `platform`. */
function runProgram(body: string, parts: Parameters<typeof run>[0] = {}): Finished {
  const text =
    `import { openPlatform } from "${PLATFORM}"; const platform = openPlatform(); ${body}`;
  const encoded = `data:application/typescript,${encodeURIComponent(text)}`;
  return run({
    command: [Deno.execPath(), "run", "-A", "--no-check", encoded],
    environment: Object.entries(Deno.env.toObject()).map(([name, value]) => `${name}=${value}`),
    ...parts,
  });
}

Deno.test("dieOfSignal() ends the process by that signal", () => {
  const { status } = runProgram("platform.dieOfSignal(2);");
  assertEquals(status, { kind: "signalled", signal: 2, dumpedCore: false });
});

Deno.test("executeSelf() runs the executable anew in the same process, nothing left open", () => {
  const { output, status } = runProgram(`
    console.log(Deno.pid);
    platform.pipe();
    const text = 'console.log(Deno.pid, Deno.env.get("LEFT_BY_THE_FIRST"))';
    console.log(platform.executeSelf(["eval", text], ["LEFT_BY_THE_FIRST=grüße"]));
  `);
  const [first = "", second = ""] = output.trim().split("\n");
  assertEquals(second, `${first} grüße`);
  assertEquals(status, { kind: "exited", code: 0 });
});

Deno.test("execute() runs a program in this one's place, which gets what is passed on", () => {
  const { output, status } = runProgram(`
    console.log(Deno.pid);
    const passed = platform.openScratchFile();
    platform.write(passed, new TextEncoder().encode("left by the first"));
    const held = platform.openScratchFile();
    platform.passOn([passed], true);
    const text = 'const texts = Deno.args.map((fd) => {' +
      'try { return Deno.readTextFileSync("/proc/self/fd/" + fd); } catch { return "closed"; } });' +
      'console.log(Deno.pid, ...texts)';
    const { path } = platform.ownProgram();
    const words = [path, "eval", text, String(passed), String(held)];
    console.log(platform.execute(path, words, ["PATH=/bin"]));
  `);
  const [first = "", second = ""] = output.trim().split("\n");
  assertEquals(second, `${first} left by the first closed`);
  assertEquals(status, { kind: "exited", code: 0 });
});

Deno.test("ownProgram() tells that its file is gone, and copyOwnProgram() has it still", () => {
  const folder = Deno.makeTempDirSync();
  const deno = `${folder}/deno`;
  Deno.copyFileSync(Deno.execPath(), deno);
  const text = `import { openPlatform } from "${PLATFORM}"; const platform = openPlatform();
    console.log(JSON.stringify(platform.ownProgram()));
    Deno.removeSync("${deno}");
    console.log(JSON.stringify(platform.ownProgram()));
    console.log(platform.copyOwnProgram("${folder}/copy"));
    console.log(platform.copyOwnProgram("${folder}/none/copy").call);`;
  const program = `data:application/typescript,${encodeURIComponent(text)}`;
  const { output } = run({
    command: [deno, "run", "-A", "--no-check", program],
    environment: Object.entries(Deno.env.toObject()).map(([name, value]) => `${name}=${value}`),
  });
  const [before = "", after = "", ...copies] = output.trim().split("\n");
  assertEquals(JSON.parse(before), { path: deno, isGone: false });
  assertEquals(JSON.parse(after), { path: deno, isGone: true });
  assertEquals(copies, ["undefined", "open"]);
  const copy = Deno.statSync(`${folder}/copy`);
  assertEquals([copy.size, (copy.mode ?? 0) & 0o111], [
    Deno.statSync(Deno.execPath()).size,
    (Deno.statSync(Deno.execPath()).mode ?? 0) & 0o111,
  ]);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("signalsBlockedByStub() is false under plain deno run", () => {
  assertEquals(platform.signalsBlockedByStub(), false);
});

testNeeding(
  "signalsBlockedByStub() is true when the signals came blocked, until unblockSignals()",
  [tool("python3")],
  () => {
    const script =
      "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)); " +
      "os.execv(sys.argv[1], sys.argv[1:])";
    const text = `import { openPlatform } from "${PLATFORM}"; const platform = openPlatform();
    console.log(platform.signalsBlockedByStub());
    platform.unblockSignals();
    console.log(platform.signalsBlockedByStub());`;
    const program = `data:application/typescript,${encodeURIComponent(text)}`;
    const { output } = run({
      command: ["python3", "-c", script, Deno.execPath(), "run", "-A", "--no-check", program],
      environment: Object.entries(Deno.env.toObject()).map(([name, value]) => `${name}=${value}`),
    });
    assertEquals(output, "true\nfalse\n");
  },
);

Deno.test("raiseDescriptorLimit() raises the manager's limit but not its children's", () => {
  const { output } = runProgram(`
    import { buildSettings } from "${new URL("../../child_settings.ts", import.meta.url).href}";
    const show = () => {
      const inherit = { kind: "inherit" };
      platform.launch(buildSettings({
        command: ["/bin/sh", "-c", "ulimit -Sn"], standardOutput: inherit, console: "shares",
      }));
      while (platform.hasChildren()) platform.reap();
    };
    const own = () => /open files +(\\d+) +(\\d+)/.exec(Deno.readTextFileSync("/proc/self/limits"));
    show();
    console.log(platform.raiseDescriptorLimit());
    const [, soft, hard] = own();
    console.log(soft === hard);
    show();
  `);
  const [before, result, isRaised, after] = output.trim().split("\n");
  assertEquals([result, isRaised, after], ["undefined", "true", before]);
});

testNeeding("mount() mounts, and names the place that is missing", NAMESPACE_NEEDS, () => {
  const folder = Deno.makeTempDirSync();
  const text = `import { openPlatform } from "${PLATFORM}"; const platform = openPlatform();
    console.log(String(platform.mount("none", "${folder}", "tmpfs", 2 | 4, "size=64k")));
    const table = Deno.readTextFileSync("/proc/self/mountinfo").split("\\n");
    const line = table.find((line) => line.includes("${folder} "));
    console.log(line.includes("rw,nosuid,nodev") && line.includes("size=64k") ? "there" : line);
    console.log(platform.mount("none", "${folder}/none", "tmpfs", 0, "").message);`;
  const { output } = run({
    command: ["unshare", "--mount", "--propagation", "private", Deno.execPath(), "run", "-A"]
      .concat("--no-check", `data:application/typescript,${encodeURIComponent(text)}`),
    environment: Object.entries(Deno.env.toObject()).map(([name, value]) => `${name}=${value}`),
  });
  assertEquals(output.trim().split("\n"), [
    "undefined",
    "there",
    `no such directory or source: "${folder}/none" (ENOENT)`,
  ]);
  Deno.removeSync(folder);
});

Deno.test("descriptorKind() tells closed, terminal and other", () => {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  assertEquals(platform.descriptorKind(pipe.readEnd), "other");
  [pipe.readEnd, pipe.writeEnd].forEach((fd) => platform.close(fd));
  assertEquals(platform.descriptorKind(987 as Fd), "closed");
});

Deno.test("reopenForWriting() opens a pipe anew without touching the old one's flags", () => {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const again = platform.reopenForWriting(pipe.writeEnd);
  assert(typeof again === "number" && again !== pipe.writeEnd);
  platform.close(pipe.writeEnd);
  platform.write(again, new TextEncoder().encode("text"));
  platform.close(again);
  assertEquals(readAll(pipe.readEnd), "text");
  platform.close(pipe.readEnd);
});

Deno.test("reopenForWriting() of a file goes on where the other stands", () => {
  const path = Deno.makeTempFileSync();
  const { output } = run({
    command: ["/bin/sh", "-c", `exec 3>"$1"; shift; echo before >&3; "$@"; echo after >&3`, "sh"]
      .concat(path, Deno.execPath(), "run", "-A", "--no-check")
      .concat(
        `data:application/typescript,${
          encodeURIComponent(`import { openPlatform } from "${PLATFORM}";
          const platform = openPlatform();
          const again = platform.reopenForWriting(3);
          platform.write(again, new TextEncoder().encode("between\\n"));`)
        }`,
      ),
    environment: Object.entries(Deno.env.toObject()).map(([name, value]) => `${name}=${value}`),
  });
  assertEquals(output, "");
  assertEquals(Deno.readTextFileSync(path), "before\nbetween\nafter\n");
  Deno.removeSync(path);
});

Deno.test("openPlatform() puts its descriptors above 2, whatever was closed at the start", () => {
  const text = `import { openPlatform } from "${PLATFORM}"; openPlatform();
    const kinds = [0, 1, 2].map((fd) => Deno.readLinkSync("/proc/self/fd/" + fd));
    Deno.openSync("/proc/self/fd/9", { write: true })
      .writeSync(new TextEncoder().encode(kinds.join(" ")));`;
  const { output } = run({
    command: ["/bin/sh", "-c", 'exec 9>&1; exec "$@" <&- >&- 2>&-', "sh", Deno.execPath(), "run"]
      .concat("-A", "--no-check", `data:application/typescript,${encodeURIComponent(text)}`),
    environment: Object.entries(Deno.env.toObject()).map(([name, value]) => `${name}=${value}`),
  });
  assertEquals(output, "/dev/null /dev/null /dev/null");
});
