/** Prints whether V8 takes the code of each part named from its cache. */
import { openPart } from "../../../tools/build/load_part.ts";

for (const part of Deno.args) {
  const { size } = Deno.statSync(`${import.meta.dirname}/${part}.cache`);
  const verdict = openPart(part).cachedDataRejected === true ? "refused" : "taken";
  console.log(`${part}: ${size === 0 ? "has no cache" : verdict}`);
}
Deno.exit(0);
