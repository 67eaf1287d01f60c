package dev.muster.agent.device;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A host without accelerators. */
public final class NoDevices implements DeviceProbe {
    @Override
    public boolean isSupported() {
        return true;
    }

    @Override
    public List<Device> inventory() {
        return List.of();
    }

    @Override
    public ProbeReport read(Instant now) {
        return new ProbeReport(List.of(), List.of(), Optional.empty());
    }
}
