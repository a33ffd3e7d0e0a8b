/** One item of `IgnoreIP=`: an address, a prefix, a host name or `file:PATH`. */
import { isWholeRange, parseAddress } from '../../core/address/address.js';
import { quoted } from './quoted.js';
import { absolutePath, type Reader } from './readers.js';
import { right, wrong } from './reading.js';

const HINT = 'write addresses, prefixes (192.0.2.0/24), host names or file:/PATH, separated by spaces';
const hostName =
  /^(?=.{1,253}$)(?:[A-Za-z0-9_](?:[\w-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?$/;

export const ignoreWord: Reader<string> = (word) => {
  if (word.startsWith('file:')) {
    const path = absolutePath(word.slice('file:'.length));
    return path.ok ? right(`file:${path.value}`) : path;
  }
  const address = parseAddress(word);
  if (address !== undefined && isWholeRange(address)) {
    return wrong(`${quoted(word)} spares everybody`, 'to switch the jail off, write Enabled=no');
  }
  if (address !== undefined) return right(address.text);
  return hostName.test(word) ? right(word) : wrong(`${quoted(word)} is neither an address nor a host name`, HINT);
};
