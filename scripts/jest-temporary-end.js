'use strict';

module.exports = () => globalThis.removeTemporaryFiles();
