/** A TOML basic string; its escapes are those of JSON. */
export function tomlString(text: string): string {
  return JSON.stringify(text);
}

/** `-c key=value` options for the worker's command line. */
export function configOptions(values: Readonly<Record<string, string | boolean | number>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${typeof value === 'string' ? tomlString(value) : String(value)}`]);
}
