import { existsSync, readFileSync } from 'fs';
import { dirname, join, posix } from 'path';
import { fail } from '../../support/errors';
import { filesBelow, isObject, readJsonObject } from '../../support/files';
import { sha256 } from '../../support/sha256';
import { ArtifactReader, EnforcedArtifact, EnforcedWorkload, FileFilter } from '../platform';
import { filesOfTarGz } from './bundle-archive';
import { DeliveredFile, Delivery, SCRIPT_MARK } from './cloud-init';
import { ADDRESS_BOOK_FILE, artifactOf, RULE_SET_FILE } from './read';
import { deliveryIn, deliveryOf } from './read/host-script';
import { templateValue, TemplateText, textOf, textsWith } from './read/template-text';
import { tablesOfText } from './read/text';

/**
 * Reads what CloudFormation has hosts put in force, in the way that they come to it: from the commands of an association, or
 * user data, to the assets that these fetch, and into the archive. Whatever a host would refuse is no bundle here either.
 * Deploy-time values are tokens, under the compact JSON of what the template has for them.
 */
export class LinuxCloudFormationReader implements ArtifactReader {
  public readonly platform = 'linux';

  /** @throws MSEG8002 for a bundle that hosts could not fetch or would refuse, MSEG8004 for everything that cannot be read */
  public read(directory: string, counts: FileFilter = () => true): EnforcedArtifact[] {
    return filesBelow(directory, (name) => name.endsWith('.template.json')).filter(counts).flatMap((path) => {
      if (!readFileSync(join(directory, path), 'utf8').includes(SCRIPT_MARK)) return [];
      const workloads = scriptsIn(directory, path).flatMap((script) => new Script(directory, path, script).workloads());
      return [{ platform: this.platform, path, workloads }];
    });
  }
}

interface PlacedScript {
  readonly at: string;
  readonly script: TemplateText;
  readonly delivery: Delivery;
}

function scriptsIn(directory: string, path: string): PlacedScript[] {
  const { Resources: resources } = readJsonObject(directory, path);
  return Object.entries(isObject(resources) ? resources : {}).flatMap(([id, resource]) => (
    textsWith(resource, SCRIPT_MARK).map((script) => {
      const { text } = script;
      // User data may do more than this, once; an association, which runs again and again, is for nothing else.
      const delivery = isAssociation(resource) ? deliveryOf(text) : deliveryIn(text);
      if (delivery === undefined || hasFurtherCommands(resource)) fail('MSEG8004', `${path}#${id}`, 'it puts a bundle in force by a script that was changed');
      return { at: `${path}#${id}`, script, delivery };
    })));
}

function isAssociation(resource: unknown): boolean {
  return isObject(resource) && resource.Type === 'AWS::SSM::Association';
}

function hasFurtherCommands(resource: unknown): boolean {
  const { Properties: properties } = isObject(resource) ? resource : {};
  const { Parameters: parameters } = isObject(properties) ? properties : {};
  const { commands } = isObject(parameters) ? parameters : {};
  return isAssociation(resource) && !(Array.isArray(commands) && commands.length === 1);
}

/** One script in a template. */
class Script {
  private readonly folder: string;
  private readonly at: string;

  public constructor(private readonly directory: string, private readonly template: string, private readonly placed: PlacedScript) {
    this.folder = posix.dirname(template);
    this.at = placed.at;
  }

  public workloads(): EnforcedWorkload[] {
    const { archive, addressBook } = this.placed.delivery;
    const files = this.bundle(archive);
    const book = addressBook === undefined ? files[ADDRESS_BOOK_FILE] : this.bookOf(files['agent.conf'], this.text(addressBook));
    const parts = [[RULE_SET_FILE, files[RULE_SET_FILE]], [ADDRESS_BOOK_FILE, book]].map(([name, content]) => ({ path: `${this.at}/${name}`, text: content }));
    return artifactOf(this.template, `${this.at}/`, (problems) => tablesOfText(parts, problems)).workloads;
  }

