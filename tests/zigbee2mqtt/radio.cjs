// A radio for zigbee2mqtt without a stick: loaded before it (node --require), it takes the place of
// the adapters of zigbee-herdsman. Behind it is a network of devices that keep attributes, answer
// every frame as the Zigbee Cluster Library says, and report what changed. Everything above the
// adapter is zigbee2mqtt's own: its converters, its state, its topics.
//
// A line on stdin makes a device report:
//   {"address":2,"endpoint":1,"cluster":"msTemperatureMeasurement","attributes":{"measuredValue":2140}}
const readline = require("node:readline");
const from = process.env.ZIGBEE2MQTT_FROM;
const {Adapter} = require(`${from}/zigbee-herdsman/dist/adapter`);
const Zcl = require(`${from}/zigbee-herdsman/dist/zspec/zcl`);

const COORDINATOR = "0x00124b0000000001";
const {ACTIVE_ENDPOINTS_REQUEST, SIMPLE_DESCRIPTOR_REQUEST} = {
    ACTIVE_ENDPOINTS_REQUEST: 0x0005,
    SIMPLE_DESCRIPTOR_REQUEST: 0x0004,
};

// What a command does to a device's attributes, by cluster and command.
const DOES = {
    genOnOff: {
        on: () => ({onOff: 1}),
        off: () => ({onOff: 0}),
        offWithEffect: () => ({onOff: 0}),
    },
    genLevelCtrl: {
        moveToLevel: ({level}) => ({currentLevel: level}),
        moveToLevelWithOnOff: ({level}) => ({currentLevel: level}),
    },
    lightingColorCtrl: {
        moveToColorTemp: ({colortemp}) => ({colorTemperature: colortemp, colorMode: 2}),
        moveToColor: ({colorx, colory}) => ({currentX: colorx, currentY: colory, colorMode: 1}),
    },
    closuresWindowCovering: {
        upOpen: () => ({currentPositionLiftPercentage: 0}),
        downClose: () => ({currentPositionLiftPercentage: 100}),
        goToLiftPercentage: ({percentageliftvalue: at}) => ({currentPositionLiftPercentage: at}),
        stop: () => ({}),
    },
    closuresDoorLock: {
        lockDoor: () => ({lockState: 1}),
        unlockDoor: () => ({lockState: 2}),
    },
};

class Radio extends Adapter {
    constructor(...options) {
        super(...options);
        this.manufacturerID = 0x0000;
        this.stored = new Map(); // address, endpoint, cluster → attributes
        readline.createInterface({input: process.stdin}).on("line", (line) => {
            const {address, endpoint, cluster, attributes} = JSON.parse(line);
            this.change(address, endpoint, Zcl.Utils.getCluster(cluster), attributes);
        });
    }

    // --- the stick itself ---
    async start() { return "resumed"; }
    async stop() {}
    async getCoordinatorIEEE() { return COORDINATOR; }
    async getCoordinatorVersion() { return {type: "emulated", meta: {}}; }
    async reset() {}
    async supportsBackup() { return false; }
    async backup() { throw new Error("no backup"); }
    async getNetworkParameters() {
        return {panID: 0x1a62, extendedPanID: "0xdddddddddddddddd", channel: 11, nwkUpdateID: 0};
    }
    async addInstallCode() {}
    async permitJoin() {}
    async setChannelInterPAN() {}
    async restoreChannelInterPAN() {}
    async sendZclFrameInterPANToIeeeAddr() {}
    async sendZclFrameInterPANBroadcast() { throw new Error("nobody near"); }
    waitFor() { return {promise: new Promise(() => {}), cancel: () => {}}; }

    async sendZdo(_ieee, address, cluster) {
        if (cluster === ACTIVE_ENDPOINTS_REQUEST) return [0, {nwkAddress: address, endpointList: [1]}];
        if (cluster === SIMPLE_DESCRIPTOR_REQUEST) {
            const described = {profileId: 260, deviceId: 5, deviceVersion: 0};
            return [0, {nwkAddress: address, length: 8, endpoint: 1, ...described, inClusterList: [], outClusterList: []}];
        }
        return [0, undefined];
    }

    // --- the network behind it ---
    attributes(address, endpoint, cluster) {
        const key = `${address}/${endpoint}/${cluster.name}`;
        if (!this.stored.has(key)) this.stored.set(key, {});
        return this.stored.get(key);
    }

