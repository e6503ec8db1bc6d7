/**
 * Log consumers: which services may be tied together by `consumer-of`.
 */
import type { ServiceDescription } from "../description/contract/description.ts";
import { isProcessType } from "../service/record/terms.ts";

/**
 * @param producer The description of the service named; undefined when it is not loaded.
 * @param rival Name of a service that consumes its output already.
 * @returns What is wrong, for people; undefined when nothing is.
 */
export function consumerFault(
  consumer: ServiceDescription,
  producer: ServiceDescription | undefined,
  rival: string | undefined,
): string | undefined {
  const name = consumer.consumerOf;
  if (name === consumer.name) return "it cannot consume its own output";
  if (rival !== undefined && rival !== consumer.name) {
    return `the output of "${name}" is consumed by "${rival}" already`;
  }
  return producer === undefined ? undefined : producerFault(producer, consumer.name);
}

/** @returns Why the output of a service cannot be consumed; undefined when it can. */
export function producerFault(
  producer: ServiceDescription,
  consumer: string,
): string | undefined {
  if (!isProcessType(producer.type)) {
    return `"${consumer}" consumes the output of "${producer.name}", which has none: its type is ` +
      `"${producer.type}"`;
  }
  if (producer.log.kind !== "pipe") {
    return `"${consumer}" consumes the output of "${producer.name}", whose log-type is ` +
      `"${producer.log.kind}" and must be "pipe"`;
  }
  return undefined;
}
