package dev.muster.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.KernelLine;
import dev.muster.agent.device.ProbeReport;
import dev.muster.agent.device.Vendor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthMonitorTest {
    private static final String FALLEN =
            "NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, name=python3, GPU has fallen off the bus.";

    private final HealthMonitor monitor = new HealthMonitor(
            "n1",
            HealthRules.builtIn(),
            List.of(
                    new Device(0, "GPU-a", Vendor.NVIDIA, "nvidia-h100", 80L << 30, "0000:3b:00.0"),
                    new Device(1, "GPU-b", Vendor.NVIDIA, "nvidia-h100", 80L << 30, "0000:af:00.0")));

    @Test
    void aDeviceThatFellOffTheBusIsNamedWithItsEvidence() {
        HealthEvent event =
                monitor.observe(new KernelLine(FALLEN, 5_000, "boot-17")).orElseThrow();

        assertThat(event.severity()).isEqualTo(HealthSeverity.FATAL);
        assertThat(event.check()).isEqualTo("xid");
        assertThat(event.code()).isEqualTo("79");
        assertThat(event.deviceIndex()).isZero();
        assertThat(event.deviceId()).isEqualTo("GPU-a");
        assertThat(event.atMillis()).isEqualTo(5_000);
        assertThat(event.evidence()).isEqualTo(FALLEN);
        assertThat(event.message()).contains("fallen off the bus");
    }

    @Test
    void theSameLineReadByALaterLifeIsTheSameEvent() {
        HealthMonitor later = new HealthMonitor("n1", HealthRules.builtIn(), List.of());
        KernelLine line = new KernelLine(FALLEN, 5_000, "boot-17");

        assertThat(later.observe(line).orElseThrow().id())
                .isEqualTo(monitor.observe(line).orElseThrow().id());
    }

    @Test
    void theDriversManyFormsAreUnderstood() {
        assertThat(deviceOf("NVRM: Xid (PCI:0000:3b:00): 79, pid='<unknown>', name=<unknown>, gone"))
                .hasValue(0);
        assertThat(deviceOf("NVRM: Xid (PCI:0000:af:00): 119, Timeout after 6s of waiting for RPC 0x4"))
                .hasValue(1);
        assertThat(deviceOf("[ 12.3] NVRM: Xid (PCI:00000000:AF:00.0): 95")).hasValue(1);
        assertThat(deviceOf("NVRM: Xid (0000:3b:00): 31, Ch 00000008, intr 10000000"))
                .hasValue(0);
        assertThat(deviceOf("NVRM: Xid (PCI:0000:99:00): 48, a device that is not ours"))
                .hasValue(HealthEvent.HOST);
        assertThat(deviceOf("nvidia-nvswitch3: SXid (PCI:0000:c1:00.0): 20034, Fatal, Link 30 LTSSM Fault Up"))
                .hasValue(HealthEvent.HOST);
        assertThat(deviceOf("usb 1-1: new device; Xid of nothing")).isEmpty();
    }

    @Test
    void aBurstOfTheSameErrorCountsOnce() {
        assertThat(at(0, 79)).isPresent();
        assertThat(at(4_999, 79)).isEmpty();
        assertThat(at(4_999, 95)).as("another code").isPresent();
        assertThat(at(5_000, 79)).isPresent();

        assertThat(at(10_000, 31)).isPresent();
        assertThat(at(189_999, 31)).isEmpty();
        assertThat(at(190_000, 31)).isPresent();
        assertThat(at(200_000, 13)).isPresent();
        assertThat(at(214_999, 13)).isEmpty();
        assertThat(at(215_000, 13)).isPresent();
    }

    @Test
    void aConsequenceOfSomethingElseIsRecordedAndNothingMore() {
        assertThat(at(0, 45)).map(HealthEvent::severity).hasValue(HealthSeverity.INFO);
    }

    @Test
    void aLostDeviceIsToldOnceUntilItComesBack() {
        assertThat(look(reading(0, 40, 0), reading(1, 40, 0))).isEmpty();

        List<HealthEvent> found = look(DeviceReading.lost(0, 1), reading(1, 40, 0));
        assertThat(found).singleElement().satisfies(event -> {
            assertThat(event.check()).isEqualTo("device-lost");
            assertThat(event.severity()).isEqualTo(HealthSeverity.FATAL);
            assertThat(event.deviceId()).isEqualTo("GPU-a");
        });
        assertThat(look(DeviceReading.lost(0, 2))).isEmpty();
        assertThat(look(reading(0, 40, 0))).isEmpty();
        assertThat(look(DeviceReading.lost(0, 3))).hasSize(1);
    }

    @Test
    void aHotDeviceIsToldOnceAndAgainOnlyAfterItCooledDown() {
        assertThat(look(reading(0, 95, 0))).singleElement().satisfies(event -> {
            assertThat(event.check()).isEqualTo("temperature");
            assertThat(event.severity()).isEqualTo(HealthSeverity.SUBHEALTHY);
            assertThat(event.evidence()).isEqualTo("temperatureCelsius=95.0000");
        });
        assertThat(look(reading(0, 90, 0))).isEmpty();
        assertThat(look(reading(0, 95, 0))).as("it had not cooled down").isEmpty();
        assertThat(look(reading(0, 80, 0))).isEmpty();
        assertThat(look(reading(0, 95, 0))).hasSize(1);
    }

    @Test
    void onlyMemoryErrorsThatAreNewAreTold() {
        assertThat(look(reading(0, 40, 7))).as("from before the agent").isEmpty();
        assertThat(look(reading(0, 40, 7))).isEmpty();
        assertThat(look(reading(0, 40, 8)))
                .singleElement()
                .satisfies(event -> assertThat(event.check()).isEqualTo("ecc"));
    }

    @Test
    void aToolThatKeepsFailingIsAFaultOfTheHost() {
        assertThat(monitor.observe(ProbeReport.failed("hangs"), 1)).isEmpty();
        assertThat(monitor.observe(ProbeReport.failed("hangs"), 2)).isEmpty();
        assertThat(monitor.observe(ProbeReport.failed("hangs"), 3))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.deviceIndex()).isEqualTo(HealthEvent.HOST);
                    assertThat(event.severity()).isEqualTo(HealthSeverity.SUBHEALTHY);
                    assertThat(event.evidence()).isEqualTo("hangs");
                });
        assertThat(monitor.observe(ProbeReport.failed("hangs"), 4)).isEmpty();
    }

    @Test
    void evidenceIsBounded() {
        HealthEvent event = monitor.observe(new KernelLine(FALLEN + "x".repeat(10_000), 1, ""))
                .orElseThrow();
        assertThat(event.evidence()).hasSize(512);
    }

    private Optional<HealthEvent> at(long millis, int code) {
        return monitor.observe(new KernelLine("NVRM: Xid (PCI:0000:3b:00): " + code + ", x", millis, ""));
    }

    private Optional<Integer> deviceOf(String line) {
        return monitor.observe(new KernelLine(line, 0, "")).map(HealthEvent::deviceIndex);
    }

    private List<HealthEvent> look(DeviceReading... readings) {
        return monitor.observe(new ProbeReport(List.of(readings), List.of(), Optional.empty()), 1);
    }

    private static DeviceReading reading(int index, double celsius, long eccUncorrected) {
        return new DeviceReading(index, true, celsius, 100, 0, 0, eccUncorrected, 1);
    }
}
