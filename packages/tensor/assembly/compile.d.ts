export const modules: Readonly<Record<'elementwise', readonly string[]>>;
export function compile(name: keyof typeof modules): Promise<string>;
