'use strict';

/** Sizes in pixels of the drawing. */
module.exports = {
  NODE: { width: 156, height: 46 },
  LABEL: { size: 11.5, height: 17 },
  /** Room for the title of a group above what is in it. */
  HEAD: 26,
  MARGIN: 24,
  PADDING: 14,
};
