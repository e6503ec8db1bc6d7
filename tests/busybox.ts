/** The one program that small systems of the tests are made of. */
import { isFile } from "../tools/vm/host_program.ts";
import { type Need, tool } from "./skip.ts";

/** The host's, which is linked statically. */
export const BUSYBOX = "/bin/busybox";

export const BUSYBOX_NEED: Need = tool("busybox (busybox-static)", isFile(BUSYBOX));
