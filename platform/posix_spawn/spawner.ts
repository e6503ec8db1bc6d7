/**
 * Making children by posix_spawn(3): where no page of machine code can be made, and on macOS.
 *
 * The C library makes the child and tells only an error number, so what failed is found out afterwards. It has no
 * terms for users, limits, priorities, the console or sockets for activation: services with such settings are
 * refused.
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
import { OBJECT_BYTES, type SpawnAbi } from "./abi.ts";
import { bindSpawn, type SpawnLibrary } from "./library.ts";
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

const encoder = new TextEncoder();

/**
 * Makes the function that makes children; the library is bound at the first call. It returns when the program runs or
 * cannot: the library waits for that.
 */
export function createPosixSpawner(
  host: PosixSpawnHost,
): (settings: ChildSettings) => LaunchResult {
  const { ENOTSUP } = host.abi;
  const system = spawnSystem(host.system, ENOTSUP);
  const childPid = allocate(8);
  let library: SpawnLibrary | undefined;
  let nullDevice: Fd | undefined;
  let knownEnvironment: readonly string[] | undefined;
  let environment: EncodedStrings | undefined;

  function spawn(settings: ChildSettings): LaunchResult {
    // Nobody can know the number before; without it the variable is for every process that reads it.
    const plan = childCalls({ ...settings, passesWatchdogPid: false }, makeContext(), undefined);
    if (plan.kind === "impossible") return failed(plan.stage, plan.errno);
    const order = spawnOrder(plan, ENOTSUP);
    if (order.kind === "impossible") return failed(order.stage, order.errno);
    const argv = encodeStrings(plan.argv);
    if (argv === "has-nul") return failed(EXEC_STAGE.execute, EINVAL);
    const encoded = encodeEnvironment(plan.environment);
    if (encoded === "has-nul") return failed(EXEC_STAGE.buildEnvironment, EINVAL);
    const { errno, program } = runOrder(order, argv, encoded);
    if (errno === 0) return executed(childPid.words32[0] as number);
    if (errno === ENOEXEC && program !== SHELL) {
      const command = [SHELL, program, ...settings.command.slice(1)];
      return spawn({ ...settings, command });
    }
    return failed(failedStage(settings), errno);
  }

  /** Tries the programs one after the other; EACCES outweighs what comes after it, as in execvp(3). */
  function runOrder(
    order: SpawnOrder,
    argv: EncodedStrings,
    variables: EncodedStrings,
  ): { readonly errno: number; readonly program: string } {
    library ??= bindSpawn();
    const { spawn: posixSpawn, actionsDestroy, attributesDestroy } = library;
    const actions = makeActions(library, order);
    const attributes = makeAttributes(library, order);
    let errno = ENOENT;
    let program = "";
    for (const candidate of order.programs) {
      program = candidate;
      const path = terminated(candidate);
      const result = host.withSignalsBlocked(() =>
        posixSpawn(
          childPid.bytes,
          path,
          actions,
          attributes,
          argv.block.bytes,
          variables.block.bytes,
        )
      );
      if (errno !== EACCES || !NOT_FOUND.has(result)) errno = result;
      if (!NOT_FOUND.has(result)) break;
    }
    actionsDestroy(actions);
    attributesDestroy(attributes);
    return { errno, program };
  }

  function makeActions(bound: SpawnLibrary, order: SpawnOrder): Uint8Array<ArrayBuffer> {
    const { bytes } = allocate(OBJECT_BYTES);
    bound.actionsInit(bytes);
    for (const action of order.actions) {
      if (action.kind === "duplicate") bound.addDuplicate(bytes, action.source, action.target);
      else if (action.kind === "close") bound.addClose(bytes, action.fd);
      else bound.addDirectory(bytes, terminated(action.path));
    }
    return bytes;
  }

  function makeAttributes(bound: SpawnLibrary, order: SpawnOrder): Uint8Array<ArrayBuffer> {
    const { abi } = host;
    const { bytes } = allocate(OBJECT_BYTES);
    bound.attributesInit(bytes);
    const leads = order.leads === "session" ? abi.POSIX_SPAWN_SETSID : abi.POSIX_SPAWN_SETPGROUP;
    const flags = leads | abi.POSIX_SPAWN_SETSIGDEF | abi.POSIX_SPAWN_SETSIGMASK;
    bound.setFlags(bytes, flags);
    bound.setGroup(bytes, 0);
    const defaults = order.defaultSignals.reduce((set, one) => set | (1n << BigInt(one - 1)), 0n);
    bound.setDefaultSignals(bytes, signalSet(defaults));
    bound.setMask(bytes, signalSet(order.blockedSignals));
    return bytes;
  }

  function signalSet(bits: bigint): Uint8Array<ArrayBuffer> {
    const { bytes, view } = allocate(Math.max(8, host.abi.signalSetBytes));
    view.setBigUint64(0, bits, true);
    return bytes;
  }

  /** An environment that is passed again as the same array is not encoded again. */
  function encodeEnvironment(strings: readonly string[]): EncodedStrings | "has-nul" {
    if (environment !== undefined && strings === knownEnvironment) return environment;
    const encoded = encodeStrings(strings);
    if (encoded === "has-nul") return encoded;
    environment = encoded;
    knownEnvironment = strings;
    return encoded;
  }

  function makeContext(): ChildContext {
    nullDevice ??= host.openNullDevice();
    return {
      system,
      nullDevice,
      consoleHasSession: false,
      ignoredSignals: host.ignoredSignals(),
      limits: new Map(),
      descriptorLimitRaised: false,
      capabilities: { permitted: 0n, inheritable: 0n },
    };
  }

  /** The library tells the error but not whose: a directory that is none explains most of the rest. */
  function failedStage({ workingDirectory }: ChildSettings): ExecStage {
    const isUsable = workingDirectory === "" || host.isDirectory(workingDirectory);
    return isUsable ? EXEC_STAGE.execute : EXEC_STAGE.workingDirectory;
  }

  return spawn;
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

/** Sure to be outside V8's heap: `allocate` says why. */
function terminated(text: string): Uint8Array<ArrayBuffer> {
  const encoded = encoder.encode(text);
  const { bytes } = allocate(encoded.length + 1);
  bytes.set(encoded);
  return bytes;
}
