/**
 * Conditions as one part of the program (`tools/build/program_parts.ts`): a manager without a
 * service that has any never reads it.
 */
export { Answers } from "./answers.ts";
