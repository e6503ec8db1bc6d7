/** What `systemd-analyze calendar` makes of expressions. */

/** Of one expression. */
export interface SystemdView {
  readonly normalForm: string;
  /** `2026-12-01 02:00:00`, UTC; fewer than asked for when no more come. */
  readonly times: readonly string[];
}

/**
 * Asks for many expressions at once.
 *
 * @param from Microseconds since 1970; whole seconds.
 * @returns A view for each, in order; undefined for one that it does not take, or gives no answer
 *   for: versions before 254 run in circles at some changes of the clocks.
 */
export async function systemdViews(
  expressions: readonly string[],
  { from, count }: { readonly from: number; readonly count: number },
): Promise<readonly (SystemdView | undefined)[]> {
  const base = new Date(from / 1000).toISOString().slice(0, 19).replace("T", " ");
  const { stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args: ["calendar", `--base-time=${base} UTC`, `--iterations=${count}`, "--", ...expressions],
    env: { TZ: "UTC", LC_ALL: "C", SYSTEMD_LOG_LEVEL: "err" },
  }).output();
  const text = new TextDecoder();
  const refused = refusedIn(text.decode(stderr));
  const blocks = text.decode(stdout).split(/\n\s*\n/).filter((block) => block.includes("form:"));
  const views = blocks.map(viewOf);
  let next = 0;
  const found = expressions.map((each) => refused.has(each) ? undefined : views[next++]);
  if (next !== views.length) throw new Error(`${views.length} answers for ${next} expressions`);
  return found;
}

function refusedIn(text: string): ReadonlySet<string> {
  const failures = /Failed to (?:parse calendar specification|determine next elapse for) '(.*)': /g;
  const lines = text.matchAll(failures);
  return new Set(Array.from(lines, ([, expression = ""]) => expression));
}

function viewOf(block: string): SystemdView {
  const normalForm = /Normalized form: (.*)/.exec(block)?.[1] ?? "";
  const times = block.matchAll(/(?:Next elapse|Iter\. #\d+): \w{3} (\S+ \S+) UTC/g);
  return { normalForm, times: Array.from(times, ([, time = ""]) => time) };
}
