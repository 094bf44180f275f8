import { anyOf } from '../rules/expression.ts';
import { isUuid } from '../rules/uuid.ts';

export const FINGERPRINT = /^(?:sha\d{1,3}|md5)[:=-]/i;
const HASH = /^(?:sha\d{1,3}[:-])?[0-9a-f]{40}$|^(?:sha\d{1,3}[:-])?[0-9a-f]{64}$|^[0-9a-f]{16}$/i;

/** The shapes in which things are named: UUIDs, hashes, times, numbers. */
export function isIdentifierShaped(value: string): boolean {
  return isUuid(value) || HASH.test(value) || FINGERPRINT.test(value) || /^[\d.:TZ+-]+$/.test(value);
}

/** `scram-sha-256`: how a secret is kept. */
const ALGORITHM_NAME =
  /^(?:scram-sha-\d{1,3}(?:-plus)?|argon2(?:i?d?)?|[sby]?crypt|pbkdf2(?:[-_]\w{2,16}){0,2}|(?:hmac-?)?sha-?\d{1,3}(?:[-_]?crypt)?|md5(?:[-_]?crypt)?|aes-?\d{3}(?:-\w{3,4})?|[rhep]s(?:256|384|512)|sha-?3-?\d{3}|chacha20-poly1305)$/i;

const REFERENCE = anyOf(
  /^(?:op|vault|bws|gopass|pass|ssm|awssm|gsm|gcpsm|akv|env|file|keychain|keyring|secrets?|aws|gcp|sops|ref\+\w{2,16}|(?:aws|gcp)-?secretsmanager|azurekeyvault|infisical|doppler):\/\/?[\w./@#:-]+$/,
  /^vault:[\w./-]+#[\w.-]+$|^ENC\[/,
  /^(?:required|nullable|sometimes|string|confirmed|min:\d+)(?:\|[\w:,]{2,40})+$/,
  /^(?:var|local|data|module|config|process\.env|env|secrets?|params?|args|options|settings|self|this)\.[\w.]+$/,
  /^[A-Z]+(?:_[A-Z]+)+$/,
  /^!{1,2}[A-Za-z_]+$/,
  /^[A-Za-z_]\w{0,40}(?:\.[A-Za-z_]\w{0,40}){3,8}$/,
);

/** What has a name that ends in a number: an algorithm, an encoding, a version. */
export function isTechnical(value: string): boolean {
  return /^(?:(?:base|sha|md|utf|aes|argon|pbkdf|rsa|oauth|x509|http|ipv|iso|rfc|cve|windows|ubuntu|debian)-?\d|v\d+\.|\d+-[a-z])/i.test(
    value,
  );
}

/** `var.db_password`, `DB_PASSWORD`, `op://vault/item`, `scram-sha-256`: what leads to a secret, or says how one is kept. */
export function isReference(value: string): boolean {
  return REFERENCE.test(value) || ALGORITHM_NAME.test(value);
}
