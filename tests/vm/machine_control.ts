/**
 * QEMU's control socket (QMP): tells why a machine ended, and presses keys on its keyboard.
 * Source: docs/interop/qmp-spec.rst of QEMU; events and commands of qapi/run-state.json and ui.json.
 */

/** Why a machine ended: `guest-shutdown` is a power-off, `guest-reset` a reboot. */
export type EndReason = string;

/** The connection to one machine. */
export interface MachineControl {
  /** Resolves when the machine has ended; undefined when QEMU went without saying why. */
  readonly ended: Promise<EndReason | undefined>;
  /** Presses keys together, by QEMU's names for them (`ctrl`, `alt`, `delete`). */
  press(keys: readonly string[]): Promise<void>;
}

/** Speaks to QEMU over a connection that QEMU has just made. */
export async function controlOver(connection: Deno.Conn): Promise<MachineControl> {
  const send = async (command: string, parameters: unknown) => {
    const line = JSON.stringify({ execute: command, arguments: parameters });
    await connection.write(new TextEncoder().encode(line + "\n"));
  };
  const ended = reasonOfEnd(connection);
  await send("qmp_capabilities", {});
  return {
    ended,
    press: (keys) =>
      send("send-key", { keys: keys.map((data) => ({ type: "qcode", data })), "hold-time": 100 }),
  };
}

/** Reads lines until QEMU closes the connection, and keeps what the SHUTDOWN event says. */
async function reasonOfEnd(connection: Deno.Conn): Promise<EndReason | undefined> {
  let reason: EndReason | undefined;
  const lines = connection.readable.pipeThrough(new TextDecoderStream());
  let unread = "";
  try {
    for await (const chunk of lines) {
      const parts = (unread + chunk).split("\n");
      unread = parts.pop() ?? "";
      for (const line of parts) reason ??= reasonIn(JSON.parse(line));
    }
  } catch {
    // The connection broke together with QEMU; what was read before counts.
  }
  return reason;
}

/** `{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}, …}` */
function reasonIn(message: unknown): EndReason | undefined {
  const { event, data } = message as { event?: string; data?: { reason?: string } };
  return event === "SHUTDOWN" ? data?.reason : undefined;
}
