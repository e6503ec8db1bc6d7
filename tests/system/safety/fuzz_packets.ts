/**
 * Packets to throw at a live manager: well-formed requests, mutated ones, and plain noise; the same
 * at each run of a seed.
 *
 * None orders a shutdown, nor could a server that loses its place in the bytes read one out of
 * them.
 */
import { encodeRequest, type Request } from "../../../core/protocol/mod.ts";
import { randomRequest, type randomSource } from "../../daemon/control/random_requests.ts";

type Random = ReturnType<typeof randomSource>;

/** Requests that take handles away: many that follow would end the connection. */
const DROPS_HANDLES: readonly Request["kind"][] = ["unload", "reload", "close-handle"];

const LONGEST_NOISE_BYTES = 1100;

/** A request as a client may send it. */
export function soundPacket(random: Random): Uint8Array {
  for (;;) {
    const request = randomRequest(random);
    if (request.kind === "shutdown") continue;
    if (DROPS_HANDLES.includes(request.kind) && random(8) > 0) continue;
    return encodeRequest(request);
  }
}

/** A request with bytes changed, cut off or put in; or bytes of no meaning at all. */
export function brokenPacket(random: Random): Uint8Array {
  const bytes = random(4) === 0 ? noise(random) : mutated(soundPacket(random), random);
  return withoutShutdown(bytes);
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: 1 + random(LONGEST_NOISE_BYTES) }, () => random(256));
}

function mutated(packet: Uint8Array, random: Random): Uint8Array {
  const bytes = [...packet];
  for (let count = 1 + random(3); count > 0; count--) {
    const at = random(bytes.length + 1);
    switch (random(4)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)] ?? 0;
        break;
      case 2:
        bytes.splice(at, 1 + random(4));
        break;
      case 3:
        bytes.splice(at, 0, ...Array.from({ length: 1 + random(8) }, () => random(256)));
        break;
    }
  }
  return Uint8Array.from(bytes);
}

/** Request 10 with a type that ends the manager, at whatever place. */
function withoutShutdown(bytes: Uint8Array): Uint8Array {
  const SHUTDOWN = 10;
  const TYPES = [1, 2, 3, 4, 5, 6];
  return bytes.map((byte, at) =>
    byte === SHUTDOWN && TYPES.includes(bytes[at + 1] ?? 0) ? SHUTDOWN + 1 : byte
  );
}
