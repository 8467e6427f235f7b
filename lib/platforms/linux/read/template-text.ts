import { isObject } from '../../../support/files';

/** A value of a template that is text, with a mark in the place of each part that CloudFormation fills in. */
export interface TemplateText {
  readonly text: string;
  /** By their marks. */
  readonly filledIn: ReadonlyMap<string, unknown>;
}

/** Every text in a value that holds what is looked for, with the intrinsic functions around it already undone. */
export function textsWith(value: unknown, sought: string): TemplateText[] {
  const own = textOf(value);
  if (own?.text.includes(sought)) return [own];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => textsWith(inner, sought));
}

/** The text that a value is. Undefined for what is none, and for an intrinsic function that nothing is joined to. */
export function textOf(value: unknown): TemplateText | undefined {
  const parts = partsOf(value);
  if (parts === undefined) return undefined;
  const filledIn = new Map<string, unknown>();
  const marks = new Map<string, string>();
  const text = parts.map((part) => {
    if (typeof part === 'string') return part;
    // Equal parts have the same mark: they will be the same text.
    const json = JSON.stringify(part);
    const mark = marks.get(json) ?? `\0${marks.size}\0`;
    marks.set(json, mark);
    filledIn.set(mark, part);
    return mark;
  });
  return { text: text.join(''), filledIn };
}

/** A text with its marks as a template would have it: as it is, as the one intrinsic function that it is, or as a join. */
export function templateValue(text: string, filledIn: TemplateText['filledIn']): unknown {
  const parts = text.split(/(\0\d+\0)/).filter((part) => part !== '').map((part) => filledIn.get(part) ?? part);
  return parts.length === 1 ? parts[0] : parts.every((part) => typeof part === 'string') ? parts.join('') : { 'Fn::Join': ['', parts] };
}

function partsOf(value: unknown): unknown[] | undefined {
  // No text of ours holds what marks are made of, and no other may pass for one.
  if (typeof value === 'string') return value.includes('\0') ? undefined : [value];
  const join = isObject(value) ? value['Fn::Join'] as unknown : undefined;
  if (!Array.isArray(join) || join[0] !== '' || !Array.isArray(join[1])) return undefined;
  return (join[1] as unknown[]).flatMap((part) => partsOf(part) ?? [part]);
}
