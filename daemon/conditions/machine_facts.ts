/** What conditions ask of the machine, by the platform. */
import type { UserDatabase } from "../../core/description/mod.ts";
import { architectureName } from "../../core/conditions/architectures.ts";
import type { ConditionFacts } from "../../core/conditions/judge.ts";
import type { Platform } from "../../platform/mod.ts";

/** Whom it asks. */
export interface MachineFactsParts {
  readonly platform: Pick<
    Platform,
    "os" | "readFile" | "readDirectory" | "fileStatus" | "exists" | "realPath" | "userId"
  >;
  readonly users: UserDatabase;
  /** Of the manager's environment. */
  readonly variable: (name: string) => string | undefined;
  /** As `Deno.build.arch` has it. */
  readonly architecture: string;
}

/** /proc/cpuinfo of the largest machines, and long lists of mounts. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/** Each is asked when it is wanted, and again for the next question. */
export function machineFacts(
  { platform, users, variable, architecture }: MachineFactsParts,
): ConditionFacts {
  return {
    os: platform.os,
    architecture: architectureName(architecture),
    read: (path) => {
      const file = platform.readFile(path, LIMIT_BYTES);
      return file.kind === "contents" ? new TextDecoder().decode(file.bytes) : undefined;
    },
    exists: (path) => platform.exists(path),
    status: (path, links) => {
      const status = platform.fileStatus(path, links);
      return "kind" in status ? undefined : status;
    },
    realPath: (path) => {
      const real = platform.realPath(path);
      return real.kind === "path" ? real.path : undefined;
    },
    names: (path) => {
      const directory = platform.readDirectory(path);
      return directory.kind === "names" ? directory.names : undefined;
    },
    variable,
    userId: () => platform.userId(),
    userNamed: (name) => users.byName(name)?.uid,
    groupNamed: (name) => users.groupByName(name),
  };
}
