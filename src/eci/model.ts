import type { CreateImageCacheRequest, DescribeImageCachesRequest } from '@alicloud/eci20180808';

/**
 * The data of one of the SDK's models. The models themselves have an index signature, which allows any name: a
 * field that the SDK does not know would compile, and be dropped silently when the request is made.
 */
type FieldsOf<Model> = {
  readonly [Name in keyof Model as DeclaredName<Name>]?: Plain<Model[Name]> | undefined;
};

type DeclaredName<Name> = string extends Name ? never : number extends Name ? never : Exclude<Name, 'toMap'>;

type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends { toMap(): unknown }
    ? FieldsOf<T>
    : T;

export type CreateFields = FieldsOf<CreateImageCacheRequest>;
export type DescribeFields = FieldsOf<DescribeImageCachesRequest>;

/**
 * Makes a function that does nothing at run time: a field that the model does not have is an error of the compiler, also
 * in a spread, whose unknown fields the compiler would otherwise accept.
 */
export function fieldsOf<Fields>() {
  return <Given extends Fields>(
    given: Given & Readonly<Record<Exclude<keyof Given, keyof Fields>, never>>,
  ): Fields => given;
}
