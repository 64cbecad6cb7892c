interface Targets {
  readonly capability?: string | undefined;
  readonly upstream?: string | undefined;
}

interface TargetRules {
  readonly defaults?: { readonly upstream?: string | undefined } | undefined;
  readonly capabilities?:
    | Readonly<
        Record<string, { readonly legacy?: string | undefined; readonly extracted?: string | undefined } | undefined>
      >
    | undefined;
  readonly upstreams?:
    Readonly<Record<string, { readonly caseSensitivePaths?: boolean | undefined } | undefined>> | undefined;
}

/**
 * Whether /Trips is another path than /trips for this route.
 *
 * One case-insensitive server among its targets makes the route case-insensitive: it would serve /Trips as /trips,
 * so /Trips must not dodge the rule.
 */
export function isCaseSensitive(route: Targets, rules: TargetRules): boolean {
  return targetNames(route, rules).every((name) => own(rules.upstreams, name)?.caseSensitivePaths !== false);
}

function targetNames(route: Targets, { capabilities, defaults }: TargetRules): readonly (string | undefined)[] {
  if (route.capability === undefined) return [route.upstream ?? defaults?.upstream];
  const capability = own(capabilities, route.capability);
  return [capability?.legacy, capability?.extracted];
}

function own<Rule>(rules: Readonly<Record<string, Rule>> | undefined, name: string | undefined): Rule | undefined {
  return rules && name !== undefined && Object.hasOwn(rules, name) ? rules[name] : undefined;
}
