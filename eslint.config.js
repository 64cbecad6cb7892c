import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const restrictedSyntax = [
  {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'Only config.ts files read process.env; take the value as a parameter.',
  },
  { selector: 'NewExpression[callee.name="Error"]', message: 'Throw a BanyanError with a code and a remedy.' },
  { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.banyan/**', '**/*.cjs', '**/*.mjs', '*.js', '*.ts', 'tests/*.ts'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    files: ['**/src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 10],
      'max-params': ['error', 4],
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      'no-console': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // A describe() block is a chapter of a specification, not a function: its length says nothing.
    files: ['**/*.test.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // config.ts is the one place of a process that may see its environment.
    files: ['**/src/**/config.ts'],
    rules: { 'no-restricted-syntax': ['error', ...restrictedSyntax.slice(1)] },
  },
);
