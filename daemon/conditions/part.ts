/**
 * Conditions as one part of the program (`tools/build/program_parts.ts`): a manager without a
 * service that has any never reads it.
 */
export { verdictOn } from "./answer.ts";
export { machineFacts } from "./machine_facts.ts";
