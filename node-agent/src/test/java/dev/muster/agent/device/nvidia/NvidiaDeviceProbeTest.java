package dev.muster.agent.device.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.ProbeReport;
import dev.muster.agent.device.Vendor;
import dev.muster.agent.process.OsProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a program in the place of the vendor's that prints the same forms, on good and on bad days. */
class NvidiaDeviceProbeTest {
    private static final String INVENTORY = """
            0, 00000000:3B:00.0, GPU-aaaa, NVIDIA H100 80GB HBM3, 81559
            1, 00000000:AF:00.0, GPU-bbbb, NVIDIA H100 80GB HBM3, 81559
            """;

    @TempDir
    Path directory;

    @Test
    void theInventoryHasTheTypesThatJobFilesName() throws IOException {
        NvidiaDeviceProbe probe = probe(INVENTORY, "", 0);

        assertThat(probe.isSupported()).isTrue();
        assertThat(probe.inventory())
                .hasSize(2)
                .first()
                .isEqualTo(new Device(0, "GPU-aaaa", Vendor.NVIDIA, "nvidia-h100", 81559L << 20, "0000:3b:00.0"));
        assertThat(NvidiaOutput.type("NVIDIA A100-SXM4-80GB")).isEqualTo("nvidia-a100");
        assertThat(NvidiaOutput.type("Tesla V100-SXM2-16GB")).isEqualTo("nvidia-v100");
        assertThat(NvidiaOutput.type("NVIDIA GeForce RTX 4090")).isEqualTo("nvidia-4090");
    }

    @Test
    void valuesThatTheDeviceDoesNotTellAreZero() throws IOException {
        NvidiaDeviceProbe probe = probe(INVENTORY, """
                0, 00000000:3B:00.0, GPU-aaaa, 41, 118.25, 50, 1024, 3
                1, 00000000:AF:00.0, GPU-bbbb, [N/A], [Not Supported], [N/A], 0, [N/A]
                """, 0);
        probe.inventory();

        ProbeReport report = probe.read(Instant.ofEpochMilli(7));
        assertThat(report.problem()).isEmpty();
        assertThat(report.readings())
                .containsExactly(
                        new DeviceReading(0, true, 41, 118.25, 0.5, 1024L << 20, 3, 7),
                        new DeviceReading(1, true, 0, 0, 0, 0, 0, 7));
    }

    @Test
    void aDeviceThatIsMissingOrUnreachableIsLostAndTheOthersAreNot() throws IOException {
        NvidiaDeviceProbe missing = probe(INVENTORY, "0, 00000000:3B:00.0, GPU-aaaa, 41, 118, 0, 0, 0\n", 0);
        missing.inventory();
        assertThat(missing.read(Instant.EPOCH).readings())
                .extracting(DeviceReading::present)
                .containsExactly(true, false);

        NvidiaDeviceProbe unreachable = probe(
                INVENTORY,
                "Unable to determine the device handle for GPU 0000:AF:00.0: GPU is lost.  Reboot the system to recover this GPU\n",
                15);
        unreachable.inventory();
        ProbeReport report = unreachable.read(Instant.EPOCH);
        assertThat(report.readings()).singleElement().isEqualTo(DeviceReading.lost(1, 0));
        assertThat(report.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("ended with 15"));

        NvidiaDeviceProbe strange = probe(
                INVENTORY,
                "0, 00000000:3B:00.0, GPU-aaaa, 41, 118, 0, 0, 0\n1, 00000000:AF:00.0, GPU-bbbb, [GPU is lost], [GPU is lost], 0, 0, 0\n",
                0);
        strange.inventory();
        assertThat(strange.read(Instant.EPOCH).readings())
                .extracting(DeviceReading::present)
                .containsExactly(true, false);
    }

    @Test
    void aDriverThatDoesNotAnswerLosesNoDevice() throws IOException {
        NvidiaDeviceProbe probe =
                probe(INVENTORY, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 9);
        probe.inventory();

        ProbeReport report = probe.read(Instant.EPOCH);
        assertThat(report.readings()).isEmpty();
        assertThat(report.problem()).isPresent();
    }

    @Test
    void aHostWithoutTheToolIsNotSupported() throws IOException {
        NvidiaDeviceProbe probe = new NvidiaDeviceProbe(OsProcessRunner.install(directory), "no-such-nvidia-smi");
        assertThat(probe.isSupported()).isFalse();
        assertThatThrownBy(probe::inventory).isInstanceOf(IOException.class).hasMessageContaining("no-such-nvidia-smi");
    }

    /** A probe of a tool that prints this for the inventory, and that, with this exit code, for readings. */
    private NvidiaDeviceProbe probe(String inventory, String readings, int exitCode) throws IOException {
        Path program = directory.resolve("nvidia-smi");
        Files.writeString(directory.resolve("inventory"), inventory);
        Files.writeString(directory.resolve("readings"), readings);
        Files.writeString(
                program,
                "#!/bin/sh\ncase $1 in *name*) cat " + directory + "/inventory;; *) cat " + directory
                        + "/readings; exit " + exitCode + ";; esac\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new NvidiaDeviceProbe(OsProcessRunner.install(directory), program.toString());
    }
}
