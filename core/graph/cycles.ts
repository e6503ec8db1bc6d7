/**
 * Finds ways that lead back to where they began, in any graph whose nodes have names: services and
 * their links, modules and their imports.
 */

/** A graph, asked node by node. */
export interface Graph<Edge> {
  /** What leads away from a node; none for a node that is not known. */
  edges(name: string): readonly Edge[];
  /** The node to which an edge leads. */
  target(edge: Edge): string;
}

/**
 * A node on a cycle, and the edge by which it leads to the next one; the last leads to the first.
 */
export interface CycleNode<Edge> {
  readonly name: string;
  readonly edge: Edge;
}

interface Visit<Edge> {
  readonly name: string;
  readonly edges: readonly Edge[];
  /** How many of the edges have been followed. */
  followed: number;
}

/**
 * Depth first, with a stack of its own: a graph may be deeper than the language's.
 *
 * @param starts Only what can be reached from these is looked at.
 * @returns One cycle for each edge that leads back to a node on the way to it.
 */
export function* findCycles<Edge>(
  starts: Iterable<string>,
  graph: Graph<Edge>,
): Generator<readonly CycleNode<Edge>[]> {
  const done = new Set<string>();
  const onPath = new Set<string>();
  for (const start of starts) {
    if (done.has(start)) continue;
    const path: Visit<Edge>[] = [{ name: start, edges: graph.edges(start), followed: 0 }];
    onPath.add(start);
    for (let visit = path[0]; visit !== undefined; visit = path[path.length - 1]) {
      const edge = visit.edges[visit.followed++];
      if (edge === undefined) {
        onPath.delete(visit.name);
        done.add(visit.name);
        path.pop();
        continue;
      }
      const name = graph.target(edge);
      if (onPath.has(name)) {
        yield cycleFrom(path, name);
      } else if (!done.has(name)) {
        onPath.add(name);
        path.push({ name, edges: graph.edges(name), followed: 0 });
      }
    }
  }
}

/** @returns The first of {@link findCycles}; undefined when there is none. */
export function findCycle<Edge>(
  starts: Iterable<string>,
  graph: Graph<Edge>,
): readonly CycleNode<Edge>[] | undefined {
  for (const cycle of findCycles(starts, graph)) return cycle;
  return undefined;
}

function cycleFrom<Edge>(path: readonly Visit<Edge>[], first: string): CycleNode<Edge>[] {
  const start = path.findIndex(({ name }) => name === first);
  return path.slice(start).map(({ name, edges, followed }) => ({
    name,
    edge: edges[followed - 1] as Edge,
  }));
}
