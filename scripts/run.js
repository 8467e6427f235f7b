#!/usr/bin/env node
// `node scripts/run.js TASK[,TASK...] [ARGUMENT...]` runs projen tasks in order; the arguments go to the last one.
// Plain JavaScript without dependencies: this is what makes `npm test` work as the first command after cloning.
'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');

function main([tasks, ...args]) {
  if (!tasks) throw new Error('usage: node scripts/run.js TASK[,TASK...] [ARGUMENT...]');
  requireNode();
  const reason = staleness();
  if (reason) install(reason);
  const names = tasks.split(',');
  names.forEach((name, i) => run(process.execPath, [projen(), name, ...(i === names.length - 1 ? args : [])]));
}

function requireNode() {
  const wanted = readJson('package.json').engines.node.replace(/[^\d.]/g, '').split('.').map(Number);
  const have = process.versions.node.split('.').map(Number);
  const first = wanted.findIndex((part, i) => part !== have[i]);
  if (first >= 0 && have[first] < wanted[first]) {
    throw new Error(`Node ${wanted.join('.')} or newer is needed, this is ${process.versions.node}`);
  }
}

/** Why node_modules is not what package-lock.json asks for, or undefined when it is. */
function staleness() {
  // npm writes this file last, so an interrupted installation has none.
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return 'node_modules is missing';
  const installed = readJson('node_modules/.package-lock.json').packages;
  for (const [path, { version, optional }] of Object.entries(readJson('package-lock.json').packages)) {
    if (path === '' || (optional && !installed[path])) continue;
    if (installed[path]?.version !== version) return `${path} ${version} is missing`;
  }
  return undefined;
}

function install(reason) {
  console.error(`${reason}: running npm ci`);
  // npm tells its scripts where it is; on Windows, `npm` alone is a shell script that spawn cannot start.
  const npm = process.env.npm_execpath;
  if (npm && /\.c?js$/.test(npm)) run(process.execPath, [npm, 'ci']);
  else run('npm', ['ci'], { shell: process.platform === 'win32' });
}

function projen() {
  return join(ROOT, 'node_modules/projen/bin/projen');
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

function run(command, args, options = {}) {
  const { status, error, signal } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (error) throw error;
  if (signal) throw new Error(`${command} was ended by ${signal}`);
  if (status !== 0) process.exit(status);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
