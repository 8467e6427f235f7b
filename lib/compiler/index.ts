export * from './compile';
export * from './compile-policy';
export * from './compiled-policy';
export * from './evaluate';
export * from './manifest';
export * from './manifest-types';
export * from './peers';
export * from './snapshot';
