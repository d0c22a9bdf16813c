// A process that compares two documents with the npm package api-smart-diff; YAML is read by js-yaml.
const fs = require("fs");
const path = require("path");

const [folder, ...names] = process.argv.slice(2);
const packages = path.join(folder, "node_modules");
const { apiCompare } = require(path.join(packages, "api-smart-diff"));
const parse = (name) => {
  const text = fs.readFileSync(name, "utf8");
  return name.endsWith(".json") ? JSON.parse(text) : require(path.join(packages, "js-yaml")).load(text);
};
const [before, after] = names.map(parse);
console.log(apiCompare(before, after).diffs.length);
