import { MANIFEST_FILE } from '../compiler';
import { readManifest } from '../compiler/manifest-read';
import { CloudFormationReader } from '../platforms/aws/read-cloudformation';
import { TerraformReader } from '../platforms/aws/read-terraform';
import { AzureTerraformReader } from '../platforms/azure/read-terraform';
import { GoogleTerraformReader } from '../platforms/gcp/read-terraform';
import { LinuxReader } from '../platforms/linux/read';
import { LinuxCloudFormationReader } from '../platforms/linux/read-cloudformation';
import { ArtifactReader, EnforcedArtifact, FileFilter } from '../platforms/platform';
import { filesBelow } from '../support/files';
import { PlacedManifest } from './verify';

/** Every reader there is: one that finds nothing of its kind reads nothing. */
const READERS: readonly ArtifactReader[] = [
  new CloudFormationReader(), new TerraformReader(), new AzureTerraformReader(), new GoogleTerraformReader(), new LinuxReader(),
  new LinuxCloudFormationReader(),
];

/** All manifests at or below the directory. @throws MSEG8001 if one cannot be read */
export function manifestsBelow(directory: string, counts: FileFilter = () => true): PlacedManifest[] {
  const paths = filesBelow(directory, (name) => name === MANIFEST_FILE).filter(counts);
  return paths.map((path) => ({ directory: path.split('/').slice(0, -1).join('/'), manifest: readManifest(directory, path) }));
}

/** All artifacts at or below the directory. @throws MSEG8002, MSEG8004 for unreadable ones */
export function artifactsBelow(directory: string, counts?: FileFilter): EnforcedArtifact[] {
  return READERS.flatMap((reader) => reader.read(directory, counts));
}
