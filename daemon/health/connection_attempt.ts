/**
 * A try to connect, and perhaps to ask over HTTP: without a process, and without ever waiting. The
 * poller tells when the connection is there and when something has come in.
 */
import { HttpAnswer, httpRequest } from "../../core/health/mod.ts";
import type { ProbeTarget } from "../../core/description/mod.ts";
import type { HostAddress } from "../../core/text/host_names.ts";
import type { Fd } from "../../core/types.ts";
import type { Failure, Platform } from "../../platform/mod.ts";
import { HOSTS_FILE } from "../output/host_file.ts";
import { bad, type DescriptorAttempt, GOOD, type Outcome } from "./attempt.ts";

export type ConnectionTarget = Extract<ProbeTarget, { readonly kind: "tcp" | "unix" | "http" }>;

export type ConnectionPlatform = Pick<
  Platform,
  | ("poller" | "connectInternet" | "connectUnix" | "connectOutcome" | "read" | "write" | "close")
  | "errnoText"
>;

/** So much is read in a turn of the loop: others have something to do, too. */
const READ_BYTES = 16 * 1024;
const buffer = new Uint8Array(READ_BYTES);

/** Finds the address of a name; undefined: nobody has it. */
export type FindHost = (name: string) => HostAddress | undefined;

/** Begins a try. @returns Its outcome, where that is known at once. */
export function connectionAttempt(
  platform: ConnectionPlatform,
  target: ConnectionTarget,
  findHost: FindHost,
): DescriptorAttempt | Outcome {
  const fd = target.kind === "unix"
    ? platform.connectUnix(target.path)
    : connectInternet(platform, target, findHost);
  if (fd === undefined) {
    return bad(`there is no "${hostOf(target)}" in ${HOSTS_FILE}, and no name server is asked`);
  }
  if (typeof fd !== "number") return bad(`cannot connect: ${reason(platform, fd)}`);
  const failure = platform.poller.watch(fd, { read: false, write: true });
  if (failure === undefined) return new ConnectionAttempt(platform, fd, target);
  platform.close(fd);
  return bad(`cannot watch a socket: ${reason(platform, failure)}`);
}

function connectInternet(
  platform: ConnectionPlatform,
  { host, port }: Exclude<ConnectionTarget, { readonly kind: "unix" }>,
  findHost: FindHost,
): Fd | Failure | undefined {
  const address = typeof host === "string" ? findHost(host) : host;
  return address && platform.connectInternet({ address, port });
}

function hostOf(target: ConnectionTarget): string {
  return target.kind === "unix" ? target.path : String(target.host);
}

function reason({ errnoText }: Pick<Platform, "errnoText">, { errno }: Failure): string {
  const { name, text } = errnoText(errno);
  return `${text} (${name})`;
}

class ConnectionAttempt implements DescriptorAttempt {
  readonly descriptor: Fd;
  readonly #platform: ConnectionPlatform;
  readonly #http: { readonly answer: HttpAnswer; unsent: Uint8Array } | undefined;
  #isConnected = false;

  constructor(platform: ConnectionPlatform, descriptor: Fd, target: ConnectionTarget) {
    this.#platform = platform;
    this.descriptor = descriptor;
    if (target.kind !== "http") return;
    const { host, pathname, search } = new URL(target.url);
    const unsent = httpRequest(`${pathname}${search}`, host);
    this.#http = { answer: new HttpAnswer(target.answer), unsent };
  }

  proceed(): Outcome | undefined {
    if (!this.#isConnected) {
      const failure = this.#platform.connectOutcome(this.descriptor);
      if (failure !== undefined) return bad(`cannot connect: ${reason(this.#platform, failure)}`);
      this.#isConnected = true;
      if (this.#http === undefined) return GOOD;
    }
    return this.#send() ?? this.#receive();
  }

  end(): void {
    this.#platform.poller.unwatch(this.descriptor);
    this.#platform.close(this.descriptor);
  }

  #send(): Outcome | undefined {
    const http = this.#http;
    if (http === undefined || http.unsent.length === 0) return undefined;
    const written = this.#platform.write(this.descriptor, http.unsent);
    if (written === "again") return undefined;
    if (typeof written !== "number") return bad(`cannot ask: ${reason(this.#platform, written)}`);
    http.unsent = http.unsent.subarray(written);
    if (http.unsent.length === 0) {
      this.#platform.poller.change(this.descriptor, { read: true, write: false });
    }
    return undefined;
  }

  #receive(): Outcome | undefined {
    const http = this.#http;
    if (http === undefined || http.unsent.length > 0) return undefined;
    const read = this.#platform.read(this.descriptor, buffer);
    if (read === "again") return undefined;
    if (typeof read !== "number") return bad(`no answer: ${reason(this.#platform, read)}`);
    const verdict = read === 0 ? http.answer.end() : http.answer.take(buffer.subarray(0, read));
    switch (verdict.kind) {
      case "more":
        return undefined;
      case "good":
        return GOOD;
      case "bad":
        return bad(verdict.why);
    }
  }
}
