/** First and last code point. */
export type Range = readonly [first: number, last: number];
