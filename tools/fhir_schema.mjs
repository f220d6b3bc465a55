// FHIR R4's JSON schema, as src/host/fhir embeds it: node tools/fhir_schema.mjs FOLDER TO, where FOLDER has fhir.schema.json and
// profiles-resources.json. What is changed, and why:
//   - what Medplum added to R4 is not in it: resources of its own, and some members of Meta and Reference;
//   - a resource R is the member R of the root, so that one schema holds all of them and a fault's path begins with its type;
//   - a resource within a resource (contained, an entry, a parameter) is any object with a resourceType: validate.cpp looks at it as at the
//     outer one. The schema's choice of 148 would try them all, at every depth;
//   - an object has to be one, and whole numbers are whole and of 32 bits: the schema says so only of strings;
//   - a primitive that may be repeated may be null, where only an extension says something of it (R4, JSON, "primitive elements");
//   - a pattern is "lexical", with the type's name before it: validate.cpp checks it in linear time; long texts only have to have something in them;
//   - what people read is left out.
import { readFileSync, writeFileSync } from 'node:fs';

const [folder, to] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
const { definitions } = read('fhir.schema.json');
const types = read('profiles-resources.json').entry.map(({ resource }) => resource)
  .filter(({ resourceType, kind, abstract }) => resourceType === 'StructureDefinition' && kind === 'resource' && !abstract)
  .map(({ type }) => type).filter((type) => type in definitions);  // not SubscriptionStatus, which is R4B's
if (types.length !== 146) throw new Error(`R4 has 146 types of resources, not ${types.length}`);
for (const name of ['project', 'author', 'account', 'compartment']) delete definitions.Meta.properties[name];
delete definitions.Reference.properties.resource;

const reference = (name) => `#/definitions/${name}`;
const named = (ref) => ref.slice(reference('').length);

const numbers = {
  '^-?([0]|([1-9][0-9]*))$': [-(2 ** 31), 2 ** 31 - 1],
  '^[0]|([1-9][0-9]*)$': [0, 2 ** 31 - 1],
  '^[1-9][0-9]*$': [1, 2 ** 31 - 1],
};
const anyText = ['^[ \\r\\n\\t\\S]+$'];
const lexical = {};
for (const [name, { type, pattern }] of Object.entries(definitions)) if (type === 'string' && pattern) lexical[pattern] = name;
lexical[definitions.uri.pattern] = 'uri';  // and not url or canonical, which are written alike
const unchecked = ['^(\\s*([0-9a-zA-Z\\+/=]){4}\\s*)+$'];  // base64, in which images come

function primitive({ type, pattern }) {
  if (type === 'number' && pattern in numbers) return { type: 'integer', minimum: numbers[pattern][0], maximum: numbers[pattern][1] };
  if (type !== 'string' || pattern === undefined || unchecked.includes(pattern)) return { type };
  return anyText.includes(pattern) ? { type, minLength: 1 } : { type, lexical: `${lexical[pattern]} ${pattern}` };
}

const orNull = {};
function nullable(items) {
  if (!items.$ref) return items;  // an enumeration
  const name = named(items.$ref);
  orNull[`${name}_or_null`] = name;
  return { $ref: reference(`${name}_or_null`) };
}

function property(schema, repeatsPrimitive) {
  if (schema.$ref) return { $ref: schema.$ref };
  if (schema.items) return { type: 'array', items: repeatsPrimitive ? nullable(schema.items) : property(schema.items) };
  if (schema.enum || schema.const !== undefined) return { ...(schema.enum ? { enum: schema.enum } : { const: schema.const }) };
  return primitive(schema);
}

function definition(schema) {
  if (!schema.properties) return primitive({ type: 'string', ...schema });  // xhtml has no type
  const properties = {};
  for (const [name, of] of Object.entries(schema.properties)) {
    const isRepeated = `_${name}` in schema.properties || name.startsWith('_');
    properties[name] = property(of, isRepeated);
  }
  const { required } = schema;
  return { type: 'object', properties, additionalProperties: false, ...(required && { required }) };
}

const anyResource = { type: 'object', required: ['resourceType'] };
const made = {};
for (const [name, schema] of Object.entries(definitions)) made[name] = name === 'ResourceList' ? anyResource : definition(schema);
for (const [name, of] of Object.entries(orNull)) made[name] = { ...made[of], type: [made[of].type, 'null'] };

const used = {};
function use(schema) {
  const name = schema.$ref && named(schema.$ref);
  if (name && !used[name]) use(used[name] = made[name]);
  Object.values(schema.properties ?? {}).forEach(use);
  if (schema.items) use(schema.items);
}
types.forEach((type) => use({ $ref: reference(type) }));
const properties = Object.fromEntries(types.map((type) => [type, { $ref: reference(type) }]));
writeFileSync(to, JSON.stringify({ type: 'object', properties, additionalProperties: false, definitions: used }));
