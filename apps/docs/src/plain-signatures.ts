import {
  ArrayType,
  DeclarationReflection,
  IntersectionType,
  type ProjectReflection,
  ReferenceType,
  type SignatureReflection,
  type SomeType,
  TypeOperatorType,
  UnionType,
} from 'typedoc';

/** What a signature's own type parameters extend, by their names. */
type Bounds = ReadonlyMap<string, SomeType>;

/**
 * Shows each function and method by the signature of plain tensors. Those that check shapes differ from it in types only, which say
 * little to a reader: `add(other: Operand): Tensor`, in place of the conditions under which two shapes broadcast.
 */
export function showPlainSignatures(project: ProjectReflection): void {
  for (const each of Object.values(project.reflections)) {
    if (!(each instanceof DeclarationReflection)) continue;
    const [first, ...others] = each.signatures ?? [];
    for (const signature of others.filter(checksShapes)) project.removeReflection(signature);
    for (const signature of [first, each.getSignature, each.setSignature]) {
      if (signature !== undefined) makePlain(signature);
    }
  }
}

/** Whether a signature is about shapes: what it returns depends on its type parameters, and is a tensor or as many as are asked for. */
function checksShapes({ type, typeParameters = [] }: SignatureReflection): boolean {
  return typeParameters.length > 0 && ((isTensor(type) && (type.typeArguments ?? []).length > 0) || isPieces(type));
}

/** Whether a type is what `split` or `chunk` gives: a tuple where their number is known. */
function isPieces(type: SomeType | undefined): boolean {
  return type instanceof ReferenceType && (type.name === 'Parts' || type.name === 'Chunks');
}

function isTensor(type: SomeType | undefined): type is ReferenceType {
  return type instanceof ReferenceType && type.name === 'Tensor';
}

function makePlain(signature: SignatureReflection): void {
  const bounds: Bounds = new Map(
    checksShapes(signature)
      ? signature.typeParameters?.flatMap(({ name, type }) => (type === undefined ? [] : [[name, type]]))
      : [],
  );
  if (bounds.size > 0) delete signature.typeParameters;
  for (const parameter of signature.parameters ?? []) {
    if (parameter.type !== undefined) parameter.type = plain(parameter.type, bounds);
  }
  if (isPieces(signature.type)) signature.type = new ArrayType(tensorOf(signature));
  else if (signature.type !== undefined) signature.type = plain(signature.type, bounds);
}

/** The class of a method: of `split` and `chunk` that is Tensor. */
function tensorOf({ project, parent }: SignatureReflection): ReferenceType {
  return ReferenceType.createResolvedReference('Tensor', parent.parent ?? parent, project);
}

/** A type in which each type parameter is what it extends, without checks and without shapes. */
function plain(type: SomeType, bounds: Bounds): SomeType {
  if (type instanceof UnionType) return new UnionType(type.types.map((each) => plain(each, bounds)));
  if (type instanceof ArrayType) return new ArrayType(plain(type.elementType, bounds));
  if (type instanceof TypeOperatorType) return new TypeOperatorType(plain(type.target, bounds), type.operator);
  if (type instanceof IntersectionType) {
    const [only, ...others] = type.types.filter((each) => !(each instanceof ReferenceType && each.name === 'Keepdims'));
    return only !== undefined && others.length === 0 ? only : type;
  }
  if (!(type instanceof ReferenceType)) return type;
  const [given] = type.typeArguments ?? [];
  if (type.name === 'Checked' && given !== undefined) return plain(given, bounds);
  if (type.name === 'Plain' && type.reflection instanceof DeclarationReflection) {
    const { type: both } = type.reflection;
    return both instanceof IntersectionType ? (both.types.find(isTensor) ?? type) : type;
  }
  const bound = type.refersToTypeParameter ? bounds.get(type.name) : undefined;
  if (bound !== undefined) return plain(bound, bounds);
  // A tensor of the shape of this one keeps its `S`.
  const isOfThisShape = given instanceof ReferenceType && given.refersToTypeParameter && !bounds.has(given.name);
  if (isTensor(type) && !isOfThisShape) delete type.typeArguments;
  return type;
}
