/** `tree`: services below those that depend on them, with the kind of dependency and the state. */
import { printable } from "../../core/printable.ts";
import type { TreeNode } from "../interface/report.ts";
import type { Colour, Paint } from "./colour.ts";
import { stoppedBadly } from "./state_text.ts";

/** All lines of the trees, one after the other. */
export function treeLines(roots: readonly TreeNode[], paint: Paint): string {
  return roots.map((root) => nodeLines(root, "", "", paint)).join("");
}

function nodeLines(node: TreeNode, lead: string, childLead: string, paint: Paint): string {
  let text = `${lead}${nodeText(node, paint)}\n`;
  node.children.forEach((child, index) => {
    const isLast = index === node.children.length - 1;
    text += nodeLines(
      child,
      childLead + (isLast ? "└─ " : "├─ "),
      childLead + (isLast ? "   " : "│  "),
      paint,
    );
  });
  return text;
}

function nodeText(node: TreeNode, paint: Paint): string {
  const kind = node.kind === undefined ? "" : paint("grey", ` ${node.kind}`);
  const note = node.note === "repeated" ? paint("grey", " (see above)") : "";
  return `${paint(nodeColour(node), printable(node.name))} [${stateWord(node)}]${kind}${note}`;
}

function stateWord({ status, note }: TreeNode): string {
  if (note === "missing") return "no description";
  if (status === undefined) return "not loaded";
  return stoppedBadly(status) ? "failed" : status.state;
}

function nodeColour({ status, note }: TreeNode): Colour {
  if (note === "missing") return "red";
  if (status === undefined) return "grey";
  if (status.state === "started") return "green";
  if (status.state !== "stopped") return "yellow";
  return stoppedBadly(status) ? "red" : "grey";
}
