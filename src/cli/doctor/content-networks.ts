/**
 * Content networks that stand in front of web servers, by the networks that they say they come from. They change seldom
 * (https://www.cloudflare.com/ips/, https://api.fastly.com/public-ip-list, CLOUDFRONT_ORIGIN_FACING of
 * https://ip-ranges.amazonaws.com/ip-ranges.json, https://cloud.google.com/load-balancing/docs/https); one that is
 * missing here is only not told of.
 */
import { type Address, covers, parseAddress } from '../../core/address/address.js';

export interface ContentNetwork {
  readonly name: string;
  /** The header in which it hands the client's address on. */
  readonly header: string;
  readonly networks: readonly Address[];
}

function network(name: string, header: string, ...texts: readonly string[]): ContentNetwork {
  const words = texts.flatMap((text) => text.split(' '));
  return { name, header, networks: words.flatMap((word) => parseAddress(word) ?? []) };
}

const NETWORKS: readonly ContentNetwork[] = [
  network(
    'Cloudflare',
    'CF-Connecting-IP',
    '173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 190.93.240.0/20',
    '188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 172.64.0.0/13',
    '131.0.72.0/22 2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29',
    '2c0f:f248::/32',
  ),
  network(
    'Fastly',
    'Fastly-Client-IP',
    '23.235.32.0/20 43.249.72.0/22 103.244.50.0/24 103.245.222.0/23 103.245.224.0/24 104.156.80.0/20 140.248.64.0/18',
    '140.248.128.0/17 146.75.0.0/17 151.101.0.0/16 157.52.64.0/18 167.82.0.0/17 172.111.64.0/18 185.31.16.0/22',
    '199.27.72.0/21 199.232.0.0/16 2a04:4e40::/32 2a04:4e42::/32',
  ),
  network(
    'Amazon CloudFront',
    'X-Forwarded-For',
    '15.158.0.0/16 52.46.0.0/18 52.82.128.0/19 54.239.128.0/18 64.252.64.0/18 64.252.128.0/18 70.132.0.0/18',
    '130.176.0.0/17',
  ),
  network('a load balancer of Google Cloud', 'X-Forwarded-For', '35.191.0.0/16 130.211.0.0/22'),
];

/** The one that an address belongs to. */
export function contentNetworkOf(address: Address): ContentNetwork | undefined {
  return NETWORKS.find(({ networks }) => networks.some((outer) => covers(outer, address)));
}
