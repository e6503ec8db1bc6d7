/** Fields of the crash page in forms; {@linkcode page} holds its address. */
import {
  type Form,
  load,
  store,
  type Stored,
  stored,
  type Value,
  type Variable,
} from "../../forms.ts";
import { CRASH_FIELD } from "./crash_page.ts";
import { page } from "./memory.ts";

export type CrashField = keyof typeof CRASH_FIELD;

export function field(name: CrashField): Stored {
  return stored(page, CRASH_FIELD[name]);
}

export function loadField(to: Variable, name: CrashField): Form {
  return load(8, to, page, CRASH_FIELD[name]);
}

export function storeField(name: CrashField, from: Value): Form {
  return store(8, from, page, CRASH_FIELD[name]);
}
