/**
 * What services are, in their own words: a name and a text by turns, each ended by a NUL, after
 * their bytes' number in eight bytes.
 */
import type { Layout } from "../layout/fields.ts";
import { ENDED_TEXTS_64 } from "../layout/text_fields.ts";

/** Texts by the names of services. */
export type Summaries = ReadonlyMap<string, string>;

export const SUMMARIES: Layout<Summaries> = {
  size: ENDED_TEXTS_64.size,
  write: (packet, summaries) => ENDED_TEXTS_64.write(packet, [...summaries].flat()),
  read(packet) {
    const texts = ENDED_TEXTS_64.read(packet);
    const summaries = new Map<string, string>();
    if (!Array.isArray(texts)) return summaries;
    for (let index = 0; index + 1 < texts.length; index += 2) {
      summaries.set(texts[index] ?? "", texts[index + 1] ?? "");
    }
    return summaries;
  },
};
