/**
 * What the compiler says of a file in which no error is expected, and the type that it shows for each `make`.
 *
 * Written by hand, as index.d.ts is: the sources use Node, which packages that are typed without it must not see.
 */
export declare function compile(file: string): { errors: string[]; types: string[] };
