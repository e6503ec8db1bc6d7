/** Names of others as names of services of ours. */

/** What is not allowed in a name becomes an underscore. */
export function plainName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, "_");
  return /^[A-Za-z0-9_-]/.test(plain) ? plain : `_${plain}`;
}
