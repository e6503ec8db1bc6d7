/**
 * What is to be said of services beside their status: whether they are well, and what masks them.
 * Names and texts by turns, each ended by a NUL, after their bytes' number in eight bytes; the
 * texts are those of `details.ts`.
 */
import { healthOf, healthWords, type ReportedHealth } from "./details.ts";
import type { Layout } from "./layout/fields.ts";
import { ENDED_TEXTS_64 } from "./layout/text_fields.ts";

export interface Remark {
  /** Undefined: it is not asked. */
  readonly health: ReportedHealth | undefined;
  /** The file that keeps it from being started. */
  readonly mask: string | undefined;
}

/** Remarks by the names of services; those that are not there have none. */
export type Remarks = ReadonlyMap<string, Remark>;

const HEALTH = "health=";
const MASK = "mask=";

export const REMARKS: Layout<Remarks> = {
  size: ENDED_TEXTS_64.size,
  write(packet, remarks) {
    const texts: string[] = [];
    for (const [name, { health, mask }] of remarks) {
      if (health !== undefined) texts.push(name, HEALTH + healthWords(health));
      if (mask !== undefined) texts.push(name, MASK + mask);
    }
    ENDED_TEXTS_64.write(packet, texts);
  },
  read(packet) {
    const texts = ENDED_TEXTS_64.read(packet);
    const remarks = new Map<string, Remark>();
    if (!Array.isArray(texts)) return remarks;
    for (let index = 0; index + 1 < texts.length; index += 2) {
      const [name = "", text = ""] = texts.slice(index, index + 2);
      const { health, mask } = remarks.get(name) ?? { health: undefined, mask: undefined };
      if (text.startsWith(HEALTH)) {
        remarks.set(name, { health: healthOf(text.slice(HEALTH.length)), mask });
      } else if (text.startsWith(MASK)) {
        remarks.set(name, { health, mask: text.slice(MASK.length) });
      }
    }
    return remarks;
  },
};
