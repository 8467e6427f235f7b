// Gives a run of jest a directory for temporary files, and takes it away afterwards: tests need not clean up one by one.
'use strict';
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

module.exports = () => {
  // Short, since sockets lie in it: their paths may have 107 bytes.
  const directory = mkdtempSync(join(tmpdir(), 'ms-'));
  process.env.TMPDIR = directory;
  globalThis.removeTemporaryFiles = () => rmSync(directory, { recursive: true, force: true });
};
