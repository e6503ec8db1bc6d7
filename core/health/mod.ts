/**
 * Probes of services, without the outside: when they are due and what answers come to
 * (`probing.ts`), and what an HTTP answer says (`http_answer.ts`).
 */
export {
  BODY_LIMIT_BYTES,
  HEAD_LIMIT_BYTES,
  HttpAnswer,
  httpRequest,
  type HttpVerdict,
} from "./http_answer.ts";
export { askNow, beginProbing, judge, type Probing, probingDue } from "./probing.ts";
