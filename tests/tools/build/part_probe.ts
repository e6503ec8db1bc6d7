/** Prints whether V8 takes the code of each part named from its cache. */
import { hasCodeCache, openPart } from "../../../tools/build/load_part.ts";

for (const part of Deno.args) {
  const isCached = hasCodeCache(part);
  const verdict = openPart(part).cachedDataRejected === true ? "refused" : "taken";
  console.log(`${part}: ${isCached ? verdict : "has no cache"}`);
}
Deno.exit(0);
