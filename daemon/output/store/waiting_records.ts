/** Records that wait for a log store that is not there yet: bounded, the first ones stay. */
import type { StoredRecord } from "../../../core/log/store_form.ts";
import type { ServiceName } from "../../../core/types.ts";

/** Whose output it is; undefined: the manager's own lines. */
export type StoreKey = ServiceName | undefined;

/** A record and whose it is. */
export interface WaitingRecord {
  readonly key: StoreKey;
  readonly record: StoredRecord;
}

/** What there was no room for. */
export interface LostRecords {
  records: number;
  bytes: number;
}

/** As another manager goes on with it. */
export interface KeptWaiting {
  readonly records: readonly WaitingRecord[];
  readonly lost: Readonly<LostRecords>;
}

/** Enough for all that a boot says before its disks are there. */
const LIMIT_BYTES = 1024 * 1024;
/** Of each, beside its text. */
const RECORD_BYTES = 200;

export class WaitingRecords {
  #records: WaitingRecord[] = [];
  #bytes = 0;
  #lost: LostRecords = { records: 0, bytes: 0 };

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  hasRoomFor({ text }: Pick<StoredRecord, "text">): boolean {
    return this.#bytes + text.length + RECORD_BYTES <= LIMIT_BYTES;
  }

  add(key: StoreKey, record: StoredRecord): void {
    if (!this.hasRoomFor(record)) {
      this.#lost.records++;
      this.#lost.bytes += record.text.length;
      return;
    }
    this.#bytes += record.text.length + RECORD_BYTES;
    this.#records.push({ key, record: { ...record, text: record.text.slice() } });
  }

  /** Takes all of them, in their order. */
  take(): KeptWaiting {
    const taken = this.keep();
    this.#records = [];
    this.#bytes = 0;
    this.#lost = { records: 0, bytes: 0 };
    return taken;
  }

  /** For {@linkcode adopt}. */
  keep(): KeptWaiting {
    return { records: this.#records, lost: this.#lost };
  }

  /** Goes on where another one was. */
  adopt({ records, lost }: KeptWaiting): void {
    for (const { key, record } of records) this.add(key, record);
    this.#lost.records += lost.records;
    this.#lost.bytes += lost.bytes;
  }
}
