/** One item of `IgnoreIP=`: an address, a prefix, a host name or `file:PATH`. */
import { quoted } from './quoted.js';
import { absolutePath, type Reader } from './readers.js';
import { right, wrong } from './reading.js';

const HINT = 'write addresses, prefixes (192.0.2.0/24), host names or file:/PATH, separated by spaces';
const hostName =
  /^(?=.{1,253}$)(?:[A-Za-z0-9_](?:[\w-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?$/;

/** Digits, colons and dots as addresses and prefixes have them; host names end in a letter-led label. */
const addressLike = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(?:\/(\d{1,3}))?$/;

export const ignoreWord: Reader<string> = (word) => {
  if (word.startsWith('file:')) {
    const path = absolutePath(word.slice('file:'.length));
    return path.ok ? right(`file:${path.value}`) : path;
  }
  const address = addressLike.exec(word);
  if (address !== null && address[1] === '0') {
    return wrong(`${quoted(word)} spares everybody`, 'to switch the jail off, write Enabled=no');
  }
  if (address !== null || hostName.test(word)) return right(word);
  return wrong(`${quoted(word)} is neither an address nor a host name`, HINT);
};
