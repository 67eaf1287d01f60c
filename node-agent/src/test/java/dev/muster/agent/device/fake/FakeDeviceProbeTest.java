package dev.muster.agent.device.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.ProbeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeDeviceProbeTest {
    @TempDir
    Path directory;

    private Path file = Path.of("");
    private FakeDeviceProbe probe = new FakeDeviceProbe(file, "n1");

    @BeforeEach
    void twoDevices() throws IOException {
        file = directory.resolve("devices.yaml");
        probe = new FakeDeviceProbe(file, "n1");
        write("{type: fake-a100, count: 2, memory: 80Gi}");
    }

    @Test
    void theFileIsTheInventory() throws IOException {
        assertThat(probe.isSupported()).isTrue();
        assertThat(probe.inventory()).hasSize(2).allSatisfy(device -> {
            assertThat(device.type()).isEqualTo("fake-a100");
            assertThat(device.memoryBytes()).isEqualTo(80L << 30);
        });
        assertThat(probe.inventory().get(1).id()).isEqualTo("FAKE-n1-1");
    }

    @Test
    void faultsAppearAndDisappearWithTheFile() throws IOException {
        probe.inventory();
        assertThat(look().readings()).allMatch(DeviceReading::present);

        write("{count: 2, faults: [{device: 1, lost: true}, {device: 0, temperatureCelsius: 95}]}");
        assertThat(look().readings().get(1).present()).isFalse();
        assertThat(look().readings().get(0).temperatureCelsius()).isEqualTo(95);

        write("{count: 2}");
        assertThat(look().readings()).allMatch(DeviceReading::present);
    }

    @Test
    void anErrorCodeIsOneLineOfTheKernelLogEachTimeItIsInjected() throws IOException {
        write("{count: 2, faults: [{device: 1, xid: 79}]}");
        probe.inventory();

        assertThat(look().kernelLines()).singleElement().asString().startsWith("NVRM: Xid (PCI:fa4e:01:00): 79, ");
        assertThat(look().kernelLines()).isEmpty();
        write("{count: 2}");
        assertThat(look().kernelLines()).isEmpty();
        write("{count: 2, faults: [{device: 1, xid: 79}]}");
        assertThat(look().kernelLines()).hasSize(1);
    }

    @Test
    void aFileThatBreaksLeavesTheLastGoodStateInForce() throws IOException {
        write("{count: 2, faults: [{device: 1, lost: true}]}");
        probe.inventory();
        look();

        for (String broken : new String[] {"", "{count: [", "{count: 2, fault: []}", "{count: -1}", "- a"}) {
            write(broken);
            assertThat(look().readings().get(1).present()).as(broken).isFalse();
        }
        Files.delete(file);
        assertThat(look().readings().get(1).present()).isFalse();
    }

    @Test
    void aDeviceThatIsNoLongerInTheFileIsLost() throws IOException {
        probe.inventory();
        write("{count: 1}");
        assertThat(look().readings().get(1).present()).isFalse();
    }

    @Test
    void aFileThatIsWrongAtTheStartIsRefusedWithTheReason() throws IOException {
        write("{count: 2, tpye: x}");
        assertThatThrownBy(probe::inventory)
                .hasMessageContaining("unknown field \"tpye\"")
                .hasMessageContaining("count, faults, memory, type");
        write("{count: 9999}");
        assertThatThrownBy(probe::inventory).hasMessageContaining("count is 9999; give a number from 0 to 64");
        Files.delete(file);
        assertThatThrownBy(probe::inventory).hasMessageContaining("does not exist");
    }

    private ProbeReport look() {
        return probe.read(Instant.EPOCH);
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }
}
