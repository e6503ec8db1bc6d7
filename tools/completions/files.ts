/** All completion files. */
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { zshCompletion } from "./zsh.ts";

/** File name in docs/completions → contents. */
export function completionFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["dinit.bash", bashCompletion()],
    ["dinit.fish", fishCompletion()],
    ["_dinit", zshCompletion()],
  ]);
}
