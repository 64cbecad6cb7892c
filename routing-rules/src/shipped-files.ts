/** The rules of the worked example, where they stand in this package; for the processes that load them. */
export const shippedFiles = Object.freeze({
  rules: new URL('../rules/fleet.rules.yaml', import.meta.url),
  cases: new URL('../rules/fleet.cases.yaml', import.meta.url),
});
