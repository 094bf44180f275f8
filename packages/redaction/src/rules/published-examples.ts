/**
 * Keys that their owners published as examples, and that secret scanners therefore pass over: the sample Firebase keys on the
 * allow-list of gitleaks' rule `gcp-api-key`. Kept as digests, so that no key-shaped text stands in any file. Nothing is given away by
 * leaving them in a text; whoever searches for one finds it.
 */
const PUBLISHED: ReadonlySet<string> = new Set([
  '1ur3y441077c9s',
  '31k04d1mn25z1',
  'lnvgsr1buseaz',
  '1f6m3am2qvv8a',
  '15pw3d6dlg89m',
  '6qg2sn1xg9w4f',
  '8hs2w1gjdz70',
  '1cpmqyo1xyhi1w',
  'vojowg1936fpo',
  '1jo6nl58jkr5x',
  '6gxi0c1p2ldbo',
  '1vzpgfmbzz70u',
  'thdmohm2h311',
  '13n7kuf58i22v',
  '1d9bsi915bl0wt',
]);

export function isPublishedExample(secret: string): boolean {
  return PUBLISHED.has(digestOf(secret));
}

/** Two FNV-1a hashes of 32 bits, of the text and of its reverse. */
function digestOf(secret: string): string {
  let [forward, backward] = [0x811c9dc5, 0x811c9dc5];
  for (let at = 0; at < secret.length; at += 1) {
    forward = Math.imul(forward ^ secret.charCodeAt(at), 0x01000193) >>> 0;
    backward = Math.imul(backward ^ secret.charCodeAt(secret.length - 1 - at), 0x01000193) >>> 0;
  }
  return forward.toString(36) + backward.toString(36);
}
