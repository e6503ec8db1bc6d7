/** Descriptions of services that run `programs/notify.pl`. */
const PROGRAM = new URL("../../programs/notify.pl", import.meta.url).pathname;

/** A process with a notification socket that does these words, one after the other. */
export function talker(words: readonly string[], settings = "restart = false\n"): string {
  const command = JSON.stringify(["/usr/bin/perl", PROGRAM, ...words]);
  return `type = "process"\ncommand = ${command}\nready-notification = "notify:socket"\n` +
    `options = ["start-interruptible"]\n${settings}`;
}
