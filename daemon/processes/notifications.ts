/**
 * Messages of services over their notification sockets, and the watch over those that must
 * give signs of life.
 *
 * A socket belongs to one launch: what an earlier process left unread cannot be taken for the
 * present one's. Whoever sends must be a process of the service (`notification_sender.ts`), which
 * may have given up its rights itself. Where that cannot be proven, because the sender or those
 * between have ended, it must be of root or of the user that the service was started as.
 *
 * Descriptors that come along are closed on arrival (`Platform.receiveMessage`): for BARRIER=1 that
 * is the answer that all messages before it were read; FDSTORE=1 is not served.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { Event } from "../../core/event.ts";
import {
  type Notification,
  NOTIFICATION_BYTES,
  parseNotifications,
} from "../../core/service/notification.ts";
import type { Fd, Instant, Pid, ServiceId } from "../../core/types.ts";
import { unreachable } from "../../core/types.ts";
import type { PeerCredentials, Platform, ReceivedMessage } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import type { Keeper } from "../kept/keeper.ts";
import { watchAgain } from "../kept/watch_again.ts";
import { type Membership, membership } from "./notification_sender.ts";

/** Datagrams read in one go, so that one service cannot keep the manager to itself. */
const MESSAGES_AT_ONCE = 32;
/**
 * At the end of a process: more than a socket can hold (net.unix.max_dgram_qlen: 10, set to 512 by
 * some systems), so that nothing is lost, while somebody who goes on sending does not hold the
 * manager up.
 */
const MESSAGES_AT_END = 2048;

/** What comes again and again, so that one that is lost does no harm. */
const PASSING: ReadonlySet<Notification["kind"]> = new Set<Notification["kind"]>([
  ...["status", "watchdog-ping"] as const,
]);

/** A socket of one launch, and its address as NOTIFY_SOCKET has it. */
export interface NotifySocket {
  readonly fd: Fd;
  readonly address: string;
}

interface Speaker {
  readonly service: ServiceId;
  readonly socket: NotifySocket;
  /** The process that was launched. */
  readonly leader: Pid;
  /** User of its processes. */
  readonly uid: number;
  mainPid: Pid;
  /** 0: signs of life are not awaited. */
  watchdogMs: number;
  /** It reads its configuration again, as it said. */
  isReloading: boolean;
  /** When the next sign of life is due; undefined: not yet, or not any more. */
  due: Instant | undefined;
  /** That a message was ignored has been logged; once is enough, because any process can send. */
  hasComplained: boolean;
}

/** Sockets, and what was said on them, as another manager goes on with them. */
export interface KeptNotifications {
  readonly speakers: readonly Speaker[];
  readonly statusTexts: ReadonlyMap<ServiceId, string>;
}

export interface NotificationHooks {
  report(event: Event): void;
  /**
   * Another process is the service's main one. @returns Why it cannot be: the end of a sentence.
   */
  changeMainPid(service: ServiceId, from: Pid, to: Pid): string | undefined;
  /** Whether this process of the service has not been collected. */
  isThere(service: ServiceId, pid: Pid): boolean;
  /** Whether the process is in a cgroup that the service has. */
  isInCgroup(service: ServiceId, pid: Pid): boolean;
  /** Something it sent, or somebody sent in its name, was not listened to. */
  complain(service: ServiceId, why: string): void;
}

