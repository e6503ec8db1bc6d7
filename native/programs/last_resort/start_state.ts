/**
 * What the process was started with and a manager changes for itself: the next program must not
 * take it for what its services are to inherit.
 */
import { compare, type Form, store, succeeded, sum, system, when } from "../../forms.ts";
import type { Texts } from "../../texts.ts";
import { CRASH_FIELD, OOM_SCORE_BYTES } from "./crash_page.ts";
import { field, loadField, storeField } from "./fields.ts";
import { descriptor, page, result, SCRATCH, value } from "./memory.ts";

// Linux include/uapi: fcntl.h, asm-generic/resource.h, linux/sched.h.
const AT_FDCWD = -100;
const READ = 0o2000000;
const WRITE = 1 | 0o2000000;
const RLIMIT_NOFILE = 7;
const SCHED_OTHER = 0;
const NULL = 0;
const OOM_SCORE = "/proc/self/oom_score_adj";

/** Notes it in a new page. */
export function noteStartState(texts: Texts): readonly Form[] {
  return [
    ...withOomScore(texts, READ, [
      system("read", [descriptor, sum(page, CRASH_FIELD.oomScore), OOM_SCORE_BYTES], result),
      storeField("oomScoreBytes", result),
    ]),
    system("prlimit64", [0, RLIMIT_NOFILE, NULL, sum(page, CRASH_FIELD.descriptorLimits)]),
    system("sched_getscheduler", [0], result),
    storeField("schedulingPolicy", result),
  ];
}

/** What is not permitted stays as it is. */
export function restoreStartState(texts: Texts): readonly Form[] {
  return [
    ...withOomScore(texts, WRITE, [
      system("write", [descriptor, sum(page, CRASH_FIELD.oomScore), field("oomScoreBytes")]),
    ]),
    system("prlimit64", [0, RLIMIT_NOFILE, sum(page, CRASH_FIELD.descriptorLimits), NULL]),
    // With another one the manager leaves it as it is.
    loadField(value, "schedulingPolicy"),
    when(compare(value, "==", SCHED_OTHER), [
      store(8, 0, SCRATCH),
      system("sched_setscheduler", [0, SCHED_OTHER, SCRATCH]),
    ]),
  ];
}

function withOomScore(texts: Texts, flags: number, body: readonly Form[]): readonly Form[] {
  const open = system("openat", [AT_FDCWD, texts.at(OOM_SCORE), flags, 0], descriptor);
  return [open, when(succeeded(descriptor), [...body, system("close", [descriptor])])];
}
