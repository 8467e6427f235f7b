#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '..', 'build', 'cli', 'main.js');
if (existsSync(main)) {
  require(main);
} else {
  console.error('microseg is not built yet: run `npm run compile` in the checkout first');
  process.exit(2);
}
