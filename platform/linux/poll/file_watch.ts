/**
 * Watching files for what is written to them, or what the kernel says has changed in one of its
 * own. Source: inotify(7); cgroup_file_notify() of kernel/cgroup/cgroup.c, Linux 6.1, which tells
 * of memory.events, among others.
 */
import type { Fd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileWatch } from "../../interface/file_watch.ts";
import { aboveStandard, pathAddress, takePath } from "../../posix/kernel/kernel.ts";
import { FILE_EVENTS } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { streams } from "../kernel/parts.ts";

/** Files themselves are watched, so no event has a name behind it. */
const EVENTS_AT_ONCE = 64;
const { inotify_init1, inotify_add_watch, inotify_rm_watch } = LINUX.calls;

/** As {@link Platform.openFileWatch}. */
export function openFileWatch(): FileWatch | Failure {
  const flags = FILE_EVENTS.IN_CLOEXEC | FILE_EVENTS.IN_NONBLOCK;
  const made = LINUX.numbers(inotify_init1, flags, 0, 0, 0, 0, 0);
  if (made < 0) return failure("inotify_init1", lastErrno(LINUX));
  const descriptor = aboveStandard(LINUX, made) as Fd;
  const events = allocate(EVENTS_AT_ONCE * FILE_EVENTS.INOTIFY_EVENT_BYTES);
  return {
    kind: "file-watch",
    descriptor,
    add(path) {
      const refused = takePath(LINUX, "inotify_add_watch", path);
      if (refused !== undefined) return refused;
      const { IN_MODIFY } = FILE_EVENTS;
      const number = LINUX.addresses(
        ...[inotify_add_watch, descriptor, pathAddress, IN_MODIFY, 0, 0, 0] as const,
      );
      return number < 0 ? failure("inotify_add_watch", lastErrno(LINUX)) : number;
    },
    remove(number) {
      LINUX.numbers(inotify_rm_watch, descriptor, number, 0, 0, 0, 0);
      // EINVAL: the file is gone, and its watch with it.
      lastErrno(LINUX);
    },
    changed() {
      const numbers = new Set<number>();
      for (;;) {
        const { bytes } = events;
        const count = LINUX.buffer(LINUX.calls.read, descriptor, bytes, bytes.length, 0, 0, 0);
        if (count <= 0) return [...numbers];
        for (let at = 0; at < count; at += FILE_EVENTS.INOTIFY_EVENT_BYTES) {
          numbers.add(events.view.getInt32(at, true));
        }
      }
    },
    close: () => streams.close(descriptor),
  };
}