    async sendZclFrameToEndpoint(_ieee, address, endpoint, frame, _timeout, disableResponse) {
        const {header, command, cluster} = frame;
        const global = header.frameControl.frameType === Zcl.FrameType.GLOBAL;
        const answer = global ? this.global(address, endpoint, frame) : this.specific(address, endpoint, frame);
        if (answer && !disableResponse) return this.payload(address, endpoint, frame, ...answer);
        if (header.frameControl.disableDefaultResponse) return undefined;
        const fine = {cmdId: command.ID, statusCode: 0};
        return this.payload(address, endpoint, frame, Zcl.FrameType.GLOBAL, "defaultRsp", fine);
    }

    // [frame type, command, payload] of the answer to reading, writing and configuring
    global(address, endpoint, {command, cluster, payload}) {
        const kept = this.attributes(address, endpoint, cluster);
        const named = (id) => Zcl.Utils.getClusterAttribute(cluster, id, undefined);
        if (command.name === "read") {
            const told = payload.map(({attrId}) => {
                const found = named(attrId);
                if (!found) return {attrId, status: 0x86}; // not supported
                const text = [Zcl.DataType.CHAR_STR, Zcl.DataType.OCTET_STR].includes(found.type);
                const attrData = kept[found.name] ?? (text ? "" : 0);
                return {attrId, status: 0, dataType: found.type, attrData};
            });
            return [Zcl.FrameType.GLOBAL, "readRsp", told];
        }
        if (command.name === "write") {
            this.change(address, endpoint, cluster, Object.fromEntries(
                payload.map(({attrId, attrData}) => [named(attrId)?.name ?? attrId, attrData]),
            ));
            return [Zcl.FrameType.GLOBAL, "writeRsp", [{status: 0}]];
        }
        if (command.name === "configReport") return [Zcl.FrameType.GLOBAL, "configReportRsp", [{status: 0}]];
        return undefined;
    }

    specific(address, endpoint, {command, cluster, payload}) {
        const does = DOES[cluster.name]?.[command.name];
        console.log(`RADIO ${JSON.stringify({address, endpoint, cluster: cluster.name, command: command.name, payload})}`);
        if (does) this.change(address, endpoint, cluster, does(payload));
        if (command.response === undefined) return undefined;
        const found = Object.values(cluster.commandsResponse).find((one) => one.ID === command.response);
        const fields = (found?.parameters ?? []).map(({name}) => [name, 0]);
        return found && [Zcl.FrameType.SPECIFIC, found.name, Object.fromEntries(fields)];
    }

    // The device's attributes change, and it reports them a moment later.
    change(address, endpoint, cluster, attributes) {
        Object.assign(this.attributes(address, endpoint, cluster), attributes);
        const told = Object.entries(attributes).flatMap(([name, value]) => {
            const found = Zcl.Utils.getClusterAttribute(cluster, name, undefined);
            return found ? [{attrId: found.ID, dataType: found.type, attrData: value}] : [];
        });
        if (!told.length) return;
        const frame = Zcl.Frame.create(
            Zcl.FrameType.GLOBAL, Zcl.Direction.SERVER_TO_CLIENT, true, undefined, 0, "report", cluster, told, {},
        );
        setTimeout(() => this.emit("zclPayload", this.heard(address, endpoint, frame)), 20);
    }

    payload(address, endpoint, {header, cluster}, type, name, payload) {
        const {manufacturerCode, transactionSequenceNumber: number} = header;
        return this.heard(address, endpoint, Zcl.Frame.create(
            type, Zcl.Direction.SERVER_TO_CLIENT, true, manufacturerCode, number, name, cluster, payload, {},
        ));
    }

    heard(address, endpoint, frame) {
        const data = frame.toBuffer();
        return {
            clusterID: frame.cluster.ID, address, header: Zcl.Header.fromBuffer(data), data, endpoint,
            linkquality: 200, groupID: 0, wasBroadcast: false, destinationEndpoint: 1,
        };
    }

    async sendZclFrameToGroup(group, frame) {
        console.log(`RADIO ${JSON.stringify({group, cluster: frame.cluster.name, command: frame.command.name, payload: frame.payload})}`);
    }
    async sendZclFrameToAll() {}
}

Adapter.create = async (...options) => new Radio(...options);
