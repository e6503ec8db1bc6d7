/**
 * When launches go before whatever else wants a processor: half of the time at most.
 *
 * On a busy machine a child would wait for a processor behind all that were started before it. But
 * services that crash and restart without end must not keep a machine with one processor from
 * everything else, either. So there is a budget, which a boot finds full.
 */
import type { Instant } from "../../core/types.ts";
import type { Platform, Preferred } from "../../platform/mod.ts";
import type { Timed } from "../time/timed.ts";

/** What a full budget lasts for, and how much of it comes back in each millisecond. */
const BUDGET_MS = 2000;
const REFILL = 0.5;
/**
 * After launches the manager itself stays preferred for so many times as long: their programs keep
 * the processors busy for longer than it took to start them, and requests would wait behind them.
 */
const TIMES_AS_LONG = 8;

export class LaunchPreference implements Timed {
  readonly #platform: Pick<Platform, "now" | "prefer">;
  #budgetMs = BUDGET_MS;
  /** Up to when the budget is accounted for. */
  #accountedAt: number;
  #present: Preferred = "nobody";
  /** When the manager is to be an ordinary process again. */
  #preferredUntil = -Infinity;
  #staysPreferred = true;

  constructor(platform: Pick<Platform, "now" | "prefer">) {
    this.#platform = platform;
    this.#accountedAt = platform.now();
  }

  /** Launches follow, perhaps while others are still under way. */
  begin(): void {
    this.#account();
    if (this.#budgetMs > 0) this.#prefer("launches");
    else this.end();
  }

  /** Launches are over for now, the last program has been executed. */
  end(): void {
    if (this.#present !== "launches") return;
    this.#account();
    this.#prefer(this.#staysPreferred ? "manager" : "nobody");
  }

  /** Takes from the budget what was used, or adds what has come back. */
  #account(): void {
    const now = this.#platform.now();
    const passed = now - this.#accountedAt;
    this.#accountedAt = now;
    if (this.#present === "launches") {
      this.#budgetMs -= passed;
      this.#preferredUntil = Math.max(now, this.#preferredUntil) + TIMES_AS_LONG * passed;
    } else {
      this.#budgetMs = Math.min(BUDGET_MS, this.#budgetMs + passed * REFILL);
    }
  }

  /**
   * All services are to stop: from now on the manager goes before others for launches only. Woken
   * up at once for each child that ends, it took 130 to 190 ms to stop a thousand; collecting many
   * at a time it takes 95 to 115.
   */
  preferLaunchesOnly(): void {
    this.#staysPreferred = false;
    if (this.#present === "manager") this.#prefer("nobody");
  }

  next(): Instant | undefined {
    return this.#present === "manager" ? this.#preferredUntil as Instant : undefined;
  }

  runDue(now: Instant): void {
    if (this.#present === "manager" && now >= this.#preferredUntil) this.#prefer("nobody");
  }

  #prefer(whom: Preferred): void {
    if (whom === this.#present) return;
    this.#platform.prefer(whom);
    this.#present = whom;
  }
}
