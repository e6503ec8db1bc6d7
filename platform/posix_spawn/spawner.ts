/**
 * Making children by posix_spawn(3): where no page of machine code can be made, and on macOS.
 *
 * The C library makes the child and tells only an error number, so what failed is found out
 * afterwards. It has no terms for users, limits, priorities, the console or sockets for activation:
 * services with such settings are refused.
 */
import { EXEC_STAGE, type ExecStage, type Fd, pid as asPid } from "../../core/types.ts";
import type { ChildContext, ChildSystem } from "../child/call.ts";
import { childCalls } from "../child/calls.ts";
import { allocate } from "../ffi/memory.ts";
import type {
  ChildSettings,
  ExecFailed,
  Launch,
  LaunchResult,
} from "../interface/child_settings.ts";
import { type EncodedStrings, encodeStrings } from "../ffi/string_block.ts";
import type { SpawnAbi } from "./abi.ts";
import { bindSpawn, type SpawnLibrary } from "./library.ts";
import { fileActions, spawnAttributes, terminated } from "./objects.ts";
import { type SpawnOrder, spawnOrder, spawnSystem } from "./order.ts";

/** What making children needs of the system. */
export interface PosixSpawnHost {
  readonly abi: SpawnAbi;
  readonly system: Pick<ChildSystem, "file" | "terminal" | "signals">;
  /** Signals that the manager ignores now. */
  ignoredSignals(): readonly number[];
  openNullDevice(): Fd | undefined;
  isDirectory(path: string): boolean;
  withSignalsBlocked<T>(action: () => T): T;
}

/** What runs a file that the kernel does not take for a program, as execvp(3) does. */
const SHELL = "/bin/sh";
const ENOENT = 2;
const ENOEXEC = 8;
const EACCES = 13;
const EINVAL = 22;
/** After these the next directory of PATH is tried: as the stub does. ENODEV, ENOTDIR. */
const NOT_FOUND: ReadonlySet<number> = new Set([ENOENT, EACCES, 19, 20]);

/**
 * Makes the function that makes children; the library is bound at the first call. It returns when
 * the program runs or cannot: the library waits for that.
 */
export function createPosixSpawner(
  host: PosixSpawnHost,
): (settings: ChildSettings) => LaunchResult {
  const spawner = new Spawner(host);
  return (settings) => spawner.spawn(settings);
}

/** Both as execve(2) takes them. */
interface EncodedVectors {
  readonly argv: EncodedStrings;
  readonly environment: EncodedStrings;
}

/** What came of an order; errno 0: the program runs. */
interface Attempt {
  readonly errno: number;
  /** The one tried last. */
  readonly program: string;
}

class Spawner {
  readonly #host: PosixSpawnHost;
  readonly #system: ChildSystem;
  readonly #childPid = allocate(8);
  #library: SpawnLibrary | undefined;
  #nullDevice: Fd | undefined;
  #knownEnvironment: readonly string[] | undefined;
  #environment: EncodedStrings | undefined;

  constructor(host: PosixSpawnHost) {
    this.#host = host;
    this.#system = spawnSystem(host.system, host.abi.ENOTSUP);
  }

  spawn(settings: ChildSettings): LaunchResult {
    // Nobody can know the number before; without it the variable is for every process that reads
    // it.
    const withoutPid = { ...settings, passesWatchdogPid: false };
    const plan = childCalls(withoutPid, this.#makeContext(), undefined);
    if (plan.kind === "impossible") return failed(plan.stage, plan.errno);
    const order = spawnOrder(plan, this.#host.abi.ENOTSUP);
    if (order.kind === "impossible") return failed(order.stage, order.errno);
    const argv = encodeStrings(plan.argv);
    if (argv === "has-nul") return failed(EXEC_STAGE.execute, EINVAL);
    const environment = this.#encodeEnvironment(plan.environment);
    if (environment === "has-nul") return failed(EXEC_STAGE.buildEnvironment, EINVAL);
    const { errno, program } = this.#runOrder(order, { argv, environment });
    if (errno === 0) return executed(this.#childPid.words32[0] as number);
    if (errno === ENOEXEC && program !== SHELL) {
      const command = [SHELL, program, ...settings.command.slice(1)];
      return this.spawn({ ...settings, command });
    }
    return failed(this.#failedStage(settings), errno);
  }

  /**
   * Tries the programs one after the other; EACCES outweighs what comes after it, as in execvp(3).
   */
  #runOrder(order: SpawnOrder, vectors: EncodedVectors): Attempt {
    const library = this.#library ??= bindSpawn();
    const actions = fileActions(library, order);
    const attributes = spawnAttributes(library, this.#host.abi, order);
    const argv = vectors.argv.block.bytes;
    const environment = vectors.environment.block.bytes;
    let errno = ENOENT;
    let program = "";
    for (const candidate of order.programs) {
      program = candidate;
      const path = terminated(candidate);
      const result = this.#host.withSignalsBlocked(() =>
        library.spawn(this.#childPid.bytes, path, actions, attributes, argv, environment)
      );
      if (errno !== EACCES || !NOT_FOUND.has(result)) errno = result;
      if (!NOT_FOUND.has(result)) break;
    }
    library.actionsDestroy(actions);
    library.attributesDestroy(attributes);
    return { errno, program };
  }

  /** An environment that is passed again as the same array is not encoded again. */
  #encodeEnvironment(strings: readonly string[]): EncodedStrings | "has-nul" {
    const known = this.#environment;
    if (known !== undefined && strings === this.#knownEnvironment) return known;
    const encoded = encodeStrings(strings);
    if (encoded === "has-nul") return encoded;
    this.#environment = encoded;
    this.#knownEnvironment = strings;
    return encoded;
  }

  #makeContext(): ChildContext {
    this.#nullDevice ??= this.#host.openNullDevice();
    return {
      system: this.#system,
      nullDevice: this.#nullDevice,
      consoleHasSession: false,
      ignoredSignals: this.#host.ignoredSignals(),
      limits: new Map(),
      descriptorLimitRaised: false,
      capabilities: { permitted: 0n, inheritable: 0n },
    };
  }

  /**
   * The library tells the error but not whose: a directory that is none explains most of the rest.
   */
  #failedStage({ workingDirectory }: ChildSettings): ExecStage {
    const isUsable = workingDirectory === "" || this.#host.isDirectory(workingDirectory);
    return isUsable ? EXEC_STAGE.execute : EXEC_STAGE.workingDirectory;
  }
}

function executed(pid: number): Launch {
  return {
    kind: "launched",
    pid: asPid(pid),
    report: undefined,
    outcome: () => ({ kind: "executed" }),
  };
}

function failed(stage: ExecStage, errno: number): ExecFailed {
  return { kind: "exec-failed", stage, errno };
}
