/** `docs/reference/metrics.md`, from what the running processes expose; Node's own metrics are left out. */
export async function metricsReference(processes: Readonly<Record<string, () => Promise<string>>>): Promise<string> {
  const sections = await Promise.all(
    Object.entries(processes).map(async ([name, read]) => section(name, await read())),
  );
  const head = [
    '# Metrics',
    '',
    'Generated from running processes. Each also exposes the usual `process_*` and `nodejs_*` metrics.',
    '',
  ];
  return [...head, ...sections.flat()].join('\n');
}

function section(name: string, text: string): readonly string[] {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, metric = '', type = '']) => [metric, type]),
  );
  const rows = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)]
    .filter(([, metric = '']) => !/^(process|nodejs)_/.test(metric))
    .map(([, metric = '', help = '']) => `| \`${metric}\` | ${types.get(metric) ?? ''} | ${help} |`)
    .sort();
  return [`## ${name}`, '', '| metric | kind | meaning |', '|---|---|---|', ...rows, ''];
}
