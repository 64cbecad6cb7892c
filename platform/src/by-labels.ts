/** What there is for each set of labels that occurred; the same labels are the same one, in whatever order they come. */
export class ByLabels<L extends string, Child> {
  readonly #children = new Map<string, Child>();
  readonly #make: (labels: Readonly<Record<L, string>>) => Child;

  constructor(make: (labels: Readonly<Record<L, string>>) => Child) {
    this.#make = make;
  }

  child(labels: Readonly<Record<L, string>>): Child {
    const key = JSON.stringify(Object.entries(labels).sort());
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const made = this.#make({ ...labels });
    this.#children.set(key, made);
    return made;
  }

  all(): readonly Child[] {
    return [...this.#children.values()];
  }
}
