import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where `npm run dev` finds the API: a running `ashlar serve`.
const server = process.env['ASHLAR_SERVER'] ?? 'http://127.0.0.1:8080';

// The tokens of the very components that are installed. The package design-tokens has names of its own, whose hashes
// need not be those of the components: then everything falls back to light.
const tokens = fileURLToPath(
  new URL(
    './node_modules/@cloudscape-design/components/internal/generated/styles/tokens.js',
    import.meta.url,
  ),
);

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { 'cloudscape-tokens': tokens } },
  server: { proxy: { '/api': { target: server, changeOrigin: false } } },
  build: {
    // The policy of the server allows no inline script, and `data:` only for images and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    sourcemap: false,
    manifest: 'manifest.json',
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    // A page is loaded, and laid out without a browser, on machines that are busy with other suites.
    testTimeout: 20_000,
    // Cloudscape's modules import their CSS, which only Vite can load.
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
