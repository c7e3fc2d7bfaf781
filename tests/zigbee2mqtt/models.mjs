// Every model that zigbee2mqtt knows, as bridge/devices would tell of it: [{model, vendor, description,
// exposes, count}], models that expose the same only once. Arguments: node_modules, the file to write.
import fs from "node:fs";
import {pathToFileURL} from "node:url";

const [modules, file] = process.argv.slice(2);
const library = new URL("zigbee-herdsman-converters/dist/", pathToFileURL(`${modules}/`));
const {prepareDefinition} = await import(new URL("index.js", library));
const device = {isDummyDevice: true, endpoints: [], getEndpoint: () => undefined, meta: {}};
const models = new Map();
for (const name of fs.readdirSync(new URL("devices/", library))) {
    if (!/^(?!index).*\.js$/.test(name)) continue;
    const {definitions = []} = await import(new URL(`devices/${name}`, library));
    for (const definition of definitions) {
        const {exposes, model, vendor, description} = prepareDefinition(definition);
        const told = typeof exposes === "function" ? exposes(device, {}) : exposes;
        const key = JSON.stringify(told);
        const count = (models.get(key)?.count ?? 0) + 1;
        models.set(key, {model: `${model} ${vendor}`, vendor, description, exposes: JSON.parse(key), count});
    }
}
fs.writeFileSync(file, JSON.stringify([...models.values()]));
