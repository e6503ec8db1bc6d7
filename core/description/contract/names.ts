/**
 * Service names: what is allowed, and how a name divides into base and argument.
 *
 * `base@argument`: the base names the file, the text after the first `@` is the template's argument
 * and may hold anything. The full name is the identity: `web`, `web@` and `web@a` are three
 * services.
 */
import type { ServiceName } from "../../types.ts";

/** Longest service name in bytes, as upstream's loader has it. */
export const MAX_NAME_BYTES = 65535;

/** Suffix of a description in TOML; it is no part of the service's name. */
export const TOML_SUFFIX = ".toml";

export interface NameParts {
  readonly base: string;
  /** Undefined without `@`; the empty text after a final `@` is an argument. */
  readonly argument: string | undefined;
}

/** Divides a name at its first `@`. */
export function splitName(name: string): NameParts {
  const at = name.indexOf("@");
  if (at < 0) return { base: name, argument: undefined };
  return { base: name.slice(0, at), argument: name.slice(at + 1) };
}

/** The inverse of {@link splitName}, for parts that are in order. */
export function withArgument(base: string, argument: string | undefined): ServiceName {
  return (argument === undefined ? base : `${base}@${argument}`) as ServiceName;
}

const BASE_PATTERN = /^[A-Za-z0-9_\-\u0080-\uffff][A-Za-z0-9._\-\u0080-\uffff]*$/;

/** Why a text is no service name, to follow a colon in a message; undefined when it is one. */
export function nameFault(name: string): string | undefined {
  const { base } = splitName(name);
  if (name === "") return "a service name cannot be empty";
  if (base === "") return 'a service name cannot begin with "@"';
  if (base.startsWith(".")) return "a service name cannot begin with a period";
  if (!BASE_PATTERN.test(base)) {
    return 'a service name is made of letters, digits, ".", "_" and "-" (anything after "@")';
  }
  if (name.includes("\0")) return "a service name cannot hold a NUL character";
  if (name.length * 3 > MAX_NAME_BYTES && utf8Length(name) > MAX_NAME_BYTES) {
    return `a service name has at most ${MAX_NAME_BYTES} bytes`;
  }
  return undefined;
}

/**
 * Brands a checked name.
 *
 * @throws {RangeError} When {@link nameFault} finds a fault.
 */
export function serviceName(name: string): ServiceName {
  const fault = nameFault(name);
  if (fault !== undefined) throw new RangeError(`Not a service name: "${name}": ${fault}`);
  return name as ServiceName;
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
