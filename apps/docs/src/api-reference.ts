import { rmSync } from 'node:fs';
import path from 'node:path';
import {
  Application,
  DeclarationReflection,
  ParameterReflection,
  ReferenceType,
  type Reflection,
  type SomeType,
} from 'typedoc';
import { showPlainSignatures } from './plain-signatures.ts';
import { type Package } from './workspace.ts';

/**
 * Writes the API reference of the packages to `api` in the site's folder, as Markdown made from the doc comments: a page
 * for each entry, and one for each class. `typedoc-sidebar.json` beside them lists the pages. Throws if an entry is missing.
 */
export async function writeApiReference(site: string, packages: readonly Package[]): Promise<void> {
  const entries = packages.flatMap((each) => each.entries);
  const app = await Application.bootstrapWithPlugins({
    ...titles,
    options: path.join(site, 'typedoc.json'),
    entryPoints: entries.map(({ file }) => file),
  });
  const sources = app.getEntryPoints() ?? [];
  const project = app.converter.convert(
    entries.map(({ name, file }) => {
      const source = sources.find((each) => path.resolve(each.sourceFile.fileName) === file);
      if (source === undefined) throw new Error(`${name}: its manifest exports ${file}, which does not exist`);
      return { ...source, displayName: name };
    }),
  );
  const all = Object.values(project.reflections);
  for (const each of all.filter(isElsewhere)) project.removeReflection(each);
  for (const each of all) tidy(each);
  showPlainSignatures(project);
  rmSync(path.join(site, 'api'), { recursive: true, force: true });
  await app.generateOutputs(project);
}

/** A class's page is called by its name alone: `Tensor`, without its type parameters. A function, so not in typedoc.json. */
const titles = {
  pageTitleTemplates: { member: ({ rawName }: { rawName: string }): string => rawName.replace(/<.*/s, '') },
};

/** Whether something is described elsewhere, or need not be: what a class inherits, and the `this` of a method. */
function isElsewhere(reflection: Reflection): boolean {
  if (reflection instanceof ParameterReflection) return reflection.name === 'this';
  if (!(reflection instanceof DeclarationReflection) || !reflection.inheritedFrom) return false;
  return !isHidden(reflection.inheritedFrom);
}

/** Leaves out names of our sources that no entry exports, and such as TypeDoc makes up. */
function tidy(reflection: Reflection): void {
  // Stands for `{ bias = true, dtype }: LinearOptions`.
  if (reflection.name === '__namedParameters') reflection.name = 'options';
  if (!(reflection instanceof DeclarationReflection)) return;
  for (const group of reflection.groups ?? []) {
    group.children = group.children.filter((child) => reflection.children?.includes(child as DeclarationReflection));
  }
  reflection.groups = reflection.groups?.filter(({ children }) => children.length > 0) ?? [];
  reflection.extendedTypes = reflection.extendedTypes?.filter((type) => !isHidden(type)) ?? [];
  reflection.implementedTypes = reflection.implementedTypes?.filter((type) => !isHidden(type)) ?? [];
  if (reflection.extendedTypes.length === 0) delete reflection.extendedTypes;
  if (reflection.implementedTypes.length === 0) delete reflection.implementedTypes;
  if (!reflection.extendedTypes && !reflection.extendedBy) delete reflection.typeHierarchy;
}

/** Whether a type is a name of our sources which no entry exports. */
function isHidden(type: SomeType): boolean {
  return type instanceof ReferenceType && type.reflection === undefined && type.package?.startsWith('@mg/') === true;
}
