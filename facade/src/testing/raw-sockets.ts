export { answering, openRawClient, startRawServer, type RawClient, type RawServer } from '@banyan/platform/testing';
