package dev.muster.cli.output;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.proto.v1.Device;
import dev.muster.proto.v1.DeviceReading;
import dev.muster.proto.v1.HealthEvent;
import dev.muster.proto.v1.HealthSeverity;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Everything about one host: its state, its accelerators, what went wrong on it. */
public record NodeDetailRendering(NodeDetail detail, Instant now) implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        NodeSummary node = detail.getNode();
        new Facts()
                .fact("Node", Styled.bold(node.getName()))
                .fact("State", Words.styled(node.getState()))
                .fact("Reason", node.getReason())
                .fact("Since", Times.relative(node.getStateSinceMillis(), now))
                .fact("Last heard", Times.relative(node.getLastHeardMillis(), now))
                .fact("Domain", String.join("/", node.getPathList()))
                .fact("Accelerators", accelerators(node))
                .fact(
                        "CPUs",
                        amount(node.getUsed().getCpuMillis(), node.getCapacity().getCpuMillis()))
                .fact("Memory", Words.bytes(node.getCapacity().getMemoryBytes()))
                .fact("Jobs", NodeListRendering.jobs(node.getJobsList()))
                .fact("Address", detail.getAddress())
                .fact("Agent", (detail.getAgentVersion() + " " + detail.getAgentId()).strip())
                .fact("Boot", detail.getBootId())
                .print(console);
        if (detail.getDevicesCount() > 0) {
            console.line("");
            devices().print(console, wide);
        }
        if (detail.getEventsCount() > 0) {
            console.line("");
            events().print(console, wide);
        }
    }

    private static String accelerators(NodeSummary node) {
        String type = node.getAcceleratorType();
        return NodeListRendering.used(node) + " used, " + node.getAcceleratorsHealthy() + " healthy"
                + (type.isEmpty() ? "" : ", " + type);
    }

    private static String amount(long usedMillis, long capacityMillis) {
        return Words.cores(usedMillis) + "/" + Words.cores(capacityMillis) + " used";
    }

    private Table devices() {
        Table table = new Table(
                right("DEVICE"),
                left("TYPE"),
                left("PRESENT"),
                right("BUSY"),
                right("MEMORY"),
                right("CELSIUS"),
                right("WATTS"),
                right("ECC").wide(),
                left("ID").wide(),
                left("BUS").wide());
        for (Device device : detail.getDevicesList()) {
            Optional<DeviceReading> reading = detail.getReadingsList().stream()
                    .filter(candidate -> candidate.getIndex() == device.getIndex())
                    .findFirst();
            DeviceReading shown = reading.orElse(DeviceReading.getDefaultInstance());
            table.row(
                    device.getIndex(),
                    device.getType(),
                    reading.isEmpty() ? Times.NONE : present(shown),
                    Words.percent(shown.getUtilizationRatio()),
                    Words.bytes(shown.getMemoryUsedBytes()) + "/" + Words.bytes(device.getMemoryBytes()),
                    Words.decimals(shown.getTemperatureCelsius(), 0),
                    Words.decimals(shown.getPowerWatts(), 0),
                    shown.getEccUncorrectedTotal(),
                    device.getId(),
                    device.getBusId());
        }
        return table;
    }

    private static Styled present(DeviceReading reading) {
        return reading.getPresent() ? new Styled(Style.GREEN, "yes") : new Styled(Style.RED, "no");
    }

    private Table events() {
        Table table = new Table(
                left("WHEN"),
                left("SEVERITY"),
                left("CHECK"),
                left("CODE"),
                right("DEVICE"),
                left("MESSAGE"),
                left("EVIDENCE").wide());
        for (HealthEvent event : detail.getEventsList()) {
            table.row(
                    Times.relative(event.getAtMillis(), now),
                    severity(event.getSeverity()),
                    event.getCheck(),
                    event.getCode(),
                    event.getDeviceIndex() < 0 ? "host" : event.getDeviceIndex(),
                    event.getMessage(),
                    event.getEvidence());
        }
        return table;
    }

    private static Styled severity(HealthSeverity severity) {
        Style style = switch (severity) {
            case HEALTH_SEVERITY_FATAL -> Style.RED;
            case HEALTH_SEVERITY_SUBHEALTHY, HEALTH_SEVERITY_JOB -> Style.YELLOW;
            case HEALTH_SEVERITY_INFO, HEALTH_SEVERITY_UNSPECIFIED, UNRECOGNIZED -> Style.PLAIN;
        };
        return new Styled(style, Words.without("HEALTH_SEVERITY_", severity.name()));
    }

    @Override
    public Fields fields() {
        return NodeFields.detail(detail);
    }

    @Override
    public List<String> names() {
        return List.of(detail.getNode().getName());
    }
}
