package dev.muster.controller.codec;

import dev.muster.controller.session.AgentMessage.DeviceReading;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.NodeRecord.Device;
import dev.muster.proto.v1.HealthSeverity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Devices, their readings, and what was seen on them. */
final class HealthCodec {

    private static final EnumMapping<HealthEvent.Severity, HealthSeverity> SEVERITIES =
            EnumMapping.of(HealthEvent.Severity.class, HealthSeverity.class, "HEALTH_SEVERITY_");
    private static final int WHOLE_HOST = -1;

    private HealthCodec() {}

    static dev.muster.proto.v1.HealthEvent write(HealthEvent event) {
        return dev.muster.proto.v1.HealthEvent.newBuilder()
                .setId(event.id())
                .setAtMillis(event.at().toEpochMilli())
                .setCheck(event.check())
                .setCode(event.code())
                .setDeviceIndex(event.deviceIndex().orElse(WHOLE_HOST))
                .setDeviceId(event.deviceId())
                .setSeverity(SEVERITIES.wire(event.severity()))
                .setMessage(event.message())
                .setEvidence(event.evidence())
                .build();
    }

    static HealthEvent read(String field, dev.muster.proto.v1.HealthEvent wire, Problems problems) {
        int index = wire.getDeviceIndex();
        return new HealthEvent(
                problems.required(field + ".id", wire.getId(), Bounds.IDENTITY_LENGTH),
                Instant.ofEpochMilli(wire.getAtMillis()),
                problems.text(field + ".check", wire.getCheck(), Bounds.NAME_LENGTH),
                problems.text(field + ".code", wire.getCode(), Bounds.NAME_LENGTH),
                index < 0 ? OptionalInt.empty() : OptionalInt.of(index),
                problems.text(field + ".device_id", wire.getDeviceId(), Bounds.IDENTITY_LENGTH),
                problems.known(field + ".severity", SEVERITIES, wire.getSeverity(), HealthEvent.Severity.INFO),
                Bounds.cut(wire.getMessage(), Bounds.TEXT_LENGTH),
                Bounds.cut(wire.getEvidence(), Bounds.TEXT_LENGTH));
    }

    static dev.muster.proto.v1.Device write(Device device) {
        return dev.muster.proto.v1.Device.newBuilder()
                .setIndex(device.index())
                .setId(device.id())
                .setVendor(device.vendor())
                .setType(device.type())
                .setMemoryBytes(device.memoryBytes())
                .setBusId(device.busId())
                .build();
    }

    static List<Device> readDevices(String field, List<dev.muster.proto.v1.Device> wire, Problems problems) {
        List<Device> devices = new ArrayList<>();
        if (problems.bounded(field, wire.size(), Bounds.DEVICES)) {
            for (int i = 0; i < wire.size(); i++) {
                devices.add(readDevice(field + "[" + i + "]", wire.get(i), problems));
            }
        }
        return devices;
    }

    private static Device readDevice(String field, dev.muster.proto.v1.Device wire, Problems problems) {
        return new Device(
                problems.notNegative(field + ".index", wire.getIndex()),
                problems.text(field + ".id", wire.getId(), Bounds.IDENTITY_LENGTH),
                problems.text(field + ".vendor", wire.getVendor(), Bounds.NAME_LENGTH),
                problems.text(field + ".type", wire.getType(), Bounds.NAME_LENGTH),
                problems.notNegative(field + ".memory_bytes", wire.getMemoryBytes()),
                problems.text(field + ".bus_id", wire.getBusId(), Bounds.NAME_LENGTH));
    }

    static dev.muster.proto.v1.DeviceReading write(DeviceReading reading) {
        return dev.muster.proto.v1.DeviceReading.newBuilder()
                .setIndex(reading.index())
                .setPresent(reading.present())
                .setTemperatureCelsius(reading.temperatureCelsius())
                .setPowerWatts(reading.powerWatts())
                .setUtilizationRatio(reading.utilizationRatio())
                .setMemoryUsedBytes(reading.memoryUsedBytes())
                .setEccUncorrectedTotal(reading.eccUncorrectedTotal())
                .setReadAtMillis(reading.readAtMillis())
                .build();
    }

    static DeviceReading read(String field, dev.muster.proto.v1.DeviceReading wire, Problems problems) {
        return new DeviceReading(
                problems.notNegative(field + ".index", wire.getIndex()),
                wire.getPresent(),
                wire.getTemperatureCelsius(),
                wire.getPowerWatts(),
                wire.getUtilizationRatio(),
                wire.getMemoryUsedBytes(),
                wire.getEccUncorrectedTotal(),
                wire.getReadAtMillis());
    }
}
