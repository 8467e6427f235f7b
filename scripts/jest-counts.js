// A jest reporter that appends one line "PASSED FAILED SKIPPED" to the file named by MICROSEG_TEST_COUNTS.
'use strict';
const { appendFileSync } = require('node:fs');

module.exports = class {
  onRunComplete(_contexts, results) {
    // A suite that could not start has no tests to count, and must not look like nothing happened.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    appendFileSync(process.env.MICROSEG_TEST_COUNTS, `${results.numPassedTests} ${failed} ${results.numPendingTests + results.numTodoTests}\n`);
  }
};
