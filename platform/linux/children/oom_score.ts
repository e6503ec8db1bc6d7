/**
 * The OOM score of a child that shared the manager's memory until its program ran, and so could not
 * set one of its own: proc(5), oom_score_adj.
 */
import { changes, files } from "../kernel/parts.ts";

/** Children of children are looked for so deep: nobody forks deeper in a moment. */
const MOST_DEPTH = 8;
const LIST_BYTES = 64 * 1024;

/**
 * Sets it, for what the program has forked meanwhile too: those have the manager's, which may keep
 * the kernel from ever ending them. What is forked later inherits the new one.
 *
 * A process that has ended meanwhile needs none; where it may not be set the child goes on without.
 */
export function setOomScore(pid: number, score: number, depth = MOST_DEPTH): void {
  changes.writeFile(`/proc/${pid}/oom_score_adj`, String(score));
  if (depth === 0) return;
  // A kernel without CONFIG_PROC_CHILDREN has no such file.
  const list = files.readFile(`/proc/${pid}/task/${pid}/children`, LIST_BYTES);
  if (list.kind === "failure" || list.bytes.length === 0) return;
  const children = new TextDecoder().decode(list.bytes).split(" ").filter((each) => each !== "");
  for (const child of children) setOomScore(Number(child), score, depth - 1);
}
