import type { LabelValues } from './label-values.ts';

class Node<S> {
  readonly children = new Map<string, Node<S>>();
  series: S | undefined;
}

/** A label of a family, with the values that it may take. */
export interface Label {
  readonly name: string;
  readonly values: LabelValues;
}

/** The series of one family by their label values: a level of the tree a label, so that no key has to be built to find one. */
export class SeriesTree<S> {
  readonly #labels: readonly Label[];
  readonly #create: () => S;
  #root = new Node<S>();

  constructor(labels: readonly Label[], create: () => S) {
    this.#labels = labels;
    this.#create = create;
  }

  /** The series of `labels`, made if it is new; values that are not admitted become `other`. */
  at(labels: Readonly<Record<string, string>>): S {
    let node: Node<S> | undefined = this.#root;
    for (const { name } of this.#labels) {
      const value = labels[name];
      node = value === undefined ? undefined : node.children.get(value);
      if (node === undefined) return this.#add(labels);
    }
    return (node.series ??= this.#create());
  }

  /** Every series with its labels, those of the same first label together. */
  *entries(): Generator<[labels: readonly (readonly [name: string, value: string])[], series: S]> {
    yield* this.#walk(this.#root, 0, []);
  }

  clear(): void {
    this.#root = new Node<S>();
  }

  #add(labels: Readonly<Record<string, string>>): S {
    let node = this.#root;
    for (const { name, values } of this.#labels) {
      const value = values.admit(labels[name]);
      let child = node.children.get(value);
      if (child === undefined) node.children.set(value, (child = new Node<S>()));
      node = child;
    }
    return (node.series ??= this.#create());
  }

  *#walk(
    node: Node<S>,
    depth: number,
    path: readonly (readonly [string, string])[],
  ): Generator<[readonly (readonly [string, string])[], S]> {
    const label = this.#labels[depth];
    if (label === undefined) {
      if (node.series !== undefined) yield [path, node.series];
      return;
    }
    for (const [value, child] of node.children) yield* this.#walk(child, depth + 1, [...path, [label.name, value]]);
  }
}
