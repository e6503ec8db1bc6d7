/**
 * A scenario with all its times stretched, for machines that are slower than the one that it was
 * recorded on.
 */
import type { Action, Scenario, ScenarioService } from "../../scenarios/scenario.ts";

/** Settings that are times, in seconds, and what holds where a scenario does not set them. */
const DEFAULTS = {
  "restart-delay": 0.2,
  "restart-limit-interval": 10,
  "start-timeout": 60,
  "stop-timeout": 10,
} as const;

/** Shorter times are to pass before all is at rest, in seconds: they stay as they are. */
const REST = 0.12;

/** @param factor By how much each time is longer. */
export function stretched(scenario: Scenario, factor: number): Scenario {
  return {
    ...scenario,
    services: Object.fromEntries(
      Object.entries(scenario.services).map((
        [name, service],
      ) => [name, stretchedService(service, factor)]),
    ),
    steps: scenario.steps.map(({ expect, ...action }) => ({
      ...stretchedAction(action as Action, factor),
      expect,
    })),
  };
}

function stretchedService(service: ScenarioService, factor: number): ScenarioService {
  const times = Object.entries(DEFAULTS).map(([setting, fallback]) => {
    const time = service[setting as keyof typeof DEFAULTS] ?? fallback;
    return [setting, time < REST ? time : time * factor];
  });
  return { ...service, ...Object.fromEntries(times) };
}

function stretchedAction(action: Action, factor: number): Action {
  switch (action.do) {
    case "advance":
      return { ...action, seconds: action.seconds * factor };
    case "reload":
      return { ...action, definition: stretchedService(action.definition, factor) };
    default:
      return action;
  }
}
