export { eventually } from '@banyan/platform/testing';
