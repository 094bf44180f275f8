import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import jsoncParser from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';

const SOURCES = ['{packages,apps,tools}/*/src/**/*.ts'];
const TESTS = ['{packages,apps,tools}/*/{tests,bench}/**/*.ts'];

/**
 * Which layer may know which. Three tags open a door: `state-db` is the store that stores may know, `demo` the tool that apps may, and
 * `configured` the app whose configuration another app reads.
 * See docs/adr/0002-layout-and-layers.md.
 */
const LAYERS = [
  { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:foundation', onlyDependOnLibsWithTags: ['layer:contracts'] },
  { sourceTag: 'layer:core', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:foundation'] },
  { sourceTag: 'layer:store', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:foundation', 'state-db'] },
  {
    sourceTag: 'layer:app',
    onlyDependOnLibsWithTags: ['layer:contracts', 'layer:foundation', 'layer:core', 'layer:store', 'demo', 'configured'],
  },
  { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['*'] },
];

const boundaries = (depConstraints) => ({
  '@nx/enforce-module-boundaries': ['error', { allowCircularSelfDependency: true, enforceBuildableLibDependency: false, depConstraints }],
});

const NO_NODE = { regex: '^node:', message: 'This package runs anywhere: it knows no part of Node.' };

const restrictedSyntax = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported: adding a name is a public decision.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/out-tsc/**',
      '**/coverage/**',
      '**/test-results/**',
      '**/playwright-report/**',
      '.cache/**',
      '.nx/**',
      '.codex-api/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: ['**/*.{ts,mjs,js}'], extends: [js.configs.recommended] },
  {
    files: ['**/*.{mjs,js}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
  },
  {
    files: [...SOURCES, ...TESTS],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      // Spreading a string into its code points is what redaction does.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/restrict-plus-operands': ['error', { allowNumberAndString: true, allowBoolean: true }],
      // `return void reply.end()` and functions taken off plain objects of closures are house style.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // Redaction, logging and the protocol are about control characters.
      'no-control-regex': 'off',
    },
  },
  { files: ['*.config.ts', 'apps/*/*.config.ts'], extends: [tseslint.configs.strict] },
  {
    files: TESTS,
    rules: {
      // Tests read parsed JSON without a schema, and say with `!` what they have just asserted.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  { files: SOURCES, rules: { 'no-restricted-syntax': ['error', ...restrictedSyntax] } },
  { files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], rules: { 'no-console': 'error' } },
  {
    files: ['packages/{contracts,redaction}/src/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [NO_NODE] }] },
  },
  {
    files: ['packages/contracts/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [NO_NODE, { regex: '^(?!\\.{1,2}/|zod$)', message: 'The contracts depend on zod alone.' }] },
      ],
    },
  },
  { files: ['**/*.ts'], plugins: { '@nx': nx }, rules: boundaries(LAYERS) },
  // Tests may use the scripted worker and the demo provider, and import their own package as its users do.
  { files: TESTS, rules: boundaries([{ sourceTag: '*', onlyDependOnLibsWithTags: ['*'] }]) },
  {
    files: ['{packages,apps,tools}/*/package.json'],
    plugins: { '@nx': nx },
    languageOptions: { parser: jsoncParser },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: ['{projectRoot}/tests/**/*', '{projectRoot}/bench/**/*', '{projectRoot}/*.config.ts'],
          // Started as a program, never imported.
          ignoredDependencies: ['@openai/codex'],
        },
      ],
    },
  },
);
