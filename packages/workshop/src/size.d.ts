export function minifiedSize(folder: string): Promise<number>;
