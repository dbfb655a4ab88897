// Judges docs/asyncapi.yaml. Prints JSON.
//   node asyncapi.js lint FILE                 {diagnostics: errors and warnings, examples: [{message, name, payload}], channels: [{id, address}]}
//   node asyncapi.js validate FILE DOCUMENTS   one list of faults for each of DOCUMENTS, a JSON array of {message, payload}
'use strict';
const fs = require('fs');
const { Parser } = require('@asyncapi/parser');
const Ajv = require('ajv');
const addFormats = require('ajv-formats');

async function main([mode, file, documents]) {
  const parser = new Parser();
  const { document, diagnostics } = await parser.parse(fs.readFileSync(file, 'utf8'));
  if (mode === 'lint' || !document) {
    return {
      diagnostics: diagnostics.filter(d => d.severity <= 1).map(d => `${d.code} at ${d.path.join('.')}: ${d.message}`),
      examples: !document ? [] : messages(document).flatMap(m => m.examples().all().map(e => ({ message: m.id(), name: e.name(), payload: e.payload() }))),
      channels: !document ? [] : document.channels().all().map(c => ({ id: c.id(), address: c.address() })),
    };
  }
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const check = Object.fromEntries(messages(document).map(m => [m.id(), ajv.compile(m.payload().json())]));
  return JSON.parse(fs.readFileSync(documents, 'utf8')).map(({ message, payload }) =>
    check[message](payload) ? [] : check[message].errors.map(e => `${e.instancePath} ${e.message}`));
}

// The messages of the components, each once.
function messages(document) {
  return document.components().messages().all();
}

main(process.argv.slice(2)).then(result => console.log(JSON.stringify(result)), error => { console.error(error); process.exit(1); });
