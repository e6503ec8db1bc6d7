/**
 * The JSON schema of description files in TOML, made from the table of settings. Editors with TOML
 * support complete and check keys by it.
 */
import type { ServiceType } from "../contract/description.ts";
import { systemsText } from "./served_by.ts";
import type { Setting } from "./row.ts";
import { OPTION_TEXTS, OPTIONS } from "./options.ts";
import { type SettingKey, settingKeys, settingOf } from "./settings.ts";
import type { JsonSchema } from "../values/value.ts";

/** Draft 7: the newest that the TOML language servers know. */
const DRAFT = "http://json-schema.org/draft-07/schema#";

/** The schema of one description file. */
export function descriptionSchema(): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const key of settingKeys()) properties[key] = propertySchema(key);
  return {
    $schema: DRAFT,
    title: "Service description of dinit",
    type: "object",
    properties,
    additionalProperties: false,
    dependencies: { "command": ["type"], "stop-command": ["type"] },
    allOf: [
      ofType(["process", "bgprocess", "scripted"], { required: ["command"] }),
      ofType(["bgprocess"], {
        anyOf: [
          { required: ["pid-file"] },
          { required: ["kill-tree"], properties: { "kill-tree": { const: true } } },
        ],
        not: { required: ["ready-notification"] },
      }),
      ofType(["scripted", "internal", "triggered"], { not: { required: ["consumer-of"] } }),
      ofType(["process", "bgprocess", "triggered"], {
        properties: { options: { not: { contains: { const: "kill-all-on-stop" } } } },
      }),
    ],
  };
}

function propertySchema(key: SettingKey): JsonSchema {
  const setting = settingOf(key);
  const schema: JsonSchema = key === "options" ? optionsSchema() : setting.value.schema;
  const value = defaultValue(setting.default);
  return {
    description: description(setting),
    ...schema,
    ...(value === undefined ? {} : { default: value }),
  };
}

function description(row: Pick<Setting, "about" | "servedBy"> & Partial<Setting>): string {
  const systems = systemsText(row);
  return systems === undefined ? row.about : `${row.about} Systems: ${systems}.`;
}

/** The words of `options`, each with what it does. */
function optionsSchema(): JsonSchema {
  const items = OPTIONS.map((option) => ({
    const: option,
    description: description(OPTION_TEXTS[option]),
  }));
  return { type: "array", items: { oneOf: items }, uniqueItems: true };
}

/** Defaults that are values as TOML and JSON have them; others are words for people. */
function defaultValue(words: string | undefined): unknown {
  try {
    return JSON.parse(words ?? "");
  } catch {
    return undefined;
  }
}

/** What holds for services of some types. A file without a type is an internal service. */
function ofType(types: readonly ServiceType[], then: JsonSchema): JsonSchema {
  const condition = { properties: { type: { enum: types } } };
  const isDefault = types.includes("internal");
  return { if: isDefault ? condition : { ...condition, required: ["type"] }, then };
}
