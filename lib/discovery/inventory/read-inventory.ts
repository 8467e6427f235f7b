import { readFileSync } from 'fs';
import { fail } from '../../support/errors';
import { isObject, reasonOf } from '../../support/files';
import { jsonOf } from '../../support/json-text';
import { Inventory } from './inventory';
import { InventoryBuilder } from './inventory-builder';
import { Json } from './json-access';
import { JsonSource } from './source';
import { AWS, CLOUDFORMATION } from './sources/aws';
import { AZURE } from './sources/azure';
import { isCsv, readCsv } from './sources/csv';
import { GOOGLE } from './sources/google';
import { JSON_ROWS } from './sources/json-rows';
import { KUBERNETES } from './sources/kubernetes';
import { SEGMENTATION } from './sources/segmentation';
import { TERRAFORM } from './sources/terraform';

/** The outputs of CloudFormation come last: they are known by having no other shape. */
const SOURCES: readonly JsonSource[] = [SEGMENTATION, TERRAFORM, KUBERNETES, AWS, AZURE, GOOGLE, JSON_ROWS, CLOUDFORMATION];

/** The text of one file of an inventory, with the name that problems and rows give as its place. */
export interface InventoryFile {
  readonly file: string;
  readonly text: string;
}

/** Reads the files of an inventory, whatever forms they have. @throws MSEG6040 if one cannot be read or is of no known form */
export function readInventory(files: readonly string[]): Inventory {
  return inventoryOf(files.map((file) => ({ file, text: textOf(file) })));
}

/**
 * The inventory that texts hold together: what comes first counts where they contradict each other.
 *
 * @throws MSEG6040 if a text is of no known form
 */
export function inventoryOf(files: readonly InventoryFile[]): Inventory {
  const builder = new InventoryBuilder();
  for (const { file, text } of files) readOne(file, text.replace(/^\ufeff/, ''), builder);
  return builder.build();
}

function readOne(file: string, text: string, into: InventoryBuilder): void {
  if (!/^\s*[[{]/.test(text)) {
    if (!isCsv(text)) fail('MSEG6040', `${file}:1`, 'it is no JSON, and no CSV whose header names the columns address and workload');
    readCsv(text, into, file);
    return;
  }
  const document = parsed(file, text);
  if (Array.isArray(document) && document.length === 0) return;
  const source = SOURCES.find((candidate) => candidate.recognizes(document));
  if (!source) fail('MSEG6040', file, 'it is JSON of no known form');
  source.read(document, into, (pointer) => `${file}#${pointer}`);
}

function parsed(file: string, text: string): Json | readonly unknown[] {
  const document = jsonOf(text, file, 'MSEG6040');
  return Array.isArray(document) || isObject(document) ? document : fail('MSEG6040', file, 'it holds no JSON object');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return fail('MSEG6040', file, reasonOf(error));
  }
}
