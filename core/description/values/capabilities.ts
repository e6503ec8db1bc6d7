/**
 * Capabilities and secure bits in text form. Source: linux/capability.h, linux/securebits.h; the
 * text form is libcap's for inheritable, ambient and blocked vectors.
 */
import { CAPABILITIES } from "../../system/capabilities.ts";
import type { CapabilityItem } from "../contract/description.ts";

/** Highest number that may stand for a capability without a name here. */
const MAX_CAPABILITY = 63;

/** SECBIT_* bits by the word that sets them. */
export const SECURE_BITS: Readonly<Record<string, number>> = {
  "noroot": 1 << 0,
  "noroot-locked": 1 << 1,
  "no-setuid-fixup": 1 << 2,
  "no-setuid-fixup-locked": 1 << 3,
  "keep-caps": 1 << 4,
  "keep-caps-locked": 1 << 5,
};

/** An item that is none; `item` is the text found. */
export interface CapabilityFault {
  readonly kind: "fault";
  readonly item: string;
  readonly why: string;
}

/**
 * Reads `^cap_net_bind_service,!cap_sys_admin`: `^` ambient and inheritable, `%` or nothing
 * inheritable, `!` blocked (with another prefix: both). A name given again adds to its flags.
 */
export function parseCapabilities(
  text: string,
): { readonly kind: "capabilities"; readonly items: readonly CapabilityItem[] } | CapabilityFault {
  const items = new Map<number, CapabilityItem>();
  const parts = text.split(",");
  if (parts.length > 1 && parts.at(-1) === "") parts.pop();
  for (const part of parts) {
    const item = parseItem(part);
    if (item.kind === "fault") return item;
    const earlier = items.get(item.item.capability);
    items.set(item.item.capability, earlier === undefined ? item.item : merge(earlier, item.item));
  }
  return { kind: "capabilities", items: [...items.values()] };
}

function parseItem(
  text: string,
): { readonly kind: "item"; readonly item: CapabilityItem } | CapabilityFault {
  const prefix = /^[\^%!]*/.exec(text)?.[0] ?? "";
  const name = text.slice(prefix.length);
  const capability = capabilityNumber(name);
  if (capability === undefined) return { kind: "fault", item: name, why: itemFault(name, text) };
  const ambient = prefix.includes("^");
  const blocked = prefix.includes("!");
  return {
    kind: "item",
    item: {
      capability,
      ambient,
      blocked,
      inheritable: ambient || prefix.includes("%") || !blocked,
    },
  };
}

function itemFault(name: string, text: string): string {
  if (text === "") return "an item of the list is empty";
  if (/\s/.test(text)) return "items are separated by commas without blanks";
  if (name === "") return `no capability follows ${JSON.stringify(text)}`;
  return `${JSON.stringify(name)} is no capability`;
}

function capabilityNumber(name: string): number | undefined {
  if (/^[0-9]{1,2}$/.test(name)) {
    const number = Number(name);
    return number <= MAX_CAPABILITY ? number : undefined;
  }
  const index = CAPABILITIES.indexOf(name.toLowerCase());
  return index < 0 ? undefined : index;
}

function merge(left: CapabilityItem, right: CapabilityItem): CapabilityItem {
  return {
    capability: left.capability,
    ambient: left.ambient || right.ambient,
    blocked: left.blocked || right.blocked,
    inheritable: left.inheritable || right.inheritable,
  };
}
