/** How many control connections there may be, and whether there is room for one more. */
import type { Peer } from "./peer.ts";

/**
 * Most connections at a time, passed ones not counted. One more is accepted and closed at once, so
 * that its client fails with an error instead of waiting for ever.
 */
export const CONNECTION_LIMIT = 512;

/**
 * Of these, most of all users together who are neither root nor the manager's, and most of one of
 * them: nobody who may only look can keep others out.
 */
export const GUEST_LIMIT = 128;
export const ONE_GUEST_LIMIT = 32;

/**
 * Why there is no room for another connection; undefined: there is.
 *
 * @param present Whose connections are open, those of services left out. Looked through for guests
 * only.
 */
export function lackOfRoom(
  { uid, isGuest }: Peer,
  present: Iterable<Peer>,
  presentCount: number,
): string | undefined {
  if (presentCount >= CONNECTION_LIMIT) return `${CONNECTION_LIMIT} are open`;
  if (!isGuest) return undefined;
  const guests = [...present].flatMap((peer) => peer.isGuest ? [peer.uid] : []);
  if (guests.length >= GUEST_LIMIT) return `${GUEST_LIMIT} are open of users who were let in`;
  const own = guests.filter((guest) => guest === uid).length;
  return own >= ONE_GUEST_LIMIT ? `${ONE_GUEST_LIMIT} are open of user ${uid}` : undefined;
}
