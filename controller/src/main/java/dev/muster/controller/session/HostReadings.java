package dev.muster.controller.session;

import dev.muster.controller.session.AgentMessage.DeviceReading;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What only agents know of hosts, for people and metrics; in memory. Asked on the loop's thread. */
public interface HostReadings {

    /** The latest readings of a host's devices. */
    List<DeviceReading> readings(String host);

    /** When the host's agent was last heard on its present connection. */
    Optional<Instant> lastHeard(String host);

    /** The hosts whose agents are connected. */
    List<String> connectedHosts();
}
