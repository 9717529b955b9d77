// Builds the one file that clinics embed: no chunks, no separate style, nothing fetched later.

import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    lib: { entry: "src/index.ts", formats: ["iife"], name: "SecondOpinion", fileName: () => "widget.js" },
    outDir: "../web/static/widget",
    emptyOutDir: true,
    target: "es2021",
    // Newer than the script's: rewritten for older browsers, the styles are twice as long and rank otherwise.
    cssTarget: ["chrome108", "edge108", "firefox110", "safari15.4"],
    reportCompressedSize: false,
  },
  test: { include: ["tests/**/*.test.ts"] },
});
