import { InventoryBuilder } from './inventory-builder';
import { Json } from './json-access';

/** A form in which an inventory comes as JSON. */
export interface JsonSource {
  /** How the form is called in messages. */
  readonly name: string;
  /** Whether the document is of this form. */
  recognizes(document: Json | readonly unknown[]): boolean;
  /** @param place where something stands, from its JSON pointer: for problems and rows */
  read(document: Json | readonly unknown[], into: InventoryBuilder, place: (pointer: string) => string): void;
}
