/** A TOML basic string. Its escapes are those of JSON, but it takes no raw DEL. */
export function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007F');
}

/** `-c key=value` options for the worker's command line. */
export function configOptions(values: Readonly<Record<string, string | boolean | number>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [
    '-c',
    `${key}=${typeof value === 'string' ? tomlString(value) : String(value)}`,
  ]);
}
