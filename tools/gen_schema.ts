/** Writes services/schema.json, the JSON schema of description files, from the table of settings. */
import { descriptionSchema } from "../core/description/mod.ts";
import { formatted } from "./formatted.ts";

/** The text of the schema's file. */
export function schemaText(): Promise<string> {
  return formatted(JSON.stringify(descriptionSchema()), "json");
}

if (import.meta.main) {
  Deno.writeTextFileSync(new URL("../services/schema.json", import.meta.url), await schemaText());
}
