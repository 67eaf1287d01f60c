package dev.muster.agent.device;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Asks one vendor's tools about the accelerators of this host. Called from one thread. */
public interface DeviceProbe {
    /** Whether this host has what the probe asks. */
    boolean isSupported();

    /**
     * The accelerators, by index.
     *
     * @throws IOException with one line that says what to do, when they cannot be listed
     */
    List<Device> inventory() throws IOException;

    /** How they fare now. Bounded in time; a failure is a report with its problem. */
    ProbeReport read(Instant now);
}
