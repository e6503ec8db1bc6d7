import type { Event } from "../../../core/event.ts";
import type { Fd, ServiceId } from "../../../core/types.ts";
import { MemoryWatch } from "../../../daemon/processes/memory_watch.ts";
import type { FileWatch, Platform } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const DESCRIPTOR = 9 as Fd;
const [WEB, SQL] = [1 as ServiceId, 2 as ServiceId];

/** A machine whose control groups are texts. */
class Machine {
  readonly counts = new Map<string, number>();
  readonly events: Event[] = [];
  readonly warnings: string[] = [];
  /** Path → its number, of those that are watched. */
  readonly watched = new Map<string, number>();
  changed: number[] = [];
  watchedDescriptors: number[] = [];
  #last = 0;

  memory(open?: Platform["openFileWatch"]): MemoryWatch {
    const watch: FileWatch = {
      kind: "file-watch",
      descriptor: DESCRIPTOR,
      add: (path) => {
        this.watched.set(path, ++this.#last);
        return this.#last;
      },
      remove: (number) => {
        for (const [path, each] of this.watched) if (each === number) this.watched.delete(path);
      },
      changed: () => this.changed.splice(0),
      close: () => {},
    };
    const parts: Partial<Platform> = {
      openFileWatch: open ?? (() => watch),
      readFile: (path) => {
        const count = this.counts.get(path.replace("/memory.events", "")) ?? 0;
        const text = `low 0\nhigh 2\nmax 77\noom 5\noom_kill ${count}\noom_group_kill 1\n`;
        const bytes = new TextEncoder().encode(text);
        return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
      },
      poller: {
        watch: (fd: Fd) => {
          this.watchedDescriptors.push(fd);
          return undefined;
        },
      } as Partial<Platform["poller"]> as Platform["poller"],
    };
    return new MemoryWatch({
      platform: parts as Platform,
      report: (event) => void this.events.push(event),
      warn: (text) => void this.warnings.push(text),
    });
  }

  /** The kernel ends so many in a group. */
  kill(group: string, count: number): void {
    this.counts.set(group, (this.counts.get(group) ?? 0) + count);
    this.tell(group);
  }

  /** Something in the file has changed. */
  tell(group: string): void {
    const number = this.watched.get(`${group}/memory.events`);
    if (number !== undefined) this.changed.push(number);
  }
}

Deno.test("MemoryWatch tells how many more the kernel has ended, and nothing of other changes", () => {
  const machine = new Machine();
  const memory = machine.memory();
  assertEquals(machine.watchedDescriptors, [], "nobody asks yet");
  machine.counts.set("/web", 4);
  memory.begin(WEB, "/web");
  memory.begin(SQL, "/sql");
  assertEquals(machine.watchedDescriptors, [DESCRIPTOR]);
  machine.tell("/web");
  assertEquals(memory.handleDescriptor(DESCRIPTOR), true);
  assertEquals(machine.events, [], "what was before is none of this run's");
  machine.kill("/web", 1);
  machine.kill("/sql", 3);
  memory.handleDescriptor(DESCRIPTOR);
  machine.kill("/web", 2);
  memory.handleDescriptor(DESCRIPTOR);
  assertEquals(machine.events, [
    { kind: "memory-ran-out", service: WEB, count: 1 },
    { kind: "memory-ran-out", service: SQL, count: 3 },
    { kind: "memory-ran-out", service: WEB, count: 2 },
  ]);
  assertEquals(memory.handleDescriptor(8 as Fd), false);
});

Deno.test("MemoryWatch looks at all when the kernel could not tell each", () => {
  const machine = new Machine();
  const memory = machine.memory();
  memory.begin(WEB, "/web");
  memory.begin(SQL, "/sql");
  machine.kill("/sql", 1);
  machine.changed = [-1];
  memory.handleDescriptor(DESCRIPTOR);
  assertEquals(machine.events, [{ kind: "memory-ran-out", service: SQL, count: 1 }]);
});

Deno.test("MemoryWatch goes on with a new group at the next launch, and forgets one that is gone", () => {
  const machine = new Machine();
  const memory = machine.memory();
  memory.begin(WEB, "/web");
  machine.kill("/web", 1);
  memory.begin(WEB, "/web");
  memory.handleDescriptor(DESCRIPTOR);
  assertEquals(machine.events, [], "the run before");
  memory.forget(WEB);
  assertEquals([...machine.watched.keys()], []);
  memory.forget(WEB);
});

Deno.test("MemoryWatch tells of a service that has stopped what ended it", () => {
  const machine = new Machine();
  const memory = machine.memory();
  memory.begin(WEB, "/web");
  machine.counts.set("/web", 4);
  memory.serviceStopped(WEB);
  assertEquals(machine.events, [{ kind: "memory-ran-out", service: WEB, count: 4 }]);
  assertEquals([...machine.watched.keys()], []);
  memory.serviceStopped(WEB);
});

Deno.test("MemoryWatch of a manager that goes on tells what happened in between", () => {
  const machine = new Machine();
  machine.counts.set("/web", 2);
  machine.memory().begin(WEB, "/web", 0);
  assertEquals(machine.events, [{ kind: "memory-ran-out", service: WEB, count: 2 }]);
});

Deno.test("MemoryWatch says once that nothing can be watched", () => {
  const machine = new Machine();
  const message = "too many open files (EMFILE)";
  const memory = machine.memory(() => ({ kind: "failure", call: "inotify", errno: 24, message }));
  memory.begin(WEB, "/web");
  memory.begin(SQL, "/sql");
  const why = `Cannot watch what the kernel ends for want of memory: ${message}`;
  assertEquals(machine.warnings, [why]);
});
