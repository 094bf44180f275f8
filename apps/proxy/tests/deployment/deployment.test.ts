import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { env } from 'node:process';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { CONFIGURATION } from '../../src/config/configuration.ts';
import { readConfiguration } from '../../src/config/read-configuration.ts';
import { routeTemplate } from '../../src/ingress/route-template.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const DEPLOYMENT = join(ROOT, 'docs/deployment');
const read = (path: string): string => readFileSync(join(DEPLOYMENT, path), 'utf8');

/** Variables of others: Node's, the worker's, Docker Compose's. */
const FOREIGN = ['NODE_ENV', 'OPENAI_API_KEY'];
const graceSeconds = readConfiguration({}).WORKER_SHUTDOWN_GRACE_MS / 1_000;

function expectSettings(names: readonly string[]): void {
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect([...Object.keys(CONFIGURATION), ...FOREIGN], name).toContain(name);
}

describe('the Dockerfile', () => {
  const parsed = DockerfileParser.parse(read('Dockerfile'));
  const instructions = parsed.getInstructions();
  const argumentsOf = (keyword: string): string[] =>
    instructions
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArgumentsContent() ?? '');

  test('knows only instructions that there are, and copies what exists', () => {
    expect(
      instructions
        .map((instruction) => instruction.getKeyword())
        .filter((keyword) => !/^(ARG|FROM|WORKDIR|COPY|RUN|USER|ENV|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD)$/.test(keyword)),
    ).toEqual([]);
    const copied = argumentsOf('COPY').flatMap((line) => /\/app\/(\S+) /.exec(line)?.slice(1) ?? []);
    expect(copied).toEqual(['package.json', 'node_modules', 'packages', 'apps', 'tools']);
    for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  test('runs as nobody in particular, under an init, and is stopped by the signal that drains', () => {
    expect(argumentsOf('USER')).toEqual(['node']);
    expect(argumentsOf('ENTRYPOINT')).toEqual(['["tini", "--"]']);
    expect(argumentsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    const [command = ''] = argumentsOf('CMD');
    const words = z.array(z.string()).parse(JSON.parse(command));
    expect(words.at(-1)).toBe('apps/proxy/dist/main.js');
    // The same flags as `npm start`.
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    for (const flag of words.filter((word) => word.startsWith('--'))) expect(scripts.start).toContain(flag);
  });

  test('sets variables that there are, and asks for liveness', () => {
    expectSettings(argumentsOf('ENV').flatMap((line) => [...line.matchAll(/(\w+)=/g)].flatMap(([, name]) => name ?? [])));
    expect(argumentsOf('HEALTHCHECK').join('')).toContain('/livez');
  });
});

const service = z.looseObject({
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  networks: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  stop_grace_period: z.string().optional(),
});
const composition = z.looseObject({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
});

describe('the compose file', () => {
  const compose = composition.parse(parse(read('compose.yaml')));
  const proxy = service.parse(compose.services['codex-proxy']);
  const labels = proxy.labels ?? {};

  test('sets variables that there are, and names what it uses', () => {
    expectSettings(Object.keys(proxy.environment ?? {}));
    for (const [name, { volumes = [], networks = [] }] of Object.entries(compose.services)) {
      for (const network of networks) expect(compose.networks, name).toHaveProperty(network);
      for (const volume of volumes) {
        const source = volume.split(':', 1).join('');
        if (/^[a-z]/.test(source)) expect(compose.volumes, name).toHaveProperty(source);
        else if (source.startsWith('.')) expect(existsSync(join(DEPLOYMENT, source)), source).toBe(true);
      }
    }
  });

  test('gives streams longer to finish than the proxy does', () => {
    expect(Number.parseInt(proxy.stop_grace_period ?? '0', 10)).toBeGreaterThan(graceSeconds);
  });

  test('shows the world /v1 alone; the rest is behind forward-auth', () => {
    const routers = Object.keys(labels).filter((name) => name.startsWith('traefik.http.routers.') && name.endsWith('.rule'));
    expect(routers).toHaveLength(2);
    for (const rule of routers) {
      const guarded = labels[rule.replace(/rule$/, 'middlewares')] !== undefined;
      expect(guarded || labels[rule]?.includes('PathPrefix(`/v1`)'), rule).toBe(true);
    }
    expect(labels['traefik.http.middlewares.codex-proxy-forward-auth.forwardauth.address']).toMatch(/http:/);
    expect(labels['traefik.http.services.codex-proxy.loadbalancer.healthcheck.path']).toBe('/readyz');
  });
});

describe('the systemd unit', () => {
  const unit = read('systemd/codex-proxy.service');
  const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  test('drains by a signal to the proxy alone, and gives it the time', () => {
    expect(setting('KillMode')).toBe('mixed');
    expect(Number(setting('TimeoutStopSec'))).toBeGreaterThan(graceSeconds);
    expect(setting('RestartPreventExitStatus')).toBe('78');
    expectSettings([...setting('Environment').matchAll(/(\w+)=/g)].flatMap(([, name]) => name ?? []));
    expectSettings([...read('codex-proxy.env.example').matchAll(/^#?([A-Z_]+)=/gm)].flatMap(([, name]) => name ?? []));
  });

  test.each([
    ['ready', { '/readyz': 200, '/livez': 200 }, 0],
    ['alive, though its worker does not start', { '/readyz': 503, '/livez': 200 }, 0],
    ['no longer alive', { '/readyz': 503, '/livez': 500 }, 22],
  ])('counts as started when it is %s: exit %#', async (_is, statuses: Readonly<Record<string, number>>, code) => {
    const server = createServer(({ url = '' }, response) => void response.writeHead(statuses[url] ?? 404).end()).listen(0, '127.0.0.1');
    const bin = mkdtempSync(join(tmpdir(), 'codex-proxy-unit-'));
    onTestFinished(() => {
      server.close();
      rmSync(bin, { recursive: true, force: true });
    });
    await once(server, 'listening');
    const { port } = z.object({ port: z.number() }).parse(server.address());
    // A minute, in no time.
    writeFileSync(join(bin, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
    const [, script = ''] = /^\/bin\/sh -c '(.*)'$/.exec(setting('ExecStartPost')) ?? [];
    const environment = { PATH: `${bin}:${env['PATH'] ?? ''}`, PORT: String(port) };
    const [exit] = await once(spawn('/bin/sh', ['-c', script.replaceAll('$$', '$')], { env: environment, stdio: 'inherit' }), 'exit');
    expect(exit).toBe(code);
  });

  test.skipIf(!existsSync('/usr/bin/systemd-analyze'))('is accepted by systemd, which finds it hard to misuse', () => {
    const folder = mkdtempSync(join(tmpdir(), 'codex-proxy-unit-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'codex-proxy.service');
    writeFileSync(file, unit.replace(/\/opt\/codex-proxy\/node_modules\/\S+\/node /, `${process.execPath} `));
    expect(execFileSync('systemd-analyze', ['verify', '--man=no', file], { stdio: 'pipe' }).toString()).toBe('');
    const exposure = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', '--threshold=100', file], {
      stdio: 'pipe',
    }).toString();
    expect(Number(/exposure level for \S+: (\d+\.\d)/.exec(exposure)?.[1])).toBeLessThan(3);
  });
});

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const container = z.looseObject({
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const pod = z.looseObject({
  terminationGracePeriodSeconds: z.number(),
  containers: z.tuple([container]),
  volumes: z.array(z.looseObject({ name: z.string() })),
});
const deployment = z.looseObject({ spec: z.looseObject({ template: z.object({ spec: pod }) }) });

describe('the Kubernetes manifests', () => {
  const { spec } = deployment.parse(parse(read('kubernetes/deployment.yaml'))).spec.template;
  const [proxy] = spec.containers;

  test('set variables that there are, ask probes that there are, and mount what they declare', () => {
    expectSettings(proxy.env.map(({ name }) => name));
    expect([proxy.startupProbe, proxy.livenessProbe, proxy.readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
      // A worker that cannot start is not mended by a new pod.
      '/livez',
      '/livez',
      '/readyz',
    ]);
    for (const { httpGet } of [proxy.startupProbe, proxy.livenessProbe, proxy.readinessProbe]) {
      expect(routeTemplate(httpGet.path)).toBe(httpGet.path);
      expect(proxy.ports.map(({ name }) => name)).toContain(httpGet.port);
    }
    expect(proxy.ports[0]?.containerPort).toBe(readConfiguration({}).PORT);
    expect(proxy.volumeMounts.map(({ name }) => name).sort()).toEqual(spec.volumes.map(({ name }) => name).sort());
  });

  test('let streams finish: endpoints go first, then the grace of the proxy, then the kill', () => {
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(proxy.lifecycle.preStop.sleep.seconds + graceSeconds);
  });

  test('are all of the kustomization, and every one is YAML', () => {
    const { resources } = z.looseObject({ resources: z.array(z.string()) }).parse(parse(read('kubernetes/kustomization.yaml')));
    expect(['kustomization.yaml', ...resources].sort()).toEqual(readdirSync(join(DEPLOYMENT, 'kubernetes')).sort());
    for (const name of resources) {
      for (const document of parseAllDocuments(read(`kubernetes/${name}`))) expect(document.errors).toEqual([]);
    }
  });

  test.skipIf(!existsSync('/usr/bin/kubectl'))('are put together by kustomize', () => {
    const output = execFileSync('kubectl', ['kustomize', join(DEPLOYMENT, 'kubernetes')], { stdio: 'pipe' }).toString();
    const kinds = parseAllDocuments(output).map((document) => z.looseObject({ kind: z.string() }).parse(document.toJS()).kind);
    expect(kinds.sort()).toEqual(['Deployment', 'NetworkPolicy', 'PersistentVolumeClaim', 'PodDisruptionBudget', 'PodMonitor', 'Service']);
  });
});

describe('Prometheus and Grafana', () => {
  test('the configuration is accepted by promtool, rules included', () => {
    const { PROMTOOL } = env;
    if (PROMTOOL === undefined) throw new Error('PROMTOOL is not set: `npm test` fetches promtool');
    const folder = mkdtempSync(join(tmpdir(), 'codex-proxy-prometheus-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const token = join(folder, 'token');
    const file = join(folder, 'prometheus.yml');
    writeFileSync(token, 'x');
    const here = read('prometheus/prometheus.yml')
      .replace('/etc/prometheus/metrics-token', token)
      .replace('/etc/prometheus/rules/metrics-alerts.yaml', join(ROOT, 'docs/app-server-migration/alerts/metrics-alerts.yaml'));
    writeFileSync(file, here);
    expect(execFileSync(PROMTOOL, ['check', 'config', file], { stdio: 'pipe' }).toString()).toContain('SUCCESS');
  });

  test('dashboards are read from where they are mounted, with the data source that they name', () => {
    const { providers } = z
      .object({ providers: z.array(z.looseObject({ options: z.object({ path: z.string() }) })) })
      .loose()
      .parse(parse(read('grafana/provisioning/dashboards/codex-proxy.yaml')));
    expect(read('compose.yaml')).toContain(`../app-server-migration/dashboards:${providers[0]?.options.path ?? ''}:ro`);
    const { datasources } = z
      .looseObject({ datasources: z.array(z.looseObject({ type: z.string(), url: z.string() })) })
      .parse(parse(read('grafana/provisioning/datasources/prometheus.yaml')));
    expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090' }]);
  });
});
