// The rules of the house that a compiler does not see: which folder may include which, what core must not touch, files that no
// target builds, their length. docs/ARCHITECTURE.md explains them.
//   node tools/house_check.mjs [--build DIR]…   checks this repository; DIR has a compile_commands.json
//   node tools/house_check.mjs --self-test      feeds the check bad files and sees each found
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const longest = 400, long = 300;

// What each folder may include beside itself.
const core = ['base', 'crypto', 'chain', 'med', 'sup', 'roles'];
const host = ['store', 'net', 'fhir', 'node', 'api'];
const arrows = {
  base: [], crypto: ['base'], chain: ['base', 'crypto'], med: ['base', 'crypto', 'chain'], sup: ['base', 'crypto', 'chain'],
  roles: core, store: ['base'], net: ['base'], fhir: ['base'], node: [...core, 'store', 'net'], api: [...core, ...host], app: [...core, ...host],
  lab: [...core, ...host, 'app', 'bench', 'test'], bench: [...core, ...host, 'app', 'test'], test: [...core, ...host, 'app', 'lab', 'bench'],
};
const layer = (path) => path.match(/^src\/(?:core|host)\/([^/]+)\//)?.[1] ?? path.match(/^src\/app\/(lab)\//)?.[1]
  ?? path.match(/^src\/(app)\//)?.[1] ?? path.match(/^(bench|test)\//)?.[1];

// Libraries that only these files see.
const confined = [
  { library: /^blst(_aux)?\.h$/, to: /^(src\/core\/crypto\/blst_access\.h$|bench\/)/, reason: 'blst is seen only by core/crypto/blst_access.h and bench/' },
  { library: /^core\/crypto\/blst_access\.h$/, to: /^src\/core\/crypto\/(group|scalar)\.cpp$/, reason: 'blst is seen only by core/crypto/{group,scalar}.cpp and bench/' },
  { library: /^rocksdb\//, to: /^src\/host\/store\//, reason: 'RocksDB is seen only by host/store' },
  { library: /^valijson\//, to: /^src\/host\/fhir\/validate\.cpp$/, reason: 'valijson is seen only by host/fhir/validate.cpp' },
];
const effects = new RegExp('^(thread|mutex|shared_mutex|atomic|future|condition_variable|semaphore|latch|barrier|stop_token'
  + '|fstream|iostream|filesystem|chrono|random|ctime|time\\.h|cstdio|stdio\\.h|csignal|signal\\.h|unistd\\.h|poll\\.h|fcntl\\.h|pthread\\.h'
  + '|sys/.*|netinet/.*|arpa/.*|netdb\\.h|boost/asio.*|asio.*|spdlog/.*|openssl/(rand|ssl|bio)\\.h)$');
const calls = /(?<![\w.>:])(?:(?:std)?::)?(rand|srand|time|clock|getenv|gettimeofday|clock_gettime|(?:v?f|v?sn?|v)?printf|puts|RAND_(?:priv_)?bytes)\s*\(|\brandom_device\b/g;
const prints = /^src\/core\/base\/check\.cpp$/;  // CHECK says what failed before it stops the process
const shown = /\b(operator\s*<<|to_string|PrintTo|format_as)\s*\([^)]*\bSecret(Key|Bytes|\s*<)|\bformatter\s*<[^>{]*\bSecret(Key|Bytes|\s*<)/g;
// Written in two parts, so that this file does not break its own rule.
const machine = new RegExp('(?<![\\w.])/(?:wo' + 'rk/|tmp/w' + 't)', 'g');

const blank = (text) => text.replace(/[^\n]/g, ' ');
const token = /\/\/.*|\/\*[^]*?\*\/|R"([^()\s\\]{0,16})\([^]*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![\da-fA-F])'(?:\\.|[^'\\\n])+'/g;
const withoutComments = (text) => text.replace(token, (t) => (t[0] === '/' ? blank(t) : t));
const withoutStrings = (text) => text.replace(token, blank);
const line = (text, at) => text.slice(0, at).split('\n').length;

// files: path → text. built: the sources that a compilation database names. Returns [{path, line, reason}] and warnings.
function check(files, built = new Set()) {
  const found = [], warnings = [];
  const say = (path, at, reason) => found.push({ path, line: at, reason });
  const isOurs = (path) => /^(src|test|bench)\/.*\.(h|cpp)$/.test(path);
  const makes = new Map([...files].filter(([path]) => /(^|\/)CMakeLists\.txt$/.test(path)).map(([path, text]) => [dirname(path), text.replace(/#.*/g, '')]));
  const mentions = (text, word) => new RegExp(`(?<![\\w./-])${word.replace(/[.+/]/g, '\\$&')}(?![\\w./-])`).test(text);
  // Whether CMake ever reads this folder's CMakeLists.txt.
  const reached = (dir) => dir === '.' || [...makes].some(([above, text]) => above !== dir && (above === '.' || dir.startsWith(above + '/'))
    && new RegExp(`add_subdirectory\\(\\s*${relative(above, dir)}[\\s)]`).test(text) && reached(above));
  const named = (path) => [...makes].some(([dir, text]) => (dir === '.' || path.startsWith(dir + '/')) && mentions(text, relative(dir, path)) && reached(dir));
  const included = new Set();

  for (const [path, text] of files) {
    for (const { index } of text.matchAll(machine)) say(path, line(text, index), "names a folder of somebody's machine");
    if (!isOurs(path)) continue;
    const here = layer(path), isTest = path.endsWith('_test.cpp'), isCore = path.startsWith('src/core/');
    const code = withoutComments(text), bare = withoutStrings(text), lines = text.split('\n').length - 1;
    if (path.startsWith('src/') && !here) say(path, 1, 'this folder is not one of the house: tools/house_check.mjs knows its rules');
    if (path.startsWith('src/') && lines > longest) say(path, lines, `longer than ${longest} lines`);
    else if (path.startsWith('src/') && lines > long) warnings.push(`${path}: ${lines} lines; above ${longest} is an error`);

    for (const { 1: open, 2: name, index } of code.matchAll(/^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]/gm)) {
      const at = line(code, index);
      const target = [`src/${name}`, name, join(dirname(path), name)].find((candidate) => isOurs(candidate) && files.has(candidate));
      if (target) {
        if (target !== path) included.add(target);
        const there = layer(target);
        const allowed = there === here || (arrows[here] ?? []).includes(there) || (isTest && there === 'test');
        if (here && !allowed) say(path, at, `${here} must not include ${there} (${name})`);
      } else if (open === '"' && !confined.some(({ library }) => library.test(name))) say(path, at, `"${name}" is no file of this repository`);
      for (const { library, to, reason } of confined) if (library.test(name) && !to.test(path)) say(path, at, reason);
      if (isCore && !isTest && effects.test(name) && !(prints.test(path) && name === 'cstdio')) say(path, at, `core is pure: <${name}>`);
    }
    if (isCore && !isTest && !prints.test(path)) {
      for (const { 0: call, index } of bare.matchAll(calls)) say(path, line(bare, index), `core is pure: ${call.replace(/\s*\($/, '')}`);
    }
    for (const { index } of bare.matchAll(shown)) say(path, line(bare, index), 'a secret is never printed');
  }
  for (const path of files.keys()) {
    if (!isOurs(path)) continue;
    if (path.endsWith('.cpp') && !built.has(path) && !named(path)) say(path, 1, 'no target builds this file');
    if (/^src\/.*\.h$/.test(path) && !included.has(path) && !named(path)) say(path, 1, "in no target's headers, and nothing includes it");
  }
  return { found, warnings };
}

// Each case is one bad file (and what it needs), with a part of the reason it must be found for; a good one has none.
function selfTest() {
  const cmake = (dir, text = '') => [['CMakeLists.txt', `add_subdirectory(${dir})`], [`${dir}/CMakeLists.txt`, text]];
  const one = (path, text, ...more) => [[path, text], ...cmake(dirname(path), path.split('/').pop()), ...more];
  const store = ['src/host/store/file.h', ''], crypto = ['src/core/crypto/group.h', ''], med = ['src/core/med/block.h', ''];
  const cases = [
    ['core must not include host', 'crypto must not include store', one('src/core/crypto/a.cpp', '\n#include "host/store/file.h"\n', store)],
    ['not even from a test', 'crypto must not include store', one('src/core/crypto/a_test.cpp', '#include "host/store/file.h"\n', store)],
    ['in angle brackets', 'crypto must not include store', one('src/core/crypto/a.cpp', '#include <host/store/file.h>\n', store)],
    ['by its own folder', 'crypto must not include store', one('src/core/crypto/a.cpp', '#include "../../host/store/file.h"\n', store)],
    ['base includes nothing', 'base must not include crypto', one('src/core/base/a.h', '#include "core/crypto/group.h"\n', crypto)],
    ['sup does not know med', 'sup must not include med', one('src/core/sup/a.cpp', '#include "core/med/block.h"\n', med)],
    ['store does not know crypto', 'store must not include crypto', one('src/host/store/a.cpp', '#include "core/crypto/group.h"\n', crypto)],
    ['the product does not know the lab', 'app must not include lab', one('src/app/a.cpp', '#include "app/lab/x.h"\n', ['src/app/lab/x.h', ''])],
    ['nor the bench', 'api must not include bench', one('src/host/api/a.cpp', '#include "bench/x.h"\n', ['bench/x.h', ''])],
    ['a source does not know test/', 'base must not include test', one('src/core/base/a.cpp', '#include "test/x.h"\n', ['test/x.h', ''])],
    ['blst', 'blst is seen only', one('src/core/crypto/hash.cpp', '#include <blst.h>\n')],
    ['RocksDB', 'RocksDB is seen only', one('src/host/node/a.cpp', '#include <rocksdb/db.h>\n')],
    ['valijson', 'valijson is seen only', one('src/host/fhir/a.cpp', '#include <valijson/schema.hpp>\n')],
    ['fhir does not know the store', 'fhir must not include store', one('src/host/fhir/a.cpp', '#include "host/store/file.h"\n', store)],
    ['a file that is not there', 'no file of this repository', one('src/core/base/a.cpp', '#include "core/base/gone.h"\n')],
    ...['thread', 'atomic', 'fstream', 'chrono', 'ctime', 'sys/socket.h', 'boost/asio/ip/tcp.hpp', 'openssl/rand.h', 'cstdio'].map((header) =>
      [`core includes <${header}>`, `core is pure: <${header}>`, one('src/core/base/a.cpp', `#  include <${header}>\n`)]),
    ...['rand()', 'std::time(nullptr)', '::getenv("A")', 'RAND_bytes(p, 1)', 'std::random_device d', 'std::printf("x")', 'fprintf (stderr, "x")', 'clock_gettime(0, &t)'].map((call) =>
      [`core calls ${call}`, 'core is pure: ', one('src/core/base/a.cpp', `const int million = 1'000'000; const char q = '"';\nint f() { return ${call}; }\n`)]),
    ['a printed secret', 'never printed', one('src/host/net/a.h', 'std::ostream& operator<<(std::ostream& out,\n const Secret<Scalar>& s);\n')],
    ['a secret as text', 'never printed', one('src/host/net/a.h', 'std::string to_string(const SecretBytes&);\n')],
    ['too long', 'longer than', one('src/core/base/a.cpp', '\n'.repeat(longest + 1))],
    ['no target', 'no target builds', [['src/core/base/a.cpp', ''], ...cmake('src/core/base', 'caduceus_library(base SOURCES aa.cpp # a.cpp\n)')]],
    ['a folder that CMake does not read', 'no target builds', [['bench/a.cpp', ''], ['CMakeLists.txt', '#add_subdirectory(bench)'], ['bench/CMakeLists.txt', 'a.cpp']]],
    ['a header of nobody', 'nothing includes it', [['src/core/base/a.h', ''], ...cmake('src/core/base')]],
    ['a folder of no layer', 'not one of the house', one('src/utility/a.cpp', '')],
    ["somebody's machine", "somebody's machine", [['docs/a.md', 'see\n' + '/wo' + 'rk/main']]],
    ['good: comments and strings', '', one('src/core/base/a.cpp', '// time(0) #include <thread>\n/*\n#include <mutex>\n*/ auto s = R"(rand( ")" "time(";\nint t = x.time(0) + y->rand() + my::time(1) + runtime(2);\n')],
    ['good: arrows', '', one('src/core/roles/a.cpp', '#include "core/med/block.h"\n#include <vector>\n', med)],
    ['good: a test may have effects', '', one('src/core/base/a_test.cpp', '#include <thread>\n#include "test/x.h"\nint f() { return rand(); }\n', ['test/x.h', ''])],
    ['good: the lab', '', one('src/app/lab/a.cpp', '#include "bench/x.h"\n#include "test/sim/y.h"\n', ['bench/x.h', ''], ['test/sim/y.h', ''])],
  ];
  let failed = 0;
  for (const [title, reason, files] of cases) {
    const found = check(new Map(files)).found.filter(({ path }) => path === files[0][0]).map((violation) => violation.reason);
    const good = reason ? found.length === 1 && found[0].includes(reason) : found.length === 0;
    if (good) continue;
    failed += 1;
    console.log(`self-test: ${title}: expected ${reason ? `"${reason}"` : 'nothing'}, found ${JSON.stringify(found)}`);
  }
  console.log(`self-test: ${cases.length - failed} of ${cases.length} cases as they should be`);
  return failed === 0;
}

function read(root) {
  const files = new Map();
  const skipped = new Set(['build', 'node_modules', '.git', '.devnet']);
  const walk = (dir) => {
    for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (skipped.has(entry.name)) continue;
      if (entry.isDirectory()) walk(path);
      if (!entry.isFile() || statSync(join(root, path)).size > 4 << 20) continue;
      const text = readFileSync(join(root, path), 'utf8');
      if (!text.includes('\0')) files.set(path, text);
    }
  };
  walk('.');
  return files;
}

function main(args) {
  if (args.includes('--self-test')) return selfTest();
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
  const built = new Set();
  while (args.length) {
    const [option, dir] = args.splice(0, 2);
    const database = join(dir ?? '', 'compile_commands.json');
    if (option !== '--build' || !existsSync(database)) {
      console.error(option === '--build' ? `house: no ${database}: build first` : 'usage: house_check.mjs [--build DIR]… | --self-test');
      return false;
    }
    for (const { directory, file } of JSON.parse(readFileSync(database, 'utf8'))) built.add(relative(root, resolve(directory, file)));
  }
  const { found, warnings } = check(read(root), built);
  for (const warning of warnings) console.log(`warning: ${warning}`);
  for (const { path, line: at, reason } of found) console.log(`${path}:${at}: ${reason}`);
  console.log(found.length ? `house: ${found.length} violations` : 'house: every rule kept');
  return found.length === 0;
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
