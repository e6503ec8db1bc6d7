/**
 * The socket of the control server over the manager's life: opened at the start, made anew when its
 * file has gone, and reported as ready, once, to whoever started the manager (`--ready-fd`).
 */
import { encodeText } from "../../core/text/byte_text.ts";
import { type Fd, fd } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { ControlServer } from "./server.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import type { Keeper } from "../kept/keeper.ts";
import type { Log } from "../output/log.ts";
import type { DaemonOptions } from "../start/options.ts";

/** What it works with. */
export interface ControlSocketParts {
  readonly platform: Platform;
  readonly control: ControlServer;
  readonly log: Log;
  readonly options: DaemonOptions;
  readonly path: string;
}

/** One of these for a manager. */
export class ControlSocket {
  readonly #parts: ControlSocketParts;
  readonly #ready = new Map<number, Fd>();
  /** Whom it is still to be reported to. */
  readonly facts = new Facts(FACT_KIND.readyDescriptor, this.#ready);

  constructor(parts: ControlSocketParts) {
    this.#parts = parts;
    const { readyDescriptor } = parts.options;
    this.#setReady(readyDescriptor === undefined ? undefined : fd(readyDescriptor));
  }

  get #readyDescriptor(): Fd | undefined {
    return this.#ready.get(0);
  }

  #setReady(descriptor: Fd | undefined): void {
    const { lastResort } = this.#parts.platform;
    const before = this.#readyDescriptor;
    if (before !== undefined) lastResort.keep(before, false);
    if (descriptor === undefined) this.#ready.delete(0);
    else {
      this.#ready.set(0, descriptor);
      lastResort.keep(descriptor, true);
    }
    this.facts.note(0);
  }

  /**
   * Before anything else is opened, which could get the descriptor's number. @returns false when it
   * is not open.
   */
  checkReadyDescriptor(): boolean {
    const descriptor = this.#readyDescriptor;
    if (descriptor === undefined) return true;
    if (this.#parts.platform.descriptorKind(descriptor) !== "closed") return true;
    console.error(`dinit: Descriptor ${descriptor} of --ready-fd is not open`);
    this.#setReady(undefined);
    return false;
  }

  /**
   * @returns false when the manager cannot go on without it. A system manager always goes on; so
   * does a container, whose user can often write nowhere, if no option says where the socket is to
   * be.
   */
  open(): boolean {
    const { control, platform, log, options, path } = this.#parts;
    const failure = control.open();
    if (failure === undefined) return true;
    if (failure.kind === "in-use") {
      log.error(
        `Another manager answers on the control socket "${path}". ` +
          "Name another one with --socket-path",
      );
      return options.isSystemManager;
    }
    const what = `Cannot open the control socket "${path}": ${failure.call}: ${failure.message}`;
    if (options.isContainer && options.socketPath === undefined) {
      log.warn(
        `${what}. There is no control without it; name another place with XDG_RUNTIME_DIR or --socket-path`,
      );
      return true;
    }
    const isReadOnly = platform.errnoText(failure.errno).name === "EROFS";
    if (!(isReadOnly && options.isSystem)) log.error(what);
    return options.isSystemManager || (isReadOnly && options.isSystem);
  }

  /** Whom it is still to be reported to; for {@linkcode adopt}. */
  keep(keeper: Keeper): Fd | undefined {
    const descriptor = this.#readyDescriptor;
    return descriptor === undefined ? undefined : keeper.descriptor(descriptor);
  }

  /** Goes on where another manager was, which may have reported it. */
  adopt(readyDescriptor: Fd | undefined): void {
    this.#setReady(readyDescriptor);
  }

  /** Opens it where it is not, and again where its file has gone. */
  recreate(): void {
    const { control, log, path } = this.#parts;
    const failure = control.recreate();
    if (failure === undefined) return;
    const why = failure.kind === "in-use" ? "another manager answers on it" : failure.message;
    log.error(`Cannot make the control socket "${path}": ${why}`);
  }

  /** Reports once, to whoever started the manager, that the socket can be used. */
  reportReady(): void {
    const { platform, control, path } = this.#parts;
    const descriptor = this.#readyDescriptor;
    if (descriptor === undefined || !control.isListening) return;
    this.#setReady(undefined);
    platform.write(descriptor, encodeText(`${path}\0`));
    if (descriptor > 2) platform.close(descriptor);
  }
}
