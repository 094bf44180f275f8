/** A number stays with its unit. */
const BREAK = /(?<!\d) | (?!(?:ms|s|min|h|d|B|kB|MB|GB|%)(?!\w))/;

/** Breaks a paragraph at its spaces: the first line after `head`, the others indented as far. A word that is too wide stays whole. */
export function hang(head: string, paragraph: string, width: number): string[] {
  const indent = ' '.repeat(head.length);
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(BREAK)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text, index) => `${index === 0 ? head : indent}${text}`);
}
