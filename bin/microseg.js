#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '..', 'build', 'cli', 'main.js');
if (existsSync(program)) {
  require(program).main(process.argv.slice(2)).then((exitCode) => { process.exitCode = exitCode; });
} else {
  console.error('microseg is not built yet: run `npm run compile` in the checkout first');
  process.exitCode = 2;
}
