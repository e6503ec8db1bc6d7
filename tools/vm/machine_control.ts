/**
 * QEMU's control socket (QMP): tells why a machine ended, presses keys on its keyboard, and takes
 * pictures of its screen. Source: docs/interop/qmp-spec.rst of QEMU; events and commands of
 * qapi/run-state.json and ui.json.
 */

/** Why a machine ended: `guest-shutdown` is a power-off, `guest-reset` a reboot. */
export type EndReason = string;

/** The connection to one machine. */
export interface MachineControl {
  /** Resolves when the machine has ended; undefined when QEMU went without saying why. */
  readonly ended: Promise<EndReason | undefined>;
  /** Presses keys together, by QEMU's names for them (`ctrl`, `alt`, `delete`). */
  press(keys: readonly string[]): Promise<void>;
  /**
   * Writes what the graphical console shows to a PNG file.
   *
   * @param path Absolute, or seen from the folder that QEMU was started in.
   */
  screenshot(path: string): Promise<void>;
}

/** What QEMU sends: a greeting, events, and one answer for each command, in order. */
interface Message {
  readonly event?: string;
  readonly data?: { readonly reason?: string };
  readonly return?: unknown;
  readonly error?: { readonly desc?: string };
}

/** Settles with the answer to a command; undefined: QEMU has ended. */
type Answer = (message: Message | undefined) => void;

/** Speaks to QEMU over a connection that QEMU has just made. */
export async function controlOver(connection: Deno.Conn): Promise<MachineControl> {
  const waiting: Answer[] = [];
  /** @throws {Error} When QEMU refuses, with its words. */
  const execute = async (command: string, parameters: unknown) => {
    const answer = new Promise<Message | undefined>((resolve) => waiting.push(resolve));
    const line = JSON.stringify({ execute: command, arguments: parameters });
    await connection.write(new TextEncoder().encode(line + "\n"));
    const message = await answer;
    const fault = message === undefined ? "it has ended" : message.error?.desc;
    if (fault !== undefined) throw new Error(`QEMU did not carry out "${command}": ${fault}`);
  };
  const ended = readMessages(connection, waiting);
  await execute("qmp_capabilities", {});
  return {
    ended,
    press: (keys) =>
      execute("send-key", {
        keys: keys.map((data) => ({ type: "qcode", data })),
        "hold-time": 100,
      }),
    screenshot: (path) => execute("screendump", { filename: path, format: "png" }),
  };
}

/**
 * Reads until QEMU closes the connection; hands answers over, and keeps what the SHUTDOWN event
 * says.
 */
async function readMessages(
  connection: Deno.Conn,
  waiting: Answer[],
): Promise<EndReason | undefined> {
  let reason: EndReason | undefined;
  const lines = connection.readable.pipeThrough(new TextDecoderStream());
  let unread = "";
  try {
    for await (const chunk of lines) {
      const parts = (unread + chunk).split("\n");
      unread = parts.pop() ?? "";
      for (const line of parts) {
        const message = JSON.parse(line) as Message;
        // {"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}, …}
        if (message.event === "SHUTDOWN") reason ??= message.data?.reason;
        if ("return" in message || "error" in message) waiting.shift()?.(message);
      }
    }
  } catch {
    // The connection broke together with QEMU; what was read before counts.
  }
  for (const answer of waiting.splice(0)) answer(undefined);
  return reason;
}
