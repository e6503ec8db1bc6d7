/** `show`: what is known of services as NAME=VALUE lines. */
import { printable } from "../../../core/text/printable.ts";
import type { ServiceDetails } from "../../interface/report.ts";
import { PROPERTY_NAMES } from "../../interface/properties.ts";
import { detailsJson } from "./json.ts";

export interface ShownProperties {
  readonly services: readonly ServiceDetails[];
  /** None: all. */
  readonly names: readonly string[];
  readonly valuesOnly: boolean;
}

/** An empty line stands between two services. @param nowMs Milliseconds since 1970. */
export function* propertyLines(
  { services, names, valuesOnly }: ShownProperties,
  nowMs: number,
): Iterable<string> {
  let gap = "";
  for (const service of services) {
    const values = flattened(detailsJson(service, nowMs));
    let text = gap;
    for (const name of names.length > 0 ? names : PROPERTY_NAMES) {
      const value = values.get(name) ?? "";
      text += `${valuesOnly ? "" : `${name}=`}${printable(value)}\n`;
    }
    yield text;
    gap = "\n";
  }
}

/** Members of members by both names, lists with spaces between; what is not known is not there. */
function flattened(value: object, lead = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue;
    if (Array.isArray(member)) texts.set(lead + name, member.join(" "));
    else if (typeof member !== "object") texts.set(lead + name, String(member));
    else for (const [inner, text] of flattened(member, `${name}.`)) texts.set(inner, text);
  }
  return texts;
}
