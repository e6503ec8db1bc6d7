/**
 * Measures answers on the control socket:
 * `round_trips.ts SOCKET SERVICE SECONDS [wait]`. With `wait` it is there before the manager, and
 * measures from the first answer on.
 *
 * A program of its own, because its client blocks; in the benchmark's own process a promise for
 * each answer would cost more than the answer.
 */
import { AskingClient, pause, statusRequest } from "./asking_client.ts";
import { quantile } from "./reports/statistics.ts";

const WARM_UP_SHARE = 0.2;
const ASK_PAUSE_MS = 2;
const CONNECT_LIMIT_MS = 10_000;

/** What the program prints, as JSON. */
export interface RoundTrips {
  readonly perSecond: number;
  readonly medianUs: number;
  readonly p99Us: number;
  readonly longestUs: number;
}

function measure(socket: string, service: string, seconds: number, waits: boolean): RoundTrips {
  const client = new AskingClient(socket, waits ? CONNECT_LIMIT_MS : 0);
  const status = statusRequest(client, service);
  const askFor = (limitMs: number): readonly number[] => {
    const times: number[] = [];
    const end = performance.now() + limitMs;
    for (let sent = performance.now(); sent < end;) {
      client.ask(status);
      const answered = performance.now();
      times.push(answered - sent);
      // Without a pause the two would keep a processor for themselves, which the kernel does not
      // let pass.
      if (waits) pause(ASK_PAUSE_MS);
      sent = waits ? performance.now() : answered;
    }
    return times;
  };
  if (!waits) askFor(seconds * WARM_UP_SHARE * 1000);
  const times = askFor(seconds * 1000);
  return {
    perSecond: times.length / seconds,
    medianUs: quantile(times, 0.5) * 1000,
    p99Us: quantile(times, 0.99) * 1000,
    longestUs: Math.max(...times) * 1000,
  };
}

if (import.meta.main) {
  const [socket = "", service = "", seconds = "", wait] = Deno.args;
  const result = measure(socket, service, Number(seconds), wait === "wait");
  console.log(JSON.stringify(result));
}
