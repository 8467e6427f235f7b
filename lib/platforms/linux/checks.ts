import { AddressSet } from '../../algebra';
import { Problem } from '../../support/errors';
import { LinuxHostsRequest } from './plan-types';

/** Longest name of an interface, less the closing zero (IFNAMSIZ); a trailing `*` stands for any ending. */
const INTERFACE = /^[A-Za-z0-9_.:@-]{1,15}$|^[A-Za-z0-9_.:@-]{1,14}\*$/;

/** What is wrong with the settings of an enforcement point, apart from its flows: MSEG1004 and MSEG4002 to MSEG4005. */
export function settingProblems(request: LinuxHostsRequest): Problem[] {
  const { enforcementPoint: where, protects, peerAddresses = {}, management, log, limits } = request;
  const problems: Problem[] = [];
  const wrong = (code: Problem['code'], message: string) => problems.push({ code, where, message });
  if (!isWhole(log.group, 0, 65_535)) wrong('MSEG4002', `the log group is ${log.group}`);
  // nft writes rate and burst as 32-bit numbers.
  const rates = [log.ratePerSecond, log.burst];
  if (!rates.every((rate) => isWhole(rate, 1, 2 ** 31 - 1))) wrong('MSEG4002', `the log takes ${rates.join(' records a second and bursts of ')}`);
  for (const { cidr, port } of management) {
    if (!isBlock(cidr) || !isWhole(port, 1, 65_535)) wrong('MSEG4003', `management access from ${JSON.stringify(cidr)} to port ${port}`);
  }
  for (const { workload, containerInterfaces = [] } of protects) {
    for (const name of containerInterfaces) {
      if (!INTERFACE.test(name) || name === 'lo') wrong('MSEG4004', `${JSON.stringify(name)} of ${workload} is no interface behind which containers are`);
    }
  }
  for (const [workload, addresses] of Object.entries(peerAddresses)) {
    for (const { value } of addresses.filter((address) => !address.opaque && !isBlock(address.value))) {
      wrong('MSEG1004', `${JSON.stringify(value.slice(0, 100))}, given as peer address of ${workload}, is no address`);
    }
  }
  if (!isWhole(limits.elements, 1, Number.MAX_SAFE_INTEGER)) wrong('MSEG4005', `a limit of ${limits.elements} elements`);
  return problems;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function isBlock(text: string): boolean {
  try {
    return !AddressSet.cidr(text).isEmpty();
  } catch {
    return false;
  }
}
