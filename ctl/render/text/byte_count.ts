/** Numbers of bytes, for people. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `812 B`, `1.5 KiB`, `23 MiB`: two or three digits, in the largest unit of which there is one. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = value >= 10 || unit === 0 ? value.toFixed(0) : value.toFixed(1);
  return `${digits} ${UNITS[unit]}`;
}