export class Notifications {
  readonly #platform: Platform;
  readonly #hooks: NotificationHooks;
  readonly #speakers = new Map<Fd, Speaker>();
  readonly #byService = new Map<ServiceId, Speaker>();
  readonly #statusTexts = new Map<ServiceId, string>();
  /**
   * The sockets, by descriptor. Whether a sign of life is due is noted, but not each time when: a
   * later manager gives the whole time once more.
   */
  readonly facts = new Facts(FACT_KIND.speaker, this.#speakers);
  /** What services said last of their status. */
  readonly statusFacts = new Facts(FACT_KIND.statusText, this.#statusTexts);
  readonly #buffer = new Uint8Array(NOTIFICATION_BYTES);
  /** Sockets whose next message was heard. */
  readonly #heard = new Set<Fd>();
  /**
   * Sender → why it is ignored, while a number of messages is read: one sender may have sent many
   * of them.
   */
  readonly #judged = new Map<string, string | undefined>();

  constructor(platform: Platform, hooks: NotificationHooks) {
    this.#platform = platform;
    this.#hooks = hooks;
  }

  /** Takes over the socket of a process that was just launched. */
  add(
    service: ServiceId,
    description: ServiceDescription,
    socket: NotifySocket,
    mainPid: Pid,
  ): void {
    this.remove(service);
    this.#deleteStatus(service);
    const { runAs } = description.attributes;
    const speaker: Speaker = {
      service,
      socket,
      leader: mainPid,
      uid: runAs.kind === "manager" ? this.#platform.userId() : runAs.uid,
      mainPid,
      watchdogMs: description.watchdogTimeoutMs,
      isReloading: false,
      due: undefined,
      hasComplained: false,
    };
    this.#speakers.set(socket.fd, speaker);
    this.facts.note(socket.fd);
    this.#byService.set(service, speaker);
    const failure = this.#platform.poller.watch(socket.fd, { read: true, write: false });
    if (failure === undefined) return;
    this.#complain(speaker, `Cannot watch the notification socket: ${failure.message}`);
    this.remove(service);
  }

  /** The main process has ended; messages from before are read, later ones are not. */
  processEnded(service: ServiceId, pid: Pid): void {
    const speaker = this.#byService.get(service);
    if (speaker === undefined) return;
    this.#receiveAll(speaker, MESSAGES_AT_END);
    if (speaker.mainPid === pid) this.remove(service);
  }

  /** Closes the socket; what the service said last of its status stays. */
  remove(service: ServiceId): void {
    const speaker = this.#byService.get(service);
    if (speaker === undefined) return;
    this.#byService.delete(service);
    const { fd } = speaker.socket;
    this.#speakers.delete(fd);
    this.facts.note(fd);
    this.#heard.delete(fd);
    this.#platform.lastResort.keep(fd, false);
    this.#platform.poller.unwatch(fd);
    this.#platform.close(fd);
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    this.remove(service);
    this.#deleteStatus(service);
  }

  /**
   * What the service last said it is doing, and whether it is reloading; undefined when it said
   * nothing.
   */
  statusText(service: ServiceId): string | undefined {
    const text = this.#statusTexts.get(service);
    if (this.#byService.get(service)?.isReloading !== true) return text;
    return text === undefined || text === "" ? "Reloading" : `Reloading: ${text}`;
  }

  /** @returns Whether the descriptor is a notification socket. */
  handleDescriptor(descriptor: Fd): boolean {
    const speaker = this.#speakers.get(descriptor);
    if (speaker === undefined) return false;
    this.#receive(speaker);
    return true;
  }

  next(): Instant | undefined {
    if (this.#speakers.size === 0) return undefined;
    let next: Instant | undefined;
    for (const { due } of this.#speakers.values()) {
      if (due !== undefined && (next === undefined || due < next)) next = due;
    }
    return next;
  }

  runDue(now: Instant): void {
    for (const speaker of this.#speakers.values()) {
      if (speaker.due === undefined || speaker.due > now) continue;
      // A sign may have come while the manager itself was held up.
      this.#receiveAll(speaker, MESSAGES_AT_ONCE);
      if (speaker.due > now) continue;
      this.#expectNoSign(speaker);
      this.#hooks.report({ kind: "watchdog-expired", service: speaker.service });
    }
  }

  /** For {@linkcode adopt}. What nobody has read stays in the sockets. */
  keep(keeper: Keeper): KeptNotifications {
    for (const speaker of this.#speakers.values()) {
      keeper.descriptor(speaker.socket.fd);
      this.#dropHeard(speaker);
    }
    return { speakers: [...this.#speakers.values()], statusTexts: this.#statusTexts };
  }

  /** Goes on where the notifications of another manager were. */
  adopt({ speakers, statusTexts }: KeptNotifications): void {
    for (const speaker of speakers) {
      const { service, socket } = speaker;
      watchAgain(this.#platform, socket.fd, { read: true, write: false });
      this.#platform.lastResort.keep(socket.fd, true);
      this.#speakers.set(socket.fd, speaker);
      this.#byService.set(service, speaker);
    }
    for (const [service, text] of statusTexts) this.#setStatus(service, text);
  }

  /** What was heard in an earlier turn counts. */
  #dropHeard({ socket }: Speaker): void {
    if (this.#heard.delete(socket.fd)) this.#drop(socket.fd);
  }

  #drop(socket: Fd): void {
    this.#platform.receiveMessage(socket, this.#buffer);
  }

  /**
   * A message that changes something for good stays in the socket until the turn counts: a manager
   * that died before would leave a service whose word is lost. No other is heard in this turn.
   */
  #receive(speaker: Speaker): void {
    const { fd } = speaker.socket;
    this.#judged.clear();
    this.#dropHeard(speaker);
    for (let count = 0; count < MESSAGES_AT_ONCE; count++) {
      const message = this.#platform.receiveMessage(fd, this.#buffer, true);
      if (message === "again" || message.kind === "failure") return;
      if (this.#hear(speaker, message)) {
        this.#heard.add(fd);
        return;
      }
      this.#drop(fd);
    }
  }

  /** Hears all, of a process that has nothing more to say. */
  #receiveAll(speaker: Speaker, limit: number): void {
    this.#judged.clear();
    this.#dropHeard(speaker);
    for (let count = 0; count < limit; count++) {
      const message = this.#platform.receiveMessage(speaker.socket.fd, this.#buffer);
      if (message === "again" || message.kind === "failure") return;
      this.#hear(speaker, message);
    }
  }

  /** @returns Whether it changes something for good. */
  #hear(speaker: Speaker, message: ReceivedMessage): boolean {
    const why = this.#judge(speaker, message.sender);
    if (why !== undefined) {
      this.#complain(speaker, `Ignored a notification ${why}`);
      return false;
    }
    if (message.isTruncated) {
      const text = `Ignored a notification of more than ${NOTIFICATION_BYTES} bytes`;
      this.#complain(speaker, text);
      return false;
    }
    let isLasting = false;
    for (const one of parseNotifications(this.#buffer.subarray(0, message.length))) {
      isLasting ||= !PASSING.has(one.kind);
      this.#take(speaker, one);
    }
    return isLasting;
  }

  /** @returns Why the message is not listened to. */
  #judge(speaker: Speaker, sender: PeerCredentials | undefined): string | undefined {
    if (sender === undefined || sender.pid <= 0) return "without a sender";
    const key = `${sender.pid}:${sender.uid}`;
    if (!this.#judged.has(key)) this.#judged.set(key, this.#reasonToIgnore(speaker, sender));
    return this.#judged.get(key);
  }

  #reasonToIgnore(speaker: Speaker, { pid, uid }: PeerCredentials): string | undefined {
    const kind = this.#membership(speaker, pid as Pid);
    if (kind === "proven") return undefined;
    if (kind === "stranger") return `of process ${pid}: it is not of the service`;
    const isOfUser = uid === 0 || uid === speaker.uid;
    return isOfUser ? undefined : `of process ${pid}: it is of user ${uid}`;
  }

  #membership({ service, socket, leader, mainPid }: Speaker, pid: Pid): Membership {
    return membership(this.#platform, pid, {
      mainPid,
      leader,
      address: socket.address,
      isLeaderThere: () => this.#hooks.isThere(service, leader),
      isInCgroup: (one) => this.#hooks.isInCgroup(service, one),
    });
  }

  #take(speaker: Speaker, message: Notification): void {
    const { service } = speaker;
    const now = this.#platform.now();
    switch (message.kind) {
      case "ready":
        this.#setReloading(speaker, false);
        this.#hooks.report({ kind: "ready", service });
        return this.#expectSign(speaker, now);
      case "reloading":
        return this.#setReloading(speaker, true);
      case "stopping":
        speaker.isReloading = false;
        speaker.watchdogMs = 0;
        this.#expectNoSign(speaker);
        return this.#hooks.report({ kind: "stopping", service });
      case "status":
        return this.#setStatus(service, message.text);
      case "main-pid":
        return this.#changeMainPid(speaker, message.pid as Pid);
      case "watchdog-ping":
        if (speaker.due !== undefined) this.#expectSign(speaker, now);
        return;
      case "watchdog-trigger":
        this.#expectNoSign(speaker);
        return this.#hooks.report({ kind: "watchdog-expired", service });
      case "watchdog-timeout":
        speaker.watchdogMs = message.timeoutMs;
        this.#expectNoSign(speaker);
        return this.#expectSign(speaker, now);
      case "extend-timeout":
        return this.#hooks.report({
          kind: "extend-timeout",
          service,
          timeoutMs: message.timeoutMs,
        });
      default:
        unreachable(message);
    }
  }

  #setStatus(service: ServiceId, text: string): void {
    this.#statusTexts.set(service, text);
    this.statusFacts.note(service);
  }

  #deleteStatus(service: ServiceId): void {
    if (this.#statusTexts.delete(service)) this.statusFacts.note(service);
  }

  #setReloading(speaker: Speaker, isReloading: boolean): void {
    if (speaker.isReloading === isReloading) return;
    speaker.isReloading = isReloading;
    this.facts.note(speaker.socket.fd);
  }

  #complain(speaker: Speaker, why: string): void {
    if (speaker.hasComplained) return;
    speaker.hasComplained = true;
    this.#hooks.complain(speaker.service, why);
  }

  #expectSign(speaker: Speaker, now: Instant): void {
    if (speaker.watchdogMs <= 0) return;
    if (speaker.due === undefined) this.facts.note(speaker.socket.fd);
    speaker.due = now + speaker.watchdogMs as Instant;
  }

  #expectNoSign(speaker: Speaker): void {
    speaker.due = undefined;
    this.facts.note(speaker.socket.fd);
  }

  #changeMainPid(speaker: Speaker, pid: Pid): void {
    const { service, mainPid } = speaker;
    if (pid === mainPid) return;
    this.#judged.clear();
    const why = this.#isOwn(speaker, pid)
      ? this.#hooks.changeMainPid(service, mainPid, pid)
      : "it is no process of the service";
    if (why !== undefined) return this.#complain(speaker, `Ignored MAINPID=${pid}: ${why}`);
    speaker.mainPid = pid;
    this.facts.note(speaker.socket.fd);
    this.#hooks.report({ kind: "main-pid", service, pid });
  }

  /** One that is likely a process of the service must be its user's: it will be signalled. */
  #isOwn(speaker: Speaker, pid: Pid): boolean {
    const kind = this.#membership(speaker, pid);
    if (kind !== "likely") return kind === "proven";
    const facts = this.#platform.processFacts(pid);
    return facts.kind === "process" && facts.realUid === speaker.uid &&
      facts.savedUid === speaker.uid;
  }
}
