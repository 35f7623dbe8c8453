import { defineConfig } from "vite";

// Everything is relative and from one origin, as the page's Content-Security-Policy allows nothing else.
export default defineConfig({
  base: "./",
  json: { stringify: true },
  build: {
    target: "es2021",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8480" } },
});
