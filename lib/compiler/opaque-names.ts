import { Problem } from '../support/errors';
import { CompiledPolicy } from './compiled-policy';

/**
 * Names that were given to several deploy-time values. A framework may make a new token each time it is asked for one
 * value; which tokens are the same value only the framework can tell.
 *
 * @param identityOf text that is equal for tokens of one value, and for no others
 */
export function ambiguousNames({ path, opaquePeers }: CompiledPolicy, identityOf: (token: string) => string): Problem[] {
  return opaquePeers
    .filter(({ value, aliases = [] }) => aliases.length > 0 && new Set([value, ...aliases].map(identityOf)).size > 1)
    .map(({ kind, name }) => ({ code: 'MSEG1007', where: path, message: `"${name}" names two different ${kind === 'token' ? 'tokens' : 'prefix lists'}` }));
}
