/** What a TOML document says, as the parser gives it. */

/** A TOML table: keys in the order of the text. It has no prototype. */
export type TomlTable = { readonly [key: string]: TomlValue };

/** Whole numbers beyond 2^53 come as bigint; dates come as objects that no setting accepts. */
export type TomlValue =
  | string
  | number
  | bigint
  | boolean
  | object
  | readonly TomlValue[]
  | TomlTable;

/** Whether a value is a table (and no array, date or scalar). */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;
}
