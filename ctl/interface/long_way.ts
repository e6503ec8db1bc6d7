/**
 * Thrown in a program that the manager runs for a client (`daemon/clients/`) when it needs what
 * only the client's own program may do, and nothing was said or done yet: then that one does it
 * all.
 */
export class LongWay extends Error {
  override readonly name = "LongWay";
}
