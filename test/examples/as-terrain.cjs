// Loaded before an example: what it imports of CDK for Terraform is then CDK Terrain, as if its imports said so.
'use strict';
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...more) {
  return resolve.call(this, request.replace(/^cdktf(?=$|\/)/, 'cdktn').replace(/^@cdktf\//, '@cdktn/'), ...more);
};
