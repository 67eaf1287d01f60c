package dev.muster.agent.device.nvidia;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceProbe;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.ProbeReport;
import dev.muster.agent.process.ProcessRunner;
import dev.muster.agent.process.ProcessRunner.ToolResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@code nvidia-smi}, which is known to hang for minutes when a driver is in trouble: each call is bounded, and
 * while one that could not be killed is still there, no other is started.
 */
public final class NvidiaDeviceProbe implements DeviceProbe {
    private static final Duration LIST_LIMIT = Duration.ofSeconds(30);
    private static final Duration READ_LIMIT = Duration.ofSeconds(10);
    private static final int EVIDENCE_CHARACTERS = 300;

    private final ProcessRunner runner;
    private final String program;
    private List<Device> devices = List.of();
    private @Nullable ProcessHandle stuck;

    public NvidiaDeviceProbe(ProcessRunner runner) {
        this(runner, "nvidia-smi");
    }

    /**
     * For an installation where the program has another name.
     *
     * @param program name or path of {@code nvidia-smi}
     */
    public NvidiaDeviceProbe(ProcessRunner runner, String program) {
        this.runner = runner;
        this.program = program;
    }

    @Override
    public boolean isSupported() {
        try {
            return !list().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public List<Device> inventory() throws IOException {
        devices = list();
        return devices;
    }

    @Override
    public ProbeReport read(Instant now) {
        if (stuck != null && stuck.isAlive()) {
            return ProbeReport.failed(
                    program + " (process " + stuck.pid() + ") hangs and cannot be killed; the driver is in trouble");
        }
        try {
            ToolResult result = query(NvidiaOutput.READING_FIELDS, READ_LIMIT);
            return judge(result, now);
        } catch (IOException e) {
            return ProbeReport.failed(String.valueOf(e.getMessage()));
        }
    }

    private ProbeReport judge(ToolResult result, Instant now) {
        NvidiaOutput output = NvidiaOutput.parse(result.output());
        List<DeviceReading> readings = new ArrayList<>();
        for (Device device : devices) {
            Optional<DeviceReading> reading = output.reading(device, now.toEpochMilli());
            if (reading.isPresent()) {
                readings.add(reading.get());
            } else if (output.namesAsLost(device) || (result.exitCode() == 0 && output.rows() > 0)) {
                readings.add(DeviceReading.lost(device.index(), now.toEpochMilli()));
            }
        }
        boolean complete = readings.size() == devices.size();
        return new ProbeReport(readings, List.of(), complete ? Optional.empty() : Optional.of(problem(result)));
    }

    private List<Device> list() throws IOException {
        ToolResult result = query(NvidiaOutput.INVENTORY_FIELDS, LIST_LIMIT);
        if (result.exitCode() != 0) {
            throw new IOException(problem(result));
        }
        return NvidiaOutput.parse(result.output()).devices();
    }

    private ToolResult query(String fields, Duration limit) throws IOException {
        try {
            ToolResult result =
                    runner.run(List.of(program, "--query-gpu=" + fields, "--format=csv,noheader,nounits"), limit);
            stuck = result.stuck() ? result.process() : null;
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", e);
        }
    }

    private String problem(ToolResult result) {
        String said = result.output().strip().replace('\n', ' ');
        String bounded = said.length() > EVIDENCE_CHARACTERS ? said.substring(0, EVIDENCE_CHARACTERS) : said;
        return result.timedOut()
                ? program + " did not answer in time; look at the kernel log for the driver's trouble"
                : program + " ended with " + result.exitCode() + ": " + bounded;
    }
}
