import { isScrambled, shapeOf } from './value-shape.ts';

/** URLs, paths, host names, file names. */
export function isLocation(value: string): boolean {
  if (value.includes('://')) return true;
  if (/[+=]/.test(value) || (value.length === AWS_SECRET_LENGTH && AWS_SECRET.test(value))) return false;
  if (PATH.test(value) || FILE.test(value) || FILE_IN_FOLDER.test(value)) return true;
  return HOST.test(value) && !BOOTSTRAP_TOKEN.test(value) && !value.split('.').some((label) => isScrambled(shapeOf(label)));
}

/** `uploads/2026/report.pdf`. */
const FILE_IN_FOLDER = /^(?:[\w.-]+\/)+[\w.-]+\.[a-z]{2,4}$/;
/** As `kubeadm` makes them. */
const BOOTSTRAP_TOKEN = /^(?=.*\d)[a-z0-9]{6}\.[a-z0-9]{16}$/;

/** A secret key of AWS may begin as a path does; no path changes its case so often. */
const AWS_SECRET_LENGTH = 40;
const AWS_SECRET = /^(?=.{0,37}[a-z0-9][A-Z][a-z0-9])(?=.{0,36}\d[A-Za-z])[A-Za-z0-9/]{40}$/;

const PATH = /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)/;
const HOST = /^[\w-]+(?:\.[a-z][\w-]*)+(?::\d+)?(?:\/|$)/;
const FILE = /\.(?:js|ts|go|py|rb|json|ya?ml|pem|crt|cer|key|txt|conf|xml|html?|p12|jks)$/;
