import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BanyanError } from '@banyan/platform';
import { childEnvironment } from '../config.ts';
import { freePort } from '../processes/free-port.ts';
import { describeExit, startGuarded, type GuardedProcess } from '../processes/guarded-process.ts';
import { brokerLogSettings, brokerSettings, type BrokerPorts } from './broker-settings.ts';
import { kafkaJars } from './kafka-jars.ts';

export interface KafkaOptions {
  /** Kept between starts; made when it does not exist. */
  readonly folder: string;
  /** Free ones when not given. */
  readonly ports?: BrokerPorts;
  readonly onLine?: (line: string) => void;
  readonly onSpawn?: (process: GuardedProcess) => void;
}

export interface RunningKafka {
  /** `127.0.0.1:PORT` */
  readonly brokers: string;
  readonly pid: number;
  readonly process: GuardedProcess;
  stop(): Promise<unknown>;
}

const pollMs = 50;
const stopGraceMs = 15_000;
/** One node on one machine: small heap, quick start; throughput is measured on a broker of its own. */
const jvmFlags = ['-Xms64m', '-Xmx320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError'];

/**
 * Starts a real Apache Kafka broker (KRaft, one node) on free ports of 127.0.0.1 and waits until it accepts connections.
 *
 * @throws {BanyanError} KAFKA_NO_JAVA, KAFKA_NO_MAVEN, KAFKA_DOWNLOAD_FAILED, KAFKA_FAILED
 */
export async function startKafka({ folder, onLine, onSpawn, ...options }: KafkaOptions): Promise<RunningKafka> {
  const jars = await kafkaJars();
  const ports = options.ports ?? { broker: await freePort(), controller: await freePort() };
  const logFolder = join(folder, 'log');
  const properties = join(folder, 'server.properties');
  const logProperties = join(folder, 'log4j2.properties');
  await mkdir(folder, { recursive: true });
  await writeFile(properties, brokerSettings(logFolder, ports));
  await writeFile(logProperties, brokerLogSettings);

  function launch(mainClass: string, args: readonly string[]): GuardedProcess {
    const process = startGuarded({
      program: 'java',
      args: [...jvmFlags, `-Dlog4j2.configurationFile=${logProperties}`, '-cp', join(jars, '*'), mainClass, ...args],
      env: childEnvironment(),
      cwd: folder,
      stopGraceMs,
      ...(onLine ? { onLine } : {}),
    });
    onSpawn?.(process);
    return process;
  }

  if (!(await stat(join(logFolder, 'meta.properties')).catch(() => undefined))) {
    const format = launch('kafka.tools.StorageTool', ['format', '-t', clusterId(), '-c', properties]);
    if ((await format.exited).code !== 0) throw await kafkaFailure(format, folder);
  }
  const broker = launch('kafka.Kafka', [properties]);
  await untilListening(broker, ports.broker, folder);
  return {
    brokers: `127.0.0.1:${ports.broker}`,
    pid: broker.pid,
    process: broker,
    stop: () => broker.stop(),
  };
}

/** Kafka's form of a UUID: 16 bytes as base64url. A leading dash would read as an option. */
function clusterId(): string {
  return Buffer.concat([Buffer.from([1]), randomBytes(15)]).toString('base64url');
}

async function untilListening(broker: GuardedProcess, port: number, folder: string): Promise<void> {
  while (!(await accepts(port))) {
    if (broker.hasExited) throw await kafkaFailure(broker, folder);
    await pause(pollMs);
  }
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function kafkaFailure(ended: GuardedProcess, folder: string): Promise<BanyanError> {
  const exit = describeExit(await ended.exited);
  const excerpt = ended.lastLines.slice(-8).join('\n  ');
  return new BanyanError('KAFKA_FAILED', `The Kafka broker ended while it started (${exit}):\n  ${excerpt}`, {
    remedy: `Read its last lines above; removing "${folder}" makes a new, empty broker.`,
    concerning: folder,
  });
}
