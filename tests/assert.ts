/**
 * The assertions of all tests. The only module that imports an assertion package: it stands in for
 * `@std/assert`, which is on JSR only; where JSR is reachable, re-export from there instead.
 */
import nodeAssert from "node:assert/strict";

/** @throws {Error} When the value is falsy. */
export function assert(value: unknown, message?: string): asserts value {
  nodeAssert.ok(value, message);
}

/** Deep, strict equality. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepEqual(actual, expected, message);
}

/** @throws {Error} When the two are deeply equal. */
export function assertNotEquals(actual: unknown, unexpected: unknown, message?: string): void {
  nodeAssert.notDeepEqual(actual, unexpected, message);
}

/** @throws {Error} When the text does not match the pattern. */
export function assertMatch(text: string, pattern: RegExp, message?: string): void {
  nodeAssert.match(text, pattern, message);
}

/** @throws {Error} When the text does not contain the part. */
export function assertIncludes(text: string, part: string, message?: string): void {
  nodeAssert.ok(
    text.includes(part),
    message ?? `Expected ${JSON.stringify(text)} to include ${JSON.stringify(part)}`,
  );
}

/** @throws {Error} When the action does not throw an error whose message matches. */
export function assertThrows(action: () => unknown, pattern?: RegExp): void {
  if (pattern === undefined) nodeAssert.throws(action);
  else nodeAssert.throws(action, pattern);
}

/** @throws {Error} When the promise is not rejected with an error whose message matches. */
export async function assertRejects(
  action: () => Promise<unknown>,
  pattern: RegExp,
): Promise<void> {
  await nodeAssert.rejects(action, pattern);
}

/** Fails at once. */
export function fail(message: string): never {
  nodeAssert.fail(message);
}
