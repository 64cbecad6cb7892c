import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(checkout, 'node_modules', '.cache', 'banyan-test');
/** What CommonJS modules in the bundle look for. */
const commonJsNames = `import { createRequire as $createRequire } from 'node:module';
const require = $createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

const built = new Map<string, Promise<string>>();

/**
 * Bundles a main file with all that it imports, from source, for tests that start it as a process: through a loader for
 * TypeScript the start takes four times as long, and a test that kills processes starts dozens of them.
 *
 * @param main - path of the TypeScript file
 * @returns path of the JavaScript file
 */
export function builtProgram(main: string): Promise<string> {
  const known = built.get(main) ?? build(main);
  built.set(main, known);
  return known;
}

async function build(main: string): Promise<string> {
  // Only tests that start processes pay for loading it.
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    entryPoints: [main],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    sourcemap: 'inline',
    keepNames: true,
    logLevel: 'error',
    banner: { js: commonJsNames },
    plugins: [ownPlaces],
  });
  const program = join(folder, relative(checkout, main).replace(/[/\\]/g, '-').replace(/\.ts$/, '.mjs'));
  await mkdir(folder, { recursive: true });
  // Another test file may build the same program now, or have started it: nobody may see half of it.
  const draft = `${program}.${process.pid}`;
  await writeFile(draft, outputFiles[0]?.contents ?? '');
  await rename(draft, program);
  return program;
}

/** In a bundle all modules stand in one place; ours read files beside them. */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup(bundle) {
    bundle.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return {
        loader: 'ts',
        contents: text
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      };
    });
  },
};
