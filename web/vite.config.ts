import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where `npm run dev` finds the API: a running `ashlar serve`.
const server = process.env['ASHLAR_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
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
    // Cloudscape's modules import their CSS, which only Vite can load.
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
