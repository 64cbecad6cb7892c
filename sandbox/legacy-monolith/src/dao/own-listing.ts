/** A page of a user's things, newest first. */
export interface OwnListing {
  readonly userId: number;
  readonly beforeId: number | undefined;
  readonly limit: number;
}
