/**
 * Abbreviations of time zones as logs write them, in minutes east of UTC. Many are ambiguous; where they are, the
 * meaning is fail2ban's. `CET` is always +1 h, there is no switch to summer time in a fixed offset.
 */

/** Offset in minutes: abbreviations. The single letters are the military zones. */
const zones: readonly (readonly [number, string])[] = [
  [-720, 'Y'],
  [-660, 'NUT SST X'],
  [-600, 'CKT HAST HST TAHT TKT W'],
  [-570, 'MART MIT'],
  [-540, 'AKST GAMT GIT HADT HNY V'],
  [-480, 'AKDT CIST HAY HNP PST PT U'],
  [-420, 'HAP HNR MST PDT T'],
  [-360, 'CST EAST GALT HAR HNC MDT S'],
  [-300, 'CDT COT EASST ECT EST ET HAC HNE PET R'],
  [-270, 'HLV VET'],
  [-240, 'AST BOT CLT COST EDT FKT GYT HAE HNA PYT Q'],
  [-210, 'HNT NST NT'],
  [-180, 'ADT ART BRT CLST FKST GFT HAA P PMST PYST SRT UYT WGT'],
  [-150, 'HAT NDT'],
  [-120, 'BRST FNT O PMDT UYST WGST'],
  [-60, 'AZOT CVT EGT N'],
  [0, 'EGST GMT UTC WET WT Z'],
  [60, 'A CET DFT WAT WEDT WEST'],
  [120, 'B CAT CEDT CEST EET SAST WAST'],
  [180, 'C EAT EEDT EEST IDT MSK'],
  [210, 'IRST'],
  [240, 'AMT AZT D GET GST KUYT MSD MUT RET SAMT SCT'],
  [270, 'AFT IRDT'],
  [300, 'AMST AQTT AZST E HMT MAWT MVT PKT TFT TJT TMT UZT YEKT'],
  [330, 'SLT'],
  [345, 'NPT'],
  [360, 'ALMT BIOT BTT F IOT KGT NOVT OMST YEKST'],
  [390, 'CCT MMT'],
  [420, 'CXT DAVT G HOVT ICT KRAT NOVST OMSST THA WIB'],
  [480, 'ACT AWST BDT BNT CAST H HKT IRKT KRAST MYT PHT SGT ULAT WITA WST'],
  [540, 'AWDT I IRKST JST KST PWT TLT WDT WIT YAKT'],
  [570, 'ACST'],
  [600, 'AEST ChST K PGT VLAT YAKST YAPT'],
  [630, 'ACDT LHST'],
  [660, 'AEDT L LHDT MAGT NCT PONT SBT VLAST VUT'],
  [690, 'NFT'],
  [720, 'ANAST ANAT FJT GILT M MAGST MHT NZST PETST PETT TVT WFT'],
  [780, 'FJST NZDT'],
];

const offsets = new Map(zones.flatMap(([minutes, names]) => names.split(' ').map((name) => [name, minutes] as const)));

/** `Z`, `CET`, `+0200`, `UTC+02`, `-03:30` in minutes east of UTC; undefined for a zone nobody knows. */
export function zoneMinutes(text: string): number | undefined {
  const parts = /^([A-Z](?:[A-Z]{2,4})?)?(?:([+-])([01]\d)(?::?(\d{2}))?)?$/.exec(text);
  if (parts === null) return undefined;
  const [, name, sign, hours = '0', minutes = '0'] = parts;
  const base = name === undefined ? 0 : offsets.get(name);
  if (base === undefined) return undefined;
  return base + (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
