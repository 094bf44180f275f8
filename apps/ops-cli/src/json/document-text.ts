/** A JSON document for standard output. What JSON lets through, a terminal may still obey: those characters are escaped too. */
export function documentText(document: object): string {
  return `${JSON.stringify(document, null, 2).replaceAll(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)}\n`;
}
