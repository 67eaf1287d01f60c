package dev.muster.agent.device;

import java.util.List;
import java.util.Optional;

/**
 * What one look at the accelerators gave.
 *
 * @param readings of every device that could be judged; a device about which nothing is known is left out
 * @param kernelLines lines that the probe found where the kernel log would hold them
 * @param problem why the look failed, when it did; one line
 */
public record ProbeReport(List<DeviceReading> readings, List<String> kernelLines, Optional<String> problem) {
    public ProbeReport {
        readings = List.copyOf(readings);
        kernelLines = List.copyOf(kernelLines);
    }

    public static ProbeReport failed(String problem) {
        return new ProbeReport(List.of(), List.of(), Optional.of(problem));
    }
}
