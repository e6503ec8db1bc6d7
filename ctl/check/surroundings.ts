/**
 * Directories and environment that a check works with: as the manager would have them, or as it has
 * them.
 */
import {
  decodeText,
  parseEnvironmentFile,
  type Problem,
  problemLine,
} from "../../core/description/mod.ts";
import { defaultServiceDirectories } from "../../core/paths.ts";
import { serviceDirectories } from "../commands/lookup/description_file.ts";
import { managerEnvironment } from "../commands/lookup/read_service.ts";
import { isSystemTarget, openSession } from "../connection/connect.ts";
import type { ClientIo } from "../interface/io.ts";
import { runToEnd, type Waiting } from "../interface/waits.ts";
import type { CheckOptions } from "./options.ts";

/** Environment file of the system manager. */
const SYSTEM_ENVIRONMENT = "/etc/dinit/environment";

export interface CheckSurroundings {
  readonly directories: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** To be told, without consequence. */
  readonly warnings: readonly string[];
}

/** @throws {ClientError} When a running manager is asked and cannot be reached. */
export function checkSurroundings(options: CheckOptions, io: ClientIo): CheckSurroundings {
  return options.isOnline ? runToEnd(askManager(options, io), io) : assume(options, io);
}

function* askManager(options: CheckOptions, io: ClientIo): Waiting<CheckSurroundings> {
  const target = { ...options, usesPassedConnection: false };
  const session = yield* openSession(target, io, "connecting to socket ");
  try {
    const directories = yield* serviceDirectories({ session });
    return { directories, environment: yield* managerEnvironment(session), warnings: [] };
  } finally {
    session.close();
  }
}

function assume(options: CheckOptions, io: ClientIo): CheckSurroundings {
  const isSystem = isSystemTarget(options, io);
  const directories = options.directories.length > 0
    ? options.directories
    : defaultServiceDirectories({
      isSystem,
      os: io.os,
      env: (name) => io.env(name),
      homeFromDatabase: () => io.homeFromDatabase(),
    });
  const own = new OwnEnvironment(io);
  const file = options.environmentFile ?? (isSystem ? SYSTEM_ENVIRONMENT : undefined);
  if (file === undefined) return { directories, environment: own, warnings: [] };
  const read = io.files.read(file);
  if (read.kind === "missing") return { directories, environment: own, warnings: [] };
  if (read.kind === "unreadable") {
    const warnings = [`cannot read the environment file ${file}: ${read.why}`];
    return { directories, environment: own, warnings };
  }
  const decoded = decodeText(read.bytes, file);
  if (decoded.kind === "fault") {
    return { directories, environment: own, warnings: [problemLine(decoded.problem)] };
  }
  const { changes, problems } = parseEnvironmentFile(file, decoded.text, own);
  own.change(changes);
  return { directories, environment: own, warnings: problems.map(withoutSeverity) };
}

function withoutSeverity(problem: Problem): string {
  return `${problem.file}:${problem.line}: ${problem.message}`;
}

/**
 * The environment of this program, as one variable after the other is asked for, and changes to it.
 */
class OwnEnvironment extends Map<string, string> {
  readonly #io: ClientIo;
  #unset: ReadonlySet<string> = new Set();
  #keep: ReadonlySet<string> | undefined;

  constructor(io: ClientIo) {
    super();
    this.#io = io;
  }

  change(changes: ReturnType<typeof parseEnvironmentFile>["changes"]): void {
    this.#unset = new Set(changes.unset);
    this.#keep = changes.clear ? new Set(changes.keep) : undefined;
    for (const [name, value] of changes.set) this.set(name, value);
  }

  override get(name: string): string | undefined {
    const own = super.get(name);
    if (own !== undefined) return own;
    if (this.#unset.has(name) || this.#keep?.has(name) === false) return undefined;
    return this.#io.env(name);
  }

  override has(name: string): boolean {
    return this.get(name) !== undefined;
  }
}
