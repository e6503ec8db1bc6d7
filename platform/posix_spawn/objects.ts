/**
 * The objects that posix_spawn(3) takes: file actions, attributes, sets of signals, texts. All are
 * sure to be outside V8's heap: `allocate` says why.
 */
import { encodeText } from "../../core/text/byte_text.ts";
import { allocate } from "../ffi/memory.ts";
import { OBJECT_BYTES, type SpawnAbi } from "./abi.ts";
import type { SpawnLibrary } from "./library.ts";
import type { SpawnOrder } from "./order.ts";

/** What the child does before its program. To be destroyed by the library. */
export function fileActions(library: SpawnLibrary, order: SpawnOrder): Uint8Array<ArrayBuffer> {
  const { bytes } = allocate(OBJECT_BYTES);
  library.actionsInit(bytes);
  for (const action of order.actions) {
    if (action.kind === "duplicate") library.addDuplicate(bytes, action.source, action.target);
    else if (action.kind === "close") library.addClose(bytes, action.fd);
    else library.addDirectory(bytes, terminated(action.path));
  }
  return bytes;
}

/** Session or group, and signals. To be destroyed by the library. */
export function spawnAttributes(
  library: SpawnLibrary,
  abi: SpawnAbi,
  order: SpawnOrder,
): Uint8Array<ArrayBuffer> {
  const { bytes } = allocate(OBJECT_BYTES);
  library.attributesInit(bytes);
  const leads = order.leads === "session" ? abi.POSIX_SPAWN_SETSID : abi.POSIX_SPAWN_SETPGROUP;
  library.setFlags(bytes, leads | abi.POSIX_SPAWN_SETSIGDEF | abi.POSIX_SPAWN_SETSIGMASK);
  library.setGroup(bytes, 0);
  const defaults = order.defaultSignals.reduce((set, one) => set | (1n << BigInt(one - 1)), 0n);
  library.setDefaultSignals(bytes, signalSet(abi, defaults));
  library.setMask(bytes, signalSet(abi, order.blockedSignals));
  return bytes;
}

function signalSet({ signalSetBytes }: SpawnAbi, bits: bigint): Uint8Array<ArrayBuffer> {
  const { bytes, view } = allocate(Math.max(8, signalSetBytes));
  view.setBigUint64(0, bits, true);
  return bytes;
}

/** A text with its NUL. */
export function terminated(text: string): Uint8Array<ArrayBuffer> {
  const encoded = encodeText(text);
  const { bytes } = allocate(encoded.length + 1);
  bytes.set(encoded);
  return bytes;
}
