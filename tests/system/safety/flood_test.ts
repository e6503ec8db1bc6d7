/**
 * Services that write as fast as they can must slow nobody down but themselves.
 *
 * Measured on two processors, busy with other work too, with four floods (two to buffers, one to a
 * rotated file, one with time stamps): the median of 300 requests went from 0.04 to 0.09 ms, that
 * of 20 starts by a client of their own from 140 to 287 ms (the floods share the processors with
 * the client), and the manager used 15 % of one processor. The bounds below are wide because tests
 * share the machine.
 */
import { processorTicks } from "../processor_time.ts";
import { measureSlowness } from "../../../tools/slowness.ts";
import { within } from "../../../tools/limit.ts";
import { assert } from "../../assert.ts";
import { type Manager, withManager } from "../manager.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
const REQUESTS = 300;
const STARTS = 20;
/** Of the median request on a quick machine; without floods it takes less than one. */
const REQUEST_LIMIT_MS = 100;
const ANSWER_LIMIT_MS = 20_000;

interface Measured {
  readonly medianMs: number;
  readonly slowestMs: number;
}

function summary(times: readonly number[]): Measured {
  const sorted = times.toSorted((a, b) => a - b);
  return { medianMs: sorted[sorted.length >> 1] ?? 0, slowestMs: sorted.at(-1) ?? 0 };
}

/** Times of requests for the protocol's version, one after the other. */
async function measureRequests(manager: Manager): Promise<Measured> {
  const connection = await Deno.connect({ transport: "unix", path: manager.socket });
  const answer = new Uint8Array(64);
  const times: number[] = [];
  for (let count = 0; count < REQUESTS; count++) {
    const begin = performance.now();
    await connection.write(Uint8Array.of(0));
    await within(ANSWER_LIMIT_MS, "An answer", connection.read(answer));
    times.push(performance.now() - begin);
  }
  connection.close();
  return summary(times);
}

async function measureStarts(manager: Manager): Promise<Measured> {
  const times: number[] = [];
  for (let count = 0; count < STARTS; count++) {
    const begin = performance.now();
    await manager.ctlOk("start", "other");
    times.push(performance.now() - begin);
    await manager.ctlOk("stop", "other");
  }
  return summary(times);
}

Deno.test("four floods of output leave requests and starts of others in time", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-flood-" });
  const flood = (settings: string) =>
    `type = "process"\ncommand = ["/usr/bin/yes", "flood"]\n${settings}`;
  const services = {
    keep: SLEEP,
    other: SLEEP,
    floods: 'waits-for = ["buffer", "large", "file", "stamped"]\n',
    buffer: flood('log-type = "buffer"\n'),
    large: flood('log-type = "buffer"\nlog-buffer-size = "16M"\n'),
    file: flood(`logfile = "${folder}/log"\nlog-rotate-size = "1M"\nlog-rotate-count = 2\n`),
    stamped: flood('log-type = "buffer"\nlog-buffer-size = "1M"\nlog-timestamps = true\n'),
  };
  try {
    await withManager({ services, start: ["keep"] }, async (manager) => {
      const limitMs = REQUEST_LIMIT_MS * measureSlowness();
      const quiet = [await measureRequests(manager), await measureStarts(manager)];
      await manager.ctlOk("start", "floods");
      const [usedBefore, begin] = [processorTicks(manager.pid), performance.now()];
      const requests = await measureRequests(manager);
      const starts = await measureStarts(manager);
      const used = (processorTicks(manager.pid) - usedBefore) / (performance.now() - begin) * 10;
      const text = (measured: Measured | undefined) =>
        `${measured?.medianMs.toFixed(2)} ms (slowest ${measured?.slowestMs.toFixed(1)})`;
      console.log(`requests: ${text(quiet[0])} quiet, ${text(requests)} flooded`);
      console.log(`starts: ${text(quiet[1])} quiet, ${text(starts)} flooded`);
      console.log(`processor time of the manager: ${(used * 100).toFixed(0)} %`);
      assert(requests.medianMs < limitMs, `requests took ${requests.medianMs} ms`);
      const isRotated = () => [...Deno.readDirSync(folder)].length === 3;
      await within(
        30_000,
        "The file's rotation",
        (async () => {
          while (!isRotated()) await manager.ctlOk("is-started", "keep");
        })(),
      );
      await manager.ctlOk("stop", "floods");
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
