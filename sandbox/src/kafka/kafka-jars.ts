import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../folders.ts';
import { requireJava, requireMaven, runMaven } from './java-tools.ts';

const kafkaVersion = '4.3.0';
/** The binding lets the broker say why it does not start; without it its log goes nowhere. */
const dependencies = [
  `org.apache.kafka:kafka_2.13:${kafkaVersion}`,
  'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4',
] as const;

/**
 * The folder with the broker's jars, fetched from Maven Central once (45 MB, about 7 s).
 *
 * @throws {BanyanError} KAFKA_NO_JAVA, KAFKA_NO_MAVEN, KAFKA_DOWNLOAD_FAILED
 */
export async function kafkaJars(): Promise<string> {
  await requireJava();
  const jars = join(cacheFolder, `kafka-${kafkaVersion}`);
  if (await exists(jars)) return jars;
  await requireMaven();
  const unfinished = `${jars}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  const pom = join(unfinished, 'pom.xml');
  await writeFile(pom, pomOf(dependencies));
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`];
  await runMaven(['--quiet', '--batch-mode', '-f', pom, ...goal], dependencies[0]);
  // Whoever renames first has filled the cache; the other copy is thrown away.
  await rename(unfinished, jars).catch(() => rm(unfinished, { recursive: true, force: true }));
  return jars;
}

function pomOf(coordinates: readonly string[]): string {
  const entries = coordinates.map((coordinate) => {
    const [group = '', artifact = '', version = ''] = coordinate.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>banyan</groupId><artifactId>kafka</artifactId><version>1</version>
<dependencies>${entries.join('\n')}</dependencies></project>\n`;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
