// The version of the product. The build puts it in; from sources it is the development version.

declare const PLUMBLINE_VERSION: string | undefined;

export const VERSION = typeof PLUMBLINE_VERSION === 'string' ? PLUMBLINE_VERSION : '0.0.0-development';
