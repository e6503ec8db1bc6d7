/** Finds what there is to measure on this machine. */
import { dinitSubject } from "./dinit.ts";
import type { Program } from "../options.ts";
import type { Subject } from "./subject.ts";
import { supervisorSubject } from "./supervisor.ts";
import { exists } from "../../exists.ts";

/** Subjects, ours first: ratios are to it. And why which peers are left out. */
export interface FoundSubjects {
  readonly subjects: readonly Subject[];
  readonly missing: readonly string[];
}

const SYSTEM_DIRECTORIES = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

/** @throws {Error} When a program that was named is not there. */
export async function findSubjects(
  programs: readonly Program[],
  peerDirectory: string | undefined,
  hasPeers: boolean,
): Promise<FoundSubjects> {
  const subjects: Subject[] = programs.map(({ label, path }) => {
    const file = Deno.realPathSync(path);
    return dinitSubject(label, { dinit: file, client: [file, "ctl"] }, "toml");
  });
  if (!hasPeers) return { subjects, missing: [] };
  const missing: string[] = [];
  if (peerDirectory === undefined) missing.push("upstream dinit: PEER_DINIT=DIR was not given");
  else subjects.push(await upstream(peerDirectory));
  const runit = await supervisor("runit", "runsvdir");
  const s6 = await supervisor("s6", "s6-svscan");
  for (const peer of [runit, s6]) {
    if (typeof peer === "string") missing.push(peer);
    else subjects.push(peer);
  }
  return { subjects, missing };
}

/** The C program as a subject: the loads that know it start it themselves. */
export function cSubject(program: string): Subject {
  return {
    name: "C loop",
    kind: "c",
    programs: { manager: program },
    launch: () => {
      throw new Error("The C program is no manager");
    },
  };
}

async function upstream(directory: string): Promise<Subject> {
  const [dinit, dinitctl] = [`${directory}/dinit`, `${directory}/dinitctl`];
  const version = await outputOf(dinit, ["--version"]);
  const number = /version (\S+?)\.?\s/.exec(`${version}\n`)?.[1] ?? "unknown";
  return dinitSubject(`dinit ${number}`, { dinit, client: [dinitctl] }, "native");
}

async function supervisor(kind: "runit" | "s6", program: string): Promise<Subject | string> {
  const path = SYSTEM_DIRECTORIES.map((directory) => `${directory}/${program}`).find(exists);
  if (path === undefined) return `${kind}: ${program} is not installed`;
  const version = await outputOf("dpkg-query", ["-W", "-f", "${Version}", kind]).catch(() => "");
  return supervisorSubject(kind, `${kind} ${version.split("-")[0]}`.trim(), path);
}

async function outputOf(program: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args, stdin: "null" }).output();
  return new TextDecoder().decode(stdout);
}
