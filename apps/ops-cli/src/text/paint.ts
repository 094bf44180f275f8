import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it. */
export type Paint = (style: Style, text: string) => string;

export function createPaint(hasColour: boolean): Paint {
  return hasColour ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}
