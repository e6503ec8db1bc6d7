/** What the words of other programs mean here. */

/** The truth value that a word stands for: `on`, `0`. */
export function truthMeant(word: string): boolean | undefined {
  const lower = word.toLowerCase();
  if (["yes", "true", "on", "1"].includes(lower)) return true;
  if (["no", "false", "off", "0"].includes(lower)) return false;
  return undefined;
}

/** The restart mode that a word stands for. Source: systemd.service(5), Restart=. */
export function restartMeant(word: string): "always" | "never" | "on-failure" | undefined {
  if (/^(al+ways|unless-stopped)$/i.test(word)) return "always";
  if (/^never$/i.test(word)) return "never";
  return /^on-(abnormal|abort|watchdog|error|fail)/.test(word) ? "on-failure" : undefined;
}
