import { countOf, type Series } from '../exposition/series.ts';

const OF_NODE = /^(?:process|nodejs)_/;

/** Whether a series is shown: by a text in its name or labels, else where it is neither 0 nor about the Node process. */
export function createSelection(names: string | undefined, isAll: boolean): (series: Series) => boolean {
  const wanted = (names ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return (series) => {
    if (wanted.length > 0) return wanted.some((text) => series.id.toLowerCase().includes(text));
    if (isAll) return true;
    return !OF_NODE.test(series.name) && (series.kind === 'gauge' ? series.value : (countOf(series) ?? 0)) !== 0;
  };
}
