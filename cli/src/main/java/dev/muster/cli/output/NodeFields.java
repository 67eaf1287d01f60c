package dev.muster.cli.output;

import dev.muster.proto.v1.Device;
import dev.muster.proto.v1.DeviceReading;
import dev.muster.proto.v1.HealthEvent;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeSummary;

/** The shapes of hosts in JSON and YAML. */
final class NodeFields {

    private NodeFields() {}

    static Fields summary(NodeSummary node) {
        return new Fields()
                .text("name", node.getName())
                .text("state", Words.of(node.getState()))
                .texts("path", node.getPathList())
                .object("capacity", JobFields.resources(node.getCapacity()))
                .object("used", JobFields.resources(node.getUsed()))
                .text("acceleratorType", node.getAcceleratorType())
                .number("acceleratorsHealthy", node.getAcceleratorsHealthy())
                .texts("jobs", node.getJobsList())
                .text("reason", node.getReason())
                .time("lastHeardAt", node.getLastHeardMillis())
                .time("stateSince", node.getStateSinceMillis());
    }

    static Fields detail(NodeDetail detail) {
        return new Fields()
                .object("node", summary(detail.getNode()))
                .text("address", detail.getAddress())
                .text("agentId", detail.getAgentId())
                .text("agentVersion", detail.getAgentVersion())
                .text("bootId", detail.getBootId())
                .objects(
                        "devices",
                        detail.getDevicesList().stream().map(NodeFields::device).toList())
                .objects(
                        "readings",
                        detail.getReadingsList().stream()
                                .map(NodeFields::reading)
                                .toList())
                .objects(
                        "events",
                        detail.getEventsList().stream().map(NodeFields::event).toList());
    }

    private static Fields device(Device device) {
        return new Fields()
                .number("index", device.getIndex())
                .text("id", device.getId())
                .text("vendor", device.getVendor())
                .text("type", device.getType())
                .number("memoryBytes", device.getMemoryBytes())
                .text("busId", device.getBusId());
    }

    private static Fields reading(DeviceReading reading) {
        return new Fields()
                .number("index", reading.getIndex())
                .flag("present", reading.getPresent())
                .number("temperatureCelsius", reading.getTemperatureCelsius())
                .number("powerWatts", reading.getPowerWatts())
                .number("utilizationRatio", reading.getUtilizationRatio())
                .number("memoryUsedBytes", reading.getMemoryUsedBytes())
                .number("eccUncorrectedTotal", reading.getEccUncorrectedTotal())
                .time("readAt", reading.getReadAtMillis());
    }

    private static Fields event(HealthEvent event) {
        return new Fields()
                .text("id", event.getId())
                .time("at", event.getAtMillis())
                .text("check", event.getCheck())
                .text("code", event.getCode())
                .number("deviceIndex", event.getDeviceIndex())
                .text("deviceId", event.getDeviceId())
                .text(
                        "severity",
                        Words.without("HEALTH_SEVERITY_", event.getSeverity().name()))
                .text("message", event.getMessage())
                .text("evidence", event.getEvidence());
    }
}
