const WRAPPED = /^(?:\S*\/)?(?:ba|z|da|k)?sh\s+-\w*c\s+(['"]?)([\s\S]*)\1\s*$/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** What comes before the program that really runs. */
const CARRIERS: ReadonlySet<string> = new Set([
  'sudo',
  'time',
  'env',
  'exec',
  'command',
  'nice',
  'nohup',
  'npx',
  'bunx',
  'pnpx',
  'corepack',
  'xvfb-run',
]);
const CARRIERS_OF_TWO: ReadonlySet<string> = new Set([
  'pnpm exec',
  'pnpm dlx',
  'yarn exec',
  'yarn dlx',
  'npm exec',
  'uv run',
  'poetry run',
  'pipenv run',
  'bundle exec',
  'python -m',
  'python3 -m',
]);
const PROGRAM = /^[\w.+@-]{1,64}$/;

/** The steps of a command line, each as the words from the program on. A rough reading: it names programs, it runs nothing. */
export function commandsOf(line: string): string[][] {
  const script = WRAPPED.exec(line)?.[2] ?? line;
  return script
    .split(/&&|\|\||[;|\n]/)
    .map((step) => programWords(step.trim().split(/\s+/)))
    .filter((words) => words.length > 0);
}

/** The name of the program that a command line is about; `shell` where it cannot be told. */
export function programOf(line: string): string {
  const steps = commandsOf(line);
  const [program = ''] = steps.find(([first]) => first !== 'cd' && first !== 'set' && first !== 'export') ?? steps[0] ?? [];
  return PROGRAM.test(program) ? program : 'shell';
}

function programWords(words: readonly string[]): string[] {
  let rest = [...words];
  for (;;) {
    const [first = '', second = ''] = rest;
    if (CARRIERS_OF_TWO.has(`${baseName(first)} ${second}`)) rest = rest.slice(2);
    else if (CARRIERS.has(baseName(first))) rest = withoutOptions(rest.slice(1));
    else if (ASSIGNMENT.test(first)) rest = rest.slice(1);
    else return first === '' ? [] : [baseName(first), ...rest.slice(1)];
  }
}

function withoutOptions(words: readonly string[]): string[] {
  const start = words.findIndex((word) => !word.startsWith('-'));
  return start < 0 ? [] : words.slice(start);
}

function baseName(word: string): string {
  return word.replace(/^['"]|['"]$/g, '').replace(/^.*\//, '');
}