  /** The files of the archive, if the agent would take them. */
  private bundle(archive: DeliveredFile): { readonly [name: string]: string } {
    const { files, hashes } = this.unpacked(this.content(archive));
    const { 'manifest.json': _, ...others } = files;
    const found = Object.entries(others).map(([name, text]) => [name, sha256(text)]);
    const same = JSON.stringify(Object.entries(hashes).sort()) === JSON.stringify(found.sort());
    return same ? files : this.unreadable('the files of its bundle are not those of the manifest');
  }

  private unpacked(archive: Buffer): { files: { [name: string]: string }; hashes: object } {
    try {
      const files = filesOfTarGz(archive);
      return { files, hashes: (JSON.parse(files['manifest.json']) as { files: object }).files };
    } catch (error) {
      return this.unreadable(`its bundle cannot be unpacked: ${(error as Error).message}`);
    }
  }

  /** An address book that comes separately, if the bundle expects one of its form. */
  private bookOf(settings: string, book: string): string {
    const form = /^addresses_form=(.*)$/m.exec(settings)?.[1];
    const matches = form === sha256(book.replace(/^(define \S+ = ).*$/gm, '$1'));
    return matches ? book : this.unreadable('its address book is not the one that its bundle expects');
  }

  private content(file: DeliveredFile): Buffer {
    switch (file.kind) {
      case 'carried': return Buffer.from(file.base64, 'base64');
      case 'joined': return Buffer.concat(file.parts.map((part) => this.content(part)));
      case 'fetched': return this.asset(file.url, file.sha256);
    }
  }

  /** A text in which CloudFormation fills in values, each of them as the template has it. */
  private text(file: DeliveredFile): string {
    if (file.kind === 'joined') return file.parts.map((part) => this.text(part)).join('');
    const value = file.kind === 'carried' ? this.placed.script.filledIn.get(file.base64) : undefined;
    const encoded = isObject(value) && 'Fn::Base64' in value ? textOf(value['Fn::Base64']) : undefined;
    if (encoded === undefined) return this.content(file).toString('utf8');
    return encoded.text.replace(/^(define \S+ = )(.*)$/gm, (_, start: string, filled: string) => {
      const known = templateValue(filled, encoded.filledIn);
      return start + (typeof known === 'string' ? known : JSON.stringify(known));
    });
  }

  private asset(url: string, hash: string): Buffer {
    const key = /^s3:\/\/[^/]+\/(.+)$/.exec(url)?.[1];
    const source = key === undefined ? undefined : this.published().get(key);
    if (source === undefined) return this.unreadable(`nothing is published where hosts fetch from (${JSON.stringify(url)})`);
    if (!existsSync(join(this.directory, source))) return this.unreadable(`there is no ${source}, which hosts fetch`);
    const content = readFileSync(join(this.directory, source));
    return sha256(content) === hash ? content : this.unreadable(`${source} is not the file that hosts expect`);
  }

  /** Files of the assembly by the keys that they are published under. */
  private published(): Map<string, string> {
    const files = filesBelow(join(this.directory, this.folder), (name) => name.endsWith('.assets.json'));
    const manifests = files.filter((path) => dirname(path) === '.');
    return new Map(manifests.flatMap((manifest) => {
      const { files: assets } = readJsonObject(this.directory, posix.join(this.folder, manifest));
      const keys = Object.values(isObject(assets) ? assets : {}).flatMap(assetKeys);
      return keys.map(([key, path]) => [key, posix.join(this.folder, path)] as const);
    }));
  }

  private unreadable(message: string): never {
    return fail('MSEG8002', this.at, message);
  }
}

function assetKeys(asset: unknown): [key: string, path: string][] {
  const { source, destinations } = isObject(asset) ? asset : {};
  const path = isObject(source) ? source.path : undefined;
  if (typeof path !== 'string' || !isObject(destinations)) return [];
  const keys = Object.values(destinations).map((place) => (isObject(place) ? place.objectKey : undefined));
  return keys.flatMap((key) => (typeof key === 'string' ? [[key, path]] : []));
}
