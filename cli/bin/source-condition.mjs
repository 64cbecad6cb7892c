// Rooms export their TypeScript under the condition `source`; the command runs from source, so it adds that condition to every import.
export async function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier, { ...context, conditions: ['source', ...context.conditions] });
}
